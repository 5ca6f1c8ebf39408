"""`signoff health`: workflows against their objectives."""

from typing import Annotated, Any

import typer

from bot.cli import formatting
from bot.cli.connection import ask
from bot.cli.options import Data, Json
from bot.cli.output import Output
from bot.views.wording.times import duration

_NAMES = {
    "success": "success",
    "p95": "duration",
    "recover": "time to recover",
    "decide": "time to decide",
}


def health(
    workflow: Annotated[str | None, typer.Argument(metavar="WORKFLOW", help="A workflow's name.")] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Show how workflows do against their objectives: green, amber or red, the worst first.

    A workflow without objectives is judged by its last runs.
    """
    answer = ask(data, "health", workflows=True, workflow=workflow)
    output = Output(json)
    output.data(answer)
    if not answer["workflows"]:
        output.line("No workflow is loaded.")
    for each in answer["workflows"]:
        why = f": {', '.join(each['reasons'])}" if each["reasons"] else ""
        output.line(f"{each['workflow']}  {each['color']}, {each['word']}{why}")
    if workflow:
        _objectives(output, answer["workflows"][0]["objectives"])


def _objectives(output: Output, objectives: list[dict[str, Any]]) -> None:
    if not objectives:
        output.line("It has no objectives.")
        return
    head = ("Objective", "State", "Since", "Target", "Measured", "Missed it", "Budget left", "Burn rate")
    output.table(head, map(_row, objectives))


def _row(objective: dict[str, Any]) -> tuple[str, ...]:
    measured, since = objective["measured"], objective["since"]
    known = objective["events"] > 0
    return (
        _NAMES[objective["name"]],
        objective["state"],
        formatting.clock(since) if since else "-",
        _value(objective, objective["target"]),
        "-" if measured is None else _value(objective, measured),
        f"{objective['bad']} of {objective['events']}",
        f"{max(objective['budget_left'], 0) * 100:.0f}%" if known else "-",
        f"{objective['burn_rate']:.1f}" if known else "-",
    )


def _value(objective: dict[str, Any], number: float) -> str:
    return f"{number:.2f}%" if objective["name"] == "success" else duration(number)
