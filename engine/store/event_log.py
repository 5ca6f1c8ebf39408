"""The event log as its consumers read it: in one order, without gaps, each with a durable cursor."""

import asyncio
from typing import Protocol

from engine.model.records import EventRecord


class _Reads(Protocol):
    async def events(self, after: int, limit: int) -> list[EventRecord]: ...

    async def events_of_run(self, run_id: str) -> list[EventRecord]: ...

    async def last_event(self) -> int: ...


class EventLog:
    """Readers poll nothing: `wait` returns when there is something newer."""

    def __init__(self, store: _Reads) -> None:
        self._store = store
        self._grown = asyncio.Event()
        self._waiting = 0

    def grew(self) -> None:
        """Events were committed: wake whoever waits."""
        if self._waiting:
            self._grown.set()
            self._grown = asyncio.Event()

    async def read(self, after: int, limit: int = 500) -> list[EventRecord]:
        """Events behind `after`, oldest first."""
        return await self._store.events(after, limit)

    async def of_run(self, run_id: str) -> list[EventRecord]:
        """Everything that happened to a run, oldest first."""
        return await self._store.events_of_run(run_id)

    async def newest(self) -> int:
        return await self._store.last_event()

    async def wait(self, after: int) -> None:
        """Return once there are events behind `after`."""
        self._waiting += 1
        try:
            while True:
                grown = self._grown
                if await self._store.last_event() > after:
                    return
                await grown.wait()
        finally:
            self._waiting -= 1
