"""`signoff mute` and `signoff unmute`: tell nobody of failures for a while."""

from typing import Annotated

import typer

from bot.cli.connection import ask
from bot.cli.options import Data, Json
from bot.cli.output import Output
from engine.durations import InvalidDuration, seconds

_Target = Annotated[
    str, typer.Argument(metavar="TARGET", help="A workflow's name, or a run: its id, short form or ending.")
]
_Span = Annotated[str, typer.Option("--for", metavar="SPAN", help="How long, such as 30m or 2h.")]


def mute(
    target: _Target,
    lasting: Annotated[
        str, typer.Option("--for", metavar="SPAN", help="How long, such as 30m or 2h.")
    ] = "1h",
    data: Data = None,
    json: Json = False,
) -> None:
    """Tell nobody of a workflow's failures for a while, or of the failure that a run has.

    Failures are counted and can be answered. When the mute ends, the owner is asked about those that wait.
    Approvals are asked as always.
    """
    try:
        span = seconds(lasting)
    except InvalidDuration as error:
        raise typer.BadParameter(f"--for {error}") from None
    muted = ask(data, "mute", target=target, seconds=span)
    output = Output(json)
    output.data(muted)
    for each in muted["mutes"]:
        what = f"{each['workflow']} at {each['step']}" if each["step"] else each["workflow"]
        output.line(f"Failures of {what} are muted until {each['until']}.")


def unmute(target: _Target, data: Data = None, json: Json = False) -> None:
    """End the mute of a workflow, or of the failure that a run has."""
    ended = ask(data, "unmute", target=target)
    output = Output(json)
    output.data(ended)
    output.line(f"{target} is no longer muted.")
