"""The one source of time. Nothing else in the engine or the bot asks what time it is."""

import asyncio
import heapq
import itertools
import time
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, Protocol, TypeVar

__all__ = ["Clock", "FakeClock", "SystemClock"]

_ELAPSED = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""On Linux, only this clock counts the time that the machine sleeps."""
T = TypeVar("T", datetime, timedelta)
_MAX_NAP_SECONDS = 30.0
"""Seconds. A sleeping process must notice when the wall clock jumps, so it looks at least this often."""


class Clock(Protocol):
    """Two readings: the time of day for civil times, and one that only grows for durations."""

    def now(self) -> datetime:
        """Return the time of day (aware, UTC). People and time servers change it: it jumps."""

    async def sleep_until(self, when: datetime) -> None:
        """Return once `now() >= when`; at once if it already is."""

    def monotonic(self) -> float:
        """Return seconds that only grow, for durations. Only differences mean something."""

    def sleep(self, duration: timedelta) -> Coroutine[Any, Any, None]:
        """Return when `duration` has passed since this call, whatever happens to the time of day."""

    async def until_jump(self, within: timedelta) -> None:
        """Return when the time of day may have jumped: at most `within` after it did."""


class SystemClock:
    """The machine's clock. A jump, or a laptop's sleep, is noticed within half a minute."""

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - this is the clock

    async def sleep_until(self, when: datetime) -> None:
        while (left := (when - self.now()).total_seconds()) > 0:
            await asyncio.sleep(min(left, _MAX_NAP_SECONDS))

    def monotonic(self) -> float:
        return time.clock_gettime(_ELAPSED)

    def sleep(self, duration: timedelta) -> Coroutine[Any, Any, None]:
        return self._sleep(self.monotonic() + duration.total_seconds())

    async def until_jump(self, within: timedelta) -> None:
        await self.sleep(within)

    async def _sleep(self, ends: float) -> None:
        while (left := ends - self.monotonic()) > 0:
            await asyncio.sleep(min(left, _MAX_NAP_SECONDS))


class FakeClock:
    """A clock that stands still until it is moved. For tests and for replays at virtual time."""

    def __init__(self, start: datetime | None = None) -> None:
        self._now = start or datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
        self._passed = timedelta()
        self._jumped: list[asyncio.Future[None]] = []
        self._at_times = _Sleepers[datetime]()
        self._after_durations = _Sleepers[timedelta]()

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._passed.total_seconds()

    async def sleep_until(self, when: datetime) -> None:
        if when > self._now:
            await self._at_times.sleep(when)

    def sleep(self, duration: timedelta) -> Coroutine[Any, Any, None]:
        return self._sleep(self._passed + duration)

    async def until_jump(self, within: timedelta) -> None:
        # Looking each few seconds would make a month of virtual time cost seconds.
        jumped = asyncio.get_running_loop().create_future()
        self._jumped.append(jumped)
        await jumped
        await self.sleep(within)

    async def _sleep(self, ends: timedelta) -> None:
        if ends > self._passed:
            await self._after_durations.sleep(ends)

    def next_wake(self) -> datetime | None:
        """When the earliest sleeper wants to wake, in the time of day; None if nobody sleeps."""
        at, after = self._at_times.earliest(), self._after_durations.earliest()
        if after is None:
            return at
        then = self._now + (after - self._passed)
        return then if at is None else min(at, then)

    def move_to(self, when: datetime) -> None:
        """Let time pass until then and wake everyone who is due; a time that is past is a jump back."""
        if when < self._now:
            _release(self._jumped)
        self._passed += max(when - self._now, timedelta())
        self._now = when
        self._after_durations.wake(self._passed)
        self._at_times.wake(when)

    def advance(self, by: timedelta) -> None:
        self.move_to(self._now + by)

    def jump(self, by: timedelta) -> None:
        """Set the time of day forward or back while no time passes, as people and time servers do."""
        _release(self._jumped)
        self._now += by
        self._at_times.wake(self._now)


def _release(waiting: list[asyncio.Future[None]]) -> None:
    """Let all of them go on."""
    for waiter in waiting:
        if not waiter.done():
            waiter.set_result(None)
    waiting.clear()


class _Sleepers(Generic[T]):
    """Sleepers by the moment they wait for, the earliest first."""

    def __init__(self) -> None:
        self._order = itertools.count()
        self._waiting: list[tuple[T, int, asyncio.Future[None]]] = []

    async def sleep(self, moment: T) -> None:
        waker = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (moment, next(self._order), waker))
        await waker

    def earliest(self) -> T | None:
        while self._waiting and self._waiting[0][2].done():
            heapq.heappop(self._waiting)
        return self._waiting[0][0] if self._waiting else None

    def wake(self, reached: T) -> None:
        while self._waiting and self._waiting[0][0] <= reached:
            waker = heapq.heappop(self._waiting)[2]
            if not waker.done():
                waker.set_result(None)
