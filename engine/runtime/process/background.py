"""Background tasks of the engine that no caller awaits. They count as activity and end with the engine."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from engine.clock import Clock
from engine.errors import PeopleUnavailable
from engine.runtime.process.activity import Activity

log = logging.getLogger(__name__)
_RETRY_INTERVAL = timedelta(minutes=1)


class Background:
    """Runs tasks in the background. An error of such a task is logged, and no caller gets it."""

    def __init__(self, activity: Activity, clock: Clock) -> None:
        self._activity, self._clock = activity, clock
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Callable[[], Awaitable[None]], what: str) -> asyncio.Task[None]:
        """Start a task. Work that cannot ask the people's source is repeated a minute later.

        `what`: the task's name in the log.
        """
        self._activity.enter()
        task = asyncio.create_task(self._done(work, what))
        self._tasks.add(task)

        def ended(_: object) -> None:
            self._tasks.discard(task)
            self._activity.leave()
            if not task.cancelled() and (error := task.exception()) is not None:
                log.warning("%s: %s", what, error)

        task.add_done_callback(ended)
        return task

    async def _done(self, work: Callable[[], Awaitable[None]], what: str) -> None:
        while True:
            try:
                return await work()
            except PeopleUnavailable as error:
                log.warning("%s, again in a minute: %s", what, error)
            await self.sleep(_RETRY_INTERVAL)

    async def sleep(self, duration: timedelta) -> None:
        """Sleep in background work without counting as activity."""
        with self._activity.parked():
            await self._clock.sleep(duration)

    async def sleep_until(self, moment: datetime) -> None:
        """Sleep until a time of day, and do not count as activity."""
        with self._activity.parked():
            await self._clock.sleep_until(moment)

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
