"""Tells readers that steps reported something. Nothing is kept here: readers look at the rows."""

import asyncio

_MAX_RUNS = 10_000
"""Runs that are remembered: a reader that is further behind misses none that still reports."""


class ReportFeed:
    """A count that grows with each report, and the runs that it grew for."""

    def __init__(self) -> None:
        self.count = 0
        self._grown = asyncio.Event()
        self._counts: dict[str, int] = {}

    def add(self, run_id: str) -> None:
        """Note that a step of this run has reported something that readers can read."""
        self.count += 1
        self._counts.pop(run_id, None)
        self._counts[run_id] = self.count
        if len(self._counts) > _MAX_RUNS:
            del self._counts[next(iter(self._counts))]
        self._grown.set()
        self._grown = asyncio.Event()

    def since(self, count: int) -> list[str]:
        """Return the ids of the runs that were reported of after that count."""
        return [run_id for run_id, newest in self._counts.items() if newest > count]

    async def wait(self, count: int) -> None:
        """Return when there are reports after that count."""
        while self.count <= count:
            await self._grown.wait()
