"""Check that everything a decision covers has reached its approvers: only then can one approve in Slack.

A modal counts for nothing here: one person opens it for themselves, and nobody can tell that they read it to
its end. A post or a file in the thread is before everybody who may decide.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass

from bot.off_the_loop import rendered
from bot.outbox.ports import Delivery, DeliveryStore, RecordReader
from bot.outbox.problems import Problem, remedy
from bot.outbox.projector import in_full, request_key
from bot.views.requests.full_content import decided
from engine import AWAITED, RequestRecord, UnknownRun, Wanted

_ON_ITS_WAY = "Signoff is still posting the full text of this request in the thread. Approve it in a moment."


def refusal(rows: Sequence[Delivery], bot_name: str) -> str:
    """Why what has to be read in full cannot be delivered, in plain sentences; empty when it can."""
    refused = next((row for row in rows if _lacking(row) and row.error), None)
    if refused is None:
        return ""
    code, _, channel = refused.error.partition(" in ")  # the channel by its id, which says nothing to people
    why = f"({refused.error})."
    if " " not in code:
        where = "the channel of this request" if channel else "the thread"
        needed = "files:write" if code == "missing_scope" else ""
        why = remedy(Problem(code, where, needed), where, bot_name)
    return f"The full text could not be posted in the thread, so nobody can approve this in Slack yet. {why}"


def _lacking(row: Delivery) -> bool:
    """Return whether the message was never posted; a posted one exists, even where it is wanted again."""
    return row.ref is None and row.sent < row.wanted


def _decided(request: RequestRecord) -> set[str]:
    return {document.what for document in decided(request)}


@dataclass(frozen=True, slots=True)
class Completeness:
    """Asked before every approval in Slack. `want`: what the outbox should deliver."""

    deliveries: DeliveryStore
    records: RecordReader
    want: Callable[[list[Wanted]], Awaitable[None]]
    bot_name: str

    async def lacking(self, request_id: str) -> str:
        """Why this cannot be approved yet, for the person who clicked; empty when it can."""
        rows = await self.deliveries.find(subject=request_id, kind="full")
        if not rows:
            return await self._not_begun(request_id)
        if not any(map(_lacking, rows)):
            return await self._not_told(request_id, {row.data["document"] for row in rows})
        why = refusal(rows, self.bot_name)
        return f"{why} Details shows the full text." if why else _ON_ITS_WAY

    async def _not_told(self, request_id: str, delivered: Collection[str]) -> str:
        """A comment or change of a moment ago may not have been turned into posts yet."""
        request = await self.records.request(request_id)
        if request is None or not request.decisions:
            return ""
        documents = await rendered((request,), _decided, request)
        return _ON_ITS_WAY if documents - {*delivered} else ""

    async def _not_begun(self, request_id: str) -> str:
        """Asked a moment ago, or by a release that delivered nothing in full: it is made up for."""
        request = await self.records.request(request_id)
        if request is None or request.state not in AWAITED:
            return ""
        try:
            detail = await self.records.detail(request.run_id)
        except UnknownRun:
            return ""
        wanted = await rendered((detail,), in_full, request, detail)
        if wanted and await self.deliveries.get(request_key(request_id)) is not None:
            await self.want(wanted)
        return _ON_ITS_WAY if wanted else ""
