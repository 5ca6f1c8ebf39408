"""Working time, against counting it minute by minute."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Person, StaticPeople, Workflow, WorkingHours
from engine.kernel.schedules.working_hours import after_working_time, parse, period_end, working_seconds
from engine.model.definition.spec import HoursSpec
from engine.testing import Harness
from tests.present import present

OFFICE = parse("mon-fri", "09:00", "17:00", "Europe/Berlin", ["2026-12-25"])
NIGHT = parse("fri,sat", "22:00", "06:00", "Europe/Berlin", [])


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "hours", "ends"),
    [
        ("2026-11-20 10:00", 2, "2026-11-20 12:00"),
        ("2026-11-20 16:00", 2, "2026-11-23 10:00"),  # Friday to Monday
        ("2026-11-20 16:00", 1, "2026-11-20 17:00"),
        ("2026-11-21 12:00", 1, "2026-11-23 10:00"),  # asked on a Saturday
        ("2026-11-20 07:00", 1, "2026-11-20 10:00"),  # before anybody is there
        ("2026-12-24 16:00", 2, "2026-12-28 10:00"),  # a holiday and a weekend between
        ("2026-11-20 16:00", 24, "2026-11-25 16:00"),
        ("2026-03-27 16:00", 9, "2026-03-30 17:00"),  # a day lost an hour between
    ],
)
def test_working_time_counts_within_office_hours_alone(start: str, hours: float, ends: str) -> None:
    assert after_working_time(berlin(start), hours * 3600, OFFICE) == berlin(ends)


def test_a_night_continues_after_midnight() -> None:
    assert after_working_time(berlin("2026-11-21 01:00"), 3600, NIGHT) == berlin("2026-11-21 02:00")
    assert after_working_time(berlin("2026-11-21 05:00"), 2 * 3600, NIGHT) == berlin("2026-11-21 23:00")
    # The night in which the clock goes back has nine hours.
    assert after_working_time(berlin("2026-10-24 22:00"), 9 * 3600, NIGHT) == berlin("2026-10-25 06:00")


@pytest.mark.parametrize(
    ("start", "end", "now", "until"),
    [
        ("22:00", "07:00", "2026-03-29T00:30+00:00", "2026-03-29T05:00+00:00"),  # an hour is left out
        ("22:00", "07:00", "2026-10-25T00:30+00:00", "2026-10-25T06:00+00:00"),  # an hour is repeated
        ("22:00", "02:30", "2026-03-29T00:10+00:00", "2026-03-29T01:30+00:00"),  # 02:30 does not exist
        ("22:00", "02:30", "2026-10-25T00:10+00:00", "2026-10-25T00:30+00:00"),  # the first 02:30
        ("22:00", "02:30", "2026-10-25T01:10+00:00", None),
    ],
)
def test_quiet_hours_end_once_where_the_clock_is_changed(
    start: str, end: str, now: str, until: str | None
) -> None:
    hours = parse("mon-sun", start, end, "Europe/Berlin", [])
    ends = datetime.fromisoformat(until) if until else None
    assert period_end(datetime.fromisoformat(now), hours) == ends


def test_without_hours_all_time_counts() -> None:
    assert after_working_time(berlin("2026-11-21 12:00"), 60, None) == berlin("2026-11-21 12:01")


def _plainly(start: datetime, minutes: int, hours: HoursSpec) -> datetime:
    """Minute by minute, by the wall clock."""
    moment = start
    while True:
        if minutes == 0:
            return moment
        local = moment.astimezone(ZoneInfo(hours.tz))
        minute = local.hour * 60 + local.minute
        if local.weekday() in hours.days and hours.start <= minute < hours.end:
            minutes -= 1
        moment += timedelta(minutes=1)


@settings(max_examples=present(settings.default).max_examples // 2)
@given(
    st.integers(0, 400 * 1440),
    st.integers(1, 900),
    st.sets(st.integers(0, 6), min_size=1),
    st.integers(0, 1380),
    st.integers(30, 600),
    st.sampled_from(["UTC", "America/New_York", "Asia/Kolkata"]),
)
def test_it_is_what_counting_the_minutes_gives(
    begins: int, minutes: int, days: set[int], opens: int, long: int, tz: str
) -> None:
    hours = HoursSpec(days=tuple(sorted(days)), start=opens, end=min(opens + long, 1440), tz=tz)
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=begins)
    assert after_working_time(start, minutes * 60, hours) == _plainly(start, minutes, hours)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (
            ("mon-fry", "09:00", "17:00", "UTC", []),
            "'mon-fry' is not a weekday; write mon-fri, or mon,wed,fri",
        ),
        (("mon-fri", "9", "17:00", "UTC", []), "'9' is not a time of day; write it as 09:00"),
        (("mon-fri", "09:00", "25:00", "UTC", []), "'25:00' is not a time of day"),
        (("mon-fri", "09:00", "09:00", "UTC", []), "it begins and ends at 09:00; write 00:00 to 24:00"),
        (
            ("mon-fri", "09:00", "17:00", "Berlin", []),
            "'Berlin' is not a time zone; write one like Europe/Berlin",
        ),
        (
            ("mon-fri", "09:00", "17:00", "UTC", ["25.12."]),
            "the holiday '25.12.' is not a date; write it as 2026",
        ),
    ],
)
def test_a_mistake_in_working_hours_is_named(wrong: tuple[Any, ...], said: str) -> None:
    with pytest.raises(ValueError, match="^" + said.replace(".", r"\.")):
        parse(*wrong)


def test_weekdays_are_read_from_names_and_ranges() -> None:
    assert parse("fri-mon", "09:00", "17:00", "UTC", []).days == (0, 4, 5, 6)
    assert parse("Mon, wed", "00:00", "24:00", "UTC", []) == HoursSpec(
        days=(0, 2), start=0, end=1440, tz="UTC"
    )


async def test_the_hours_of_those_who_are_asked() -> None:
    """Most of them are in Tokyo: their day begins at midnight UTC."""
    zones = {"U1": "Asia/Tokyo", "U2": "Asia/Tokyo", "U3": "Europe/Berlin", "U4": "", "U5": "No/Where"}
    source = StaticPeople([Person(who, who, tz=tz) for who, tz in zones.items()], {"ops": list(zones)})
    flow = Workflow("flow", owner="@ops")
    hours = WorkingHours(tz="approvers")
    flow.approval(
        "go",
        ask="Go?",
        approvers=["@ops"],
        expires="2h",
        working_hours=hours,
        remind_every="1h",
        advisory=True,
    )
    # Sunday night in Berlin, Monday's small hours in Tokyo.
    async with Harness(flow, people=source, at="2026-01-04T20:00:00+00:00") as harness:
        run = await harness.start("flow")
        (request,) = await harness.requests()
        assert request.policy.hours is not None
        assert request.policy.hours.tz == "Asia/Tokyo"
        assert request.clock.expires_at == datetime(2026, 1, 5, 2, tzinfo=UTC)
        await harness.advance("6h")
        assert (await harness.state(run)).requests[0].state == "expired"
        assert (await harness.state(run)).requests[0].clock.reminders == 1


async def test_hours_of_people_whose_zone_nobody_knows_are_in_utc() -> None:
    flow = Workflow("flow", owner="@ops")
    flow.approval(
        "go",
        ask="Go?",
        approvers=["@ops"],
        expires="2h",
        working_hours=WorkingHours(tz="approvers"),
        advisory=True,
    )
    async with Harness(flow, people=StaticPeople(groups={"ops": ["U1"]})) as harness:
        await harness.start("flow")
        (request,) = await harness.requests()
        assert request.policy.hours is not None
        assert request.policy.hours.tz == "UTC"


@given(st.integers(0, 365 * 86400), st.floats(0, 400_000))
def test_worked_is_what_after_takes(begins: int, seconds: float) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=begins)
    for hours in (OFFICE, NIGHT, None):
        assert working_seconds(start, after_working_time(start, seconds, hours), hours) == pytest.approx(
            seconds, abs=1e-3
        )
