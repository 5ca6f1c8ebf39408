"""`signoff reassign`: other approvers for an open request."""

from typing import Annotated

import typer

from bot.cli.connection import ask
from bot.cli.options import Data, Json, RequestId
from bot.cli.output import Output


def reassign(
    request: RequestId,
    to: Annotated[
        str,
        typer.Argument(metavar="APPROVERS", help="The new approvers: @group, #channel or a Slack user id."),
    ],
    data: Data = None,
    json: Json = False,
) -> None:
    """Hand an open request to other approvers, as the operator. The requester cannot do this."""
    reassigned = ask(data, "reassign", people=True, request=request, to=to)
    output = Output(json)
    output.data(reassigned)
    output.line(f"Reassigned. {reassigned['id']} now waits for {to}.")
