"""The machine watch: its checks, its rule, and a real machine's winter replayed through the engine."""

import os
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from signoff.testing import Harness, StaticPeople
from tests.present import present
from workflows.machine.quality import Tail, check
from workflows.machine.readings import Cursor, Reading, Row, SourceMissing, from_file, parse
from workflows.machine.rule import Detector, Finding, Rule
from workflows.machine_watch import machine_watch

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "machine_temperature.csv"
PEOPLE = StaticPeople(groups={"plant-ops": ["U1"]})
START = datetime(2026, 1, 5, 12, tzinfo=UTC)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


WINDOWS = [
    (moment("2013-12-10 06:25"), moment("2013-12-12 05:35")),
    (moment("2013-12-15 17:50"), moment("2013-12-17 17:00")),
    (moment("2014-01-27 14:20"), moment("2014-01-29 13:30")),
    (moment("2014-02-07 14:55"), moment("2014-02-09 14:05")),
]
"""The anomalies that the machine's owners know of; the last is the failure."""


def inside(at: datetime) -> bool:
    return any(begin <= at <= end for begin, end in WINDOWS)


async def replay(every: str) -> list[datetime]:
    """Return the times at which the watch asks, at this interval; people let the machine run."""
    asked = []
    async with Harness(
        machine_watch, people=PEOPLE, at="2013-12-02T22:00:00+00:00", schedules=False
    ) as harness:
        while harness.clock.now() < moment("2014-02-19 18:00"):
            await harness.advance(every)
            await harness.start("machine-watch")
            for request in await harness.requests():
                assert request.kind == "approval", request.failure
                asked.append(request.opened_at)
                await harness.decide(request, "reject", as_user="U1", comment="seen")
        runs, _ = await harness.engine.runs(limit=1000)
        assert {run.state for run in runs} == {"succeeded"}
    return asked


@pytest.mark.long
async def test_the_known_failures_of_a_real_machine_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rule's numbers were chosen on what lies before 2014; see `Rule`."""
    if not DATA.exists():
        missing = f"{DATA.name} is not beside this clone, in shared/data"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    monkeypatch.setenv("MACHINE_READINGS", str(DATA))
    asked = await replay("6h")  # people are asked about the last six hours
    failure, end = WINDOWS[-1]
    # Before the failure, and not by having asked all the time.
    assert any(failure - timedelta(days=1) <= at < failure for at in asked)
    for begin, end in WINDOWS:
        assert any(begin - timedelta(days=1) <= at <= end for at in asked)
    days = {date(2013, 12, 2) + timedelta(days=number) for number in range(80)}
    outside = {day for day in days if not any(begin.date() <= day <= end.date() for begin, end in WINDOWS)}
    questions = Counter(at.date() for at in asked if not inside(at))
    calm = [day for day in outside if questions[day] <= 1]
    assert len(calm) >= 0.9 * len(outside)
    # Three days of four ask nobody at all.
    assert sum(questions[day] == 0 for day in outside) >= 0.75 * len(outside)


# The whole workflow


async def test_without_a_source_it_makes_readings_up_and_asks(tmp_path: Path) -> None:
    async with Harness(machine_watch, people=PEOPLE, folder=tmp_path, schedules=False) as harness:
        run = await harness.start("machine-watch", as_user="U1")
        (request,) = await harness.requests()
        assert request.ask == "Shut machine-1 down?"
        shown = {one.label: one.value for one in request.shown}
        assert "deviations above the last weeks' median" in shown["Why"]
        await harness.decide(request, "approve", as_user="U1")
        assert "machine-1 was shut down" in await harness.output(run, "report")
        assert present((await harness.state(run)).result).text == await harness.output(run, "report")
        again = await harness.start("machine-watch")
        assert await harness.requests() == []
        assert (await harness.output(again, "assess"))["serious"] is False


async def test_silence_lets_it_run(tmp_path: Path) -> None:
    async with Harness(machine_watch, people=PEOPLE, folder=tmp_path, schedules=False) as harness:
        run = await harness.start("machine-watch")
        await harness.advance("4h")
        assert "keeps running: nobody answered within four hours" in await harness.output(run, "report")


async def test_it_looks_every_five_minutes_and_asks_once(tmp_path: Path) -> None:
    async with Harness(machine_watch, people=PEOPLE, folder=tmp_path) as harness:
        await harness.advance("30m")
        _, total = await harness.engine.runs()
        assert total == 6
        assert len(await harness.requests()) == 1


async def test_a_missing_source_is_reported_plainly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MACHINE_READINGS", "/nowhere/readings.csv")
    async with Harness(machine_watch, people=PEOPLE, folder=tmp_path, schedules=False) as harness:
        await harness.start("machine-watch")
        await harness.advance("1m")
        (request,) = await harness.requests()
        assert request.failure is not None
        assert request.failure.message == "/nowhere/readings.csv can't be read: No such file or directory."


