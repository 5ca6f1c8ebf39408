"""`signoff schedules`, and switching them on and off."""

from typing import Annotated, Any

import typer

from bot.cli import formatting
from bot.cli.connection import ask
from bot.cli.options import Data, Json
from bot.cli.output import Output

_SWITCHES = ("enable", "disable")


def register(app: typer.Typer) -> None:
    app.command()(schedules)


def schedules(
    switch: Annotated[
        str | None, typer.Argument(metavar="[enable|disable]", help="Switch on or off.")
    ] = None,
    workflow: Annotated[str | None, typer.Argument(help="Of this workflow.")] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """List what starts runs by the clock, or switch a workflow's schedules on or off."""
    if switch is None:
        found = ask(data, "schedules", workflows=True)
    elif switch not in _SWITCHES or workflow is None:
        raise typer.BadParameter("Write: signoff schedules, or signoff schedules enable|disable WORKFLOW.")
    else:
        found = ask(data, "switch", workflows=True, workflow=workflow, enabled=switch == "enable")
    output = Output(json)
    output.data(found)
    if not found["schedules"]:
        output.line("No workflow has a schedule.")
        return
    output.table(("Workflow", "Schedule", "", "Next", "Last"), map(_row, found["schedules"]))


def _row(one: dict[str, Any]) -> tuple[str, ...]:
    return (
        one["workflow"],
        one["description"],
        "on" if one["enabled"] else "off",
        formatting.clock(one["next_fire_at"]),
        formatting.clock(one["last_fire_at"]),
    )
