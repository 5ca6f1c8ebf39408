"""`signoff break-glass`: approvals by one person alone that nobody has reviewed yet."""

from collections.abc import Mapping
from typing import Any

from bot.cli import formatting
from bot.cli.connection import ask
from bot.cli.options import Data, Json
from bot.cli.output import Output


def break_glass(data: Data = None, json: Json = False) -> None:
    """List the open reviews of break-glass: who approved what alone, why, and where it is reviewed."""
    output = Output(json)
    listed = ask(data, "break_glass")
    output.data(listed)
    if not listed["reviews"]:
        output.line("No review of break-glass is open.")
        return
    output.table(("Person", "Approval", "Request", "At", "Reason", "Review"), map(_row, listed["reviews"]))
    for review in listed["reviews"]:
        if review["problem"]:
            who, problem = formatting.plain(review["by"]), formatting.plain(review["problem"])
            output.line(f"Nobody can be asked to review the break-glass of {who}: {problem}", style="red")


def _row(review: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        formatting.plain(review["by"]),
        formatting.plain(f"{review['workflow']} {review['step']}"),
        formatting.plain(review["request"]),
        formatting.clock(review["at"]),
        formatting.plain(review["reason"]),
        formatting.plain(f"{review['gate']} {review['review']}"),
    )
