"""`signoff priority RUN N`: change the priority of a run."""

from typing import Annotated

import typer

from bot.cli.connection import ask
from bot.cli.options import Data, Json, RunId
from bot.cli.output import Output


def priority(
    run: RunId,
    number: Annotated[int, typer.Argument(metavar="N", help="From -10 to 10; the higher one comes first.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="The reason. People see it.")] = "",
    data: Data = None,
    json: Json = False,
) -> None:
    """Change the priority of a run.

    The higher priority comes first among runs that wait because of max_active_runs, and among steps that wait
    for a slot or a resource.
    """
    changed = ask(data, "prioritize", run=run, priority=number, reason=reason)
    output = Output(json)
    output.data(changed)
    output.line(f"{changed['short']} has the priority {number}.")
