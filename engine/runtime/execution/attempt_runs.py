"""Contract of executing attempts with their runs. A worker has no runs, and stands in for them."""

from collections.abc import Awaitable, Iterable
from typing import Any, Protocol

from engine.model.runs.resources import Attempt
from engine.runtime.runs.live_runs import Build, Settled


class AttemptRuns(Protocol):
    """Records what attempts do. See `engine.runtime.runs.live_runs.LiveRuns`."""

    @property
    def awaits_room(self) -> bool:
        """Return whether steps wait for resources, or runs for a slot."""

    def post(self, run_id: str, build: Build, settled: Settled) -> bool:
        """Record at once; False, and nothing done, where `apply` has to be used."""

    def apply(self, run_id: str, build: Build) -> Awaitable[Any]:
        """Record; durable when this returns. Raises `IllegalTransition` and `UnknownRun`."""

    def settled(self, run_id: str) -> Awaitable[Any]:
        """Return once all that was made of this run is durable."""

    def give_back(self, attempt: Attempt, uses: Iterable[str]) -> None:
        """Give back the resources of an attempt whose function has ended."""

    def release_slots(self, count: int) -> None:
        """Release slots of attempts that are not made after all."""

    def refill(self) -> Awaitable[None]:
        """Let what waits for a slot or for resources continue."""
