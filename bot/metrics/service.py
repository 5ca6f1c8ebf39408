"""Metrics at work: they follow the log, and read the gauges when they are asked for."""

import asyncio

from bot.metrics.follower import Follower
from bot.metrics.gauges import Problems, gauges
from bot.metrics.instruments import Instruments
from engine import Engine, SignoffError


class Metrics:
    """`start`, then `text`; `close` at the end. `problems`: those that `/readyz` names."""

    def __init__(self, engine: Engine, problems: Problems) -> None:
        self._engine, self._problems = engine, problems
        self._instruments = Instruments()
        self._follower = Follower(engine, self._instruments)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Count from now on."""
        await self._follower.begin()
        self._task = asyncio.create_task(self._follower.run())

    async def caught_up(self) -> None:
        """Return when every event that there is by now has been counted."""
        await self._follower.until(await self._engine.events.newest())

    async def text(self) -> bytes:
        """Return all metrics in the text format of Prometheus."""
        try:
            self._instruments.set(await gauges(self._engine, self._problems))
        except SignoffError:  # the database cannot be read at this moment
            self._instruments.set({"signoff_ready": {(): 0.0}})
        return self._instruments.text()

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
