"""`signoff mute` and `signoff unmute`: tell nobody of failures for a while."""

from typing import Annotated

import typer

from bot.cli import formatting
from bot.cli.connection import ask
from bot.cli.options import Data, Json
from bot.cli.output import Output
from engine.durations import InvalidDuration, seconds

_Target = Annotated[
    str, typer.Argument(metavar="TARGET", help="A workflow's name, or a run: its id, short form or ending.")
]
_Span = Annotated[str, typer.Option("--for", metavar="DURATION", help="How long, such as 30m or 2h.")]


def mute(
    target: _Target,
    lasting: Annotated[
        str, typer.Option("--for", metavar="DURATION", help="How long, such as 30m or 2h.")
    ] = "1h",
    data: Data = None,
    json: Json = False,
) -> None:
    """Mute the failures of a workflow, or the failure of one run, for a while.

    Signoff still counts the failures, and the owner can still decide. When the mute ends, Signoff asks
    the owner about those that wait. A mute never applies to approvals.
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
        output.line(f"Failures of {what} are muted until {formatting.clock(each['until'])}.")


def unmute(target: _Target, data: Data = None, json: Json = False) -> None:
    """End the mute of a workflow, or of the failure of one run."""
    ended = ask(data, "unmute", target=target)
    output = Output(json)
    output.data(ended)
    output.line(f"{target} is no longer muted.")
