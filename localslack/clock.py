"""The local Slack's one source of time, so that a test can move it (expiries, timeouts, retries)."""

import asyncio
import heapq
import time
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Protocol, TypeVar

T = TypeVar("T")


class Clock(Protocol):
    """Seconds since the epoch, and waiting by them."""

    def now(self) -> float: ...

    async def sleep(self, seconds: float) -> None: ...


class SystemClock:
    """Real time."""

    def now(self) -> float:
        return time.time()  # noqa: TID251  (this is the clock)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class ManualClock:
    """Time that stands still until `advance`; sleepers wake in the order of their deadlines."""

    def __init__(self, start: float = 1_767_603_600.0) -> None:
        self._now = start
        self._order = count()
        self._sleepers: list[tuple[float, int, asyncio.Event]] = []

    def now(self) -> float:
        return self._now

    @property
    def sleeping(self) -> int:
        """How many wait for a later moment."""
        return len(self._sleepers)

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        woken = asyncio.Event()
        heapq.heappush(self._sleepers, (self._now + seconds, next(self._order), woken))
        await woken.wait()

    def advance(self, seconds: float) -> None:
        """Move time on and wake everybody whose moment has come."""
        until = self._now + seconds
        while self._sleepers and self._sleepers[0][0] <= until:
            self._now, _, woken = heapq.heappop(self._sleepers)
            woken.set()
        self._now = until


class MovableClock(SystemClock):
    """Real time, plus what people moved it on by. `moved_by`: seconds, at the start as well."""

    def __init__(self, moved_by: float = 0.0) -> None:
        self.moved_by = moved_by
        self.listeners: list[Callable[[float], None]] = []
        """Called after each move, with the seconds in all."""

    def now(self) -> float:
        return super().now() + self.moved_by

    def move(self, seconds: float) -> None:
        self.moved_by += seconds
        for listener in self.listeners:
            listener(self.moved_by)


async def within(clock: Clock, seconds: float, work: Awaitable[T]) -> T:
    """The result of `work`, or TimeoutError when the clock passes `seconds` first (the work is cancelled)."""
    task = asyncio.ensure_future(work)
    alarm = asyncio.ensure_future(clock.sleep(seconds))
    try:
        await asyncio.wait({task, alarm}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise TimeoutError
        return task.result()
    finally:
        alarm.cancel()
        task.cancel()
