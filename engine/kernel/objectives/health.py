"""Pure: from what was measured in a window to green, amber or red.

Every objective is a share of good events: runs that succeed, runs that are quick enough, failures that end in
time, approvals that are decided in time. The budget is the number of bad events that the share allows.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from engine.model.definition.spec import ObjectivesSpec
from engine.model.runs.measured import HOUR_SECONDS, Hour, Measured

ObjectiveName = Literal["success", "p95", "recover", "decide"]
ObjectiveState = Literal["no data", "met", "at risk", "missed"]
Color = Literal["green", "amber", "red"]
OBJECTIVES: tuple[ObjectiveName, ...] = ("success", "p95", "recover", "decide")

TIMELY_PERCENT = 95.0
"""Share of the runs, recoveries and approvals that are to be in time."""
LOW_BUDGET = 0.25
"""With less of its budget left an objective is at risk."""
FAST_BURN = 14.4
"""At this rate a fiftieth of a budget for 30 days burns in an hour."""
_MIN_FAST_EVENTS = 2
"""Bad events that a fast burn takes: one alone proves nothing."""
_RECENT_HOURS = 2
"""The hour under way, and the one before it."""


@dataclass(frozen=True, slots=True)
class Objective:
    """One objective as measured. `target`: a percentage for `success`, else seconds."""

    name: ObjectiveName
    state: ObjectiveState
    target: float
    measured: float | None
    """In the unit of the target; None without data."""
    events: int
    bad: int
    budget_left: float
    """Share of the budget from 0 to 1; negative for an objective that is missed."""
    burn_rate: float
    """How much faster than allowed the budget burned in the last hours; at 1 it lasts for the window."""
    window: float
    """Seconds."""


@dataclass(frozen=True, slots=True)
class Health:
    """A workflow against its objectives, the worst first."""

    color: Color
    objectives: tuple[Objective, ...]

    @property
    def worst(self) -> Objective:
        return self.objectives[0]


@dataclass(frozen=True, slots=True)
class _Tally:
    events: int
    bad: int
    recent: int
    recent_bad: int
    measured: float | None


def health(spec: ObjectivesSpec, measured: Measured, now: datetime) -> Health:
    """Judge a workflow by its objectives."""
    judged = [
        _judged(name, target, spec, measured, now)
        for name in OBJECTIVES
        if (target := getattr(spec, name)) is not None
    ]
    worst = sorted(judged, key=lambda each: (-_GRAVITY[each.state], each.budget_left))
    return Health(_COLORS[worst[0].state], tuple(worst))


def first_hour(spec: ObjectivesSpec, now: datetime) -> int:
    """Return the number of the first hour of the window."""
    return int((now.timestamp() - spec.window) // HOUR_SECONDS) + 1


_GRAVITY: dict[ObjectiveState, int] = {"no data": 0, "met": 1, "at risk": 2, "missed": 3}
_COLORS: dict[ObjectiveState, Color] = {
    "no data": "green",
    "met": "green",
    "at risk": "amber",
    "missed": "red",
}


def _judged(
    name: ObjectiveName, target: float, spec: ObjectivesSpec, measured: Measured, now: datetime
) -> Objective:
    tally = _TALLIES[name](target, _Hours(spec, measured, now), measured, now)
    share = 1 - (target if name == "success" else TIMELY_PERCENT) / 100
    # One bad event alone never misses an objective.
    budget = max(1.0, share * tally.events)
    left = round(1 - tally.bad / budget, 9)
    burn = tally.recent_bad / tally.recent / share if tally.recent else 0.0
    state = _state(tally, left, burn)
    return Objective(
        name, state, target, tally.measured, tally.events, tally.bad, left, burn, spec.window
    )  # fmt: skip


def _state(tally: _Tally, left: float, burn: float) -> ObjectiveState:
    if not tally.events:
        return "no data"
    if left < 0:
        return "missed"
    burns_fast = burn >= FAST_BURN and tally.recent_bad >= _MIN_FAST_EVENTS
    return "at risk" if tally.bad and (left < LOW_BUDGET or burns_fast) else "met"


class _Hours:
    """The hours of the window, and the recent ones."""

    def __init__(self, spec: ObjectivesSpec, measured: Measured, now: datetime) -> None:
        first, last = first_hour(spec, now), int(now.timestamp() // HOUR_SECONDS)
        self.all = [hour for number, hour in measured.hours.items() if number >= first]
        self.recent = [hour for number, hour in measured.hours.items() if number > last - _RECENT_HOURS]


def _success(target: float, hours: _Hours, measured: Measured, now: datetime) -> _Tally:
    counts = [
        (sum(hour.succeeded for hour in each), sum(hour.failed for hour in each) + measured.failing_runs)
        for each in (hours.all, hours.recent)
    ]
    (good, bad), (recent_good, recent_bad) = counts
    share = 100 * good / (good + bad) if good + bad else None
    return _Tally(good + bad, bad, recent_good + recent_bad, recent_bad, share)


def _p95(target: float, hours: _Hours, measured: Measured, now: datetime) -> _Tally:
    return _timely(hours, lambda hour: hour.succeeded, lambda hour: hour.slow, lambda hour: hour.took)


def _recover(target: float, hours: _Hours, measured: Measured, now: datetime) -> _Tally:
    since = measured.failing_since
    open_for = (now - since).total_seconds() if since else 0.0
    return _timely(
        hours,
        lambda hour: hour.recovered,
        lambda hour: hour.recovered_late,
        lambda hour: hour.recoveries,
        [open_for] if open_for > target else [],
    )


def _decide(target: float, hours: _Hours, measured: Measured, now: datetime) -> _Tally:
    waited = [(now - opened).total_seconds() for opened in measured.waiting]
    return _timely(
        hours,
        lambda hour: hour.decided,
        lambda hour: hour.late,
        lambda hour: hour.waited,
        [seconds for seconds in waited if seconds > target],
    )


def _timely(
    hours: _Hours,
    events: Callable[[Hour], int],
    late: Callable[[Hour], int],
    times: Callable[[Hour], Counter[float]],
    overdue: list[float] | None = None,
) -> _Tally:
    """Count what was in time and what was not. `overdue`: times of what has not ended and is late already."""
    more = overdue or []
    counted: Counter[float] = Counter(more)
    for hour in hours.all:
        counted.update(times(hour))
    return _Tally(
        sum(map(events, hours.all)) + len(more),
        sum(map(late, hours.all)) + len(more),
        sum(map(events, hours.recent)) + len(more),
        sum(map(late, hours.recent)) + len(more),
        percentile(counted.items(), TIMELY_PERCENT),
    )


def percentile(counted: Iterable[tuple[float, int]], percent: float) -> float | None:
    """Return the smallest time that this share of all times does not exceed."""
    times = sorted(counted)
    total = sum(number for _, number in times)
    reached = 0
    for seconds, number in times:
        reached += number
        if reached * 100 >= total * percent:
            return seconds
    return None


_TALLIES: dict[ObjectiveName, Callable[[float, _Hours, Measured, datetime], _Tally]] = {
    "success": _success,
    "p95": _p95,
    "recover": _recover,
    "decide": _decide,
}
