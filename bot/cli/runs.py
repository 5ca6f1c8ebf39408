"""`signoff runs` and `signoff show RUN`."""

from typing import Annotated, Any

import typer

from bot.cli import formatting, run_view
from bot.cli.connection import ask
from bot.cli.options import Data, Json
from bot.cli.output import Output
from engine import MOST_COUNTED

_STATES = ("pending", "running", "waiting", "succeeded", "failed", "cancelled")


def register(app: typer.Typer) -> None:
    app.command()(runs)
    app.command()(show)


def runs(
    workflow: Annotated[str | None, typer.Argument(help="Only runs of this workflow.")] = None,
    state: Annotated[
        list[str] | None, typer.Option("--state", help=f"Only runs in this state: {', '.join(_STATES)}.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=1000, help="At most so many.")] = 20,
    data: Data = None,
    json: Json = False,
) -> None:
    """List runs, the newest first."""
    for one in state or ():
        if one not in _STATES:
            raise typer.BadParameter(f"--state {one} is not a state. Choose one of {', '.join(_STATES)}.")
    found = ask(data, "runs", workflows=bool(workflow), workflow=workflow, states=state, limit=limit)
    output = Output(json)
    output.data(found)
    if not found["runs"]:
        output.line("No runs." if workflow or state else "No runs yet. Start one: signoff run NAME")
        return
    output.table(("Run", "Workflow", "State", "Started", "Took", "Why"), map(_row, found["runs"]))
    if found["total"] > len(found["runs"]):
        total = found["total"]
        many = f"{total:,}" if total <= MOST_COUNTED else f"over {MOST_COUNTED:,}"
        output.line(f"The newest {len(found['runs'])} of {many}.", style="dim")


def show(
    run: Annotated[str, typer.Argument(help="A run's id, its short form, or how it ends.")],
    data: Data = None,
    json: Json = False,
) -> None:
    """Show one run: its steps, what it waits for, who decided what."""
    found = ask(data, "show", run=run)
    output = Output(json)
    output.data(found)
    run_view.draw(output, found)


def _row(run: dict[str, Any]) -> tuple[str, ...]:
    return (
        run["short"],
        run["workflow"],
        formatting.state(run["state"], run["reason"]),
        formatting.clock(run["started_at"] or run["created_at"]),
        formatting.took(run["started_at"], run["ended_at"]),
        formatting.one_line(run["reason"], 60),
    )
