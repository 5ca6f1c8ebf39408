"""Cron on real clocks, held against a second, slow reading of the rules that walks minute by minute."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.kernel.schedules.cron import (
    check_cron,
    describe,
    fire_id,
    following_fires,
    missed_fires,
    next_fire,
)
from engine.model.definition.trigger_spec import CronSpec, EverySpec
from tests.present import present

ANY = {
    "minute": range(60),
    "hour": range(24),
    "day": range(1, 32),
    "month": range(1, 13),
    "weekday": range(7),
}
CHANGES = [
    # zone, an instant shortly before its clock changes
    ("Europe/Berlin", "2026-03-28T12:00"),
    ("Europe/Berlin", "2026-10-24T12:00"),
    ("America/New_York", "2026-03-07T18:00"),
    ("America/New_York", "2026-10-31T18:00"),
    ("Australia/Lord_Howe", "2026-04-04T02:00"),
    ("Australia/Lord_Howe", "2026-10-03T02:00"),
    ("America/Sao_Paulo", "2018-11-03T12:00"),
    ("Africa/Casablanca", "2026-02-14T12:00"),
    ("Pacific/Apia", "2011-12-29T00:00"),
    ("Asia/Kolkata", "2026-05-05T12:00"),
    ("UTC", "2026-02-27T12:00"),
]


def cron(expr: str, tz: str = "UTC", **more: object) -> CronSpec:
    return CronSpec.model_validate({"key": f"cron:{expr}", "expr": expr, "tz": tz, **more})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# A second reading of the rules


@cache
def numbers(field: str, kind: str) -> set[int]:
    """`*`, `*/15`, `3`, `1,5`, `9-17`."""
    every = ANY[kind]
    if field.startswith("*"):
        step = int(field.partition("/")[2] or 1)
        return set(every[::step])
    found = set()
    for part in field.split(","):
        low, _, high = part.partition("-")
        found |= set(range(int(low), int(high or low) + 1))
    return {number % 7 for number in found} if kind == "weekday" else found


def wanted(expr: str, local: datetime) -> bool:
    minute, hour, day, month, weekday = expr.split()
    if local.minute not in numbers(minute, "minute") or local.hour not in numbers(hour, "hour"):
        return False
    if local.month not in numbers(month, "month"):
        return False
    by_day = local.day in numbers(day, "day")
    by_weekday = local.isoweekday() % 7 in numbers(weekday, "weekday")
    if not day.startswith("*") and not weekday.startswith("*"):
        return by_day or by_weekday
    return by_day and by_weekday


def reference(expr: str, tz: str, after: datetime, until: datetime) -> Iterator[datetime]:
    """Walks every minute from a day before, and looks at the wall clock."""
    zone = ZoneInfo(tz)
    by_the_clock = not expr.split()[1].startswith("*")
    instant = after - timedelta(days=2)
    latest = instant.astimezone(zone).replace(tzinfo=None) - timedelta(minutes=1)
    while (instant := instant + timedelta(minutes=1)) <= until:
        local = instant.astimezone(zone).replace(tzinfo=None)
        if by_the_clock:
            # All local times that have come since the clock last stood so late; none comes twice.
            times = [
                latest + timedelta(minutes=n + 1) for n in range(int((local - latest) / timedelta(minutes=1)))
            ]
            due = any(wanted(expr, time) for time in times)
            latest = max(latest, local)
        else:
            due = wanted(expr, local)
        if due and instant > after:
            yield instant


minutes = st.sampled_from(["0", "30", "*/15", "7,52", "*"])
hours = st.sampled_from(["0", "2", "1,2,3", "0-4", "23", "*", "*/6", "12"])
days = st.sampled_from(["*", "29", "1,4,30", "*/2", "25-31"])
weekdays = st.sampled_from(["*", "0", "7", "1-5", "6", "6,0"])


@settings(max_examples=present(settings.default).max_examples // 5)
@given(minutes, hours, days, weekdays, st.sampled_from(CHANGES), st.integers(0, 1440))
@example("30", "2", "*", "*", CHANGES[0], 0)
@example("30", "2", "*", "*", CHANGES[1], 0)
@example("*/15", "*", "*", "*", CHANGES[1], 600)
@example("0", "12", "*", "*", CHANGES[8], 0)
@example("0", "0", "*", "*", CHANGES[6], 0)
def test_it_fires_as_the_rules_say(
    minute: str, hour: str, day: str, weekday: str, change: tuple[str, str], later: int
) -> None:
    tz, begin = change
    expr = f"{minute} {hour} {day} * {weekday}"
    after = at(begin) + timedelta(minutes=later)
    until = after + timedelta(days=3)
    found = []
    for fire in following_fires(cron(expr, tz), after):
        if fire > until:
            break
        found.append(fire)
    assert found == list(reference(expr, tz, after, until))


# What people look at


@pytest.mark.parametrize(
    ("expr", "tz", "after", "expected"),
    [
        # The hour that spring takes away: at the first instant after it, once.
        ("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00", ["2026-03-29T01:00", "2026-03-30T00:30"]),
        # The hour that comes twice in autumn: at the first of the two.
        ("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00", ["2026-10-25T00:30", "2026-10-26T01:30"]),
        # A wildcard hour goes by elapsed time: through the doubled hour four times.
        (
            "0,30 * * * *",
            "Europe/Berlin",
            "2026-10-24T23:45",
            ["2026-10-25T00:00", "2026-10-25T00:30", "2026-10-25T01:00", "2026-10-25T01:30"],
        ),
        # Half an hour of daylight saving.
        ("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00", ["2026-10-03T15:30", "2026-10-04T15:15"]),
        # Monday is 1, and Sunday is both 0 and 7.
        ("0 9 * * 1", "UTC", "2026-01-04T12:00", ["2026-01-05T09:00"]),
        ("0 9 * * 0", "UTC", "2026-01-01T12:00", ["2026-01-04T09:00"]),
        ("0 9 * * sun", "UTC", "2026-01-01T12:00", ["2026-01-04T09:00"]),
        (
            "0 9 * * 5-7",
            "UTC",
            "2026-01-01T12:00",
            ["2026-01-02T09:00", "2026-01-03T09:00", "2026-01-04T09:00"],
        ),
        # Both day fields: either will do.
        ("0 0 13 * 5", "UTC", "2026-02-07T00:00", ["2026-02-13T00:00", "2026-02-20T00:00"]),
        ("0 0 29 2 *", "UTC", "2026-01-01T00:00", ["2028-02-29T00:00"]),
        ("@daily", "UTC", "2026-01-01T12:00", ["2026-01-02T00:00"]),
    ],
)
def test_cron_fires_at_the_times_of_each_example(expr: str, tz: str, after: str, expected: list[str]) -> None:
    fires = islice(following_fires(cron(expr, tz), at(after)), len(expected))
    assert list(fires) == [at(fire) for fire in expected]


@pytest.mark.parametrize(
    ("expr", "tz", "words"),
    [
        ("0 25 * * *", "UTC", "The hour '25' is invalid; it goes from 0 to 23"),
        ("60 * * * *", "UTC", "The minute '60' is invalid; it goes from 0 to 59"),
        ("0 0 0 * *", "UTC", "The day of month '0' is invalid; it goes from 1 to 31"),
        ("0 0 * 13 *", "UTC", "The month '13' is invalid; it goes from 1 to 12"),
        ("0 0 * * 8", "UTC", "The weekday '8' is invalid; it goes from 0 to 7"),
        ("0 0 * * munday", "UTC", "The weekday 'munday' is invalid"),
        ("5-1 * * * *", "UTC", "The minute '5-1' is invalid"),
        ("*/0 * * * *", "UTC", "The minute '*/0' is invalid"),
        ("* * * *", "UTC", "has 4 fields; cron has five"),
        ("", "UTC", "has 0 fields; cron has five"),
        ("0 0 31 2 *", "UTC", "never fires: there is no such day"),
        ("0 0 * * *", "Europe/Berln", "There is no time zone 'Europe/Berln'. Did you mean Europe/Berlin?"),
    ],
)
def test_a_mistake_in_a_schedule_is_named(expr: str, tz: str, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        check_cron(expr, tz)


@given(st.integers(1, 100_000), st.integers(0, 2_000_000_000))
def test_intervals_are_multiples_since_1970_so_that_two_processes_agree(every: int, second: int) -> None:
    after = datetime.fromtimestamp(second, UTC)
    fire = next_fire(EverySpec(key="e", seconds=every), after)
    assert fire is not None
    assert after < fire <= after + timedelta(seconds=every)
    assert int(fire.timestamp()) % every == 0


@pytest.mark.parametrize(
    ("policy", "bound", "fired", "dropped"),
    [("skip", 10, [], 4), ("latest", 10, ["05:00"], 3), ("all", 10, ["02:00", "03:00", "04:00", "05:00"], 0),
     ("all", 2, ["04:00", "05:00"], 2)],
)  # fmt: skip
def test_missed_fires_are_caught_up_as_the_policy_says(
    policy: str, bound: int, fired: list[str], dropped: int
) -> None:
    for spec in (
        cron("0 * * * *", catchup=policy, catchup_limit=bound),
        EverySpec.model_validate({"key": "e", "seconds": 3600, "catchup": policy, "catchup_limit": bound}),
    ):
        found = missed_fires(spec, at("2026-01-05T02:00"), at("2026-01-05T05:30"))
        assert [f"{fire:%H:%M}" for fire in found.to_fire] == fired
        assert found.dropped == dropped


def test_a_fire_that_is_on_time_is_not_missed() -> None:
    due = at("2026-01-05T02:00")
    found = missed_fires(cron("0 * * * *", catchup="skip"), due, due + timedelta(seconds=2))
    assert (found.to_fire, found.dropped) == ([due], 0)


def test_a_short_interval_and_a_long_absence_are_counted_at_once() -> None:
    spec = EverySpec(key="e", seconds=1, catchup="all", catchup_limit=3)
    found = missed_fires(spec, at("2020-01-01T00:00"), at("2026-01-01T00:00"))
    assert (len(found.to_fire), found.dropped) == (3, 189_388_801 - 3)
    assert found.to_fire[-1] == at("2026-01-01T00:00")


def test_after_a_year_without_a_process_the_newest_fires_are_found_without_walking_the_year() -> None:
    spec = cron("* * * * *", catchup="all", catchup_limit=100)
    found = missed_fires(spec, at("2025-01-01T00:00"), at("2026-01-01T00:00"))
    assert found.to_fire == [at("2025-12-31T22:21") + timedelta(minutes=n) for n in range(100)]
    assert found.dropped == 900


def test_the_id_of_a_fire_is_the_same_in_every_process() -> None:
    when = at("2026-01-05T02:00")
    assert fire_id("nightly", cron("0 2 * * *"), when) == "nightly-cron-0-2-x-x-x-20260105T020000Z"
    assert fire_id("nightly", cron("0 3 * * *"), when) != fire_id("nightly", cron("0 2 * * *"), when)


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (cron("0 2 * * *", "Europe/Berlin"), "daily at 02:00 Europe/Berlin"),
        (cron("30 9 * * mon-fri"), "Mon to Fri at 09:30 UTC"),
        (cron("0 9 * * 1,3"), "Mon, Wed at 09:00 UTC"),
        (cron("0 9 1 * *"), "on day 1 of the month at 09:00 UTC"),
        (cron("*/5 * * * *"), "*/5 * * * * UTC"),
        (EverySpec(key="e", seconds=300), "every 5 min"),
    ],
)
def test_a_schedule_is_described_in_words(spec: CronSpec | EverySpec, words: str) -> None:
    assert describe(spec) == words
