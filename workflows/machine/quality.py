"""Checks of readings before any conclusion is drawn from them. Bad readings are set aside."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import BaseModel

from workflows.machine.readings import Reading, Row
from workflows.wording import count


@dataclass(frozen=True, slots=True)
class Limits:
    """`coldest`, `hottest`: °F that the sensor can measure. `stuck`: so many equal values in a row."""

    coldest: float = -40.0
    hottest: float = 300.0
    stuck: int = 12
    every: timedelta = timedelta(minutes=5)
    gap: timedelta = timedelta(minutes=20)


class SetAside(BaseModel):
    """A line that nothing was concluded from."""

    line: str
    reason: str


class Gap(BaseModel):
    """No readings between these moments."""

    after: datetime
    before: datetime

    @property
    def length(self) -> timedelta:
        return self.before - self.after


class Tail(BaseModel):
    """Memory of the checks: the last good reading, and how often its value came."""

    last: Reading | None = None
    same: int = 0


class Checked(BaseModel):
    """Readings by their worth."""

    good: list[Reading]
    set_aside: list[SetAside]
    gaps: list[Gap]
    tail: Tail
    summary: str


USUAL = Limits()


def check(rows: Sequence[Row], tail: Tail, limits: Limits = USUAL) -> Checked:
    """Sort the good readings from the others; `tail` comes from the check before."""
    good: list[Reading] = []
    aside: list[SetAside] = []
    gaps: list[Gap] = []
    for row in rows:
        reading = row.reading
        if reading is None:
            aside.append(SetAside(line=row.text, reason=row.trouble or "can't be read"))
            continue
        same = tail.same + 1 if tail.last and tail.last.value == reading.value else 1
        reason = _trouble(reading, tail.last, same, limits)
        if reason:
            aside.append(SetAside(line=row.text, reason=reason))
        else:
            good.append(reading)
            if tail.last and reading.at - tail.last.at > limits.gap:
                gaps.append(Gap(after=tail.last.at, before=reading.at))
        if _moves_on(reading, tail.last, limits):
            tail = Tail(last=reading, same=same)
    return Checked(good=good, set_aside=aside, gaps=gaps, tail=tail, summary=_summary(good, aside, gaps))


def _trouble(reading: Reading, last: Reading | None, same: int, limits: Limits) -> str | None:
    if not limits.coldest <= reading.value <= limits.hottest:
        return f"outside what the sensor can measure ({limits.coldest:g} to {limits.hottest:g} °F)"
    if last and reading.at == last.at:
        return "a second reading for the same moment"
    if last and reading.at < last.at:
        return "older than the reading before it"
    if same >= limits.stuck:
        return f"the sensor is stuck: the same value {limits.stuck} times in a row or more"
    return None


def _moves_on(reading: Reading, last: Reading | None, limits: Limits) -> bool:
    """A stuck sensor's readings do move time on; impossible and late ones don't."""
    possible = limits.coldest <= reading.value <= limits.hottest
    return possible and (last is None or reading.at > last.at)


def _summary(good: Sequence[Reading], aside: Sequence[SetAside], gaps: Sequence[Gap]) -> str:
    parts = [f"{len(good)} good"]
    if aside:
        kinds = Counter(one.reason.split(":")[0] for one in aside)
        parts.append(f"{len(aside)} set aside ({', '.join(f'{why}: {many}' for why, many in kinds.items())})")
    if gaps:
        longest = max(gaps, key=lambda gap: gap.length)
        parts.append(
            f"{count(len(gaps), 'gap')}, the longest {int(longest.length.total_seconds() // 60)} min"
        )
    return ", ".join(parts)
