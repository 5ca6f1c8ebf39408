"""`signoff show`: one run."""

from typing import Annotated

import typer

from bot.cli import run_view
from bot.cli.connection import ask
from bot.cli.options import Data, Json, RunId, whole_number
from bot.cli.output import Output


def show(
    run: RunId,
    elements: Annotated[
        str | None,
        typer.Option(
            "--elements",
            metavar="STEP",
            help="Show the failed elements of this step instead, 50 at a time.",
        ),
    ] = None,
    after: Annotated[
        int | None,
        typer.Option(
            "--after",
            metavar="NUMBER",
            parser=whole_number("--after", 0, 100_000),
            help="With --elements: show the elements after the one with this number.",
        ),
    ] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Show a run: its steps, its open requests, and who decided what."""
    output = Output(json)
    if elements is not None:
        page = ask(data, "elements", run=run, step=elements, after=-1 if after is None else after)
        output.data(page)
        for line in run_view.failed_elements(page):
            output.line(line)
        return
    detail = ask(data, "show", run=run)
    output.data(detail)
    run_view.draw(output, detail)
