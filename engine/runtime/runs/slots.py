"""How many attempts may execute at once in this process, and which runs wait for room."""


class Slots:
    """Counted, not locked: everything that takes or gives happens on the loop, between awaits."""

    def __init__(self, size: int) -> None:
        self._free, self.size = size, size
        self._waiting: dict[str, None] = {}
        self.closed = False
        """Nothing starts, however much room there is."""

    @property
    def free(self) -> int:
        return 0 if self.closed else max(self._free, 0)

    @property
    def awaited(self) -> bool:
        """Runs wait for room."""
        return bool(self._waiting)

    def take(self, count: int) -> None:
        self._free -= count

    def give(self, count: int = 1) -> None:
        self._free += count

    def queue(self, run_id: str) -> None:
        """This run has steps that wait for room; first come, first served."""
        self._waiting.setdefault(run_id)

    def next_run(self) -> str | None:
        """The run that has waited longest, if there is room for it."""
        if self.free <= 0 or not self._waiting:
            return None
        run_id = next(iter(self._waiting))
        del self._waiting[run_id]
        return run_id
