"""Check that an approval on the command line covers what its approver could read: in Slack, or as
`signoff show` prints it. That command gives a code of what it printed, so that nobody approves by it what
they never saw.
"""

from bot.cli import serializers
from bot.outbox.completeness import Completeness
from engine import Engine, RequestRecord, Wanted


async def unread(engine: Engine, request: RequestRecord, seen: str) -> str:
    """Return why it can't be approved yet, with the remedy; empty when it can."""
    show = f"signoff show {request.run_id}"
    if seen:
        if seen == serializers.request(request)["seen"]:
            return ""
        return f"--seen {seen} is not the code of this request as it is now. Read it again: {show}"
    why = await Completeness(engine.deliveries, engine, _nothing, "signoff").lacking(request.id)
    return f"{why} Or read it with {show} and add --seen with the code that it prints." if why else ""


async def _nothing(wanted: list[Wanted]) -> None:
    """The process that serves posts what is lacking."""