async def test_readings_come_over_http_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    queries: list[str | None] = []
    lines = [f"{START - timedelta(minutes=5 * (50 - n)):%Y-%m-%d %H:%M:%S},{80 + n % 3}" for n in range(50)]

    async def answer(request: web.Request) -> web.Response:
        queries.append(request.query.get("after"))
        after = datetime.fromisoformat(queries[-1]) if queries[-1] else moment("2000-01-01")
        new = [line for line in lines if moment(line.split(",")[0]) > after]
        return web.Response(text="\n".join(["timestamp,value", *new]))

    app = web.Application()
    app.router.add_get("/readings", answer)
    server = TestServer(app)
    await server.start_server()
    async with Harness(machine_watch, people=PEOPLE, folder=tmp_path, at=START, schedules=False) as harness:
        monkeypatch.setenv("MACHINE_SOURCES", f"pump-07={server.make_url('/readings')}")
        monkeypatch.setenv("FETCH_PRIVATE_HOSTS", "127.0.0.1")
        source = {"machine": "pump-07"}
        first = await harness.start("machine-watch", source)
        assert (await harness.output(first, "quality"))["summary"] == "50 good"
        second = await harness.start("machine-watch", source)
        assert (await harness.output(second, "quality"))["summary"] == "0 good"
    await server.close()
    assert queries == [None, (START - timedelta(minutes=5)).isoformat()]


# Readings


@pytest.mark.parametrize(
    ("line", "trouble"),
    [
        ("2014-01-31 08:00:00,91.25", None),
        ("2014-01-31T08:00:00+01:00,91.25", None),
        ("2014-01-31 08:00:00", "not one time and one value"),
        ("yesterday,91.25", "its time is not a time"),
        ("2014-01-31 08:00:00,", "its value is missing"),
        ("2014-01-31 08:00:00,warm", "its value is not a number"),
        ("2014-01-31 08:00:00,nan", "its value is not a number"),
    ],
)
def test_a_bad_line_is_named_with_its_trouble(line: str, trouble: str | None) -> None:
    assert parse(line).trouble == trouble


def test_a_file_is_read_on_from_where_one_was(tmp_path: Path) -> None:
    file = tmp_path / "readings.csv"
    file.write_text("timestamp,value\n2026-01-05 11:00:00,80\n2026-01-05 11:05:00,8", encoding="utf-8")
    first = from_file(file, Cursor(), START, 10)
    assert [row.reading.value for row in first.rows if row.reading] == [80]
    with file.open("a", encoding="utf-8") as growing:
        growing.write("1\n2026-01-05 12:30:00,90\n")
    second = from_file(file, Cursor(offset=first.offset), START, 10)
    # The line that was half written is whole now; the one from the future waits.
    assert [row.reading.value for row in second.rows if row.reading] == [81]
    file.write_text("timestamp,value\n", encoding="utf-8")
    assert from_file(file, Cursor(offset=second.offset), START, 10).rows == []


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    with pytest.raises(SourceMissing, match=r"can't be read: No such file"):
        from_file(tmp_path / "none.csv", Cursor(), START, 10)


# Quality


def rows(*values: float, step: int = 5, at: datetime = START) -> list[Row]:
    readings = [
        Reading(at=at + timedelta(minutes=step * number), value=value) for number, value in enumerate(values)
    ]
    return [Row(text=f"{reading.value}", reading=reading) for reading in readings]


@pytest.mark.parametrize(
    ("given", "good", "reason"),
    [
        (rows(80, 81, 82), 3, None),
        (rows(80, 999, 82), 2, "outside what the sensor can measure"),
        (rows(80, 81) + rows(82), 2, "older than the reading before it"),
        (rows(80) + rows(81), 1, "a second reading for the same moment"),
        (rows(*[80] * 12), 11, "the sensor is stuck"),
        ([Row(text="x", trouble="its value is missing")], 0, "its value is missing"),
    ],
)
def test_bad_readings_are_set_aside_with_the_reason(given: list[Row], good: int, reason: str | None) -> None:
    found = check(given, Tail())
    assert len(found.good) == good
    assert [one.reason.split(":")[0].split(" (")[0] for one in found.set_aside] == (
        [reason] if reason else []
    )


def test_gaps_are_told_over_the_border_of_two_runs() -> None:
    first = check(rows(80, 81), Tail())
    second = check(rows(82, at=START + timedelta(hours=2)), first.tail)
    assert second.gaps[0].length == timedelta(minutes=115)
    assert second.summary == "1 good, 1 gap, the longest 115 min"


# The rule


def judged(values: list[float], **rule: Any) -> list[Finding]:
    """Return the rule's findings in readings that are five minutes apart."""
    detector = Detector(Rule(**rule))
    found = [detector.feed(row.reading) for row in rows(*values) if row.reading]
    return [one for one in found if one]


def week(number: int = 9) -> list[float]:
    return [85 + (n * 7919 % 100 - 50) / 25 for n in range(number * 288)]


def test_a_usual_machine_is_left_alone() -> None:
    assert judged(week()) == []


def test_nothing_is_judged_before_the_machine_is_known() -> None:
    assert judged([*week(6), *[150.0] * 20]) == []


def test_a_sudden_change_is_found_within_a_quarter_of_an_hour_and_says_why() -> None:
    finding = judged([*week(), *[120.0] * 4])[0]
    assert finding.kind == "sudden"
    assert finding.reason.endswith("It began suddenly.")
    assert "above the last weeks' median of 85." in finding.reason


def test_a_drift_is_found_when_it_lasts() -> None:
    slight = [90.0] * 40
    found = judged([*week(), *slight])
    assert found[0].kind == "drift"
    assert "This has lasted for 1 h" in found[0].reason
    assert judged([*week(), *slight[:10], *week(1)]) == []


def test_a_single_wild_reading_is_ignored() -> None:
    assert judged([*week(), 200.0, *week(1)]) == []


def test_a_level_that_lasts_for_days_becomes_usual() -> None:
    found = judged([*week(), *[95.0 + n % 3 for n in range(288 * 12)]])
    assert found
    last = found[-1].at - START
    assert last < timedelta(days=9 + 9)
