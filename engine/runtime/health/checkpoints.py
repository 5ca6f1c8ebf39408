"""Signed checkpoints of the log at intervals, as events that others send elsewhere."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from engine.clock import Clock
from engine.errors import NotPossible, SignoffError
from engine.model.people import ENGINE
from engine.runtime.process.background import Background
from engine.runtime.process.installation import StoredMapping
from engine.store.store import Store

log = logging.getLogger(__name__)

CHECKPOINT_MADE = "log.checkpoint"
_RETRY_INTERVAL = timedelta(minutes=5)
Sign = Callable[[datetime], Awaitable[dict[str, Any]]]
"""Returns the signed checkpoint of the log as it is now."""


class RegularCheckpoints:
    """Records a signed checkpoint each `every`; None: never. `channel`: gets it in Slack; None: none does."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        background: Background,
        sign: Sign,
        every: timedelta | None,
        channel: str | None,
    ) -> None:
        self._clock, self._background, self._sign = clock, background, sign
        self._every, self._channel = every, channel
        self._fact = StoredMapping(store, "checkpoint", clock)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        if self._every is not None and (self._task is None or self._task.done()):
            self._task = self._background.start(self._run, "regular checkpoints")

    async def _run(self) -> None:
        assert self._every is not None
        while True:
            try:
                await self._background.sleep_until(await self._make(self._every))
            except (SignoffError, OSError) as error:
                # A log that differs gets no checkpoint: the operator is told of it elsewhere.
                level = logging.ERROR if isinstance(error, NotPossible) else logging.WARNING
                log.log(level, "No checkpoint of the log could be made: %s", error)
                await self._background.sleep(_RETRY_INTERVAL)

    async def _make(self, every: timedelta) -> datetime:
        """Record a checkpoint if one is due, and return when the next one is."""
        now = self._clock.now()
        made = (await self._fact.read()).get("at")
        last = datetime.fromisoformat(made) if made is not None else None
        if last is not None and now - every < last <= now:
            return last + every
        document = await self._sign(now)
        async with self._fact.changing() as change:
            change.mapping["at"] = now.isoformat()
            change.record(CHECKPOINT_MADE, ENGINE, document=document, channel=self._channel)
        return now + every
