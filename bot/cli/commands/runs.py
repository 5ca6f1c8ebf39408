"""`signoff runs`: a list of runs."""

from typing import Annotated, Any

import typer

from bot.cli import formatting
from bot.cli.connection import connect
from bot.cli.options import Data, Json, whole_number
from bot.cli.output import Output, note
from bot.views.wording.text import count, unreadable_line

_STATES = ("pending", "running", "waiting", "paused", "compensating", "succeeded", "failed", "cancelled")
_MAX_LISTED = 1000
"""Runs that one request lists."""
_MAX_NAMED = 10
"""Runs that cannot be read of which the ids are told."""


def runs(
    workflow: Annotated[
        str | None, typer.Argument(metavar="WORKFLOW", help="List only runs of this workflow.")
    ] = None,
    state: Annotated[
        list[str] | None,
        typer.Option(
            "--state",
            metavar="STATE",
            help=f"List only runs in this state: {', '.join(_STATES)}. Repeat it for more states. "
            "failed also finds runs with a failed step that waits for a decision.",
        ),
    ] = None,
    limit: Annotated[
        int,
        typer.Option(
            "--limit",
            "-n",
            metavar="NUMBER",
            parser=whole_number("--limit", 1, _MAX_LISTED),
            help="List at most this many runs, up to 1000.",
        ),
    ] = 20,
    after: Annotated[
        str | None,
        typer.Option("--after", metavar="RUN", help="List the runs after this one: the next older ones."),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="List every run, however many they are.")] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """List runs, newest first."""
    for name in state or ():
        if name not in _STATES:
            raise typer.BadParameter(f"--state {name} is not a state. Choose one of {', '.join(_STATES)}.")
    chosen: dict[str, Any] = {"workflow": workflow, "states": state}
    size = _MAX_LISTED if everything else limit
    with connect(data, workflows=bool(workflow)) as access:
        listed = access.call("runs", **chosen, cursor=after, limit=size)
        page = listed["runs"]
        while everything and len(page) == size:
            page = access.call("runs", **chosen, cursor=page[-1]["id"], limit=size)["runs"]
            listed["runs"] += page
    output = Output(json)
    output.data(listed)
    if unreadable := listed.get("unreadable"):
        note(unreadable_line(len(unreadable), ", ".join(unreadable[:_MAX_NAMED])))
    if not listed["runs"] and after:
        output.line(f"No runs after {after}.")
        return
    if not listed["runs"]:
        output.line("No runs." if workflow or state else "No runs yet. Start one: signoff run NAME")
        return
    output.table(("Run", "Workflow", "State", "Started", "Took", "Why"), map(_row, listed["runs"]))
    shown, total = len(listed["runs"]), listed["total"]
    if everything:
        output.line(f"{count(shown, 'run')}.", style="dim")
    elif total > shown:
        many = f"over {total - 1:,}" if listed.get("total_is_minimum") else f"{total:,}"
        which = f"{shown} of {many}, after {after}." if after else f"The newest {shown} of {many}."
        more = f" For the next: --after {listed['runs'][-1]['short']}" if shown == limit else ""
        output.line(f"{which}{more}", style="dim")


def _row(run: dict[str, Any]) -> tuple[str, ...]:
    return (
        run["short"],
        run["workflow"],
        formatting.run_words(run),
        formatting.clock(run["started_at"] or run["created_at"]),
        formatting.took(run["started_at"], run["ended_at"]),
        formatting.one_line(run["reason"], 60),
    )
