"""Measurements of a workflow: counts of each hour, and the state now."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

HOUR_SECONDS = 3600


@dataclass(slots=True)
class Hour:
    """Counts of one hour. Times are counted by their seconds, rounded up a little."""

    succeeded: int = 0
    failed: int = 0
    slow: int = 0
    """Runs that succeeded and took longer than the objective."""
    took: Counter[float] = field(default_factory=Counter)
    """Times of the runs that succeeded."""
    decided: int = 0
    late: int = 0
    """Approvals that people decided after the time of the objective, or not before they expired."""
    waited: Counter[float] = field(default_factory=Counter)
    """Times of the approvals."""
    recovered: int = 0
    recovered_late: int = 0
    recoveries: Counter[float] = field(default_factory=Counter)
    """Times from a failure to the next success."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Hours of a window by their number since the epoch, and the state now."""

    hours: Mapping[int, Hour] = field(default_factory=dict)
    failing_since: datetime | None = None
    """The first failure since the last success; None while nothing failed since."""
    failing_runs: int = 0
    """Runs that have not ended and whose failure waits for an answer."""
    waiting: tuple[datetime, ...] = ()
    """When the oldest open approvals were opened."""


def rounded(seconds: float) -> float:
    """Return a time as it is counted: rounded up to a step of about a hundredth of it or more."""
    for limit, step in _STEPS:
        if seconds < limit:
            return -(-seconds // step) * step
    return -(-seconds // HOUR_SECONDS) * HOUR_SECONDS


_STEPS = ((1.0, 0.01), (60.0, 0.5), (3600.0, 10.0), (86_400.0, 300.0))
