"""Steps that wait at a door until a test opens it."""

import asyncio

from engine.testing import Harness


class Doors:
    """Doors by name. `inside`: the steps that wait at theirs. `entered`: every one that came, in order."""

    def __init__(self) -> None:
        self.inside: list[str] = []
        self.entered: list[str] = []
        self.most = 0
        """The most that waited at the same time."""
        self._open: dict[str, asyncio.Event] = {}

    async def enter(self, name: str) -> None:
        self.entered.append(name)
        self.inside.append(name)
        self.most = max(self.most, len(self.inside))
        try:
            await self._open.setdefault(name, asyncio.Event()).wait()
        finally:
            self.inside.remove(name)

    def open(self, *names: str) -> None:
        for name in names:
            self._open.setdefault(name, asyncio.Event()).set()

    async def occupied(self) -> None:
        """Return when a step waits at its door, also after a thread that nothing counts has ended."""
        async with asyncio.timeout(20):
            while not self.inside:
                await asyncio.sleep(0)

    async def settled(self, harness: Harness) -> None:
        """Return when nothing is under way but attempts that wait at their doors."""
        calm = 0
        while calm < 20:
            await asyncio.sleep(0)
            calm = calm + 1 if harness.engine.activity.under_way == len(self.inside) else 0
