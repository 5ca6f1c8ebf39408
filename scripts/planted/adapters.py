"""Bugs in the adapters of agent frameworks."""

from scripts.planted.mutant import Mutant

CLAUDE = ("tests/bot/adapters/test_claude_code.py",)
MUTANTS = [
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
