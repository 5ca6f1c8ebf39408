"""When schedules fire: pure arithmetic on the specs. APScheduler finds the next match of a cron pattern.

Standard cron: five fields, 0 and 7 are Sunday, and where both day of month and weekday are restricted
either will do. APScheduler counts weekdays from Monday and wants both, so the pattern is translated.

Daylight saving: a pattern whose hours are named (`0 2 * * *`, `0 9-17 * * *`) goes by the wall clock. It
fires once for each local time it names: at the first of two equal ones, and for one that a gap leaves out
at the first instant after the gap. A pattern with a wildcard in its hours (`*/15 * * * *`) goes by
elapsed time: whenever the wall clock matches, as often as that is.
"""

import difflib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice, takewhile
from zoneinfo import ZoneInfo, available_timezones

from apscheduler.triggers.cron import CronTrigger

from engine.model.definition.trigger_spec import CronSpec, EverySpec, OnceSpec
from engine.model.text.wording import count

MISSED_AFTER = timedelta(seconds=60)
"""Delay after which a fire counts as missed."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NICKNAMES = {
    "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
}  # fmt: skip
_FIELDS = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day of month", 1, 31, ()),
    ("month", 1, 12, _MONTHS),
    ("weekday", 0, 7, _WEEKDAYS),
)
_PART = re.compile(r"(\*|[a-z0-9]+)(?:-([a-z0-9]+))?(?:/(\d+))?")
_MAX_DAYS_AHEAD = 20 * 366
"""Days that a pattern may take to come round: 29 February on a given weekday takes up to 40 years, but
one that has not come in twenty is a mistake."""

_MAX_COUNTED_FIRES = 1000
"""Limit for counting the missed fires of a cron pattern."""

Spec = CronSpec | EverySpec | OnceSpec


@dataclass(frozen=True, slots=True)
class MissedFires:
    """Fires to make up for, oldest first, and the number of dropped ones, as far as they were counted."""

    to_fire: list[datetime]
    dropped: int


@dataclass(frozen=True, slots=True)
class _Pattern:
    """`triggers`: on naive local time taken as UTC; whichever comes first counts."""

    triggers: tuple[CronTrigger, ...]
    zone: ZoneInfo
    elapsed: bool


def check_cron(expr: str, tz: str) -> None:
    """Raises `ValueError` with a plain sentence that names the field, the value and the remedy."""
    pattern = _pattern(expr, tz)
    if _next_naive(pattern, datetime(2024, 1, 1, tzinfo=UTC)) is None:
        raise ValueError(f"{expr!r} never fires: there is no such day. Check the day of month and the month.")


def next_fire(spec: Spec, after: datetime) -> datetime | None:
    """Return the first fire strictly after `after`, in UTC; None if there is none."""
    if isinstance(spec, EverySpec):
        step = timedelta(seconds=spec.seconds)
        return _EPOCH + ((after - _EPOCH) // step + 1) * step
    if isinstance(spec, OnceSpec):
        return spec.at if spec.at > after else None
    pattern = _pattern(spec.expr, spec.tz)
    return _next_elapsed(pattern, after) if pattern.elapsed else _next_on_the_clock(pattern, after)


def following_fires(spec: Spec, after: datetime) -> Iterator[datetime]:
    """Yield all fires after `after`, in order."""
    while (fire := next_fire(spec, after)) is not None:
        yield fire
        after = fire


def missed_fires(spec: Spec, due: datetime, now: datetime) -> MissedFires:
    """Return the fires to make up for since `due`, by the spec's policy for missed fires."""
    if isinstance(spec, OnceSpec):  # its one moment counts, however late
        return MissedFires([due] if due <= now else [], 0)
    newest, count = _newest(spec, due, now, max(spec.catchup_limit, 1))
    if spec.catchup == "latest":
        newest = newest[-1:]
    elif spec.catchup == "skip":
        newest = [when for when in newest[-1:] if now - when <= MISSED_AFTER]
    return MissedFires(newest, count - len(newest))


def has_passed(spec: Spec, now: datetime) -> bool:
    """Return whether the one moment of a trigger is over."""
    return isinstance(spec, OnceSpec) and spec.at <= now


def describe(spec: Spec) -> str:
    """Return a description, such as `daily at 02:00 Europe/Berlin` or `every 5 min`; else the pattern."""
    if isinstance(spec, EverySpec):
        return f"every {_duration(spec.seconds)}"
    if isinstance(spec, OnceSpec):
        return f"once at {spec.at:%Y-%m-%d %H:%M} UTC"
    expr = _NICKNAMES.get(spec.expr.strip().lower(), spec.expr)
    minute, hour, day, month, weekday = expr.split()
    zone = spec.tz
    if not (minute.isdecimal() and hour.isdigit() and month == "*"):
        return f"{spec.expr} {zone}"
    time = f"{int(hour):02}:{int(minute):02}"
    if day == "*" and weekday == "*":
        return f"daily at {time} {zone}"
    if day == "*":
        named = sorted(_expand(weekday.lower(), 4), key=lambda number: (number - 1) % 7)
        names = [_WEEKDAYS[number % 7].capitalize() for number in named]
        if names == ["Mon", "Tue", "Wed", "Thu", "Fri"]:
            return f"Mon to Fri at {time} {zone}"
        return f"{', '.join(names)} at {time} {zone}"
    if weekday == "*" and day.isdecimal():
        return f"on day {day} of the month at {time} {zone}"
    return f"{spec.expr} {zone}"


