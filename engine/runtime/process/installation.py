"""Facts of the installation that are small mappings. Each is written whole, by one writer at a time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from copy import deepcopy
from datetime import timedelta
from typing import Any

from engine.clock import Clock
from engine.model.people import ENGINE, Actor
from engine.model.records.change import EventDraft
from engine.store.store import Store
from engine.store.writes.clock_jump import Move


class FactChange:
    """A change of a fact. Change `mapping` in place; the recorded events become durable with it."""

    def __init__(self, mapping: dict[str, Any], clock: Clock) -> None:
        self.mapping = mapping
        self.events: list[EventDraft] = []
        self._clock = clock

    def record(self, type_: str, actor: Actor, **data: Any) -> None:
        self.events.append(EventDraft(type_, self._clock.now(), actor, data=data))


def _nothing_lasts(mapping: dict[str, Any], by: timedelta) -> None:
    """Leave a fact without deadlines as it is."""


class StoredMapping:
    """A named mapping, for data that is seldom written and is read alone."""

    def __init__(self, store: Store, name: str, clock: Clock, move: Move = _nothing_lasts) -> None:
        self._store, self.name, self._clock = store, name, clock
        self.move = move
        """Moves its deadlines by a jump of the machine's clock."""
        self._lock = asyncio.Lock()

    async def read(self) -> dict[str, Any]:
        return dict(await self._store.fact(self.name) or {})

    @asynccontextmanager
    async def unchanged(self) -> AsyncIterator[None]:
        """Let nothing change it meanwhile."""
        async with self._lock:
            yield

    @asynccontextmanager
    async def changing(self) -> AsyncIterator[FactChange]:
        """Change the mapping. At the end the change and its events are durable; an error discards both."""
        async with self._lock:
            change = FactChange(await self.read(), self._clock)
            before = deepcopy(change.mapping)
            yield change
            if not change.events and change.mapping != before:
                change.record("installation.noted", ENGINE, name=self.name)
            if change.events:
                await self._store.note(self.name, change.mapping or None, change.events)
