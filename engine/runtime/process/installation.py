"""Facts of the installation that are small mappings. Each is written whole, by one writer at a time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from copy import deepcopy
from typing import Any

from engine.clock import Clock
from engine.model.change import EventDraft
from engine.model.people import ENGINE, Actor
from engine.store.store import Store


class FactChange:
    """A change of a fact. Change `mapping` in place; the recorded events become durable with it."""

    def __init__(self, mapping: dict[str, Any], clock: Clock) -> None:
        self.mapping = mapping
        self.events: list[EventDraft] = []
        self._clock = clock

    def record(self, type_: str, actor: Actor, **data: Any) -> None:
        self.events.append(EventDraft(type_, self._clock.now(), actor, data=data))


class Fact:
    """A named mapping, for data that is seldom written and is read alone."""

    def __init__(self, store: Store, name: str, clock: Clock) -> None:
        self._store, self._name, self._clock = store, name, clock
        self._lock = asyncio.Lock()

    async def read(self) -> dict[str, Any]:
        return dict(await self._store.fact(self._name) or {})

    @asynccontextmanager
    async def changing(self) -> AsyncIterator[FactChange]:
        """Change the mapping. At the end the change and its events are durable; an error discards both."""
        async with self._lock:
            change = FactChange(await self.read(), self._clock)
            before = deepcopy(change.mapping)
            yield change
            if not change.events and change.mapping != before:
                change.record("installation.noted", ENGINE, name=self._name)
            if change.events:
                await self._store.note(self._name, change.mapping or None, change.events)
