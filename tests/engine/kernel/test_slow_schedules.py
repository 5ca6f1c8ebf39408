"""A schedule whose runs keep failing is slowed down, and fires as usual after the first success."""

import json
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from engine import DefinitionErrors, Every, Fatal, Registry, Workflow
from engine.authoring.dict_form import from_dict
from engine.authoring.loader import load
from engine.compiler import compile_workflow
from engine.kernel.schedules import slowdown
from engine.model.definition.trigger_spec import CronSpec, EverySpec
from engine.testing import Harness
from tests.engine.runtime.requests.test_failure_cards import PEOPLE, Gateway, sync


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
async def harness(gateway: Gateway) -> AsyncIterator[Harness]:
    async with Harness(sync(gateway), people=PEOPLE) as harness:
        yield harness


NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("failures", "minutes"), [(0, 5), (4, 5), (5, 10), (6, 20), (7, 40), (8, 60), (9, 60), (64, 60)]
)
def test_the_interval_doubles_with_each_failure_up_to_an_hour(failures: int, minutes: int) -> None:
    assert slowdown.next_fire(EverySpec(key="every", seconds=300), NOW, failures) == NOW + timedelta(
        minutes=minutes
    )


def test_a_schedule_that_fires_once_an_hour_or_less_is_never_slowed() -> None:
    daily = CronSpec(key="cron", expr="0 2 * * *", tz="UTC")
    assert slowdown.next_fire(daily, NOW, 64) == slowdown.next_fire(daily, NOW, 0)
    hourly = EverySpec(key="every", seconds=3600)
    assert slowdown.next_fire(hourly, NOW, 64) == NOW + timedelta(hours=1)


@pytest.mark.parametrize(("slow_down", "minutes"), [(0, 5), (120, 5), (600, 10), (24 * 3600, 320)])
def test_an_author_bounds_the_interval_or_leaves_it_as_it_is(slow_down: float, minutes: int) -> None:
    spec = EverySpec(key="every", seconds=300, slow_down=slow_down)
    assert slowdown.next_fire(spec, NOW, 10) == NOW + timedelta(minutes=minutes)


async def test_a_schedule_that_is_not_slowed_down_fires_as_it_says(tmp_path: Path) -> None:
    calls: list[int] = []

    def failing(**options: Any) -> Workflow:
        flow = Workflow("flow", owner="@ops", on_failure="fail", triggers=[Every("5m", **options)])

        @flow.step
        async def call() -> None:
            calls.append(1)
            raise Fatal("the gateway is down")

        return flow

    async with Harness(failing(), folder=tmp_path) as harness:
        await harness.advance("2h")
        (row,) = await harness.engine.schedules()
        assert (len(calls) < 12, row.failures > 0) == (True, True)
        clock = harness.clock
    calls.clear()
    async with Harness(failing(slow_down=False), folder=tmp_path, clock=clock) as harness:
        await harness.advance("2h")
        (row,) = await harness.engine.schedules()
        assert (len(calls) > 12, row.failures) == (True, 0)


@pytest.mark.parametrize(("written", "kept"), [("10m", 600), (False, 0)])
def test_a_dict_and_yaml_have_the_same_option(written: Any, kept: float, tmp_path: Path) -> None:
    trigger = {"cron": "* * * * *", "slow_down": written}
    flow = {"id": "flow", "owner": "@ops", "trigger": trigger, "tasks": [{"id": "a", "sleep": "1s"}]}
    file = tmp_path / "flow.yaml"
    file.write_text(json.dumps(flow), encoding="utf-8")
    (loaded,) = load([file])
    for written_as in (flow, loaded.workflow):
        assert isinstance(written_as, Mapping)
        (spec,) = compile_workflow(from_dict(written_as, Registry())).definition.triggers
        assert isinstance(spec, CronSpec)
        assert spec.slow_down == kept


@pytest.mark.parametrize("slow_down", [True, None, "soon", 0, "0s"])
def test_a_bound_that_cannot_be_meant_is_named(slow_down: Any) -> None:
    flow = Workflow("flow", owner="@ops", triggers=[Every("5m", slow_down=slow_down)])

    @flow.step
    async def call() -> None: ...

    with pytest.raises(DefinitionErrors, match="slow_down"):
        compile_workflow(flow)


def test_runs_that_have_not_ended_say_nothing() -> None:
    assert slowdown.failures_in_a_row(["", "failed", "", "failed", "succeeded", "failed"]) == 2


async def test_two_hours_of_failures_start_few_runs(harness: Harness, gateway: Gateway) -> None:
    await harness.advance("2h")
    assert gateway.calls < 12
    (row,) = await harness.engine.schedules()
    assert row.failures == gateway.calls - 1
    slowed = [event for event in await harness.engine.events.read(0, 5000) if event.type == "schedule.slowed"]
    assert [event.data["failures"] for event in slowed] == [5]


async def test_a_retried_run_that_succeeds_restores_the_schedule_at_once(
    harness: Harness,
    gateway: Gateway,
) -> None:
    await harness.advance("1h")
    gateway.problem = ""
    newest = (await harness.requests())[-1]
    await harness.decide(newest, "retry", as_user="U01ALICE")
    (row,) = await harness.engine.schedules()
    assert row.failures == 0
    assert row.next_fire_at == harness.clock.now() + timedelta(minutes=5)
    types = [event.type for event in await harness.engine.events.read(0, 5000)]
    assert types.count("schedule.restored") == 1


async def test_a_slowed_schedule_stays_slow_over_a_restart(tmp_path: Path) -> None:
    async with Harness(sync(Gateway()), people=PEOPLE, folder=tmp_path) as before:
        await before.advance("40m")
        (row,) = await before.engine.schedules()
        clock = before.clock
    async with Harness(sync(Gateway()), people=PEOPLE, folder=tmp_path, clock=clock) as after:
        assert await after.engine.schedules() == [row]
        assert row.failures >= 5
