"""`signoff cancel`: end a run, or all runs that a person or token started."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

import engine
from bot.cli.connection import ask
from bot.cli.options import Data, Json, duration_seconds
from bot.cli.output import Output
from bot.user_ids import USER_ID

_STARTERS = ("slack", "api", "cli")


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
            help="Cancel all unfinished runs of one starter: U012AB3CD, api:TOKEN or cli:USER.",
        ),
    ] = "",
    workflow: Annotated[
        str | None,
        typer.Option("--workflow", metavar="WORKFLOW", help="With --started-by: only runs of this workflow."),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--since", metavar="DURATION", help="With --started-by: only runs of the last 30m, 2h or 1d."
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """Cancel a run, or all unfinished runs that a person, a token or an operating-system user started.

    Running steps stop, and Signoff withdraws open requests.
    """
    output = Output(json)
    if started_by:
        if run:
            raise typer.BadParameter("Give a run or --started-by, not both.")
        _cancel_started(output, data, _selection(started_by, workflow, since), reason, yes)
        return
    if not run or workflow or since:
        raise typer.BadParameter("Give a run, or --started-by with --workflow or --since.")
    cancelled = ask(data, "cancel", run=run, reason=reason)
    output.data(cancelled)
    output.line(f"{cancelled['short']} is cancelled.")


def _selection(started_by: str, workflow: str | None, since: str | None) -> dict[str, Any]:
    """Return which runs to cancel, as the engine takes it."""
    source, colon, id_ = started_by.partition(":")
    if not (colon and id_ and source in _STARTERS) and not USER_ID.fullmatch(started_by):
        raise typer.BadParameter(
            f"--started-by {started_by} names nobody who can start runs. "
            "Write a Slack user id like U012AB3CD, api:TOKEN or cli:USER."
        )
    selection: dict[str, Any] = {"started_by": started_by}
    if workflow:
        selection["workflow"] = workflow
    if since:
        age = timedelta(seconds=duration_seconds("--since", since))
        # Not imported by name: the clock imports asyncio.
        selection["since"] = (engine.SystemClock().now() - age).isoformat()
    return selection


def _cancel_started(
    output: Output, data: Path | None, selection: dict[str, Any], reason: str, yes: bool
) -> None:
    unfinished = ask(data, "unfinished", **selection)["unfinished"]
    starter = selection["started_by"]
    if not unfinished:
        output.data({"cancelled": 0})
        output.line(f"{starter} has no unfinished runs.")
        return
    runs = "1 run" if unfinished == 1 else f"{unfinished:,} runs"
    if not yes and not typer.confirm(f"Cancel {runs} that {starter} started?", err=True):
        raise typer.Exit(1)
    cancelled, more = 0, True
    while more:
        batch = ask(data, "cancel_started", reason=reason, **selection)
        cancelled += batch["cancelled"]
        more = batch["left"] and batch["cancelled"] > 0
    output.data({"cancelled": cancelled})
    output.line(
        f"{cancelled:,} of {runs} are cancelled." if cancelled != unfinished else f"{runs} cancelled."
    )
