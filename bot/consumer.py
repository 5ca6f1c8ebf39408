"""A consumer of the event log: it reads the events after its place, does what is due, and waits for news."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from engine import Clock, Engine, EventRecord, StoreBroken, Wanted
from engine.waits import first_of

log = logging.getLogger(__name__)
Turn = Callable[[], Awaitable[tuple[int, datetime | None]]]
"""Reads the log and does what is due. Returns the last event read, and when the next thing is due."""
Projection = Callable[[Sequence[EventRecord]], Awaitable[Sequence[Wanted]]]
"""Returns the deliveries that events ask for."""


@dataclass(frozen=True, slots=True)
class Consumer:
    """One reader of the log. `name`: of its place. `delay`: before a turn that failed is repeated."""

    name: str
    engine: Engine
    clock: Clock
    delay: timedelta = timedelta(seconds=1)
    noted: asyncio.Event = field(default_factory=asyncio.Event)
    """Set it to begin the next turn without an event of the log."""

    async def begun(self) -> bool:
        """Return whether it has a place in the log."""
        return await self.engine.deliveries.begun(self.name)

    async def begin(self) -> None:
        """Take the present end of the log for the place, once: what was before is not its concern."""
        if not await self.begun():
            await self.engine.deliveries.advance(self.name, await self.engine.events.newest(), [])

    async def project(self, wanted: Projection) -> int:
        """Keep what each page of events asks for, together with the place; return the last event."""
        cursor = await self.engine.deliveries.cursor(self.name)
        while events := await self.engine.events.read(cursor):
            cursor = events[-1].seq
            await self.engine.deliveries.advance(self.name, cursor, await wanted(events))
        return cursor

    async def run(
        self, turn: Turn, failed: Callable[[Exception], None] | None = None, *, begins: bool = True
    ) -> None:
        """Repeat turns until cancelled, or the database is damaged.

        `failed`: takes errors in place of the log. `begins`: a consumer without a place takes one; otherwise
        it has nothing to do.
        """
        while True:
            try:
                if not begins and not await self.begun():
                    return
                await self.begin()
                self.noted.clear()
                cursor, wake = await turn()
                due = [] if wake is None else [self.clock.sleep_until(wake)]
                await first_of(self.engine.events.wait(cursor), self.noted.wait(), *due)
            except Exception as error:
                if isinstance(error, StoreBroken) and error.damaged:  # the process ends
                    log.exception("the consumer %s ends", self.name)
                    return
                if failed is None:
                    log.exception("the consumer %s is tried again", self.name)
                else:
                    failed(error)
                await self.clock.sleep(self.delay)
