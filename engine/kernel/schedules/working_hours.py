"""Working hours: pure arithmetic on what counts as working time, in the time zone that it is kept in."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from engine.model.definition.spec import HoursSpec

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MAX_DAYS_AHEAD = 20 * 366
"""Limit in days: working time that is more than twenty years away is a mistake in the calendar."""


APPROVERS = "approvers"
"""In place of a time zone: that of most of those who are asked, looked up when they are."""


def after_working_time(start: datetime, seconds: float, hours: HoursSpec | None) -> datetime:
    """The moment at which so many seconds of working time have passed since `start`; UTC.

    Without hours all time counts. Raises `ValueError` for a calendar that has too little of it.
    """
    if hours is None:
        return start + timedelta(seconds=seconds)
    left = timedelta(seconds=seconds)
    for opens, closes in _windows(start, hours):
        begins = max(opens, start)
        if begins + left <= closes:
            return begins + left
        left -= closes - begins
    raise ValueError("there is not that much working time in the next twenty years")


def working_seconds(start: datetime, end: datetime, hours: HoursSpec | None) -> float:
    """Return the seconds of working time between two moments; without hours, all seconds."""
    if hours is None:
        return max((end - start).total_seconds(), 0.0)
    total = timedelta()
    for opens, closes in _windows(start, hours):
        if opens >= end:
            break
        total += min(closes, end) - max(opens, start)
    return total.total_seconds()


def period_end(now: datetime, hours: HoursSpec) -> datetime | None:
    """Return when the hours end that `now` is in, with those that follow without a gap; None outside them."""
    end: datetime | None = None
    for opens, closes in _windows(now, hours):
        if opens > (end or now) or (end is not None and closes - now > timedelta(days=8)):
            break
        end = max(closes, end or closes)
    return end


def _windows(start: datetime, hours: HoursSpec) -> Iterator[tuple[datetime, datetime]]:
    """Yield the periods of working time that end after `start`, in order; UTC, because of daylight saving."""
    zone = ZoneInfo("UTC" if hours.tz == APPROVERS else hours.tz)
    first = start.astimezone(zone).date() - timedelta(days=1)
    for number in range(_MAX_DAYS_AHEAD):
        day = first + timedelta(days=number)
        if day.weekday() not in hours.days or day.isoformat() in hours.holidays:
            continue
        opens = _at(day, hours.start, zone)
        closes = _at(day if hours.end > hours.start else day + timedelta(days=1), hours.end, zone)
        if closes > max(start, opens):
            yield opens, closes


def _at(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """Return `minute` of that day by the wall clock; 1440 is the midnight that ends it."""
    day, minute = day + timedelta(days=minute // 1440), minute % 1440
    return datetime.combine(day, time(minute // 60, minute % 60), zone).astimezone(UTC)


def parse(days: str, start: str, end: str, tz: str, holidays: list[str]) -> HoursSpec:
    """`mon-fri`, `09:00`, `17:00`, `Europe/Berlin`, `["2026-12-25"]`. Raises `ValueError` with the remedy."""
    if tz != APPROVERS and tz not in available_timezones():
        raise ValueError(f"{tz!r} is not a time zone; write one like Europe/Berlin, or approvers")
    begins, ends = minute_of_day(start), minute_of_day(end)
    if begins == ends:
        raise ValueError(f"it begins and ends at {start}; write 00:00 to 24:00 for the whole day")
    for holiday in holidays:
        try:
            date.fromisoformat(holiday)
        except (TypeError, ValueError):
            raise ValueError(f"the holiday {holiday!r} is not a date; write it as 2026-12-25") from None
    return HoursSpec(days=weekdays(days), start=begins, end=ends, tz=tz, holidays=tuple(holidays))


def minute_of_day(text: str) -> int:
    """Return the minutes after midnight of `09:00`. Raises `ValueError` with the remedy."""
    match = re.fullmatch(r"(\d{1,2}):(\d{2})", str(text))
    minute = int(match[1]) * 60 + int(match[2]) if match else -1
    if not match or int(match[2]) > 59 or not 0 <= minute <= 1440:
        raise ValueError(f"{text!r} is not a time of day; write it as 09:00")
    return minute


def weekdays(text: str) -> tuple[int, ...]:
    """Return the weekdays of `mon-fri` or `mon,wed`, Monday is 0. Raises `ValueError` with the remedy."""
    found: set[int] = set()
    for part in str(text).lower().replace(" ", "").split(","):
        first, _, last = part.partition("-")
        if first not in _DAYS or (last or first) not in _DAYS:
            raise ValueError(f"{part!r} is not a weekday; write mon-fri, or mon,wed,fri")
        begin, end = _DAYS.index(first), _DAYS.index(last or first)
        found |= {number % 7 for number in range(begin, end + 1 if end >= begin else end + 8)}
    return tuple(sorted(found))
