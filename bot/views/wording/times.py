"""Moments and durations as readers see them: moments in their own zone, durations in plain units."""

import re
from datetime import UTC, datetime, timedelta, tzinfo

from bot.views.wording.text import cut_line, safe
from bot.views.wording.visible import Visible

_NEAR = timedelta(hours=10)
"""Moments closer than this need no date."""
_WORTH_SAYING = 1.0
"""Seconds. A shorter usual time is over before anybody reads it."""


def duration(seconds: float) -> str:
    """`less than 0.1 s`, `0.4 s`, `42 s`, `3 min 10 s`, `7 min`, `3 h 20 min`, `2 d 4 h`."""
    if seconds < 0.05:
        return "less than 0.1 s"
    if seconds < 9.95:
        return f"{seconds:.1f} s".replace(".0 s", " s")
    total = round(seconds)
    if total < 60:
        return f"{total} s"
    if total < 600:
        return _two(total, 60, "min", 1, "s")
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 24 * 60:
        return _two(minutes, 60, "h", 1, "min")
    return _two(round(minutes / 60), 24, "d", 1, "h")


def usually(seconds: float | None) -> str:
    """Return `usually 2 min`; empty for an unknown time and for less than a second."""
    return f"usually {duration(seconds)}" if seconds is not None and seconds >= _WORTH_SAYING else ""


def _two(amount: int, large: int, large_unit: str, small: int, small_unit: str) -> str:
    quotient, rest = divmod(amount, large)
    return f"{quotient} {large_unit}" + (f" {rest // small} {small_unit}" if rest else "")


def is_near(when: datetime, now: datetime) -> bool:
    """Return whether a moment needs no date."""
    return abs(when - now) < _NEAR


def moment(when: datetime, now: datetime) -> str:
    """A mrkdwn date that each reader sees in their own zone; with the day where it may be another one."""
    pattern = "{time}" if is_near(when, now) else "{date_short_pretty} at {time}"
    return f"<!date^{int(when.timestamp())}^{pattern}|{plain_moment(when, now)}>"


def at(when: datetime, now: datetime) -> str:
    """Return `moment` in the form that follows a verb: `at 12:07`, `Mar 3 at 12:07`."""
    return f"at {moment(when, now)}" if is_near(when, now) else moment(when, now)


def since(when: datetime, now: datetime) -> str:
    """As `at`, with how long ago, which Slack counts when a reader looks."""
    pattern = "{time}, {ago}" if is_near(when, now) else "{date_short_pretty} at {time}, {ago}"
    before = "at " if is_near(when, now) else ""
    return f"{before}<!date^{int(when.timestamp())}^{pattern}|{plain_moment(when, now)}>"


def dated(when: datetime) -> str:
    """A mrkdwn date with its day, where the present moment is not at hand."""
    return f"<!date^{int(when.timestamp())}^{{date_short_pretty}} at {{time}}|{when:%Y-%m-%d %H:%M} UTC>"


_STORED = re.compile(r"\b(\d{4}-\d{2}-\d{2} \d{2}:\d{2})(:\d{2})? UTC\b")
"""A moment in a reason that the engine stored."""


def localized(text: str, limit: int, now: datetime | None = None) -> str:
    """Return words of the engine as mrkdwn, in which each reader sees the moments in their own zone."""
    parts, place = [], 0
    text = cut_line(text, limit)
    for found in _STORED.finditer(text):
        try:
            when = datetime.fromisoformat(f"{found[1]}{found[2] or ''}").replace(tzinfo=UTC)
        except ValueError:
            continue
        parts += [
            _safe(text[place : found.start()], limit),
            dated(when) if now is None else moment(when, now),
        ]
        place = found.end()
    return "".join([*parts, _safe(text[place:], limit)])


def _safe(part: str, limit: int) -> str:
    """Return a part of a visible text between two moments, with the spaces around it."""
    words = Visible(part.strip())
    before, _, after = part.partition(words) if words else (part, "", "")
    return f"{before}{safe(words, limit)}{after}" if words else part


def plain_moment(when: datetime, now: datetime) -> str:
    """Where Slack puts in no dates: plain text, in UTC."""
    return f"{when:%H:%M} UTC" if is_near(when, now) else f"{when:%Y-%m-%d %H:%M} UTC"


def local_moment(when: datetime, now: datetime, zone: tzinfo) -> str:
    """Where Slack puts in no dates: `today 14:05`, `26 Nov 14:05`, `26 Nov 2025 14:05`, in the zone."""
    local, today = when.astimezone(zone), now.astimezone(zone)
    if local.date() == today.date():
        return f"today {local:%H:%M}"
    year = "" if local.year == today.year else f" {local.year}"
    return f"{local.day} {local:%b}{year} {local:%H:%M}"


def times(count: int) -> str:
    """`once`, `twice`, `4 times`."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def nth(count: int) -> str:
    """`2nd`, `3rd`, `11th`."""
    ending = "th" if 10 <= count % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(count % 10, "th")
    return f"{count}{ending}"
