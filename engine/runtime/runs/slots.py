"""Slots: limit of attempts that execute at once in this process, and the queue of waiting runs."""

import heapq
from datetime import datetime


class Slots:
    """Counts slots. It needs no lock: all changes happen on the event loop, between awaits."""

    def __init__(self, size: int) -> None:
        self._free, self.size = size, size
        self._waiting: dict[str, datetime] = {}
        """The place of each waiting run; the earliest comes first."""
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

    def queue(self, run_id: str, place: datetime) -> None:
        """Queue a run whose steps wait for a slot. A run that is queued keeps its place."""
        if run_id not in self._waiting:
            self.move(run_id, place)

    def move(self, run_id: str, place: datetime) -> None:
        """Give a run another place."""
        self._waiting[run_id] = place
        self._count += 1
        heapq.heappush(self._order, (place, self._count, run_id))

    def place(self, run_id: str) -> datetime | None:
        """Return the place of a run that waits; None where it does not."""
        return self._waiting.get(run_id)

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
        del self._waiting[run_id]
        return run_id
