"""Bugs in permits: who verifies them, and that they are redeemed once."""

from scripts.planted.mutant import Mutant

API = ("tests/bot/http/test_permits.py",)
VERIFIER = ("tests/engine/permits/test_verify_permit.py",)
PYTHON, NODE = "engine/permits/verify_permit.py", "engine/permits/verify_permit.mjs"
MUTANTS = [
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
