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
    propose: Annotated[
        bool, typer.Option("--propose", help="Print a threshold with which people would agree more often.")
    ] = False,
    ask_gate: Annotated[
        str,
        typer.Option(
            "--ask", metavar="GATE", help="With --propose: ask the approvers of a gate for that threshold."
        ),
    ] = "",
    take_back: Annotated[
        bool, typer.Option("--take-back", help="Have the thresholds of the file again.")
    ] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """Show how far people agreed with a decision: by outcome, week, version and group.

    Only approvals that show the decision or depend on it count.
    """
    workflow, _, step = named.partition(".")
    age = duration_seconds("--since", since)
    if ask_gate and not propose:
        raise typer.BadParameter("--ask needs --propose.")
    if propose and take_back:
        raise typer.BadParameter("--propose and --take-back exclude each other.")
    if propose or take_back:
        chosen: dict[str, Any] = {
            "workflow": workflow,
            "step": step,
            "age": age,
            "gate": ask_gate,
            "take_back": take_back,
        }
        changed = ask(data, "threshold", workflows=True, **chosen)
        output = Output(json)
        output.data(changed)
        for text in changed["summary"]:
            output.line(text)
        return
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
