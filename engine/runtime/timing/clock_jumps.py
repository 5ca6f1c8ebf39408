"""Clock jumps: durations continue as before, and schedules at fixed times follow the new time.

Rows keep moments of the day. After a jump they are moved by as much, so that a deadline, a retry or an
interval takes as long as it was meant to take.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from datetime import datetime, timedelta

from engine.clock import Clock
from engine.errors import StoreBusy
from engine.model.people import ENGINE
from engine.model.records.change import EventDraft
from engine.model.values.durations import spoken_duration
from engine.runtime.process.activity import Activity
from engine.runtime.process.installation import StoredMapping
from engine.runtime.process.steady_time import MIN_JUMP, SteadyTime
from engine.runtime.runs.live_runs import LiveRuns
from engine.runtime.timing.schedules import FACT, Schedules
from engine.store.queries.schedules import ScheduleState
from engine.store.store import Store

log = logging.getLogger(__name__)

LOOK_INTERVAL = timedelta(seconds=10)
_WARNING_SECONDS = timedelta(hours=1).total_seconds()


class ClockJumps:
    """`look` before anything that is due is done. `lasting`: facts with deadlines; `moved`: called after rows
    were moved."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        steady: SteadyTime,
        activity: Activity,
        schedules: Schedules,
        runs: LiveRuns,
        lasting: Sequence[StoredMapping],
        moved: Callable[[], None],
    ) -> None:
        self._store, self._clock, self._steady, self._activity = store, clock, steady, activity
        self._schedules, self._runs, self._lasting, self._moved = schedules, runs, lasting, moved
        self._looking = asyncio.Lock()
        self._last_warning: tuple[float, str] | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def warning(self) -> str:
        """Return the text about the last jump, for an hour; usually empty."""
        if self._last_warning is None or self._clock.monotonic() - self._last_warning[0] >= _WARNING_SECONDS:
            return ""
        return self._last_warning[1]

    def start(self) -> None:
        self._task = asyncio.create_task(self._main(), name="signoff-jumps")

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def look(self) -> None:
        """Move every row by a jump since the last look. Raises `StoreBusy`; the next look tries again."""
        async with self._looking:
            now = self._clock.now()
            base = now - timedelta(seconds=self._clock.monotonic())
            jump = base - self._steady.base if self._steady.base is not None else timedelta()
            if abs(jump) >= MIN_JUMP:
                await self._follow(jump, now)
            else:
                self._steady.base = base

    async def _follow(self, jump: timedelta, now: datetime) -> None:
        text = _text(jump)
        log.warning("%s", text)
        event = EventDraft("clock.jumped", now, ENGINE, data={"seconds": jump.total_seconds()})
        rows, ahead = await self._schedules.after_jump(jump)
        async with AsyncExitStack() as unchanged:
            for fact in self._lasting:
                await unchanged.enter_async_context(fact.unchanged())
            await self._shift(jump, rows, (FACT, ahead.total_seconds() or None), event)
        self._schedules.settle(ahead)
        self._moved()
        self._last_warning = self._clock.monotonic(), text

    async def _shift(
        self, jump: timedelta, rows: Sequence[ScheduleState], fact: tuple[str, object], event: EventDraft
    ) -> None:
        before = self._steady.base
        assert before is not None
        # At once with handing the shift over: what is written before is moved, what comes after is not.
        self._steady.base = before + jump
        lasting = {one.name: one.move for one in self._lasting}
        try:
            async with self._runs.moving(jump):
                await self._store.shift(jump, rows, fact, event, lasting)
        except BaseException:
            self._steady.base = before
            raise

    async def _main(self) -> None:
        while True:
            try:
                with self._activity.busy():
                    await self.look()
            except StoreBusy as busy:
                log.warning("The rows could not follow the clock: %s", busy)
            except Exception:
                log.exception("The rows could not follow the clock")
            await self._clock.until_jump(LOOK_INTERVAL)


def _text(jump: timedelta) -> str:
    how = "forward" if jump > timedelta() else "back"
    return (
        f"The machine's clock was set {how} by {spoken_duration(abs(jump.total_seconds()))}. "
        "Deadlines, retries, reminders and intervals take as long as they were meant to; schedules at fixed "
        "times follow the new time. If the new time is wrong, correct the clock."
    )
