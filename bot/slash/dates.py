"""Moments as people type them: `fri`, `2026-12-24`, `tomorrow 17:00`, `3d`. Pure, in their time zone."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_TIME = re.compile(r"(\d{1,2}):(\d{2})|(\d{1,2}) ?(am|pm)")
_SPAN = re.compile(r"(\d{1,3}) ?(h|hours?|d|days?|w|weeks?)")
_PAST = re.compile(r"(?:.* )?yesterday(?: .*)?|last .+|.+ ago")
_HOURS = {"h": 1, "d": 24, "w": 168}
_END_OF_DAY = time(23, 59, 59)
"""The last second, so that readers see the day that was typed and not the midnight after it."""
EXAMPLES = "fri, 2026-12-24, tomorrow 17:00 or 3d"


class InvalidMoment(ValueError):
    """This names no moment to come."""


def zone_of(name: str) -> ZoneInfo:
    """The zone, or UTC for an unknown name."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def until(text: str, now: datetime, tz: str) -> datetime:
    """The moment until which something lasts. A day lasts to its end. Raises `InvalidMoment`."""
    words = " ".join(text.casefold().replace(",", " ").split())
    if is_past(text):
        raise InvalidMoment(f"“{text}” is in the past. Name a later moment, like {EXAMPLES}.")
    span = _SPAN.fullmatch(words.removeprefix("in "))
    if span:
        return now + timedelta(hours=int(span[1]) * _HOURS[span[2][0]])
    zone = zone_of(tz)
    local_now = now.astimezone(zone)
    at, rest = _time_in(words)
    day = local_now.date() if not rest and at else _day(rest, local_now)
    if day is None:
        raise InvalidMoment(
            f"“{text}” is not a date or time that Signoff can read. Write it like {EXAMPLES}."
        )
    local = datetime.combine(day, at or _END_OF_DAY, zone)
    if local <= local_now:
        if rest or not at:
            raise InvalidMoment(f"“{text}” is in the past. Name a later moment, like {EXAMPLES}.")
        local += timedelta(days=1)
    try:
        return local.astimezone(now.tzinfo)
    except OverflowError:
        raise InvalidMoment(f"“{text}” is too far away.") from None


def is_past(text: str) -> bool:
    """Return whether the words themselves name a moment that has been, as `yesterday` and `2d ago` do."""
    return _PAST.fullmatch(" ".join(text.casefold().replace(",", " ").split())) is not None


def is_moment(text: str) -> bool:
    """Return whether the text can be a moment to come."""
    try:
        until(text, datetime(2000, 1, 1, tzinfo=UTC), "UTC")
    except InvalidMoment:
        return False
    return True


def _time_in(words: str) -> tuple[time | None, str]:
    """A time of day, and what stands beside it."""
    for match in _TIME.finditer(words):
        hour, minute = int(match[1] or match[3]), int(match[2] or 0)
        if match[4]:
            hour = hour % 12 + (12 if match[4] == "pm" else 0)
        if hour < 24 and minute < 60:
            rest = f"{words[: match.start()]} {words[match.end() :]}"
            return time(hour, minute), " ".join(rest.replace(" at ", " ").split()).removesuffix(" at")
    return None, words


def _day(text: str, local_now: datetime) -> date | None:
    if text in ("today", "tonight"):
        return local_now.date()
    if text == "tomorrow":
        return local_now.date() + timedelta(days=1)
    if (weekday := _weekday(text)) is not None:
        ahead = (weekday - local_now.weekday()) % 7 or 7
        return local_now.date() + timedelta(days=ahead)
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day
    except ValueError:
        return None


def _weekday(text: str) -> int | None:
    """Return the number of a day of the week, Monday is 0; None for any other text."""
    name = text.removeprefix("next ")
    numbers = [number for number, day in enumerate(_DAYS) if len(text) >= 2 and day.startswith(name)]
    return numbers[0] if len(numbers) == 1 else None


def since(text: str, now: datetime, tz: str) -> datetime:
    """The moment from which a list begins: `2d` ago, or the start of a day that has been.

    Raises `InvalidMoment`.
    """
    words = " ".join(text.casefold().replace(",", " ").split()).removeprefix("last ").removesuffix(" ago")
    span = _SPAN.fullmatch(words)
    if span:
        return now - timedelta(hours=int(span[1]) * _HOURS[span[2][0]])
    local_now = now.astimezone(zone_of(tz))
    day = local_now.date() - timedelta(days=1) if words == "yesterday" else _day(words, local_now)
    if day is None:
        raise InvalidMoment(
            f"“{text}” is not a date that Signoff can read. Write it like 2d, yesterday, fri or 2026-12-24."
        )
    if _weekday(words) is not None and not words.startswith("next "):
        day -= timedelta(days=7)  # the last one, not the next one
    try:
        moment = datetime.combine(day, time(0), zone_of(tz)).astimezone(now.tzinfo)
    except OverflowError:
        raise InvalidMoment(f"“{text}” is too far in the past. Name a later day.") from None
    if moment > now:
        raise InvalidMoment(f"“{text}” is in the future. Name an earlier day.")
    return moment
