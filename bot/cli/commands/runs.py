"""`signoff runs`: a list of runs."""

from typing import Annotated, Any

import typer

from bot.cli import formatting
from bot.cli.connection import ask
from bot.cli.options import Data, Json, whole_number
from bot.cli.output import Output

_STATES = ("pending", "running", "waiting", "paused", "compensating", "succeeded", "failed", "cancelled")


def runs(
    workflow: Annotated[
        str | None, typer.Argument(metavar="WORKFLOW", help="List only runs of this workflow.")
    ] = None,
    state: Annotated[
        list[str] | None,
        typer.Option(
            "--state",
            metavar="STATE",
            help=f"List only runs in this state: {', '.join(_STATES)}. Repeat it for more states.",
        ),
    ] = None,
    limit: Annotated[
        int,
        typer.Option(
            "--limit",
            "-n",
            metavar="NUMBER",
            parser=whole_number("--limit", 1, 1000),
            help="List at most this many runs, up to 1000.",
        ),
    ] = 20,
    data: Data = None,
    json: Json = False,
) -> None:
    """List runs, newest first."""
    for name in state or ():
        if name not in _STATES:
            raise typer.BadParameter(f"--state {name} is not a state. Choose one of {', '.join(_STATES)}.")
    listed = ask(data, "runs", workflows=bool(workflow), workflow=workflow, states=state, limit=limit)
    output = Output(json)
    output.data(listed)
    if not listed["runs"]:
        output.line("No runs." if workflow or state else "No runs yet. Start one: signoff run NAME")
        return
    output.table(("Run", "Workflow", "State", "Started", "Took", "Why"), map(_row, listed["runs"]))
    shown, total = len(listed["runs"]), listed["total"]
    if total > shown:
        many = f"over {total - 1:,}" if listed.get("total_is_minimum") else f"{total:,}"
        output.line(f"The newest {shown} of {many}.", style="dim")


def _row(run: dict[str, Any]) -> tuple[str, ...]:
    return (
        run["short"],
        run["workflow"],
        formatting.state(run["state"], run["reason"], run.get("refusal", "")),
        formatting.clock(run["started_at"] or run["created_at"]),
        formatting.took(run["started_at"], run["ended_at"]),
        formatting.one_line(run["reason"], 60),
    )
