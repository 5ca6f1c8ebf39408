"""The machine's clock jumps: durations go on, and schedules at fixed times follow the new time."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from engine import Cron, Engine, EngineSettings, Escalate, Every, Retry, StartLimits, StepContext, Workflow
from engine.clock import FakeClock
from engine.errors import PeopleUnavailable, TooMany
from engine.model.people import Actor, Person, StaticPeople
from engine.runtime.access.one_time_codes import MAX_TRIES
from engine.runtime.process.activity import Activity
from engine.runtime.process.background import Background
from engine.runtime.timing.clock_jumps import LOOK_INTERVAL
from engine.testing import TESTER, Harness

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


BOTH_WAYS = pytest.mark.parametrize("hours", [-2, 24])


def lasting() -> Workflow:
    """A step that executes while people are asked, so that the run stays in memory."""
    flow = Workflow("lasting", owner="@ops", channel="#ops")
    flow.approval("go", ask="Go?", approvers=["@ops"], expires="3h", remind_every="30m", advisory=True)

    @flow.step
    async def long(ctx: StepContext) -> None:
        for _ in range(600):
            await ctx.sleep(60)

    return flow


@BOTH_WAYS
async def test_a_deadline_of_a_run_in_memory_takes_as_long_as_it_was_meant_to(hours: int) -> None:
    async with Harness(lasting(), people=PEOPLE) as harness:
        run = await harness.start("lasting")
        await harness.advance("1h 10m")
        (before,) = await harness.requests()
        assert harness.engine._parts.execution.runs.in_memory == 1
        await jump(harness, hours * HOUR)
        await harness.advance("1h")  # reminders write the request from memory
        (request,) = await harness.requests()
        assert request.clock.reminders == 4
        assert before.clock.expires_at is not None
        assert request.clock.expires_at == before.clock.expires_at + hours * HOUR
        await harness.decide("go", "approve", as_user="U1")
        state = await harness.state(run)
        assert state.requests[0].outcome == "approved"
        assert not (await harness.engine.audit()).findings


@BOTH_WAYS
async def test_a_deadline_of_a_run_in_memory_expires_then(hours: int) -> None:
    async with Harness(lasting(), people=PEOPLE) as harness:
        run = await harness.start("lasting")
        await harness.advance("1h 10m")
        await jump(harness, hours * HOUR)
        await harness.advance("1h 49m")
        assert (await harness.state(run)).requests[0].state == "open"
        await harness.advance("1m")
        assert (await harness.state(run)).requests[0].state == "expired"


class Jumping(StaticPeople):
    """A directory that takes so long to answer that the clock jumps, and rows follow, meanwhile."""

    during: Callable[[], Awaitable[None]] | None = None

    async def person(self, user_id: str) -> Person:
        if self.during is not None:
            during, self.during = self.during, None
            await during()
        return await super().person(user_id)


@BOTH_WAYS
async def test_a_decision_counts_though_the_clock_jumps_while_it_is_checked(hours: int) -> None:
    people = Jumping(groups={"ops": ["U1"]})
    async with Harness(asking(), people=people) as harness:
        await harness.start("ask")
        await harness.advance("1h")

        async def jumps() -> None:
            harness.clock.jump(hours * HOUR)
            await harness.engine._parts.timing.clock_jumps.look()

        people.during = jumps
        assert (await harness.try_decide("go", "approve", as_user="U1")).accepted


@BOTH_WAYS
async def test_a_decision_counts_between_a_jump_and_the_moment_it_is_noticed(hours: int) -> None:
    async with Harness(asking(), people=PEOPLE) as harness:
        await harness.start("ask")
        await harness.advance("1h")
        harness.clock.jump(hours * HOUR)
        assert (await harness.try_decide("go", "approve", as_user="U1")).accepted


def failing() -> Workflow:
    flow = Workflow("failing", owner="@ops", channel="#ops")

    @flow.step(retry=Retry(attempts=2, delay="1h", max_delay="1h", jitter=0))
    async def call(ctx: StepContext) -> str:
        if ctx.attempt == 1:
            raise ConnectionError("no answer")
        return "called"

    return flow


@BOTH_WAYS
async def test_a_retry_comes_and_is_shown_after_as_long_as_it_was_meant_to(hours: int) -> None:
    async with Harness(failing(), people=PEOPLE) as harness:
        run = await harness.start("failing")
        before = (await harness.step(run, "call")).next_attempt_at
        assert before is not None
        await jump(harness, hours * HOUR)
        assert (await harness.step(run, "call")).next_attempt_at == before + hours * HOUR
        await harness.advance("59m")
        assert (await harness.step(run, "call")).state == "retrying"
        await harness.advance("2m")
        assert (await harness.step(run, "call")).state == "succeeded"
        assert not (await harness.engine.audit()).findings


@BOTH_WAYS
async def test_a_question_to_the_requester_pauses_a_deadline_for_as_long_as_it_took(hours: int) -> None:
    people = StaticPeople(groups={"ops": ["U1"], "devs": ["U2"]})
    async with Harness(asking(), people=people) as harness:
        await harness.start("ask", as_user="U2")
        (request,) = await harness.requests()
        question = await harness.engine.ask_requester(request.id, "Why?", actor=Actor("slack", "U1"))
        await harness.advance("1h")
        await jump(harness, hours * HOUR)
        await harness.advance("1h")
        await harness.decide(question, "answer", as_user="U2", comment="Because.")
        (request,) = await harness.requests()
        assert request.clock.expires_at is not None
        left = request.clock.expires_at - harness.clock.now()
        assert abs(left - 3 * HOUR) <= timedelta(seconds=1)


@BOTH_WAYS
async def test_an_escalation_after_a_jump_comes_when_it_was_meant_to(hours: int) -> None:
    flow = Workflow("flow", owner="@ops", channel="#ops")
    late = [Escalate("1h", "@leads"), Escalate("3h", "@chiefs")]
    flow.approval("go", ask="Go?", approvers=["@ops"], expires="9h", escalate=late, advisory=True)
    people = StaticPeople(groups={"ops": ["U1"], "leads": ["U2"], "chiefs": ["U3"]})
    async with Harness(flow, people=people) as harness:
        await harness.start("flow")
        await jump(harness, hours * HOUR)
        await harness.advance("1h")
        assert [one.clock.escalated for one in await harness.requests()] == [1]
        await harness.advance("1h 58m")
        assert [one.clock.escalated for one in await harness.requests()] == [1]
        await harness.advance("2m")
        assert [one.clock.escalated for one in await harness.requests()] == [2]


@BOTH_WAYS
async def test_the_lock_after_wrong_codes_lasts_as_long_as_it_was_said(hours: int) -> None:
    async with Harness(asking(), people=PEOPLE) as harness:
        codes = harness.engine.one_time_codes
        await codes.enrol("U1", "Ann", TESTER)
        for _ in range(MAX_TRIES):
            await codes.use("U1", "000000", TESTER)
        await jump(harness, hours * HOUR)
        assert "Try again in 15 min" in await codes.use("U1", "000000", TESTER)
        await harness.advance("15m")
        assert "Too many" not in await codes.use("U1", "000000", TESTER)
        assert not (await harness.engine.audit()).findings


@BOTH_WAYS
async def test_a_rotated_token_works_for_as_long_as_it_was_said(hours: int) -> None:
    async with Harness(asking(), people=PEOPLE) as harness:
        principals = harness.engine.principals
        old = await principals.add("ci", ["release"], TESTER)
        await principals.rotate("ci", 3 * HOUR, TESTER)
        await jump(harness, hours * HOUR)
        await harness.advance("2h 59m")
        assert await principals.of(old) is not None
        await harness.advance("1m")
        assert await principals.of(old) is None


async def test_background_work_is_repeated_after_a_minute_though_the_clock_was_set_back() -> None:
    clock = FakeClock()
    background, tries = Background(Activity(), clock), []

    async def work() -> None:
        tries.append(clock.monotonic())
        raise PeopleUnavailable("Slack cannot be asked.")

    background.start(work, "work")
    while clock.next_wake() is None:
        await asyncio.sleep(0)
    clock.jump(-2 * HOUR)
    clock.advance(timedelta(minutes=1))
    for _ in range(5):
        await asyncio.sleep(0)
    assert tries == [0, 60]
    await background.close()


@BOTH_WAYS
async def test_a_limit_of_starts_in_a_minute_outlasts_a_jump(hours: int, tmp_path: Path) -> None:
    limits = StartLimits(per_minute=2, open_runs=100)
    settings = EngineSettings(data_dir=tmp_path, limits=limits)
    clock = FakeClock()
    engine = await Engine.open(tmp_path / "app.db", clock=clock, people=PEOPLE, settings=settings)
    engine.register(asking())
    for _ in range(2):
        await engine.start("ask", actor=Actor("slack", "U1"))
    clock.jump(hours * HOUR)
    with pytest.raises(TooMany):
        await engine.start("ask", actor=Actor("slack", "U1"))
    clock.advance(timedelta(minutes=1))
    await engine.start("ask", actor=Actor("slack", "U1"))
    await engine.close()
