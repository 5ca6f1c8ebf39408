"""Bugs in the adapters of agent frameworks."""

from scripts.planted.mutant import Mutant

CLAUDE = ("tests/bot/adapters/test_claude_code.py",)
PYDANTIC = ("tests/bot/adapters/test_pydantic_ai.py",)
MUTANTS = [
    Mutant(
        "an approved call is made with the arguments of the history",
        "bot/adapters/pydantic_ai.py",
        "ToolApproved(override_args=ruling.arguments)",
        "ToolApproved()",
        PYDANTIC,
    ),
    Mutant(
        "an approval of a held call is not used",
        "bot/adapters/held_calls.py",
        "if await self._permission.use(self._request, self._call, self._question) is not None:",
        "if True:",
        PYDANTIC,
    ),
    Mutant(
        "an approval that was used without a permit is asked again",
        "bot/adapters/held_calls.py",
        "self._question) is not None:",
        "self._question):",
        ("tests/bot/adapters/test_held_calls.py",),
    ),
    Mutant(
        "an approval of one call is found for another with the same arguments",
        "bot/adapters/held_calls.py",
        'f"{gate.session} {held.id}"',
        "gate.session",
        PYDANTIC,
    ),
    Mutant(
        "calls with one id are decided together",
        "bot/adapters/held_calls.py",
        "    if not held.id or twice:",
        "    if not held.id:",
        PYDANTIC,
    ),
    Mutant(
        "the hook of Claude Code allows a call when the server cannot be reached",
        "bot/adapters/claude_code.py",
        'return answer("deny", f"{problem} {_NOT_CALLED}")',
        'return answer("allow", f"{problem} {_NOT_CALLED}")',
        CLAUDE,
    ),
    Mutant(
        "a hook that fails ends with a code after which Claude Code makes the call",
        "bot/adapters/claude_code.py",
        "    return 2\n",
        "    return 1\n",
        CLAUDE,
    ),
    Mutant(
        "an approval of a call in one folder is found for a call in another",
        "bot/adapters/claude_code.py",
        'server = Server(f"Claude Code in {folder}", (SERVER,))',
        'server = Server("Claude Code", (SERVER,))',
        CLAUDE,
    ),
    Mutant(
        "an approval of one session of Claude Code is used by another",
        "bot/adapters/claude_code.py",
        'f"{SERVER} {settings.session or hook_call.session}"',
        'f"{SERVER} {settings.session}"',
        CLAUDE,
    ),
    Mutant(
        "the hook of Claude Code answers other events as if they were calls",
        "bot/adapters/claude_code.py",
        "    if event != _EVENT:",
        "    if event is None:",
        CLAUDE,
    ),
]
