"""Bugs in the MCP proxy, and in the single use of approvals."""

from scripts.planted.mutant import Mutant

PROXY = ("tests/bot/mcp/test_proxy.py",)
USES = ("tests/bot/http/test_used_approvals.py",)
RULES = ("tests/engine/kernel/test_tool_rules.py",)
EXACT = ("tests/bot/mcp/test_exact_json.py",)
CALLS = ("tests/bot/mcp/test_approved_calls.py",)
META = ("tests/bot/mcp/test_call_meta.py",)
PERMISSION = ("tests/bot/tool_calls/test_permission.py",)
COMMAND = ("tests/bot/cli/test_cli_errors.py",)
NAMES = ("tests/bot/mcp/test_server_name.py",)
MUTANTS = [
    Mutant(
        "the server gets the arguments as the agent wrote them, and not those that were approved",
        "bot/mcp/proxy/proxy.py",
        "call = ToolCall(self._server, tool, text, ruling.reason)",
        "call = ToolCall(self._server, tool, written(given), ruling.reason)",
        PROXY,
    ),
    Mutant(
        "an approval of other arguments is found for a call of the same tool",
        "bot/tool_calls/tool_call.py",
        "text = json.dumps([dict(question), call.digest, session, number], sort_keys=True)",
        "text = json.dumps([call.tool, session, number])",
        PROXY,
    ),
    Mutant(
        "an approval can be used for another question",
        "bot/http/approvals_api.py",
        'if body.get("gate") != detail.run.workflow or not _asks(detail.run, body):',
        'if body.get("gate") != detail.run.workflow:',
        USES,
    ),
    Mutant(
        "an approval of a gate can be used twice",
        "engine/kernel/requests/approval_use.py",
        "if USED in state.signals:",
        "if False:",
        USES,
    ),
    Mutant(
        "an approval of a gate can be used forever",
        "engine/kernel/requests/approval_use.py",
        "transition.now - state.run.ended_at > USE_LIMIT",
        "False",
        USES,
    ),
    Mutant(
        "a call is made without using its approval",
        "bot/tool_calls/permission.py",
        'if (permit := await self.use(answer["id"], call, question)) is not None:',
        'if (permit := "") is not None:',
        PROXY,
    ),
    Mutant(
        "an expired request of an agent is told as rejected",
        "bot/tool_calls/permission.py",
        'case "rejected":',
        'case "rejected" | "expired":',
        PROXY,
    ),
    Mutant(
        "a tool that the server does not list is judged and called",
        "bot/mcp/proxy/tool_catalog.py",
        "if tool not in self._schemas:",
        "if False:",
        PROXY,
    ),
    Mutant(
        "a tool whose name is like that of another one can be called",
        "bot/mcp/proxy/tool_catalog.py",
        'if counts[tool["name"].casefold()] == 1',
        "if True",
        PROXY,
    ),
    Mutant(
        "a denial of a tool that cannot be evaluated does not deny",
        "engine/kernel/tool_rules.py",
        'return rule.effect != "allow"',
        "return False",
        RULES,
    ),
    Mutant(
        "a denial of a tool minds the case of its name",
        "engine/kernel/tool_rules.py",
        "re.DOTALL | re.IGNORECASE",
        "re.DOTALL",
        RULES,
    ),
    Mutant(
        "two keys that differ in case only are taken",
        "engine/exact_json.py",
        'unicodedata.normalize("NFKC", key).casefold()',
        "key",
        EXACT,
    ),
    Mutant(
        "a credential in the command of an MCP server becomes its name",
        "bot/mcp/proxy/server_name.py",
        "if _PACKAGE.fullmatch(word) and redacted(word) == word:",
        "if _PACKAGE.fullmatch(word):",
        NAMES,
    ),
    Mutant(
        "an approval that cannot be used during a pause counts as used",
        "bot/http/approvals_api.py",
        "status = 503 if self._engine.paused else 409",
        "status = 409",
        USES,
    ),
    Mutant(
        "a token withdraws while nobody can say who its person is",
        "bot/http/approvals_api.py",
        'acts=request.method != "GET"',
        'acts=request.method == "POST"',
        USES,
    ),
    Mutant(
        "a result is lost when its client leaves as the call ends",
        "bot/mcp/proxy/approved_calls.py",
        "elif not underway.taken and task.done()",
        "elif False and task.done()",
        CALLS,
    ),
    Mutant(
        "the server gets metadata of a call that nobody knows",
        "bot/mcp/proxy/call_meta.py",
        "for key in KEPT if key in meta",
        "for key in meta",
        META,
    ),
    Mutant(
        "a credential in the given name of an MCP server is shown to people",
        "bot/cli/commands/mcp.py",
        "if heavy.redacted(name) != name:",
        "if False:",
        COMMAND,
    ),
    Mutant(
        "people are asked again for a call whose request was altered",
        "bot/tool_calls/permission.py",
        "                await self._require_readable(id_)\n",
        "",
        PERMISSION,
    ),
]
