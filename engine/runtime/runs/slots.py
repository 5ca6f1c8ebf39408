"""Slots: limit of attempts that execute at once in this process, and the queue of waiting runs."""


class Slots:
    """Counts slots. It needs no lock: all changes happen on the event loop, between awaits."""

    def __init__(self, size: int) -> None:
        self._free, self.size = size, size
        self._waiting: dict[str, None] = {}
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

    def queue(self, run_id: str) -> None:
        """Queue a run whose steps wait for a slot; first come, first served."""
        self._waiting.setdefault(run_id)

    def next_run(self) -> str | None:
        """Return the run that has waited longest, if a slot is free."""
        if self.free <= 0 or not self._waiting:
            return None
        run_id = next(iter(self._waiting))
        del self._waiting[run_id]
        return run_id
