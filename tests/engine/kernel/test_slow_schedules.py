"""A schedule whose runs keep failing is slowed down, and fires as usual after the first success."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine.kernel.schedules import slowdown
from engine.model.trigger_spec import CronSpec, EverySpec
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
