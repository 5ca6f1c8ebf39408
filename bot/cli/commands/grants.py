"""`signoff grants`: approvals that were given in advance."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from bot.cli import formatting
from bot.cli.connection import ask
from bot.cli.options import Data, Json
from bot.cli.output import Output
from bot.terminal import printed


def grants(
    revoke: Annotated[
        str | None, typer.Option("--revoke", metavar="GRANT", help="End this grant at once.")
    ] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """List the grants in force: who gave each, for whom, what it covers, and how often it was used."""
    output = Output(json)
    if revoke is not None:
        ended = ask(data, "revoke_grant", people=True, name=revoke)
        output.data(ended)
        output.line(f"The grant {printed(ended['id'])} is revoked. It approves nothing any more.")
        return
    listed = ask(data, "grants")
    output.data(listed)
    if not listed["grants"]:
        output.line("No grant is in force.")
        return
    heads = ("Grant", "Approval", "Given by", "For", "Used", "Until", "Covers")
    output.table(heads, map(_row, listed["grants"]))


def _row(grant: Mapping[str, Any]) -> tuple[str, ...]:
    used = f"{len(grant['used'])} of {grant['uses']}"
    covers = [formatting.plain(grant["ask"]), *map(formatting.plain, grant["rules"])]
    return (
        formatting.plain(grant["id"]),
        formatting.plain(f"{grant['workflow']} {grant['step']}"),
        formatting.plain(grant["by"]),
        formatting.plain(grant["requester"]),
        used,
        formatting.clock(grant["until"]),
        "; ".join(covers),
    )
