"""A calendar and a Python function as on-call sources."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.oncall.schedules import OnCall, OnCallFailed
from bot.oncall.specs import InvalidOnCall, OnCallSetting, OnCallSpec, read_on_call
from engine import FakeClock
from tests.bot.oncall.stand_in import stand_in

BERLIN = ZoneInfo("Europe/Berlin")
CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//on-call//EN
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:STANDARD
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
UID:day
DTSTAMP:20260101T000000Z
DTSTART;TZID=Europe/Berlin:20260105T080000
DTEND;TZID=Europe/Berlin:20260105T200000
RRULE:FREQ=DAILY
EXDATE;TZID=Europe/Berlin:20260403T080000
SUMMARY:On call
ATTENDEE;CN=Alice:mailto:alice@example.com
ATTENDEE;PARTSTAT=DECLINED:mailto:dave@example.com
END:VEVENT
BEGIN:VEVENT
UID:day
DTSTAMP:20260101T000000Z
RECURRENCE-ID;TZID=Europe/Berlin:20260402T080000
DTSTART;TZID=Europe/Berlin:20260402T080000
DTEND;TZID=Europe/Berlin:20260402T120000
SUMMARY:On call
ATTENDEE:mailto:bob@example.com
END:VEVENT
BEGIN:VEVENT
UID:holiday
DTSTAMP:20260101T000000Z
DTSTART;VALUE=DATE:20261225
DTEND;VALUE=DATE:20261226
SUMMARY:Carol
END:VEVENT
BEGIN:VEVENT
UID:cancelled
DTSTAMP:20260101T000000Z
DTSTART:20260102T000000Z
DTEND:20270102T000000Z
STATUS:CANCELLED
SUMMARY:dave@example.com
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "oncall.ics"
    path.write_text(CALENDAR, "utf-8")
    return path


def rewrite(file: Path, text: str | None) -> None:
    if text is None:
        file.unlink()
    else:
        file.write_text(text, "utf-8")


class Asked:
    def __init__(self, spec: dict[str, Any], folder: Path, **more: Any) -> None:
        found = OnCallSpec.model_validate({"schedules": {"primary": spec}, "people": {"Carol": "U03CAROL"}})
        self.clock = FakeClock(datetime(2026, 1, 1, tzinfo=UTC))
        secret = more.get("secret", lambda name: "")
        self.on_call = OnCall.of_setting(OnCallSetting(found, folder), self.clock, secret)

    async def at(self, *moment: int, zone: Any = BERLIN) -> tuple[str, ...]:
        self.clock.advance(datetime(*moment, tzinfo=zone) - self.clock.now())  # type: ignore[misc,arg-type]
        return await self.on_call.now("primary")


@pytest.fixture
async def asked(file: Path) -> AsyncIterator[Asked]:
    found = Asked({"source": "ical", "file": "oncall.ics", "timezone": "Europe/Berlin"}, file.parent)
    yield found
    await found.on_call.close()


async def test_a_series_follows_the_time_of_day_of_its_zone(asked: Asked) -> None:
    assert await asked.at(2026, 3, 28, 6, 59, zone=UTC) == ()
    assert await asked.at(2026, 3, 28, 7, 0, zone=UTC) == ("alice@example.com",)
    assert await asked.at(2026, 3, 29, 6, 0, zone=UTC) == ("alice@example.com",), "an hour earlier in summer"
    assert await asked.at(2026, 3, 29, 17, 59, 59, zone=UTC) == ("alice@example.com",)
    assert await asked.at(2026, 3, 29, 18, 0, 2, zone=UTC) == ()


async def test_an_edited_occurrence_replaces_the_one_of_the_series(asked: Asked) -> None:
    assert await asked.at(2026, 4, 1, 9) == ("alice@example.com",)
    assert await asked.at(2026, 4, 2, 9) == ("bob@example.com",)
    assert await asked.at(2026, 4, 2, 13) == (), "the override is shorter, so the afternoon is a gap"
    assert await asked.at(2026, 4, 3, 9) == (), "a day that the series leaves out"
    assert await asked.at(2026, 4, 4, 9) == ("alice@example.com",)


async def test_a_whole_day_is_one_of_the_calendars_zone_and_a_title_can_name_a_person(asked: Asked) -> None:
    assert await asked.at(2026, 12, 24, 23, 30) == ()
    assert await asked.at(2026, 12, 25, 0, 30) == ("U03CAROL",)
    assert await asked.at(2026, 12, 25, 23, 30) == ("U03CAROL",)


async def test_a_change_of_the_file_counts_at_the_next_question(asked: Asked, file: Path) -> None:
    assert await asked.at(2026, 5, 5, 9) == ("alice@example.com",)
    rewrite(file, CALENDAR.replace("alice@", "erin@"))
    assert await asked.at(2026, 5, 5, 9, 0, 3) == ("erin@example.com",)
    rewrite(file, "BEGIN:NONSENSE")
    with pytest.raises(OnCallFailed, match="The calendar cannot be read"):
        await asked.at(2026, 5, 5, 9, 0, 6)
    rewrite(file, None)
    with pytest.raises(OnCallFailed, match="The calendar file cannot be read"):
        await asked.at(2026, 5, 5, 9, 1)


async def test_a_calendar_is_fetched_once_a_minute_and_its_shifts_end_on_the_second(tmp_path: Path) -> None:
    async with stand_in() as service:
        service.answer = CALENDAR.encode()
        spec = {"source": "ical", "url_secret": "CALENDAR", "timezone": "Europe/Berlin"}
        asked = Asked(spec, tmp_path, secret=lambda name: f"{service.url}/private-token/oncall.ics")
        assert await asked.at(2026, 5, 5, 19, 59, 50) == ("alice@example.com",)
        assert await asked.at(2026, 5, 5, 20, 0, 0) == ()
        assert len(service.asked) == 1
        service.answer = 404
        with pytest.raises(OnCallFailed) as failed:
            await asked.at(2026, 5, 5, 20, 1)
        assert "private-token" not in str(failed.value)
        await asked.on_call.close()


FUNCTION = """
import time

