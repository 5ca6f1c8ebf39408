"""When is a machine's temperature serious? A streaming rule that says why.

The level (the median of the last hour) is compared with the machine's own last weeks: their median is what
is usual, and their median absolute deviation (MAD) how much it usually varies. Neither is moved by the few
readings that matter most, as a mean and a standard deviation would be.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Literal

from pydantic import BaseModel

from workflows.machine.readings import Reading

Kind = Literal["drift", "sudden"]

MAD_TO_DEVIATION = 1.4826
"""For normally distributed readings the MAD times this is the standard deviation."""


@dataclass(frozen=True, slots=True)
class Rule:
    """The numbers of the rule. "Deviations" are robust ones: MAD times 1.4826.

    How they were chosen: on the readings before 2014-01-01 of the machine that ships as test data, and on
    nothing later. Baselines of 7, 14 and 21 days, thresholds of 2 to 4 deviations, durations of 30 min to
    3 h, with and without teaching the baseline its own deviations, were tried. Of the settings that asked in
    both known windows of December 2013 and at most once a week outside them, this one lies in the
    middle: its neighbors ask in the same windows. A missed failure costs more than a needless question,
    so the sensitive side of that middle was taken. The sudden threshold lies between the furthest that
    the machine went outside the windows (4.1) and its planned stop (7.8).
    """

    baseline: timedelta = timedelta(days=14)
    """Length of the history that the baseline is computed from."""
    mature: timedelta = timedelta(days=7)
    """Nothing is judged before the machine has been known this long."""
    refresh: timedelta = timedelta(hours=1)
    """Interval at which the baseline is computed again."""
    least_deviation: float = 1.0
    """Degrees. A machine that hardly varies must not ask about a tenth of a degree."""
    level: timedelta = timedelta(hours=1)
    least_readings: int = 3
    """Fewer in the last hour, or quarter of an hour, say nothing."""
    drift: float = 2.75
    drift_for: timedelta = timedelta(hours=1)
    calm: float = 1.75
    """Hysteresis: a deviation that began ends only when the level is back within this."""
    sudden: float = 5.0
    sudden_level: timedelta = timedelta(minutes=15)
    forget_after: timedelta = timedelta(days=2)
    """A deviation does not teach the baseline what is usual, unless it lasts longer than this."""
    cool_down: timedelta = timedelta(hours=24)
    """After asking, people are left alone this long, whatever the machine does."""
    current: timedelta = timedelta(hours=6)
    """Nobody is asked about what is longer ago: that is history, and is only reported."""


class State(BaseModel):
    """State of the rule between runs, besides the baseline's readings."""

    usual: float | None = None
    deviation: float | None = None
    refreshed_at: datetime | None = None
    first_at: datetime | None = None
    since: datetime | None = None
    """When the present deviation began."""
    asked_at: datetime | None = None
    recent: list[Reading] = []
    """The last hour."""


class Finding(BaseModel):
    """At this moment the machine was in a serious state, and why."""

    kind: Kind
    at: datetime
    level: float
    usual: float
    deviation: float
    distance: float
    """How many deviations the level is from what is usual; negative is colder."""
    since: datetime

    @property
    def reason(self) -> str:
        return explain(self)


class Detector:
    """Feed it good readings in order.

    `history`: times and values of the readings that the baseline is made of, oldest first.
    """

    def __init__(
        self, rule: Rule, state: State | None = None, history: Iterable[tuple[datetime, float]] = ()
    ) -> None:
        self.rule = rule
        self.learnt: list[Reading] = []
        """Readings that went into the baseline since this was made."""
        self._state = state.model_copy() if state else State()
        self._history = deque(history)
        self._recent = deque((reading.at, reading.value) for reading in self._state.recent)

    def feed(self, reading: Reading) -> Finding | None:
        at, state = reading.at, self._state
        state.first_at = state.first_at or at
        self._refresh(at)
        self._recent.append((at, reading.value))
        while self._recent[0][0] <= at - self.rule.level:
            self._recent.popleft()
        finding = self._judge(at) if at - state.first_at >= self.rule.mature else None
        if state.since is None or at - state.since > self.rule.forget_after:
            self._history.append((at, reading.value))
            self.learnt.append(reading)
        return finding

    def may_ask(self, at: datetime) -> bool:
        """Return whether the cool-down is over."""
        asked = self._state.asked_at
        return asked is None or at - asked >= self.rule.cool_down

    def asked(self, at: datetime) -> None:
        self._state.asked_at = at

    def state(self) -> State:
        """Return the state to keep for the next run."""
        recent = [Reading(at=at, value=value) for at, value in self._recent]
        return self._state.model_copy(update={"recent": recent})

    def _refresh(self, at: datetime) -> None:
        state = self._state
        if state.refreshed_at is not None and at - state.refreshed_at < self.rule.refresh:
            return
        while self._history and self._history[0][0] < at - self.rule.baseline:
            self._history.popleft()
        if not self._history:
            return
        values = [value for _, value in self._history]
        state.usual = median(values)
        spread = MAD_TO_DEVIATION * median(abs(value - state.usual) for value in values)
        state.deviation = max(spread, self.rule.least_deviation)
        state.refreshed_at = at

    def _judge(self, at: datetime) -> Finding | None:
        state, rule = self._state, self.rule
        if state.usual is None or state.deviation is None:
            return None
        latest = [value for when, value in self._recent if when > at - rule.sudden_level]
        level, now = median(value for _, value in self._recent), median(latest)
        far, now_far = (level - state.usual) / state.deviation, (now - state.usual) / state.deviation
        if len(self._recent) >= rule.least_readings and abs(far) >= rule.drift:
            state.since = state.since or at
        elif abs(far) < rule.calm:
            state.since = None
        if abs(now_far) >= rule.sudden and len(latest) >= rule.least_readings:
            return self._found("sudden", at, now, now_far)
        if state.since and abs(far) >= rule.drift and at - state.since >= rule.drift_for:
            return self._found("drift", at, level, far)
        return None

    def _found(self, kind: Kind, at: datetime, level: float, far: float) -> Finding:
        state = self._state
        assert state.usual is not None
        assert state.deviation is not None
        since = at - self.rule.sudden_level if kind == "sudden" else state.since or at
        return Finding(
            kind=kind,
            at=at,
            level=level,
            usual=state.usual,
            deviation=state.deviation,
            distance=far,
            since=since,
        )


def explain(finding: Finding) -> str:
    """The finding in plain words."""
    side = "above" if finding.distance > 0 else "below"
    span = "quarter of an hour" if finding.kind == "sudden" else "hour"
    minutes = int((finding.at - finding.since).total_seconds() // 60)
    lasting = (
        "It began suddenly." if finding.kind == "sudden" else f"This has lasted for {duration(minutes)}."
    )
    return (
        f"The last {span} is at {finding.level:.1f} °F. That is {abs(finding.distance):.1f} deviations "
        f"{side} the last weeks' median of {finding.usual:.1f} °F (one is {finding.deviation:.1f} °F). "
        f"{lasting}"
    )


def duration(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if hours else f"{rest} min"
