"""Bugs in permits: who verifies them, and that they are redeemed once."""

from scripts.planted.mutant import Mutant

API = ("tests/bot/http/test_permits.py",)
VERIFIER = ("tests/engine/permits/test_verify_permit.py",)
PYTHON, NODE = "engine/permits/verify_permit.py", "engine/permits/verify_permit.mjs"
REMOTE = ("tests/bot/mcp/test_remote_server.py",)
SERVER = "bot/mcp/proxy/remote_server.py"
MUTANTS = [
    Mutant(
        "a call whose line was cut is told as not made",
        "bot/mcp/proxy/proxy.py",
        "if lost.reached:",
        "if False:",
        REMOTE,
    ),
    Mutant(
        "a redirect of a remote MCP server is followed",
        SERVER,
        "method, self._url, data=body, headers=headers, allow_redirects=False",
        "method, self._url, data=body, headers=headers",
        REMOTE,
    ),
    Mutant(
        "a permit names a remote server as its user calls it, and not its address",
        "bot/tool_calls/tool_call.py",
        "return self.url or self.name",
        "return self.name",
        REMOTE,
    ),
    Mutant(
        "a call is lost when a remote server forgets the session",
        SERVER,
        'if answer.status == 404 and session and message.get("method") != "initialize":',
        "if False:",
        REMOTE,
    ),
    Mutant(
        "a remote server inside the network is called",
        SERVER,
        'if not (self._inside_allowed or names_public_host(self._url.host or "")):',
        "if False:",
        REMOTE,
    ),
    Mutant(
        "a name that leads inside the network is connected to",
        "engine/addresses.py",
        'if not all(is_public(one["host"]) for one in found):',
        "if False:",
        REMOTE,
    ),
    Mutant(
        "the permits of a token can be redeemed as often as somebody likes",
        "engine/runtime/requests/permits.py",
        """await self._count(Actor("api", f"{claims['sub'].removeprefix('api:')} permits"))""",
        "pass",
        API,
    ),
    Mutant(
        "redemptions use up what a token may ask",
        "engine/runtime/requests/permits.py",
        "removeprefix('api:')} permits",
        "removeprefix('api:')}",
        API,
    ),
    Mutant(
        "a permit can be redeemed twice",
        "engine/kernel/requests/approval_use.py",
        "if REDEEMED in state.signals:",
        "if False:",
        API,
    ),
    Mutant(
        "nobody can see that a permit came a second time",
        "engine/runtime/requests/permits.py",
        "                await self._record_refusal(run, key)\n",
        "                pass\n",
        API,
    ),
    Mutant(
        "a permit is signed for a call that approvers did not read",
        "bot/http/permit_request.py",
        'if any(body.get(name, "") != asked.get(name, "")',
        'if False and any(body.get(name, "") != asked.get(name, "")',
        API,
    ),
    Mutant(
        "an expired permit is redeemed",
        "engine/runtime/requests/permits.py",
        'if claims["exp"] <= self._clock.now().timestamp():',
        "if False:",
        API,
    ),
    Mutant(
        "a permit of a revoked token is redeemed",
        "engine/runtime/requests/permits.py",
        "        await self._require_token(run)\n",
        "",
        API,
    ),
    Mutant(
        "the algorithm of a permit is the one that the permit names",
        PYTHON,
        'if header["alg"] != "EdDSA":',
        "if False:",
        VERIFIER,
    ),
    Mutant(
        "a permit for another tool is accepted",
        PYTHON,
        'if claims["aud"] != audience:',
        "if False:",
        VERIFIER,
    ),
    Mutant(
        "the verifier in Python takes a key that is there twice",
        PYTHON,
        "if len(dict(pairs)) < len(pairs):",
        "if False:",
        VERIFIER,
    ),
    Mutant(
        "the verifier in TypeScript takes a key that is there twice",
        NODE,
        "if (new Set(found.map(([key]) => key)).size < found.length)",
        "if (false)",
        VERIFIER,
    ),
    Mutant(
        "the verifier in TypeScript takes a number that it rounds",
        NODE,
        " || digits(token) !== digits(String(number))",
        "",
        VERIFIER,
    ),
    Mutant(
        "a verifier that cannot redeem accepts",
        PYTHON,
        "if redeem(claims, permit) is not True:",
        "if not redeem(claims, permit):",
        VERIFIER,
    ),
]
