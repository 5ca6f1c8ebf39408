"""An iCal calendar as an on-call source: who has an event that covers this moment.

Recurrence, exceptions and time zones are those of the library `recurring-ical-events`, which the extra
`oncall` installs. An edited occurrence replaces the one of the series, so that an override is an edit of the
calendar.
"""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.oncall.http import HttpReader
from bot.oncall.source import MAX_BYTES, OnCallFailed, covers
from bot.oncall.specs import CalendarSpec
from bot.oncall.threads import OneThread
from bot.slack.addresses import reveals_token
from engine import Clock
from engine.regular_files import expanded, read_bytes

LIBRARIES = ("icalendar", "recurring_ical_events")
MISSING = "A calendar needs two libraries more. Install them: pip install 'signoff[oncall]'."
_LONGEST = timedelta(days=366)
_TOO_OFTEN = frozenset({"SECONDLY", "MINUTELY"})
_RARE = frozenset({"MONTHLY", "YEARLY"})
_MAY_NEVER_COME = ("BYMONTHDAY", "BYYEARDAY", "BYWEEKNO")
_FAR = 2100
"""The year from which the end of a rule is as good as none."""
_KEEP_SECONDS = 60.0
"""How long a calendar from an address counts. Who is on call in it is computed at each question."""
_ADDRESS = re.compile(r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")


def is_installed() -> bool:
    """Return whether the libraries of the extra `oncall` are there."""
    return all(find_spec(name) is not None for name in LIBRARIES)


@dataclass(slots=True)
class Calendar:
    """`folder`: to which the path of a file is relative."""

    spec: CalendarSpec
    http: HttpReader
    folder: Path
    clock: Clock
    _thread: OneThread = field(default_factory=OneThread, init=False)
    _kept: tuple[bytes, float] | None = field(default=None, init=False)
    _parsed: tuple[bytes, Any] | None = field(default=None, init=False)

    async def on_call(self, at: datetime) -> Sequence[str]:
        if not is_installed():
            raise OnCallFailed(MISSING)
        content = await (self._fetched() if not self.spec.file else asyncio.to_thread(self._of_file))
        return await self._thread.run(self._at, content, at)

    def _of_file(self) -> bytes:
        try:
            content = read_bytes(self.folder / expanded(self.spec.file))
        except OSError as error:
            raise OnCallFailed(f"The calendar file cannot be read ({error.strerror or error}).") from None
        if len(content) > MAX_BYTES:
            raise OnCallFailed(f"The calendar file is larger than {MAX_BYTES // 1_000_000} MB.")
        return content

    async def _fetched(self) -> bytes:
        now = self.clock.monotonic()
        if self._kept is not None and now - self._kept[1] < _KEEP_SECONDS:
            return self._kept[0]
        url = self.spec.url or await self.http.token(self.spec.url_secret, "the calendar")
        if reveals_token(url):
            raise OnCallFailed(f"The address in {self.spec.url_secret} is not encrypted. Write https://.")
        content = await self.http.read(url, {"Accept": "text/calendar"}, (), "The calendar")
        self._kept = (content, now)
        return content

    def _at(self, content: bytes, at: datetime) -> list[str]:
        icalendar, recurring_ical_events = map(import_module, LIBRARIES)

        zone = ZoneInfo(self.spec.timezone)
        try:
            if self._parsed is None or self._parsed[0] != content:
                calendar = icalendar.Calendar.from_ical(content)
                for event in calendar.walk("VEVENT"):
                    _check(event, zone)
                self._parsed = (content, recurring_ical_events.of(calendar))
            # A day more on each side: whole days begin at midnight of another zone.
            around = self._parsed[1].between(at - timedelta(days=1), at + timedelta(days=1))
            events = [event for event in around if _covers(event, at, zone)]
        except OnCallFailed:
            raise
        except Exception as error:  # the libraries raise errors of many kinds for what is not a calendar
            raise OnCallFailed(f"The calendar cannot be read ({type(error).__name__}).") from None
        return list(dict.fromkeys(name for event in events for name in _people(event)))


def _check(event: Any, zone: ZoneInfo) -> None:
    """Raises `OnCallFailed` for an event that the library would count through for minutes, or forever."""
    start, end = (_moment(event[name].dt, zone) if name in event else None for name in ("DTSTART", "DTEND"))
    length = event["DURATION"].dt if "DURATION" in event else end - start if start and end else timedelta()
    rules = event.get("RRULE", [])
    rules = rules if isinstance(rules, list) else [rules]
    problem = (
        "ends before it begins"
        if length < timedelta()
        else "lasts for more than a year"
        if length > _LONGEST
        else "repeats since before 1970"
        if rules and start and start.year < 1970
        else next(filter(None, map(_endless, rules)), "")
    )
    if problem:
        title = str(event.get("SUMMARY", ""))[:60]
        raise OnCallFailed(f"The calendar has an event that {problem}: {title!r}.")


def _endless(rule: Any) -> str:
    """Return why the library would count through a rule for minutes, or forever; empty as a rule."""
    frequency = {str(word).upper() for word in rule.get("FREQ", [])}
    if frequency & _TOO_OFTEN or any(len(rule.get(part, [])) > 1 for part in ("BYMINUTE", "BYSECOND")):
        return "repeats more often than each hour"
    if any(int(each) < 1 for each in rule.get("INTERVAL", [])):
        return "repeats after an interval of zero"
    if any(not 1 <= int(each) <= 12 for each in rule.get("BYMONTH", [])):
        return "repeats in a month outside 1 to 12"
    # For a date that never comes, the library looks day by day until the end of the rule, or the year 9999.
    ends = [each.year for each in rule.get("UNTIL", [])]
    if frequency <= _RARE or (ends and max(ends) < _FAR):
        return ""
    most = max((abs(int(each)) for each in rule.get("BYSETPOS", [])), default=0)
    if most > len(rule.get("BYDAY", ["the day of the start"])) or any(
        part in rule for part in _MAY_NEVER_COME
    ):
        return "repeats each hour, day or week on dates that may never come (write FREQ=YEARLY)"
    return ""


def _covers(event: Any, at: datetime, zone: ZoneInfo) -> bool:
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return False
    start, end = event["DTSTART"].dt, event["DTEND"].dt if "DTEND" in event else None
    if end is None:
        length = event["DURATION"].dt if "DURATION" in event else None
        end = start + (length or (timedelta() if isinstance(start, datetime) else timedelta(days=1)))
    return covers(_moment(start, zone), _moment(end, zone), at)


def _moment(value: date, zone: ZoneInfo) -> datetime:
    """Return the moment of a time, or of the beginning of a whole day. `zone`: where it names none."""
    if not isinstance(value, datetime):
        return datetime.combine(value, time(), zone)
    return value if value.tzinfo is not None else value.replace(tzinfo=zone)


def _people(event: Any) -> list[str]:
    """Return the addresses of the attendees who did not decline, else those in the title, else the title."""
    attendees = event.get("ATTENDEE", [])
    attendees = attendees if isinstance(attendees, list) else [attendees]
    coming = [each for each in attendees if str(each.params.get("PARTSTAT", "")).upper() != "DECLINED"]
    if attendees:
        return [re.sub(r"(?i)^mailto:", "", str(each)) for each in coming]
    title = str(event.get("SUMMARY", "")).strip()
    return _ADDRESS.findall(title) or ([title] if title else [])
