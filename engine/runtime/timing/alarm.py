"""Alarm: sleeps until the earliest row is due, whatever the number of rows."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Literal

from engine.clock import Clock
from engine.runtime.process.activity import Activity

log = logging.getLogger(__name__)

_RETRY_INTERVAL = timedelta(seconds=5)


class Alarm:
    """The one timer. `next_due` reads the earliest moment, `ring` does due work. `before`: called first."""

    def __init__(
        self,
        clock: Clock,
        activity: Activity,
        next_due: Callable[[], Awaitable[datetime | None]],
        ring: Callable[[datetime], Awaitable[None]],
        before: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._clock, self._activity = clock, activity
        self._next_due, self._ring, self._before = next_due, ring, before
        self._set_for: datetime | None = None
        self._nudge = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._looking = False
        self._gate: asyncio.Event | None = None

    def start(self) -> None:
        self._look()
        self._task = asyncio.create_task(self._main(), name="signoff-alarm")

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None
            if self._looking:
                self._looking = False
                self._activity.leave()

    def nudge(self, due: datetime | None) -> None:
        """Note that a row that is due at `due` was committed."""
        if self._task is None or due is None:
            return
        # While it looks, what it will be set for isn't known: the row may be newer than what it has read.
        if self._looking or self._set_for is None or due < self._set_for:
            self._look()

    def look_again(self) -> None:
        """Read the earliest moment again, because rows were moved."""
        if self._task is not None:
            self._look()

    def hold(self) -> asyncio.Event:
        """Do no due work until the event that this returns is set."""
        self._gate = asyncio.Event()
        return self._gate

    def _look(self) -> None:
        # From now until the alarm sleeps again there is something under way.
        if not self._looking:
            self._looking = True
            self._activity.enter()
        self._nudge.set()

    async def _main(self) -> None:
        while True:
            self._nudge.clear()
            try:
                due = await self._round()
            except Exception:
                log.exception("what is due could not be done; trying again shortly")
                due = self._clock.now() + _RETRY_INTERVAL
            self._set_for = due
            if self._nudge.is_set():
                continue
            self._looking = False
            self._activity.leave()
            await self._sleep(due)
            self._look()

    async def _round(self) -> datetime | None:
        while True:
            if self._before is not None:
                await self._before()
            due = await self._next_due()
            if due is None or due > self._clock.now():
                return due
            if self._gate is not None:
                await self._gate.wait()
            await self._ring(self._clock.now())

    async def _sleep(self, until: datetime | None) -> None:
        nudged = asyncio.ensure_future(self._nudge.wait())
        sleepers = [nudged]
        if until is not None:
            sleepers.append(asyncio.ensure_future(self._until(until)))
        try:
            await asyncio.wait(sleepers, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for sleeper in sleepers:
                sleeper.cancel()

    async def _until(self, when: datetime) -> Literal[True]:
        await self._clock.sleep_until(when)
        return True
