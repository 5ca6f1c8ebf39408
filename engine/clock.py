"""The one source of time. Nothing else in the engine or the bot asks what time it is."""

import asyncio
import heapq
import itertools
from datetime import UTC, datetime, timedelta
from typing import Protocol

_LONGEST_NAP = 30.0
"""Seconds. A sleeping process must notice when the wall clock jumps, so it looks at least this often."""


class Clock(Protocol):
    """What time it is (aware, UTC), and how to wait for a later time."""

    def now(self) -> datetime: ...

    async def sleep_until(self, when: datetime) -> None:
        """Return once `now() >= when`; at once if it already is."""


class SystemClock:
    """The wall clock. A jump, or a laptop's sleep, is noticed within half a minute."""

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - this is the clock

    async def sleep_until(self, when: datetime) -> None:
        while (left := (when - self.now()).total_seconds()) > 0:
            await asyncio.sleep(min(left, _LONGEST_NAP))


class FakeClock:
    """A clock that stands still until it is moved. For tests and for replays at virtual time."""

    def __init__(self, start: datetime | None = None) -> None:
        self._now = start or datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
        self._order = itertools.count()
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self._now

    async def sleep_until(self, when: datetime) -> None:
        if when <= self._now:
            return
        waker = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (when, next(self._order), waker))
        await waker

    def next_wake(self) -> datetime | None:
        """When the earliest sleeper wants to wake; None if nobody sleeps."""
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)
        return self._sleepers[0][0] if self._sleepers else None

    def move_to(self, when: datetime) -> None:
        """Set the time and wake everyone who is due. Moving back is allowed: clocks do jump."""
        self._now = when
        while self._sleepers and self._sleepers[0][0] <= when:
            waker = heapq.heappop(self._sleepers)[2]
            if not waker.done():
                waker.set_result(None)

    def advance(self, by: timedelta) -> None:
        self.move_to(self._now + by)
