"""Lines in the threads of runs that follow the log of an executing step, until it ends.

The row of such a line stays due while its step executes: before each edit, one version more is wanted than
the edit shows. So a restart at any moment continues it. Memory holds only what was shown last.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.outbox.ports import TAIL, Delivery, DeliveryStore, RecordReader, Wanted
from bot.outbox.projector import LOGS, run_key, run_wanted
from bot.outbox.sender import Render
from bot.views.message import Message
from bot.views.runs.logs import followed_step
from engine import Clock, Queue, RunDetail, StepRecord, UnknownRun

EDIT_INTERVAL = timedelta(seconds=5)
"""Between two looks at the log, and so between two edits of one line."""


def tail_wanted(detail: RunDetail, step: StepRecord) -> Wanted | None:
    """Return the line that follows a step; None where the run has no message.

    A person's Retry begins another one.
    """
    run = next(iter(run_wanted(detail)), None)
    if run is None or step.started_at is None:
        return None
    parent = run_key(detail.run.id)
    target = {"thread_of": parent, "run": detail.run.id, "since": step.started_at.timestamp()}
    queue = Queue(run.queue.lane, LOGS, run.queue.source, inside=parent)
    data = {"step": step.step, "round": step.round}
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
    ) -> None:
        self._deliveries, self._records, self._clock = deliveries, records, clock
        self._render, self._want, self._send = render, want, deliver
        self._shown: dict[str, Message] = {}
        """By key, of lines that follow: a log without new lines needs no edit."""

    async def deliver(self, row: Delivery) -> None:
        """Post or edit the line, and look again later while its step executes."""
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

    async def _follows(self, row: Delivery) -> bool:
        try:
            detail = await self._records.detail(row.target["run"])
        except UnknownRun:
            return False
        return followed_step(detail, row.data) is not None
