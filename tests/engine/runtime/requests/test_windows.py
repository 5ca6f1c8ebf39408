"""Windows: people are asked now, and what they approved runs later, inside of the window or not at all."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from engine import Actor, Outcome, StaticPeople, Window, Workflow
from engine.model.records.records import RequestRecord, RunRecord
from engine.runtime.timing.clock_jumps import LOOK_INTERVAL
from engine.testing import Harness

PEOPLE = StaticPeople(groups={"ops": ["U1", "U2"], "owners": ["U9"]})
NIGHT = Window("22:00", "2h", tz="Europe/Berlin")
NOON = "2026-01-05T12:00:00+01:00"


class Change(BaseModel):
    service: str = "api"
    window_start: str = "2026-01-05T22:00:00+01:00"


def flow(window: Window = NIGHT, *, code: str = "one", **options: Any) -> Workflow:
    made = Workflow("flow", owner="@owners", input=Change)
    asked = {"expires": "3d", "approvers": ["@ops"], **options}
    go = made.approval("go", ask="Change {input.service}?", window=window, **asked)

    if code == "one":

        @made.step(when=go.approved)
        async def act(input: Change, go: Outcome) -> str:
            return f"changed {input.service}"

    else:

        @made.step(when=go.approved)
        async def act(input: Change, go: Outcome) -> str:
            return "other code"

    return made


def harness(*args: Any, at: str = NOON, folder: Path | None = None, **options: Any) -> Harness:
    return Harness(flow(*args, **options), people=PEOPLE, at=at, folder=folder)


async def ask(here: Harness, **values: Any) -> RunRecord:
    run = await here.start("flow", values, as_user="U9")
    await here.run_until_idle()
    return run


async def request_of(here: Harness, run: RunRecord) -> RequestRecord:
    return (await here.state(run)).requests[-1]


async def step_states(here: Harness, run: RunRecord) -> dict[str, str]:
    return {step.step: step.state for step in (await here.state(run)).steps}


async def test_an_approved_step_runs_when_the_window_opens_and_not_before() -> None:
    async with harness() as here:
        run = await ask(here)
        await here.decide("go", "approve", as_user="U1")
        held = await request_of(here, run)
        assert held.state == "held"
        assert held.clock.effective_at == datetime(2026, 1, 5, 21, tzinfo=UTC)
        await here.advance("9h59m")
        assert (await step_states(here, run))["act"] == "pending"
        await here.advance("1m")
        assert await here.output(run, "act") == "changed api"
        assert (await request_of(here, run)).state == "decided"


async def test_an_approval_inside_of_the_window_takes_effect_at_once() -> None:
    async with harness(at="2026-01-05T23:30:00+01:00") as here:
        run = await ask(here)
        window = (await request_of(here, run)).policy.window
        assert window is not None
        assert window.closes == datetime(2026, 1, 5, 23, tzinfo=UTC)
        await here.decide("go", "approve", as_user="U1")
        assert await here.output(run, "act") == "changed api"


async def test_a_request_that_nobody_approves_ends_with_its_window() -> None:
    async with harness() as here:
        run = await ask(here)
        assert (await request_of(here, run)).clock.expires_at == datetime(2026, 1, 5, 23, tzinfo=UTC)
        await here.advance("12h")
        ended = await request_of(here, run)
        assert (ended.state, ended.outcome) == ("expired", "expired")
        assert (await step_states(here, run))["act"] == "skipped"


async def test_a_paused_run_misses_its_window_and_runs_nothing_when_it_goes_on() -> None:
    async with harness() as here:
        run = await ask(here)
        await here.decide("go", "approve", as_user="U1")
        await here.engine.control.pause_run(run.id, actor=Actor("slack", "U9"))
        await here.advance("13h")
        await here.engine.control.resume_run(run.id, actor=Actor("slack", "U9"))
        await here.run_until_idle()
        detail = await here.state(run)
        assert [(each.state, each.outcome) for each in detail.requests] == [("expired", "expired")]
        assert (await step_states(here, run))["act"] == "skipped"
        assert detail.run.state == "succeeded"
        events = [
            each.data for each in await here.engine.events.read(0, 1000) if each.type == "request.expired"
        ]
        assert [each.get("unused") for each in events] == [True]


async def test_a_process_that_is_down_through_the_window_runs_nothing_afterwards(tmp_path: Path) -> None:
    async with harness(folder=tmp_path) as here:
        run = await ask(here)
        await here.decide("go", "approve", as_user="U1")
    async with harness(folder=tmp_path, at="2026-01-06T00:00:00+01:00") as here:
        await here.run_until_idle()
        ended = await request_of(here, run)
        assert (ended.state, ended.outcome) == ("expired", "expired")
        assert (await step_states(here, run))["act"] == "skipped"


async def test_a_process_that_is_back_inside_of_the_window_runs_the_step(tmp_path: Path) -> None:
    async with harness(folder=tmp_path) as here:
        run = await ask(here)
        await here.decide("go", "approve", as_user="U1")
    async with harness(folder=tmp_path, at="2026-01-05T23:59:59+01:00") as here:
        await here.run_until_idle()
        assert await here.output(run, "act") == "changed api"


async def test_people_are_asked_again_when_the_code_changes_before_the_window(tmp_path: Path) -> None:
    async with harness(folder=tmp_path) as here:
        run = await ask(here)
        await here.decide("go", "approve", as_user="U1")
    async with harness(folder=tmp_path, code="two", at="2026-01-05T13:00:00+01:00") as here:
        await here.run_until_idle()
        states = [each.state for each in (await here.state(run)).requests]
        assert states == ["withdrawn", "open"]
        await here.advance("9h")
        assert (await step_states(here, run))["act"] == "pending"


async def test_an_approver_can_revoke_until_the_window_opens() -> None:
    async with harness() as here:
        run = await ask(here)
        await here.decide("go", "approve", as_user="U1")
        await here.decide(await request_of(here, run), "revoke", as_user="U2")
        assert (await request_of(here, run)).state == "open"
        await here.advance("10h")
        assert (await step_states(here, run))["act"] == "pending"
        await here.decide("go", "approve", as_user="U2")
        assert await here.output(run, "act") == "changed api"


async def test_a_cancelled_run_runs_nothing_in_its_window() -> None:
    async with harness() as here:
        run = await ask(here)
        await here.decide("go", "approve", as_user="U1")
        await here.engine.cancel(run.id, actor=Actor("slack", "U9"))
        await here.advance("10h")
        assert (await step_states(here, run))["act"] == "cancelled"
        assert (await request_of(here, run)).state == "withdrawn"


async def test_the_time_to_revoke_counts_inside_of_the_window() -> None:
    async with harness(revocable_for="30m", at="2026-01-05T21:45:00+01:00") as here:
        run = await ask(here)
        await here.decide("go", "approve", as_user="U1")
        assert (await request_of(here, run)).clock.effective_at == datetime(2026, 1, 5, 21, 15, tzinfo=UTC)
        await here.advance("30m")
        assert await here.output(run, "act") == "changed api"


async def test_an_approval_too_late_to_be_revocable_in_the_window_expires() -> None:
    async with harness(revocable_for="30m", at="2026-01-05T23:45:00+01:00") as here:
        run = await ask(here)
        await here.decide("go", "approve", as_user="U1")
        await here.advance("30m")
        ended = await request_of(here, run)
        assert (ended.state, ended.outcome) == ("expired", "expired")
        assert (await step_states(here, run))["act"] == "skipped"


async def test_a_window_can_come_from_the_input() -> None:
    async with harness(Window("{input.window_start}", "1h")) as here:
        run = await ask(here, window_start="2026-01-07T04:00:00+00:00")
        await here.decide("go", "approve", as_user="U1")
        await here.advance(datetime(2026, 1, 7, 4, tzinfo=UTC) - here.clock.now())
        assert await here.output(run, "act") == "changed api"


@pytest.mark.parametrize(
    ("start", "said"),
    [
        ("2026-01-05T10:00:00+01:00", "that window ended at 2026-01-05 10:00 UTC"),
        ("2026-01-06T10:00:00", "names no time zone"),
        ("tonight", "is not a moment"),
        ("2028-01-06T10:00:00+00:00", "more than 366 days ahead"),
        ("9999-12-31T23:59:00+00:00", "more than 366 days ahead"),
        ("9999-12-31T23:59:00-10:00", "is not a moment of this century"),
        ("0001-01-01T00:00:00+14:00", "is not a moment of this century"),
    ],
)
async def test_a_moment_that_gives_no_window_asks_the_owner(start: str, said: str) -> None:
    async with harness(Window("{input.window_start}", "1h")) as here:
        run = await ask(here, window_start=start)
        request = await request_of(here, run)
        assert request.kind == "failure"
        assert request.failure is not None
        assert said in request.failure.message
        assert "{input.window_start}" in request.failure.message


async def test_steps_that_are_left_when_the_window_ends_are_asked_about_again() -> None:
    made = Workflow("flow", owner="@owners", input=Change)
    go = made.approval("go", ask="Go?", approvers="@ops", expires="3d", window=NIGHT)

    @made.step(when=go.approved)
    async def first(go: Outcome) -> str:
        return "first"

    rest = made.sleep("rest", "3h", after=[first])

    @made.step(after=[rest])
    async def second(first: str, go: Outcome) -> str:
        return "second"

    async with Harness(made, people=PEOPLE, at=NOON) as here:
        run = await ask(here)
        await here.decide("go", "approve", as_user="U1")
        await here.advance("13h")
        again = await request_of(here, run)
        assert again.state == "open"
        assert again.coverage.again == "its window ended before all of its steps had started"
        assert again.policy.window is not None
        assert again.policy.window.opens == datetime(2026, 1, 6, 21, tzinfo=UTC)
        assert (await step_states(here, run))["second"] == "pending"
        await here.decide("go", "approve", as_user="U2")
        await here.advance("21h")
        assert await here.output(run, "second") == "second"
        assert (await here.step(run, "first")).attempt == 1


@pytest.mark.parametrize(("jump", "state"), [(timedelta(hours=3), "decided"), (timedelta(hours=-2), "held")])
async def test_a_jump_of_the_clock_moves_no_window(jump: timedelta, state: str) -> None:
    async with harness(at="2026-01-05T19:30:00+01:00") as here:
        run = await ask(here)
        await here.decide("go", "approve", as_user="U1")
        before = await request_of(here, run)
        here.clock.jump(jump)
        await here.advance(LOOK_INTERVAL)
        assert here.engine.jumped
        request = await request_of(here, run)
        assert request.policy.window == before.policy.window
        assert request.state == state
        if state == "held":
            assert request.clock.effective_at == before.clock.effective_at
            assert request.clock.expires_at is not None
            await here.advance("4h30m")
        assert await here.output(run, "act") == "changed api"
