"""Lines in the threads of runs that follow the log of an executing step, until it ends.

The row of such a line stays due while its step executes: before each edit, one version more is wanted than
the edit shows. So a restart at any moment continues it. Memory holds only what was shown last.
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.outbox.log_readers import FollowedLogs
from bot.outbox.ports import TAIL, Delivery, DeliveryStore, RecordReader, Wanted
from bot.outbox.projector import LOGS, run_key, run_wanted
from bot.outbox.sender import Render
from bot.views.message import Message
from bot.views.runs.logs import followed_step
from engine import Clock, PeopleUnavailable, Queue, RunDetail, StepRecord, UnknownRun

log = logging.getLogger(__name__)

EDIT_INTERVAL = timedelta(seconds=5)
"""Between two looks at the log, and so between two edits of one line."""


def tail_wanted(detail: RunDetail, step: StepRecord, asker: str) -> Wanted | None:
    """Return the line that follows a step; None where the run has no message.

    A person's Retry begins another one. `asker`: the id of the person who wants the line.
    """
    run = next(iter(run_wanted(detail)), None)
    if run is None or step.started_at is None:
        return None
    parent = run_key(detail.run.id)
    target = {"thread_of": parent, "run": detail.run.id, "since": step.started_at.timestamp()}
    queue = Queue(run.queue.lane, LOGS, run.queue.source, inside=parent)
    data = {"step": step.step, "round": step.round, "asker": asker}
    return Wanted(f"tail:{detail.run.id}:{step.step}:{step.round}", TAIL, detail.run.id, target, data, queue)


class LogTails:
    """Delivers the lines. `want` and `deliver` are the outbox's, `render` makes the message of a row."""

    def __init__(
        self,
        deliveries: DeliveryStore,
        records: RecordReader,
        clock: Clock,
        render: Render,
        want: Callable[[list[Wanted]], Awaitable[None]],
        deliver: Callable[[Delivery], Awaitable[None]],
        readers: FollowedLogs,
    ) -> None:
        self._deliveries, self._records, self._clock = deliveries, records, clock
        self._render, self._want, self._send = render, want, deliver
        self._readers = readers
        self._shown: dict[str, Message] = {}
        """By key, of lines that follow: a log without new lines needs no edit."""

    async def deliver(self, row: Delivery) -> None:
        """Post or edit the line, and look again later while its step executes.

        Before each edit, those who may read it are looked up: a log that they may no longer see goes away.
        """
        try:
            may_be_read = await self._may_be_read(row)
        except PeopleUnavailable as error:
            log.info("The log of %s is not shown again yet: %s", row.subject, error)
            until = self._clock.now() + EDIT_INTERVAL
            await self._deliveries.later(row.key, until, "", ambiguous=row.state == "posting")
            return
        if not may_be_read:
            await self._withhold(row)
            return
        if not await self._follows(row):
            await self._send(row)  # shows the end, and is the last version
            self._shown.pop(row.key, None)
            return
        content = await self._render(row, plan=False)
        if row.ref is None or row.state == "posting" or content != self._shown.get(row.key):
            await self._want([Wanted(row.key, row.kind, row.subject, row.target, row.data, row.queue)])
            await self._send(row)
            after = await self._deliveries.get(row.key)
            if after is None or after.state != "idle" or after.error:
                return  # Slack did not take it: the sender says when it is tried again
            if isinstance(content, Message) and after.sent >= row.wanted:
                self._shown[row.key] = content
        until = self._clock.now() + EDIT_INTERVAL
        await self._deliveries.later(row.key, until, "", ambiguous=False)

    async def _may_be_read(self, row: Delivery) -> bool:
        if row.data.get("withheld"):
            return False
        parent = await self._deliveries.get(row.target["thread_of"])
        if parent is None or parent.ref is None:
            return False
        asker = str(row.data.get("asker") or "")
        return await self._readers.may_be_read(parent.ref["channel"], row.target["run"], asker)

    async def _withhold(self, row: Delivery) -> None:
        """Take the log away for good: only a new click of a person who may see it continues the line."""
        if not row.data.get("withheld"):
            data = {**row.data, "withheld": True}
            await self._want([Wanted(row.key, row.kind, row.subject, row.target, data, row.queue)])
        current = await self._deliveries.get(row.key)
        if current is not None:
            await self._send(current)
        self._shown.pop(row.key, None)

    async def _follows(self, row: Delivery) -> bool:
        try:
            detail = await self._records.detail(row.target["run"])
        except UnknownRun:
            return False
        return followed_step(detail, row.data) is not None
