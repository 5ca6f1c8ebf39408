"""`signoff show`: one run."""

from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli import run_view
from bot.cli.connection import ask, connect
from bot.cli.options import Data, Json, RunId, whole_number
from bot.cli.output import CommandError, Output


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
    reveal: Annotated[
        bool,
        typer.Option("--reveal", help="Show its personal data instead. The log keeps who read it, and why."),
    ] = False,
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="With --reveal: the reason, which is required.")
    ] = "",
    data: Data = None,
    json: Json = False,
) -> None:
    """Show a run: its steps, its open requests, and who decided what."""
    output = Output(json)
    if reveal or reason:
        _reveal(output, run, reveal and elements is None, reason, data)
        return
    if elements is not None:
        page = ask(data, "elements", run=run, step=elements, after=-1 if after is None else after)
        output.data(page)
        for line in run_view.failed_elements(page):
            output.line(line)
        return
    detail = ask(data, "show", run=run)
    output.data(detail)
    run_view.draw(output, detail)


def _reveal(output: Output, run: str, alone: bool, reason: str, data: Path | None) -> None:
    """Show every value. Each page of them is recorded before it arrives."""
    if not alone:
        raise CommandError("--reason goes with --reveal, and --reveal without --elements.")
    values: list[dict[str, Any]] = []
    more = True
    with connect(data) as access:
        while more:
            page = access.call("reveal", run=run, reason=reason, offset=len(values))
            values, more = [*values, *page["values"]], bool(page["more"])
    output.data({"run": page["run"], "values": values})
    for line in run_view.personal(values):
        output.line(line)
