"""The clock of the demo: that of the machine, which people move on from the page of the local Slack."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Protocol

from engine import SystemClock

_NAP_SECONDS = 30.0


class Movable(Protocol):
    """A clock that people move on. `moved_by`: seconds; `listeners` are called with them after a move."""

    moved_by: float
    listeners: list[Callable[[float], None]]


class Moves:
    """Moves of a clock that no page shows."""

    def __init__(self) -> None:
        self.moved_by = 0.0
        self.listeners: list[Callable[[float], None]] = []

    def move(self, seconds: float) -> None:
        self.moved_by += seconds
        for listener in self.listeners:
            listener(self.moved_by)


class DemoClock(SystemClock):
    """Both readings of a movable clock. A move lets that much time pass, as the sleep of a laptop does."""

    def __init__(self, movable: Movable) -> None:
        self._movable = movable
        self._next_move = asyncio.Event()
        movable.listeners.append(self._moved)

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=self._movable.moved_by)

    def monotonic(self) -> float:
        return super().monotonic() + self._movable.moved_by

    async def sleep_until(self, when: datetime) -> None:
        while (left := (when - self.now()).total_seconds()) > 0:
            await self._nap(min(left, _NAP_SECONDS))

    async def until_jump(self, within: timedelta) -> None:
        await self._nap(within.total_seconds())

    async def _sleep(self, ends: float) -> None:
        while (left := ends - self.monotonic()) > 0:
            await self._nap(min(left, _NAP_SECONDS))

    async def _nap(self, seconds: float) -> None:
        """Sleep so long, or until time is moved on."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._next_move.wait()

    def _moved(self, moved_by: float) -> None:
        awaited, self._next_move = self._next_move, asyncio.Event()
        awaited.set()
