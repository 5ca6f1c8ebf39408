"""The machine's clock jumps: durations go on, and schedules at fixed times follow the new time."""

from datetime import datetime, timedelta

import pytest

from engine import Cron, Every, Workflow
from engine.clock import FakeClock
from engine.model.people import StaticPeople
from engine.runtime.timing.clock_jumps import LOOK_INTERVAL
from engine.testing import Harness

HOUR = timedelta(hours=1)
PEOPLE = StaticPeople(groups={"ops": ["U1"]})


def ticking() -> Workflow:
    tick = Workflow(
        "tick", owner="@ops", channel="#ops", triggers=[Every("5m"), Cron("*/15 * * * *"), Cron("30 9 * * *")]
    )

    @tick.step
    async def work() -> str:
        return "done"

    return tick


def asking() -> Workflow:
    ask = Workflow("ask", owner="@ops", channel="#ops")
    go = ask.approval("go", ask="Go?", approvers=["@ops"], expires="3h")

    @ask.step(when=go.approved)
    async def ship() -> str:
        return "shipped"

    return ask


async def started(harness: Harness, word: str) -> int:
    return sum(word in run.id for run in await harness.runs("tick"))


async def jump(harness: Harness, by: timedelta) -> None:
    harness.clock.jump(by)
    await harness.advance(LOOK_INTERVAL)


async def test_intervals_go_on_after_the_clock_is_set_back_two_hours() -> None:
    async with Harness(ticking(), people=PEOPLE) as harness:
        await harness.advance("1h")
        assert (await started(harness, "every"), await started(harness, "cron-x-15")) == (12, 4)
        await jump(harness, -2 * HOUR)
        await harness.advance("3h")
        assert (await started(harness, "every"), await started(harness, "cron-x-15")) == (48, 16)


async def test_a_job_at_a_fixed_time_does_not_fire_twice_on_a_day_that_is_repeated() -> None:
    async with Harness(ticking(), people=PEOPLE) as harness:
        await harness.advance("1h")
        await jump(harness, -2 * HOUR)
        await harness.advance("3h")
        assert await started(harness, "cron-30-9") == 1


async def test_intervals_keep_their_names_apart_after_a_restart() -> None:
    async with Harness(ticking(), people=PEOPLE) as harness:
        await harness.advance("1h")
        await jump(harness, -2 * HOUR)
        await harness.engine._schedules.sync()
        await harness.advance("3h")
        assert await started(harness, "every") == 48


async def test_a_clock_a_day_ahead_ends_no_deadline_and_repeats_no_interval() -> None:
    async with Harness(ticking(), asking(), people=PEOPLE) as harness:
        run = await harness.start("ask")
        await harness.advance("1h")
        await jump(harness, 24 * HOUR)
        (request,) = await harness.requests()
        assert request.clock.expires_at == datetime.fromisoformat("2026-01-06T12:00:00+00:00")
        assert await started(harness, "every") == 12
        await harness.decide("go", "approve", as_user="U1")
        assert (await harness.state(run)).run.state == "succeeded"


@pytest.mark.parametrize("hours", [-2, 24])
async def test_a_deadline_takes_as_long_as_it_was_meant_to(hours: int) -> None:
    async with Harness(asking(), people=PEOPLE) as harness:
        run = await harness.start("ask")
        await harness.advance("1h")
        await jump(harness, hours * HOUR)
        await harness.advance("1h 58m")
        assert (await harness.state(run)).run.state == "waiting"
        await harness.advance("2m")
        assert (await harness.state(run)).requests[0].state == "expired"


@pytest.mark.parametrize("hours", [-2, 24])
async def test_a_deadline_that_begins_after_a_jump_and_before_it_is_noticed_is_as_long(hours: int) -> None:
    async with Harness(asking(), people=PEOPLE) as harness:
        await harness.advance("1h")
        harness.clock.jump(hours * HOUR)
        run = await harness.start("ask")
        await harness.advance("1m")
        assert harness.engine.jumped
        await harness.advance("2h 58m")
        assert (await harness.state(run)).run.state == "waiting"
        await harness.advance("2m")
        assert (await harness.state(run)).requests[0].state == "expired"


async def test_a_jump_is_logged_and_a_warning_for_an_hour(caplog: pytest.LogCaptureFixture) -> None:
    async with Harness(ticking(), people=PEOPLE) as harness:
        await harness.advance("1m")
        assert harness.engine.jumped == ""
        await jump(harness, -2 * HOUR)
        assert "The machine's clock was set back by 2 h" in caplog.text
        assert "set back by 2 h" in harness.engine.jumped
        await harness.advance("2h")
        assert harness.engine.jumped == ""


async def test_a_clock_that_drifts_slowly_does_not_count_as_a_jump() -> None:
    async with Harness(ticking(), people=PEOPLE, clock=FakeClock()) as harness:
        for _ in range(30):
            harness.clock.jump(timedelta(seconds=1))
            await harness.advance(LOOK_INTERVAL)
        assert harness.engine.jumped == ""
