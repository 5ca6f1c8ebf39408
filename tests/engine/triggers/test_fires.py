"""Options of schedules that other triggers have too: filter, dedup, enabled; and those that make no sense."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from engine import Actor, Cron, DefinitionErrors, Every, Once, UnknownRun, Workflow, fact
from engine.authoring.loader import load
from engine.compiler import compile_workflow
from engine.testing import Harness


class Day(BaseModel):
    day: str = ""


def on(*triggers: Any) -> Workflow:
    flow = Workflow("flow", owner="@ops", input=Day, triggers=triggers, on_failure="fail")

    @flow.step
    async def work(input: Day) -> str:
        return input.day

    return flow


async def work_on() -> str:
    return "done"


async def started(flow: Any, days: str, at: str = "2026-03-01T00:00:00+00:00") -> list[str]:
    async with Harness(flow, schedules=True, at=at) as harness:
        await harness.advance(days)
        return sorted(run.created_at.strftime("%d %H:%M") for run in await harness.runs())


async def test_a_run_of_a_schedule_is_found_by_its_short_id() -> None:
    daily, weekly = Cron("0 3 * * *"), Cron("0 3 * * mon")
    async with Harness(on(daily, weekly), schedules=True, at="2026-03-01T00:00:00+00:00") as harness:
        await harness.advance("28h")
        first = min(await harness.runs(), key=lambda run: run.created_at)
        assert (first.id, first.short) == ("flow-cron-0-3-x-x-x-20260301T030000Z", "flow-0301T030000Z")
        assert (await harness.engine.find_run(first.short)).id == first.id
        # Both schedules fired on Monday: the short id of these two is not enough.
        with pytest.raises(UnknownRun, match=r"Several runs match flow-0302T030000Z: flow-cron-0-3-x-x-x-"):
            await harness.engine.find_run("flow-0302T030000Z")


async def test_runs_of_a_backfill_a_year_apart_have_different_short_ids() -> None:
    async with Harness(on(Cron("0 3 * * *")), at="2026-03-05T00:00:00+00:00") as harness:
        for year in (2025, 2026):
            day = date(year, 3, 1)
            await harness.engine.backfill("flow", day, day, actor=Actor("cli", "root"))
        runs = {run.short: run.id for run in await harness.runs()}
        assert sorted(runs) == ["flow-0301T030000Z", "flow-20250301T030000Z"]
        for short, run_id in runs.items():
            assert (await harness.engine.find_run(short)).id == run_id


async def test_a_short_id_does_not_stand_for_a_run_of_a_workflow_with_a_longer_name() -> None:
    nightly, longer = (
        Workflow(name, owner="@ops", triggers=[Cron("0 3 * * *")]) for name in ("nightly", "nightly-b")
    )
    nightly.step(work_on)
    longer.step(work_on)
    async with Harness(nightly, longer, schedules=True, at="2026-03-01T00:00:00+00:00") as harness:
        await harness.advance("4h")
        assert (await harness.engine.find_run("nightly-0301T030000Z")).workflow == "nightly"


async def test_a_filter_leaves_out_fires() -> None:
    first_mondays = Cron("0 9 * * mon", filter=fact.fire.day <= 7)
    assert await started(on(first_mondays), "60d") == ["02 09:00", "06 09:00"]
    weekend = (fact.fire.weekday == "sat") | (fact.fire.weekday == "sun")
    assert len(await started(on(Every("12h", filter=weekend)), "14d")) == 8


async def test_the_parts_of_a_fire_are_in_the_zone_of_the_schedule() -> None:
    late = Cron("30 23 * * *", tz="America/New_York", filter=fact.fire.date == "2026-03-04", input={
        "day": "{fire.weekday} {fire.date} {fire.hour}:{fire.minute}"
    })  # fmt: skip
    async with Harness(on(late), schedules=True, at="2026-03-01T00:00:00+00:00") as harness:
        await harness.advance("7d")
        run = await harness.run("flow")
        assert run.input == {"day": "wed 2026-03-04 23:30"}


async def test_fires_with_one_value_start_one_run() -> None:
    hourly = Cron("0 * * * *", dedup="{fire.date}")
    assert await started(on(hourly), "49h") == ["01 01:00", "02 00:00", "03 00:00"]


async def test_a_value_starts_no_second_run_after_a_restart(tmp_path: Path) -> None:
    flow = on(Every("1h", dedup="{fire.date}"))
    async with Harness(flow, schedules=True, folder=tmp_path, at="2026-03-01T00:00:00+00:00") as harness:
        await harness.advance("3h")
    async with Harness(flow, schedules=True, folder=tmp_path, at="2026-03-01T05:00:00+00:00") as harness:
        await harness.advance("3h")
        assert len(await harness.runs()) == 1


async def test_the_latest_missed_fire_that_meets_the_filter_is_made_up_for(tmp_path: Path) -> None:
    flow = on(Cron("0 * * * *", filter=fact.fire.hour == 3))
    async with Harness(flow, schedules=True, folder=tmp_path, at="2026-03-01T00:00:00+00:00"):
        pass
    async with Harness(flow, schedules=True, folder=tmp_path, at="2026-03-04T12:30:00+00:00") as harness:
        await harness.run_until_idle()
        assert [run.id[-17:] for run in await harness.runs()] == ["-20260304T030000Z"]


async def test_a_schedule_that_begins_off_is_switched_on_by_operators() -> None:
    async with Harness(on(Cron("0 * * * *", enabled=False)), at="2026-03-01T00:00:00+00:00") as harness:
        await harness.advance("3h")
        assert await harness.runs() == []
        (record,) = await harness.engine.schedules()
        assert not record.enabled
        await harness.engine.set_schedule("flow", None, True, actor=Actor("cli", "root"))
        await harness.advance("3h")
        assert len(await harness.runs()) == 3


async def test_a_list_says_that_a_schedule_is_filtered() -> None:
    async with Harness(on(Cron("0 2 * * *", filter=fact.fire.day == 1))) as harness:
        (record,) = await harness.engine.schedules()
        assert record.description == "daily at 02:00 UTC, filtered"


async def test_a_list_names_the_next_fire_that_the_filter_lets_through(tmp_path: Path) -> None:
    first = Cron("0 2 * * *", filter=fact.fire.day == 1)
    never = Every("1h", filter=fact.fire.day == 32)
    once = Once("2026-03-20T08:00")
    async with Harness(on(first, never, once), at="2026-03-05T09:00:00+00:00") as harness:
        records = await harness.engine.schedules()
        moments = [each.next_fire_at and each.next_fire_at.isoformat()[:16] for each in records]
        assert moments == ["2026-04-01T02:00", None, "2026-03-20T08:00"]
        assert records[1].description == "every 1 h, filtered: none of its next 300 fires passes"
        await harness.advance("27d")
        record = (await harness.engine.schedules())[0]
        assert record.next_fire_at is not None
        assert record.next_fire_at.isoformat() == "2026-05-01T02:00:00+00:00"
        assert [run.created_at.isoformat()[:16] for run in await harness.runs()] == [
            "2026-04-01T02:00", "2026-03-20T08:00",
        ]  # fmt: skip


async def test_a_moment_that_passed_before_it_was_loaded_starts_nothing_and_is_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    late = on(Once("2026-03-01T08:00"), Once("2026-03-05T10:00"))
    async with Harness(late, at="2026-03-05T09:00:00+00:00") as harness:
        told = "The moment of the trigger once:20260301T080000Z of flow has passed"
        assert [text.partition(" (")[0] for text in harness.engine.passed_moments()] == [told]
        assert caplog.text.count(told) == 1
        await harness.advance("2h")
        assert [run.created_at.isoformat()[:16] for run in await harness.runs()] == ["2026-03-05T10:00"]
        passed, fired = await harness.engine.schedules()
        assert passed.description == "once at 2026-03-01 08:00 UTC: it passed without a run"
        assert fired.description == "once at 2026-03-05 10:00 UTC"


@pytest.mark.parametrize(
    ("trigger", "words"),
    [
        (Cron("0 2 * * *", filter=fact.fire.dya == 1), "filter names fire.dya. Did you mean day?"),
        (Cron("0 2 * * *", filter=fact.payload.day == 1), "filter names payload."),
        (Cron("0 2 * * *", filter=fact.fire.weekday < 3), "filter cannot be decided"),
        (Every("5m", dedup="{fire.dat}"), "dedup names {fire.dat}. Did you mean {fire.date}?"),
        (Every("5m", dedup="daily"), "dedup is 'daily', which is the same for every fire."),
        (Cron("0 2 * * *", enabled="yes"), "enabled is 'yes'"),  # type: ignore[arg-type]
        (Once("2026-03-01T00:00", enabled=1), "enabled is 1"),  # type: ignore[arg-type]
    ],
)
def test_an_option_that_cannot_work_is_named(trigger: Any, words: str) -> None:
    with pytest.raises(DefinitionErrors) as raised:
        compile_workflow(on(trigger))
    assert words in str(raised.value)


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (
            'Cron("0 2 * * *", debounce="5m")',
            "Cron has no option debounce. The clock fires once",
        ),
        (
            'Every("5m", dedup_within="1h")',
            "Every has no option dedup_within. A fire already contains its time",
        ),
        ('Once("2026-03-01T00:00", filter=None)', "Once has no option filter. Its moment is known"),
        ('Once("2026-03-01T00:00", dedup="x")', "Once has no option dedup. It starts one run"),
    ],
)
def test_an_option_that_makes_no_sense_is_refused_with_the_reason(
    tmp_path: Path, made: str, words: str
) -> None:
    file = tmp_path / "flow.py"
    file.write_text(f"from engine import Cron, Every, Once\n\ntrigger = {made}\n", encoding="utf-8")
    with pytest.raises(DefinitionErrors) as raised:
        load([file])
    assert words in str(raised.value)


async def test_a_dict_has_the_same_options() -> None:
    flow = {
        "id": "flow",
        "owner": "@ops",
        "trigger": {"cron": "0 * * * *", "filter": "fire.hour == 3", "dedup": "{fire.date}", "enabled": True},
        "tasks": [{"id": "a", "sleep": "1s"}, {"id": "b", "sleep": "1s"}],
    }
    assert await started(flow, "3d") == ["01 03:00", "02 03:00", "03 03:00"]


def test_a_schedule_without_these_options_keeps_its_digest() -> None:
    canonical = compile_workflow(
        on(Cron("0 2 * * *"), Every("5m"), Once("2026-03-01T00:00"))
    ).definition.canonical()
    assert not any(word in canonical for word in (b'"filter"', b'"dedup"', b'"enabled"'))
