"""Small mappings among the facts of an installation, written whole and by one at a time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from engine.store.store import Store


class Fact:
    """A mapping by name. Everything that is seldom written and read with little else is kept so."""

    def __init__(self, store: Store, name: str) -> None:
        self._store, self._name = store, name
        self._lock = asyncio.Lock()

    async def read(self) -> dict[str, Any]:
        return dict(await self._store.fact(self._name) or {})

    @asynccontextmanager
    async def changing(self) -> AsyncIterator[dict[str, Any]]:
        """What is known, to be changed in place; durable at the end, and nothing of it after an error."""
        async with self._lock:
            known = await self.read()
            yield known
            await self._store.note(self._name, known or None)
