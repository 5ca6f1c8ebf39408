"""`signoff subscriptions`, `subscribe` and `unsubscribe`: channels that get the news of workflows."""

from typing import Annotated

import typer

from bot.cli.connection import ask
from bot.cli.options import Data, Json
from bot.cli.output import Output

_Workflow = Annotated[str, typer.Argument(metavar="WORKFLOW", help="A workflow's name.")]
_Channel = Annotated[str, typer.Argument(metavar="CHANNEL", help="A channel: #name or its id.")]
_Kinds = Annotated[
    list[str] | None,
    typer.Argument(metavar="KIND...", help="Kinds of news: started, waiting, done or failed. Default: all."),
]


def subscriptions(data: Data = None, json: Json = False) -> None:
    """List the channels that get the news of workflows."""
    listed = ask(data, "subscriptions")
    output = Output(json)
    output.data(listed)
    for each in listed["subscriptions"]:
        output.line(f"{each['channel']}  {each['workflow']}  {', '.join(each['kinds'])}")
    if not listed["subscriptions"]:
        output.line("No channel gets news.")


def subscribe(
    workflow: _Workflow, channel: _Channel, kinds: _Kinds = None, data: Data = None, json: Json = False
) -> None:
    """Send the news of a workflow to a channel.

    The channel gets news of a run only if everybody who can read the channel may see that run.
    """
    added = ask(data, "subscribe", workflow=workflow, channel=channel, kinds=kinds or [])
    output = Output(json)
    output.data(added)
    output.line(f"{added['channel']} gets the news of {added['workflow']}: {', '.join(added['kinds'])}.")


def unsubscribe(workflow: _Workflow, channel: _Channel, data: Data = None, json: Json = False) -> None:
    """Stop sending the news of a workflow to a channel."""
    ended = ask(data, "unsubscribe", workflow=workflow, channel=channel)
    output = Output(json)
    output.data(ended)
    output.line(f"{channel} no longer gets the news of {ended['workflow']}.")
