"""The life of an observer that looks again and again: one task for each trigger, by the engine's clock."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

from engine.clock import Clock
from engine.errors import StoreBroken
from engine.triggers.door import Activity

log = logging.getLogger(__name__)

_RETRY_INTERVAL = timedelta(seconds=5)


class Look(Protocol):
    """One trigger at work. `look` takes what is new, and says when to look again."""

    @property
    def name(self) -> str: ...

    async def begin(self) -> None:
        """Read where it was."""

    async def look(self) -> datetime: ...

    async def stirred(self) -> None:
        """Return when something may be new before that."""

    async def end(self) -> None: ...


L = TypeVar("L", bound=Look)


class PollingLoops(Generic[L]):
    """Runs the looks that `made` gives at the start of the engine."""

    def __init__(self, clock: Clock, activity: Activity, made: Callable[[], Sequence[L]]) -> None:
        self._clock, self._activity, self._made = clock, activity, made
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        for look in self._made():
            self._activity.enter()  # until its first look is over
            self._tasks.append(asyncio.create_task(self._main(look), name=f"signoff-{look.name}"))

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    async def _main(self, look: L) -> None:
        """Holds the activity while it looks, and lets go of it while it waits."""
        begun = False
        try:
            while True:
                try:
                    if not begun:
                        await look.begin()
                        begun = True
                    due = await look.look()
                except StoreBroken:
                    log.exception("%s has stopped", look.name)
                    return
                except Exception:
                    log.exception("%s looks again shortly", look.name)
                    due = self._clock.now() + _RETRY_INTERVAL
                with self._activity.parked():
                    await self._wait(look, due)
        finally:
            await look.end()
            self._activity.leave()

    async def _wait(self, look: L, due: datetime) -> None:
        waits = [
            asyncio.ensure_future(self._clock.sleep_until(due)),
            asyncio.ensure_future(look.stirred()),
        ]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
