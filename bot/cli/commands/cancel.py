"""`signoff cancel`: end a run, or all runs of a person, a token, a trigger or a workflow."""

import sys
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

import engine
from bot.cli.confirmation import confirm
from bot.cli.connection import ask
from bot.cli.options import Data, Json, duration_seconds
from bot.cli.output import CommandError, Output, note
from bot.slack.user_ids import USER_ID
from bot.views.wording.text import count

SOURCES = ("slack", "cli", "api", "webhook", "schedule", "event", "file", "query", "engine")
"""Every source of an actor that can start a run."""
_MAX_PREVIEWED, _MAX_REFUSED = 10, 5
_RUNS_PER_NOTE = 1000


def cancel(
    run: Annotated[
        str | None, typer.Argument(metavar="RUN", help="Id of a run, its short form, or the end of either.")
    ] = None,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="The reason. People see it.")] = "",
    started_by: Annotated[
        str,
        typer.Option(
            "--started-by",
            metavar="STARTER",
            help="Cancel all unfinished runs of one starter: U012AB3CD, api:TOKEN, cli:USER, webhook:NAME, "
            f"or a source alone ({', '.join(SOURCES)}).",
        ),
    ] = "",
    workflow: Annotated[
        str | None,
        typer.Option(
            "--workflow",
            metavar="WORKFLOW",
            help="Cancel all unfinished runs of this workflow. With --started-by: only those of the starter.",
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="DURATION",
            help="With --started-by or --workflow: only runs of the last 30m, 2h or 1d.",
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """Cancel a run, or all unfinished runs of a starter or a workflow.

    Running steps stop, and Signoff withdraws open requests. Before it cancels several runs, the command says
    how many they are and asks.
    """
    output = Output(json)
    if run and (started_by or workflow):
        raise typer.BadParameter(f"Give a run or {'--started-by' if started_by else '--workflow'}, not both.")
    if started_by or workflow:
        _cancel_several(output, data, _selection(started_by, workflow, since), reason, yes)
        return
    if not run or since:
        raise typer.BadParameter("Give a run, --started-by or --workflow. --since needs one of the last two.")
    cancelled = ask(data, "cancel", run=run, reason=reason)
    output.data(cancelled)
    output.line(_cancelled(cancelled))


def _cancelled(run: dict[str, Any]) -> str:
    if run["state"] == "compensating":
        return f"{run['short']} is being cancelled, and its steps are undone first."
    return f"{run['short']} is cancelled."


def _selection(started_by: str, workflow: str | None, since: str | None) -> dict[str, Any]:
    """Return which runs to cancel, as the engine takes it."""
    source, colon, id_ = started_by.partition(":")
    if started_by and not USER_ID.fullmatch(started_by) and (source not in SOURCES or (colon and not id_)):
        raise typer.BadParameter(
            f"--started-by {started_by} names nobody who can start runs. Write a Slack user id like "
            f"U012AB3CD, api:TOKEN, cli:USER, webhook:NAME, or one of the sources {', '.join(SOURCES)}."
        )
    selection: dict[str, Any] = {}
    if started_by:
        selection["started_by"] = started_by
    if workflow:
        selection["workflow"] = workflow
    if since:
        age = timedelta(seconds=duration_seconds("--since", since))
        # Not imported by name: the clock imports asyncio.
        selection["since"] = (engine.SystemClock().now() - age).isoformat()
    return selection


def _cancel_several(
    output: Output, data: Path | None, selection: dict[str, Any], reason: str, yes: bool
) -> None:
    chosen = ask(data, "unfinished", **selection)
    unfinished, which = chosen["unfinished"], _in_words(selection)
    if not unfinished:
        output.data({"cancelled": 0, "refused": []})
        output.line(f"There are no unfinished runs{which}.")
        return
    for line in _preview(chosen["counts"]):
        note(line)
    runs = count(unfinished, "run")
    if not yes and not confirm(f"Cancel {runs}{which}?", f"This would cancel {runs}{which}."):
        raise typer.Exit(1)
    cancelled, refused = _cancel_all(data, selection, reason, unfinished)
    output.data({"cancelled": cancelled, "refused": refused})
    if refused:
        more = [f"… and {len(refused) - _MAX_REFUSED:,} more"] if len(refused) > _MAX_REFUSED else []
        raise CommandError(
            f"{count(cancelled, 'run')} cancelled, and {count(len(refused), 'run')} not.",
            *(each["why"] for each in refused[:_MAX_REFUSED]),
            *more,
        )
    output.line(f"{count(cancelled, 'run')} cancelled.")


def _cancel_all(
    data: Path | None, selection: dict[str, Any], reason: str, unfinished: int
) -> tuple[int, list[dict[str, str]]]:
    """Cancel them a hundred at a time, and tell how far it is."""
    cancelled, refused, cursor, noted = 0, list[dict[str, str]](), None, 0
    steps = 1 if sys.stderr.isatty() else _RUNS_PER_NOTE
    while True:
        batch = ask(data, "cancel_started", reason=reason, cursor=cursor, **selection)
        cancelled += batch["cancelled"]
        refused += batch["refused"]
        cursor = batch["cursor"]
        if cursor is None:
            return cancelled, refused
        if cancelled - noted >= steps:
            noted = cancelled
            note(f"{cancelled:,} of {unfinished:,} runs cancelled.")


def _in_words(selection: dict[str, Any]) -> str:
    of = f" of {selection['workflow']}" if "workflow" in selection else ""
    return of + (f" that {selection['started_by']} started" if "started_by" in selection else "")


def _preview(counts: list[dict[str, Any]]) -> list[str]:
    """Say of which workflows they are, and what started them."""
    lines = [
        f"  {count(each['runs'], 'run')} of {each['workflow']}, source {each['source']}"
        for each in counts[:_MAX_PREVIEWED]
    ]
    left_out = sum(each["runs"] for each in counts[_MAX_PREVIEWED:])
    return [*lines, f"  {count(left_out, 'run')} of other workflows or sources"] if left_out else lines
