"""Objectives of a workflow, as an author declares them."""

from dataclasses import dataclass

from engine.authoring.options import Duration


@dataclass(frozen=True, slots=True)
class Objectives:
    """Targets of a workflow, by which its health is judged. An objective that is None does not count.

    - `success`: the share of its runs that succeed, such as `"99%"`. Cancelled runs do not count.
    - `p95`: how long 95 of 100 runs that succeed take at most, from their start to their end.
    - `recover`: the time from a failure to the next success of the workflow, in 95 of 100 cases.
    - `decide`: the time from the opening of an approval to its decision, in 95 of 100 cases.
    - `start_every`: how often its triggers start a run at least. It has no budget: a longer silence is told.
    - `window`: the time over which they are measured, from 1 to 90 days.
    """

    success: str | None = None
    p95: Duration | None = None
    recover: Duration | None = None
    decide: Duration | None = None
    start_every: Duration | None = None
    window: Duration = "30d"