def fires_by_elapsed_time(spec: Spec) -> bool:
    """Return whether it fires again in an hour that the clock shows twice."""
    if isinstance(spec, CronSpec):
        return _pattern(spec.expr, spec.tz).elapsed
    return isinstance(spec, EverySpec)


MAX_RANGE_DAYS = 3_660
_FIRST_YEAR = 1970


def range_problem(first: date, last: date) -> str:
    """Return why nobody walks through the fires from one date to another; empty where it is possible."""
    if first > last:
        return f"{first} is after {last}. Give the earlier date first."
    if first.year < _FIRST_YEAR:
        return f"{first} is before {_FIRST_YEAR}. Give a later date."
    if (last - first).days > MAX_RANGE_DAYS:
        return f"From {first} to {last} are more than {MAX_RANGE_DAYS:,} days. Give a shorter range."
    return ""


def days(spec: CronSpec, first: date, last: date) -> tuple[datetime, datetime]:
    """From the beginning of one day to the end of another, in the schedule's zone."""
    zone = time_zone(spec.tz)
    after = datetime.combine(last + timedelta(days=1), time(), zone).astimezone(UTC)
    return datetime.combine(first, time(), zone).astimezone(UTC), after - _MICROSECOND


def fire_id(workflow: str, spec: Spec, when: datetime) -> str:
    """Return the id of this fire's run: workflow, trigger and fire time, the same in every process."""
    trigger = re.sub(r"[^A-Za-z0-9]+", "-", spec.key.replace("*", "x")).strip("-")
    moment = when.astimezone(UTC)
    return f"{workflow}-{trigger}-{moment:%Y%m%dT%H%M%S}Z"


def _newest(spec: Spec, due: datetime, now: datetime, most: int) -> tuple[list[datetime], int]:
    """The newest fires from `due` to `now`, and how many there were: after a year's absence a schedule of
    every minute has half a million, which nobody walks through."""
    if due > now:
        return [], 0
    if isinstance(spec, EverySpec):
        step = timedelta(seconds=spec.seconds)
        intervals = (now - due) // step
        return [
            due + number * step for number in range(max(0, intervals + 1 - most), intervals + 1)
        ], intervals + 1
    fires = [due, *islice(_up_to(spec, due, now), _MAX_COUNTED_FIRES)]
    if len(fires) <= _MAX_COUNTED_FIRES:
        return fires[-most:], len(fires)
    span = timedelta(hours=1)
    while len(fires := list(islice(_up_to(spec, now - span, now), most * 60 + 60))) < most:
        span *= 2
    return fires[-most:], _MAX_COUNTED_FIRES


def _up_to(spec: Spec, after: datetime, now: datetime) -> Iterator[datetime]:
    return takewhile(lambda when: when <= now, following_fires(spec, after))


def _next_on_the_clock(pattern: _Pattern, after: datetime) -> datetime | None:
    """Return the next fire of named hours: walk the wall clock, at the first instant of a reading."""
    # Begin a day early: a reading in a gap is taken at the gap's end, after later readings' naive times.
    naive = after.astimezone(pattern.zone).replace(tzinfo=UTC) - timedelta(days=1)
    while (match := _next_naive(pattern, naive)) is not None:
        instant = first_instant(match, pattern.zone)
        if instant > after:
            return instant
        naive = match
    return None


