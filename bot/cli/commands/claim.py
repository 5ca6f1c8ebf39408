"""`signoff claim`: an approver is on a request."""

from typing import Annotated

import typer

from bot.cli import formatting
from bot.cli.connection import ask
from bot.cli.options import Data, Json, RequestId, check_user_id, duration_seconds
from bot.cli.output import Output


def claim(
    request: RequestId,
    as_user: Annotated[
        str, typer.Option("--as", metavar="USER", help="Slack user id of the approver: U012AB3CD.")
    ],
    lasts: Annotated[
        str, typer.Option("--for", metavar="DURATION", help="How long, from 1m to 1d. Default: 30m.")
    ] = "30m",
    give_back: Annotated[bool, typer.Option("--give-back", help="End the claim.")] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """Say that an approver is on an open approval. Needs SIGNOFF_CLI_DECIDES=true."""
    check_user_id(as_user, "--as")
    seconds = duration_seconds("--for", lasts)
    claimed = ask(
        data, "claim", people=True, request=request, lasts=seconds, give_back=give_back, as_user=as_user
    )
    output = Output(json)
    output.data(claimed)
    if give_back:
        output.line(f"Nobody is on {claimed['id']} now.")
    else:
        output.line(f"{as_user} is on {claimed['id']} until {formatting.clock(claimed['claim']['until'])}.")
