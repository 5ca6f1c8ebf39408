"""`signoff hook`: agents ask before they call a tool."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli import heavy
from bot.cli.gate_token import read_token
from bot.cli.options import Url, duration_seconds, new_group
from bot.cli.output import CommandError
from bot.errors import NotAsked

hook = new_group("hook", "Answer the hooks of coding agents, which call this command before each tool.")


@hook.command("claude-code")
def claude_code(
    gate: Annotated[str, typer.Option("--gate", metavar="NAME", help="The gate at which people are asked.")],
    rules: Annotated[
        Path | None,
        typer.Option("--rules", metavar="FILE", help="The rules, as YAML. Default: ask for every call."),
    ] = None,
    session: Annotated[
        str,
        typer.Option(
            "--session",
            metavar="NAME",
            help="The name under which a later session finds the answer. Default: the session's id.",
        ),
    ] = "",
    wait: Annotated[
        str,
        typer.Option(
            "--wait",
            metavar="DURATION",
            help="The time after which the agent is told that nobody has decided yet.",
        ),
    ] = "9m",
    url: Url = "http://127.0.0.1:3000",
) -> int:
    """Answer the hook PreToolUse of Claude Code on standard input and output.

    The token is in SIGNOFF_TOKEN. Whatever goes wrong, the call is denied.
    """
    settings = heavy.HookSettings(gate, rules, session, duration_seconds("--wait", wait))
    return heavy.run_hook(settings, lambda: heavy.Client(url, _token()))


def _token() -> str:
    try:
        return read_token()
    except CommandError as error:
        raise NotAsked(str(error)) from None