async def who(schedule):
    return ["alice@example.com"] if schedule == "primary" else []

def plain(schedule):
    return ("U02BOB",)

def wrong(schedule):
    return "U02BOB"

def fails(schedule):
    raise ValueError("secret")

def hangs(schedule):
    time.sleep(3)
"""


async def test_a_function_says_who_is_on_call(tmp_path: Path) -> None:
    (tmp_path / "shifts.py").write_text(FUNCTION, "utf-8")

    async def ask(function: str) -> tuple[str, ...]:
        asked = Asked({"source": "python", "function": function}, tmp_path)
        return await asked.on_call.now("primary", 0.4 if "hangs" in function else 5)

    assert await ask("shifts.py:who") == ("alice@example.com",)
    assert await ask("shifts.py:plain") == ("U02BOB",)
    for function, said in {
        "shifts.py:wrong": "did not return a list",
        "shifts.py:fails": r"shifts.py:fails failed \(ValueError\)\.$",
        "shifts.py:absent": "has no function absent",
        "gone.py:who": "There is no file gone.py",
        "shifts.py:hangs": "did not answer in time",
    }.items():
        with pytest.raises(OnCallFailed, match=said):
            await ask(function)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"schedules": {}}', "schedules: schedules has to name 1 to 200 schedules."),
        ('{"schedules": {"a b": {"source": "python", "function": "a.py:b"}}}', "'a b' cannot be the name"),
        ('{"schedules": {"p": {"source": "xmatters"}}}', "p: source has to be one of pagerduty, opsgenie,"),
        (
            '{"schedules": {"p": {"source": "pagerduty", "token": "T"}}}',
            "needs either schedule or",
        ),
        (
            '{"schedules": {"p": {"source": "pagerduty", "schedule": "P", "token": "y_NbAkKc-66"}}}',
            "p.token: token is not the name of a secret.",
        ),
        (
            '{"schedules": {"p": {"source": "pagerduty", "schedule": "P", "token": "T", "url": "http://x.y"}}}',
            "p.url: url is not encrypted",
        ),
        ('{"schedules": {"p": {"source": "ical"}}}', "ical needs one of file, url and url_secret."),
        ('{"schedules": {"p": {"source": "ical", "file": "a", "timezone": "Mars"}}}', "timezone is 'Mars'."),
        ('{"schedules": {"p": {"source": "python", "function": "who"}}}', "Write it like oncall.py:who."),
        (
            '{"schedules": {"p": {"source": "python", "function": "a.py:b", "x": 1}}}',
            "p.x: this field does not exist. Remove it or correct its name.",
        ),
        (
            '{"schedules": {"p": {"source": "python", "function": "a.py:b"}}, "people": {"a@b.cd": "Bob"}}',
            "people maps a@b.cd to 'Bob', which is not a user id",
        ),
        (
            '{"schedules": 5}',
            "at schedules: it is not a mapping. Write a name, a colon and a value on each line.",
        ),
        ('{"schedules": {"p": 5}}', "at schedules.p: it is not a mapping. Write source:"),
        ('{"schedules": {"p": {"source": "pagerduty", "schedule": "P"}}}', "p.token: it is missing. Add it."),
        ("{}", "at schedules: it is missing. Add it."),
        ("{", "is not valid YAML or JSON"),
        ('{"schedules": {}, "schedules": {}}', "is not valid YAML or JSON"),
        ("/nowhere/oncall.yaml", "names /nowhere/oncall.yaml, which cannot be read"),
    ],
)
def test_a_mistake_in_the_settings_is_named(text: str, said: str) -> None:
    with pytest.raises(InvalidOnCall) as wrong:
        read_on_call(text)
    assert said in str(wrong.value)
    assert "y_NbAkKc" not in str(wrong.value)


def test_a_file_in_yaml_is_read_and_its_folder_kept(tmp_path: Path) -> None:
    path = tmp_path / "oncall.yaml"
    path.write_text("", "utf-8")
    with pytest.raises(InvalidOnCall, match=r"oncall\.yaml:1:1, which has a mistake: The file has 0"):
        read_on_call(str(path))
    path.write_text("schedules:\n  primary:\n    source: ical\n    file: shifts.ics\n", "utf-8")
    setting = read_on_call(str(path))
    assert setting.folder == tmp_path
    assert setting.spec.schedules["primary"].source == "ical"


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("FREQ=SECONDLY", "more often than each hour"),
        ("FREQ=DAILY;BYMINUTE=0,1", "more often than each hour"),
        ("FREQ=YEARLY;BYSECOND=0,1", "more often than each hour"),
        ("FREQ=DAILY;INTERVAL=0", "an interval of zero"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "dates that may never come"),
        ("FREQ=HOURLY;BYYEARDAY=366;BYMONTH=1", "dates that may never come"),
        ("FREQ=WEEKLY;BYDAY=MO;BYSETPOS=5", "dates that may never come"),
        ("FREQ=DAILY;BYMONTHDAY=31;BYMONTH=2;UNTIL=99991231T000000Z", "dates that may never come"),
        ("FREQ=DAILY;BYMONTH=13", "cannot be read|a month outside 1 to 12"),
    ],
)
async def test_a_rule_that_would_be_counted_through_without_end_is_refused(
    asked: Asked, file: Path, rule: str, said: str
) -> None:
    rewrite(file, CALENDAR.replace("RRULE:FREQ=DAILY\r\n", f"RRULE:{rule}\r\n"))
    with pytest.raises(OnCallFailed, match=said):
        await asked.at(2026, 3, 28, 7, 0, zone=UTC)


@pytest.mark.parametrize(
    "rule", ["FREQ=WEEKLY;BYDAY=SA,MO;BYSETPOS=1,2", "FREQ=DAILY;BYMONTHDAY=1,28;UNTIL=20270101T000000Z"]
)
async def test_a_rule_that_ends_or_always_comes_is_read(asked: Asked, file: Path, rule: str) -> None:
    rewrite(file, CALENDAR.replace("RRULE:FREQ=DAILY\r\n", f"RRULE:{rule}\r\n"))
    await asked.at(2026, 3, 28, 7, 0, zone=UTC)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "schedules: {}\npeople: {}\nschedules: {}\n",
            "oncall.yaml:3:1, which has a mistake: The key schedules",
        ),
        (
            "schedules: !!python/name:os.system x\n",
            "oncall.yaml:1:12, which has a mistake: The value has the tag",
        ),
        ("a: &a [x]\nb: &b [*a, *a]\nb: [*b, *b]\n", "oncall.yaml:3:1, which has a mistake: The key b"),
    ],
)
def test_a_file_in_yaml_is_read_strictly(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "oncall.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(InvalidOnCall) as wrong:
        read_on_call(str(path))
    assert said in str(wrong.value)
