"""`signoff backfill`: the runs of a schedule for dates that have passed."""

from datetime import date
from typing import Annotated

import typer

from bot.cli.connection import ask
from bot.cli.options import Data, Json
from bot.cli.output import Output
from engine.text import count


def backfill(
    workflow: Annotated[str, typer.Argument(metavar="WORKFLOW", help="A workflow with a cron schedule.")],
    start: Annotated[str, typer.Option("--from", metavar="DATE", help="The first date, such as 2026-01-01.")],
    end: Annotated[str, typer.Option("--to", metavar="DATE", help="The last date.")],
    key: Annotated[
        str | None,
        typer.Option("--key", metavar="KEY", help="The key of the schedule, if the workflow has several."),
    ] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Start the runs of a schedule for a range of dates, each once.

    Signoff leaves out a fire that already has a run. The same command therefore continues where an earlier
    one stopped.
    """
    for option, text in (("--from", start), ("--to", end)):
        _check_date(option, text)
    answer = ask(data, "backfill", workflows=True, workflow=workflow, start=start, end=end, key=key)
    output = Output(json)
    output.data(answer)
    output.line(f"{answer['started']} started, {answer['known']} had a run already.")
    if denied := answer["denied"]:
        output.line(f"{count(denied, 'fire')} of the schedule started no run. {answer['why']}")
    if answer["more"]:
        again = "Change the policy or the dates first." if denied else "Run the same command again."
        output.line(f"There are more. {again}")


def _check_date(option: str, text: str) -> None:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{option} is {text}. Write a date such as 2026-01-31.") from None
