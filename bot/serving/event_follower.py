"""Follows the event log from its present end, for what need not outlive the process: metrics, and its log."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from engine import Engine, EventRecord, StoreBroken

log = logging.getLogger(__name__)

Take = Callable[[EventRecord], Awaitable[None]]


class EventFollower:
    """`begin`, then `run` it as a task. `takers`: get each event, in order."""

    def __init__(self, engine: Engine, *takers: Take) -> None:
        self._engine, self._takers = engine, takers
        self._cursor = 0
        self._moved = asyncio.Event()

    async def begin(self) -> None:
        """Set the place behind which events are followed: the present end of the log."""
        self._cursor = await self._engine.events.newest()

    async def run(self) -> None:
        """Follow until it is cancelled, or the database can no longer be read."""
        try:
            while True:
                await self._engine.events.wait(self._cursor)
                await self._catch_up()
        except StoreBroken as error:
            log.warning("Metrics and the log no longer follow runs: %s", error)

    async def until(self, seq: int) -> None:
        """Return when the event `seq` has been taken."""
        while self._cursor < seq:
            self._moved.clear()
            await self._moved.wait()

    async def _catch_up(self) -> None:
        while events := await self._engine.events.read(self._cursor):
            for event in events:
                for take in self._takers:
                    try:
                        await take(event)
                    except StoreBroken:
                        raise
                    except Exception:  # an odd event must not end the log and the metrics of all later ones
                        log.exception("The event %d was left out of metrics or the log", event.seq)
            self._cursor = events[-1].seq
            self._moved.set()