def first_instant(naive: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant of a wall-clock reading: the first of two, or the end of the gap around it.

    `naive`: the reading, with UTC in place of the zone.
    """
    instant = naive.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=UTC, fold=0) == naive:
        return instant
    # In a gap: read with the offset before it (fold=0) the instant lies after it, with the one after before.
    before = naive.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return _change(zone, before, instant)


def _next_elapsed(pattern: _Pattern, after: datetime) -> datetime | None:
    """Return the next fire of wildcard hours: match real instants, offset by offset."""
    for _ in range(_MAX_DAYS_AHEAD):
        offset = _offset(pattern.zone, after + _MICROSECOND)
        naive = _next_naive(pattern, (after + offset).replace(tzinfo=UTC))
        if naive is None:
            return None
        instant = naive - offset
        if _offset(pattern.zone, instant) == offset and not _changes(pattern.zone, after, instant):
            return instant
        after = _change(pattern.zone, after + _MICROSECOND, instant) - _MICROSECOND
    return None


def _offset(zone: ZoneInfo, instant: datetime) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta(0)


def _changes(zone: ZoneInfo, start: datetime, end: datetime) -> bool:
    """Return the changes of the offset between two instants, searched month by month."""
    if end - start < timedelta(days=28):
        return False
    first = _offset(zone, start + _MICROSECOND)
    days = range(28, (end - start).days, 28)
    return any(_offset(zone, start + timedelta(days=day)) != first for day in days)


def _change(zone: ZoneInfo, start: datetime, end: datetime) -> datetime:
    """Return the first instant in (start, end] with another offset than `start`, to the second."""
    first = _offset(zone, start)
    while end - start > timedelta(days=28) and _offset(zone, start + timedelta(days=28)) == first:
        start += timedelta(days=28)
    end = min(end, start + timedelta(days=28)) if _offset(zone, end) == first else end
    low, high = int((start - _EPOCH).total_seconds()), -int(-(end - _EPOCH).total_seconds() // 1)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, _EPOCH + timedelta(seconds=middle)) == first:
            low = middle
        else:
            high = middle
    return _EPOCH + timedelta(seconds=high)


def _next_naive(pattern: _Pattern, after: datetime) -> datetime | None:
    # APScheduler gives the first match not before the second that it is asked for.
    start = after + _MICROSECOND
    fires = [trigger.get_next_fire_time(None, start) for trigger in pattern.triggers]
    matches = [when for when in fires if when is not None and when - after < timedelta(days=_MAX_DAYS_AHEAD)]
    return min(matches) if matches else None


@lru_cache(maxsize=4096)
def _pattern(expr: str, tz: str) -> _Pattern:
    zone = time_zone(tz)
    text = _NICKNAMES.get(expr.strip().lower(), expr.strip().lower())
    fields = text.split()
    if len(fields) != 5:
        raise ValueError(
            f"{expr!r} has {count(len(fields), 'field')}; cron has five: minute, hour, day of month, month, "
            "weekday."
        )
    values = [_expand(field, number) for number, field in enumerate(fields)]
    minute, hour, day, month = (",".join(map(str, sorted(value))) for value in values[:4])
    week = ",".join(sorted({_WEEKDAYS[number % 7] for number in values[4]}, key=_WEEKDAYS.index))
    common = {"minute": minute, "hour": hour, "month": month, "timezone": UTC}
    # Standard cron: a field that begins with a star does not restrict.
    any_day, any_weekday = fields[2].startswith("*"), fields[4].startswith("*")
    if any_day or any_weekday:
        triggers = [CronTrigger(day=day, day_of_week=week, **common)]
    else:
        triggers = [CronTrigger(day=day, **common), CronTrigger(day_of_week=week, **common)]
    return _Pattern(tuple(triggers), zone, elapsed="*" in fields[1])


def time_zone(tz: str) -> ZoneInfo:
    try:
        return ZoneInfo(tz)
    except (KeyError, ValueError, OSError):
        close = difflib.get_close_matches(tz, available_timezones(), n=1)
        hint = f"Did you mean {close[0]}?" if close else "Write it like Europe/Berlin."
        raise ValueError(f"There is no time zone {tz!r}. {hint}") from None


def _expand(field: str, number: int) -> set[int]:
    """Return the numbers that a field stands for. Weekdays are 0 to 7."""
    label, lowest, highest, names = _FIELDS[number]

    def wrong(part: str) -> ValueError:
        known = f" or {names[0]} to {names[-1]}" if names else ""
        return ValueError(
            f"The {label} {part!r} is invalid; it goes from {lowest} to {highest}{known}, "
            "with lists 1,2, ranges 1-5 and steps */10."
        )

    read: Callable[[str], int] = _reader(names, lowest, highest, wrong)
    values: set[int] = set()
    for part in field.split(","):
        match = _PART.fullmatch(part)
        if match is None or (match[1] == "*" and match[2]):
            raise wrong(part)
        start = lowest if match[1] == "*" else read(match[1])
        end = highest if match[1] == "*" else read(match[2]) if match[2] else start
        if match[3] and match[1] != "*" and not match[2]:
            end = highest
        if label == "weekday" and match[1] == "*":
            end = 6
        if start > end and label == "weekday":
            end += 7
        step = int(match[3] or 1)
        if start > end or step < 1:
            raise wrong(part)
        values.update(value % 7 if label == "weekday" else value for value in range(start, end + 1, step))
    return values


def _reader(
    names: tuple[str, ...], lowest: int, highest: int, wrong: Callable[[str], ValueError]
) -> Callable[[str], int]:
    def read(text: str) -> int:
        if text in names:
            return names.index(text) + (1 if names is _MONTHS else 0)
        if not text.isdecimal() or not lowest <= int(text) <= highest:
            raise wrong(text)
        return int(text)

    return read


def _duration(total: float) -> str:
    units = ((86400.0, "d"), (3600.0, "h"), (60.0, "min"), (1.0, "s"))
    parts = []
    for size, name in units:
        count, total = divmod(total, size)
        if count:
            parts.append(f"{count:g} {name}")
    return " ".join(parts[:2]) or "less than a second"
