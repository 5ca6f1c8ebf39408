"""Activity: a count of work under way. Tests and a clean shutdown wait for zero instead of sleeping."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Activity:
    """A count of work under way, and a signal that it is zero."""

    def __init__(self) -> None:
        self._count = 0
        self._zero = asyncio.Event()
        self._zero.set()

    @property
    def under_way(self) -> int:
        """Return how many pieces of work are under way, those that wait for something outside included."""
        return self._count

    def enter(self) -> None:
        if not self._count:
            self._zero.clear()
        self._count += 1

    def leave(self) -> None:
        self._count -= 1
        if self._count == 0:
            self._zero.set()

    @contextmanager
    def busy(self) -> Iterator[None]:
        self.enter()
        try:
            yield
        finally:
            self.leave()

    @contextmanager
    def parked(self) -> Iterator[None]:
        """Stop counting work under way while it waits for the clock."""
        self.leave()
        try:
            yield
        finally:
            self.enter()

    async def idle(self) -> None:
        """Return when nothing is under way, and nothing began during the next rounds of the event loop."""
        while True:
            await self._zero.wait()
            for _ in range(10):
                await asyncio.sleep(0)
                if self._count:
                    break
            else:
                return
