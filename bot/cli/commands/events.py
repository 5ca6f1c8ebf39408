"""`signoff events`: the systems and files that get the events of the log."""

from typing import Annotated

import typer

from bot.cli import formatting, heavy
from bot.cli.connection import ask
from bot.cli.options import Data, Json, new_group
from bot.cli.output import Output

events = new_group("events", "Show the systems and files that get events.")


@events.command()
def targets(data: Data = None, json: Json = False) -> None:
    """List the targets of events, and how far each has the log."""
    listed = ask(data, "event_targets")
    output = Output(json)
    output.data(listed)
    if not listed["targets"]:
        output.line("No target gets events. Name some in the file of SIGNOFF_EVENTS_TO.")
        return
    rows = [
        (
            each["name"],
            str(each["place"]),
            str(each["behind"]),
            formatting.clock(each["waiting_since"]) if each["waiting_since"] else "",
        )
        for each in listed["targets"]
    ]
    output.table(("Target", "Has events up to", "Behind", "Waiting since"), rows)


@events.command()
def forget(
    name: Annotated[str, typer.Argument(metavar="TARGET", help="A target that is no longer in the file.")],
    data: Data = None,
    json: Json = False,
) -> None:
    """Forget the place of a target that was removed: nothing is kept for it any more."""
    forgotten = ask(data, "forget_event_target", name=name)
    output = Output(json)
    output.data(forgotten)
    output.line(f"Forgot the place of {name}.")


@events.command()
def skip(
    name: Annotated[str, typer.Argument(metavar="TARGET", help="A target that refuses an event.")],
    event: Annotated[int, typer.Argument(metavar="EVENT", help="Its position, which /readyz names.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="The reason, for the log.")],
    data: Data = None,
    json: Json = False,
) -> None:
    """Never send one event to a target that refuses it. The log records the reason."""
    skipped = ask(data, "skip_event", name=name, cursor=str(event), reason=reason)
    output = Output(json)
    output.data(skipped)
    output.line(f"{name} does not get the event {event}. Signoff goes on within 5 minutes.")


@events.command()
def schema() -> None:
    """Print the JSON Schema of the events that targets get."""
    Output(as_json=True).data(heavy.event_schema())
