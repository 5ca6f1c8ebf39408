"""Work of the engine's own that nobody waits for. It counts as activity, and ends with the engine."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from engine.runtime.activity import Activity

log = logging.getLogger(__name__)


class Beside:
    """Tasks beside what people wait for. What one of them raises is logged, and told to nobody."""

    def __init__(self, activity: Activity) -> None:
        self._activity = activity
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None], what: str) -> None:
        """`what`: for the log, should it fail."""
        self._activity.enter()
        task = asyncio.create_task(work)
        self._tasks.add(task)

        def ended(_: object) -> None:
            self._tasks.discard(task)
            self._activity.leave()
            if not task.cancelled() and (error := task.exception()) is not None:
                log.warning("%s: %s", what, error)

        task.add_done_callback(ended)

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
