"""Slots: limit of attempts that execute at once in this process, and the queue of waiting runs."""

import heapq
from datetime import datetime

from engine.kernel.resources.queue import rank


class Slots:
    """Counts slots. It needs no lock: all changes happen on the event loop, between awaits."""

    def __init__(self, size: int) -> None:
        self._free, self.size = size, size
        self._waiting: dict[str, datetime] = {}
        """The place of each waiting run; the earliest comes first."""
        self._since: dict[str, datetime] = {}
        """The moment since which each of them waits."""
        self._order: list[tuple[datetime, int, str]] = []
        """A heap of the same; what is no longer waiting is dropped when it comes up."""
        self._count = 0
        self.closed = False
        """While true, nothing starts, even if slots are free."""

    @property
    def free(self) -> int:
        return 0 if self.closed else max(self._free, 0)

    @property
    def awaited(self) -> bool:
        """Return whether runs wait for a slot."""
        return bool(self._waiting)

    def take(self, count: int) -> None:
        self._free -= count

    def give(self, count: int = 1) -> None:
        self._free += count

    def queue(self, run_id: str, now: datetime, priority: int) -> None:
        """Queue a run whose steps wait for a slot. A run that is queued keeps its place."""
        if run_id not in self._waiting:
            self._since[run_id] = now
            self.prioritize(run_id, priority)

    def prioritize(self, run_id: str, priority: int) -> None:
        """Give a run that waits the place of another priority. The time that it has waited still counts."""
        if run_id not in self._since:
            return
        place = self._waiting[run_id] = rank(self._since[run_id], priority)
        self._count += 1
        heapq.heappush(self._order, (place, self._count, run_id))

    def first(self) -> datetime | None:
        """Return the place of the run that comes next; None where none waits."""
        while self._order and self._waiting.get(self._order[0][2]) != self._order[0][0]:
            heapq.heappop(self._order)
        return self._order[0][0] if self._order else None

    def next_run(self) -> str | None:
        """Return the run that comes next, if a slot is free."""
        if self.free <= 0 or self.first() is None:
            return None
        _, _, run_id = heapq.heappop(self._order)
        del self._waiting[run_id], self._since[run_id]
        return run_id
