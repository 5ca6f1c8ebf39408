"""Events of the workspace, sent to the pages that are open."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from localslack.clock import Clock
from localslack.workspace.records import Json

Sees = Callable[[str], bool]
Render = Callable[[str], Json]


@dataclass(frozen=True)
class LiveEvent:
    """n: its cursor; sees: whether a person receives it; render: person -> the object sent."""

    n: int
    type: str
    sees: Sees
    render: Render

    def for_person(self, person: str) -> Json:
        return {"n": self.n, "type": self.type, **self.render(person)}


class Live:
    """The newest events with a cursor. The cursor begins at the start's time in microseconds, so that one
    from before a restart is never taken for a later one."""

    def __init__(self, clock: Clock, capacity: int = 2000) -> None:
        self.cursor = int(clock.now() * 1_000_000)
        self._first = self.cursor
        self._recent: deque[LiveEvent] = deque(maxlen=capacity)
        self._feeds: set[asyncio.Queue[LiveEvent | None]] = set()

    def publish(self, type: str, sees: Sees, render: Render) -> None:
        self.cursor += 1
        event = LiveEvent(self.cursor, type, sees, render)
        self._recent.append(event)
        for feed in self._feeds:
            feed.put_nowait(event)

    def since(self, cursor: int) -> list[LiveEvent] | None:
        """The events after `cursor`; None when that is too old or none of this start's."""
        oldest = self._recent[0].n - 1 if self._recent else self.cursor
        if not oldest <= cursor <= self.cursor:
            return None
        return [event for event in self._recent if event.n > cursor]

    @contextmanager
    def feed(self) -> Iterator["asyncio.Queue[LiveEvent | None]"]:
        """A queue of what comes; None ends it."""
        queue: asyncio.Queue[LiveEvent | None] = asyncio.Queue()
        self._feeds.add(queue)
        try:
            yield queue
        finally:
            self._feeds.discard(queue)

    def close(self) -> None:
        for feed in self._feeds:
            feed.put_nowait(None)
