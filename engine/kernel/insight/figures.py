"""Figures of an insight, as data."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole`, with the counts, so that small numbers are visible."""

    part: int = 0
    whole: int = 0

    @property
    def ratio(self) -> float | None:
        """From 0 to 1; None of nothing."""
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True, slots=True)
class OutcomeFigures:
    """One outcome of a decision, and the answers about it.

    - `runs`: the runs in which the decision gave it.
    - `precision`: the answers that are the recommended one, of all answers about this outcome.
    - `recall`: the answers about this outcome, of all answers that are the one it recommends.
    """

    outcome: str
    recommends: Literal["approve", "reject"] | None
    runs: int
    approved: int
    changed: int
    rejected: int
    precision: Share
    recall: Share

    @property
    def answers(self) -> int:
        return self.approved + self.changed + self.rejected


@dataclass(frozen=True, slots=True)
class WeekFigures:
    """A week. `monday`: its first day, in UTC."""

    monday: date
    agreement: Share


@dataclass(frozen=True, slots=True)
class VersionFigures:
    """A version of the workflow. `first`, `last`: creation of its oldest and its newest run that counts."""

    version: str
    first: datetime
    last: datetime
    runs: int
    agreement: Share


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """Runs with one value in a field. `against`: the runs for which the decision recommended to reject."""

    field: str
    value: str
    runs: int
    against: Share
    agreement: Share


@dataclass(frozen=True, slots=True)
class ThresholdFigures:
    """Worth of an outcome if it began at this score.

    - `precision`: the answers that it recommends, of all answers at this score or above.
    - `recall`: the answers at this score or above, of all answers that it recommends.
    """

    outcome: str
    threshold: float
    is_current: bool
    precision: Share
    recall: Share


@dataclass(frozen=True, slots=True)
class Insight:
    """Figures about a decision and the answers of people. `more`: older runs were not counted."""

    workflow: str
    step: str
    approvals: tuple[str, ...]
    since: datetime
    runs: int
    unanswered: int
    """Runs without an answer: nobody was asked, or nobody has decided."""
    agreement: Share
    recent: Share
    """Agreement of the last four weeks."""
    earlier: Share
    """Agreement before them."""
    outcomes: tuple[OutcomeFigures, ...]
    weeks: tuple[WeekFigures, ...]
    versions: tuple[VersionFigures, ...]
    groups: tuple[GroupFigures, ...]
    thresholds: tuple[ThresholdFigures, ...]
    more: bool = False
