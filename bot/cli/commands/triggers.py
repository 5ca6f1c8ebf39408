"""`signoff triggers`: what starts runs besides people, and what a sample would do."""

from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli import formatting
from bot.cli.connection import ask
from bot.cli.document_files import read_sample
from bot.cli.options import Data, Json, new_group
from bot.cli.output import Output
from bot.terminal import printed_json
from bot.views.wording.text import count

triggers = new_group("triggers", "List the triggers of workflows, switch them, and try them with a sample.")
Workflow = Annotated[str, typer.Argument(metavar="WORKFLOW", help="The workflow that the triggers start.")]
Key = Annotated[
    str | None,
    typer.Option("--key", metavar="KEY", help="One trigger of the workflow, by its key. Default: all."),
]

UNREADABLE_REMEDY = " Another program changed it. Run signoff audit verify: it names the remedy."


@triggers.command("list")
def list_triggers(
    workflow: Annotated[
        str | None, typer.Argument(metavar="WORKFLOW", help="List those of this workflow. Default: all.")
    ] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """List triggers with their keys, and what keeps one from starting runs."""
    _print(ask(data, "schedules", workflows=True, workflow=workflow), json, workflow)


@triggers.command()
def enable(workflow: Workflow, key: Key = None, data: Data = None, json: Json = False) -> None:
    """Switch triggers on."""
    switched = ask(data, "switch", workflows=True, workflow=workflow, key=key, enabled=True)
    _print(switched, json, said=said_switched(workflow, switched, "trigger", on=True))


@triggers.command()
def disable(workflow: Workflow, key: Key = None, data: Data = None, json: Json = False) -> None:
    """Switch triggers off. Events and webhook calls that arrive while a trigger is off start no runs."""
    switched = ask(data, "switch", workflows=True, workflow=workflow, key=key, enabled=False)
    _print(switched, json, said=said_switched(workflow, switched, "trigger", on=False))


@triggers.command("test")
def try_sample(
    workflow: Workflow,
    sample: Annotated[
        Path,
        typer.Option(
            "--sample",
            metavar="FILE",
            help="A JSON file with the body of a request, the parts of a file, or a row.",
        ),
    ],
    key: Key = None,
    header: Annotated[
        list[str] | None,
        typer.Option("--header", metavar="NAME=VALUE", help="A header of the request. Repeat it for more."),
    ] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Show what a sample would start. Nothing starts."""
    headers = {}
    for each in header or ():
        name, equals, value = each.partition("=")
        if not equals:
            raise typer.BadParameter(f"--header {each} has no value. Write --header NAME=VALUE.")
        headers[name.lower().replace("-", "_")] = value
    answer = ask(
        data,
        "test_trigger",
        workflows=True,
        workflow=workflow,
        key=key,
        sample=read_sample(sample),
        headers=headers,
    )
    output = Output(json)
    output.data(answer)
    for line in _result(answer).splitlines():
        output.line(line)
    if any(each["problems"] for each in (answer, *answer["elements"])):
        raise typer.Exit(1)


def _result(answer: dict[str, Any]) -> str:
    if answer["elements"]:
        return "\n".join(f"Element {index}: {_of_one(each)}" for index, each in enumerate(answer["elements"]))
    return _of_one(answer)


def _of_one(answer: dict[str, Any]) -> str:
    if answer["problems"]:
        problems = "\n".join(f"  {field}: {what}" for field, what in answer["problems"])
        return f"The sample does not fit, and no run starts:\n{problems}"
    if not answer["passes"]:
        return "The filter holds the sample back, and no run starts."
    return f"A run starts with this input:\n{printed_json(answer['input'])}"


def said_switched(workflow: str, switched: dict[str, Any], what: str, *, on: bool) -> str:
    """Say which triggers were switched, and that others stay as they are."""
    number, left = len(switched["schedules"]), switched.get("left", 0)
    said = f"Switched {count(number, what)} of {workflow} {'on' if on else 'off'}."
    stays = "stays as it is" if left == 1 else "stay as they are"
    return f"{said} {count(left, 'other trigger')} {stays}." if left else said


def _print(listed: dict[str, Any], json: bool, workflow: str | None = None, said: str = "") -> None:
    output = Output(json)
    output.data(listed)
    if said:
        output.line(said)
    if not listed["schedules"]:
        output.line(f"{workflow} has no trigger." if workflow else "No workflow has a trigger.")
        return
    output.table(("Workflow", "Trigger", "Key", "", "Next", "Last"), map(_row, listed["schedules"]))
    for trigger in listed["schedules"]:
        for line in [*troubles(trigger), *skipped(trigger)]:
            output.line(line)


def _row(trigger: dict[str, Any]) -> tuple[str, ...]:
    return (
        trigger["workflow"],
        trigger["description"],
        trigger["key"],
        _state(trigger),
        formatting.upcoming(trigger),
        formatting.clock(trigger["last_fire_at"]),
    )


def _state(trigger: dict[str, Any]) -> str:
    if trigger.get("unreadable"):
        return "cannot be read"
    if not trigger["enabled"]:
        return "off"
    if trigger.get("paused"):
        return formatting.PAUSED
    if trigger["problem"]:
        return "starts nothing"
    return "facts do not fit" if trigger["misfits"] else "on"


def skipped(trigger: dict[str, Any]) -> list[str]:
    """Return a line where the newest fact started no run because runs of the workflow overlap."""
    if trigger["misfits"] or not trigger.get("skipped_at"):
        return []
    name, when = f"{trigger['workflow']} {trigger['key']}", formatting.clock(trigger["skipped_at"])
    return [f"{name} skipped its newest fact by overlap at {when}: a run was under way."]


def troubles(trigger: dict[str, Any]) -> list[str]:
    """Return what keeps a trigger from starting runs."""
    lines, name = [], f"{trigger['workflow']} {trigger['key']}"
    if trigger["problem"]:
        since = f" since {formatting.clock(trigger['problem_since'])}" if trigger["problem_since"] else ""
        remedy = UNREADABLE_REMEDY if trigger.get("unreadable") else ""
        lines.append(f"{name} starts nothing{since}: {trigger['problem']}.{remedy}")
    if trigger["misfits"]:
        facts = count(trigger["misfits"], "fact")
        last = formatting.clock(trigger["misfit_at"])
        lines.append(f"{name}: {facts} in a row did not fit, the last at {last}: {trigger['misfit']}")
    return lines
