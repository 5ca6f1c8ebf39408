"""`signoff schedules`: what starts runs by the clock."""

from typing import Annotated, Any

import typer

from bot.cli import formatting
from bot.cli.commands.triggers import said_switched, troubles
from bot.cli.connection import ask
from bot.cli.options import Data, Json
from bot.cli.output import Output
from engine.text import count

_SWITCHES = ("enable", "disable")


def schedules(
    switch: Annotated[
        str | None, typer.Argument(metavar="enable|disable", help="Switch the schedules of a workflow.")
    ] = None,
    workflow: Annotated[
        str | None, typer.Argument(metavar="WORKFLOW", help="The workflow whose schedules to switch.")
    ] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """List schedules, or switch those of a workflow on or off. Its other triggers stay as they are."""
    said = ""
    if switch is None:
        # A serving process of an earlier release does not say which triggers are timed.
        triggers = ask(data, "schedules", workflows=True)["schedules"]
        listed = {"schedules": [each for each in triggers if each.get("timed", True)]}
    elif switch not in _SWITCHES or workflow is None:
        raise typer.BadParameter("Write signoff schedules, or signoff schedules enable|disable WORKFLOW.")
    else:
        on = switch == "enable"
        listed = ask(data, "switch", workflows=True, workflow=workflow, enabled=on, timed=True)
        said = said_switched(workflow, listed, "schedule", on=on)
    output = Output(json)
    output.data(listed)
    if said:
        output.line(said)
    if not listed["schedules"]:
        output.line("No workflow has a schedule.")
        return
    output.table(("Workflow", "Schedule", "", "Next", "Last"), map(_row, listed["schedules"]))
    for schedule in listed["schedules"]:
        for line in troubles(schedule) if schedule.get("unreadable") else ():
            output.line(line)


def _row(schedule: dict[str, Any]) -> tuple[str, ...]:
    return (
        schedule["workflow"],
        schedule["description"],
        _state(schedule),
        formatting.upcoming(schedule),
        formatting.clock(schedule["last_fire_at"]),
    )


def _state(schedule: dict[str, Any]) -> str:
    if schedule.get("unreadable"):
        return "cannot be read"
    if not schedule["enabled"]:
        return "off"
    if schedule.get("paused"):
        return formatting.PAUSED
    failures = schedule["failures"]
    return f"slowed after {count(failures, 'failure')} in a row" if failures else "on"
