"""Pure: the trials of steps that executed when the process died, and the stops that count as deaths."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

MAX_ROUNDS = 8
"""Number of first-time suspects that are tried one by one; more of them are tried in groups."""
_MIN_WINDOW, _MAX_WINDOW = timedelta(seconds=5), timedelta(minutes=10)
_MAX_NAMES = 5
EARLY_STOP = timedelta(minutes=1)
"""A stop within this time of an attempt's start may be the step's doing."""
MAX_EARLY_STOPS = 2
"""Early stops in a row that a step may meet by chance; each further one counts as a death."""
MAX_STOPS = 5
"""Stops in a row, however late, that a step may meet: those of an operator who restarts a long step."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """A step that was executing when the process died. `deaths`: how often it did, this time included."""

    run_id: str
    step: str
    deaths: int
    started_at: datetime

    @property
    def alone(self) -> bool:
        """Return whether the suspect must execute alone."""
        return self.deaths > 1

    @property
    def window(self) -> timedelta:
        """Return the time after which the next trial may begin, even if this one still executes."""
        return min(_MIN_WINDOW * (1 << min(self.deaths, 10) - 1), _MAX_WINDOW)

    def __str__(self) -> str:
        return f"{self.step} of {self.run_id}"


def trial_groups(suspects: Sequence[Suspect]) -> Iterator[list[Suspect]]:
    """Groups to try one after the other: suspects of several deaths first, each alone.

    The one that began last is the likeliest, so it comes first: the others are not executed again in vain.
    """
    latest = sorted(suspects, key=lambda suspect: suspect.started_at, reverse=True)
    yield from ([suspect] for suspect in latest if suspect.alone)
    first = [suspect for suspect in latest if not suspect.alone]
    size = -(-len(first) // MAX_ROUNDS)
    yield from (first[start : start + size] for start in range(0, len(first), size or 1))


def stops_in_a_row(before: Mapping[str, int], stopped: Collection[str]) -> dict[str, int]:
    """Return by step the stops in a row, the latest one included. Any other end begins the count again.

    `before`: as they were when the process started.
    """
    return {step: before.get(step, 0) + 1 for step in stopped}


def suspect_names(suspects: Sequence[Suspect]) -> str:
    """`pump of run-1, valve of run-2 and 7 more`."""
    names = ", ".join(map(str, suspects[:_MAX_NAMES]))
    return f"{names} and {len(suspects) - _MAX_NAMES} more" if len(suspects) > _MAX_NAMES else names
