"""The event log as its consumers read it: in one order, without gaps, each with a durable cursor."""

import asyncio

from engine.model.records.records import EventRecord
from engine.store import queries
from engine.store.store import Store


class EventLog:
    """Readers poll nothing: `wait` returns when there is something newer."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._grown = asyncio.Event()
        self._waiting = 0

    def grew(self) -> None:
        """Wake the consumers that wait: events were committed."""
        if self._waiting:
            self._grown.set()
            self._grown = asyncio.Event()

    async def read(self, after: int, limit: int = 500) -> list[EventRecord]:
        """Return a page of the events after `after`, oldest first."""
        return await self._store.read(queries.events, after, limit, self._store.skip)

    async def of_run(self, run_id: str) -> list[EventRecord]:
        """Return all events of a run, oldest first."""
        return await self._store.read(queries.events_of_run, run_id)

    async def newest(self) -> int:
        return await self._store.read(queries.last_event)

    async def wait(self, after: int) -> None:
        """Return when there are events after `after`."""
        self._waiting += 1
        try:
            while True:
                grown = self._grown
                if await self._store.read(queries.last_event) > after:
                    return
                await grown.wait()
        finally:
            self._waiting -= 1
