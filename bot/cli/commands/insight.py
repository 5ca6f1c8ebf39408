"""`signoff insight`: what a decision recommended, and what people answered."""

from typing import Annotated, Any

import typer

from bot.cli.connection import ask
from bot.cli.options import Data, Json, duration_seconds
from bot.cli.output import Output


def insight(
    named: Annotated[
        str,
        typer.Argument(
            metavar="WORKFLOW[.STEP]", help="The workflow, and its decision if it has several of them."
        ),
    ],
    since: Annotated[
        str, typer.Option("--since", metavar="DURATION", help="The age of the oldest runs, such as 30d.")
    ] = "90d",
    data: Data = None,
    json: Json = False,
) -> None:
    """Show how far people agreed with a decision: by outcome, week, version and group.

    Only approvals that show the decision or depend on it count.
    """
    workflow, _, step = named.partition(".")
    age = duration_seconds("--since", since)
    answer = ask(data, "insight", workflows=True, workflow=workflow, step=step, age=age)
    tables = answer.pop("tables")
    output = Output(json)
    output.data(answer)
    for text in answer["summary"]:
        output.line(text)
    for table in tables:
        _table(output, table)


def _table(output: Output, table: dict[str, Any]) -> None:
    if table["rows"]:
        output.line()
        output.line(table["title"])
        output.table(table["head"], table["rows"])
