"""Custom steps of Workflow Builder on the virtual clock: each completes once."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.outbox.custom_steps import CONSUMER, CustomSteps, key_of
from bot.slack.call_results import Ambiguous, CallResult, Rejected, Sent
from engine import Outcome, StaticPeople, Workflow
from engine.testing import Harness

DAY = 24 * 3600


class Slack:
    """Keeps the calls that complete steps."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Mapping[str, Any]]] = []
        self.called = asyncio.Event()
        self.answers: list[CallResult] = []
        """Those to the next calls. Default: all went well."""

    async def write(self, method: str, arguments: Mapping[str, Any]) -> CallResult:
        self.calls.append((method, arguments))
        self.called.set()
        return self.answers.pop(0) if self.answers else Sent({})

    async def next(self) -> tuple[str, str]:
        """Return the method and the execution of the next call."""
        await asyncio.wait_for(self.called.wait(), 20)
        self.called.clear()
        method, arguments = self.calls[-1]
        return method, arguments["function_execution_id"]


def flow() -> Workflow:
    made = Workflow("open", owner="U9", channel="#deploys")
    go = made.approval("go", ask="Go?", approvers=["U1"], expires="9d")

    @made.step
    async def act(go: Outcome) -> None: ...

    assert go
    return made


@pytest.fixture
async def harness(tmp_path: Path) -> AsyncIterator[Harness]:
    people = StaticPeople(groups={"everybody": ["U1", "U2", "U9"]})
    async with Harness(flow(), people=people, folder=tmp_path, schedules=False) as harness:
        yield harness


@pytest.fixture
async def slack() -> Slack:
    return Slack()


@pytest.fixture
async def steps(harness: Harness, slack: Slack) -> AsyncIterator[CustomSteps]:
    steps = CustomSteps(harness.engine, slack, harness.clock)  # type: ignore[arg-type]
    task = asyncio.create_task(steps.run(takes_more=True))
    yield steps
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def begin(harness: Harness, steps: CustomSteps, execution: str) -> None:
    run = await harness.start("open", as_user="U2")
    await steps.note(execution, "U2", run.id)


async def put_off(harness: Harness, execution: str) -> Any:
    """Return the row of a step once it was looked at and put off."""
    while True:
        row = await harness.engine.deliveries.get(key_of(execution))
        if row is not None and row.not_before is not None and row.not_before > harness.clock.now():
            return row
        await asyncio.sleep(0)


async def test_a_step_waits_for_days_and_completes_once(
    harness: Harness, steps: CustomSteps, slack: Slack
) -> None:
    await begin(harness, steps, "Fx1")
    for _ in range(3):
        await put_off(harness, "Fx1")
        await harness.advance(DAY)
    await put_off(harness, "Fx1")
    assert slack.calls == []
    await harness.decide("go", "approve", as_user="U1")
    assert await slack.next() == ("functions.completeSuccess", "Fx1")
    await harness.advance(DAY)
    assert len(slack.calls) == 1


async def test_a_step_whose_run_never_began_fails_once_and_begins_no_run_later(
    harness: Harness, steps: CustomSteps, slack: Slack
) -> None:
    await steps.note("Fx2", "U2", "open-never")
    await put_off(harness, "Fx2")
    assert not await steps.begun("Fx2")
    await harness.advance(16 * 60)
    assert await slack.next() == ("functions.completeError", "Fx2")
    while not await steps.begun("Fx2"):  # the row says so after the call
        await asyncio.sleep(0)


async def test_a_lost_answer_is_asked_for_again_and_a_step_that_is_complete_is_done(
    harness: Harness, steps: CustomSteps, slack: Slack
) -> None:
    slack.answers = [Ambiguous("the line was cut"), Rejected("execution_not_in_running_state")]
    await begin(harness, steps, "Fx6")
    await put_off(harness, "Fx6")
    await harness.decide("go", "approve", as_user="U1")
    await slack.next()
    await put_off(harness, "Fx6")
    await harness.advance(60)
    await slack.next()
    while (row := await harness.engine.deliveries.get(key_of("Fx6"))) is None or row.state == "posting":
        await asyncio.sleep(0)
    assert (row.state, row.sent) == ("idle", row.wanted)


async def test_without_the_setting_no_place_in_the_log_is_taken(harness: Harness, slack: Slack) -> None:
    """A place that never moves would keep all events of old runs."""
    steps = CustomSteps(harness.engine, slack, harness.clock)  # type: ignore[arg-type]
    await asyncio.wait_for(steps.run(takes_more=False), 20)
    assert not await harness.engine.deliveries.begun(CONSUMER)


async def test_without_the_setting_an_earlier_step_is_completed(harness: Harness, slack: Slack) -> None:
    earlier = CustomSteps(harness.engine, slack, harness.clock)  # type: ignore[arg-type]
    await begin(harness, earlier, "Fx5")
    steps = CustomSteps(harness.engine, slack, harness.clock)  # type: ignore[arg-type]
    task = asyncio.create_task(steps.run(takes_more=False))
    try:
        await put_off(harness, "Fx5")
        await harness.decide("go", "approve", as_user="U1")
        assert await slack.next() == ("functions.completeSuccess", "Fx5")
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_the_first_place_in_the_log_is_its_present_end(harness: Harness, slack: Slack) -> None:
    await harness.start("open", as_user="U2")
    steps = CustomSteps(harness.engine, slack, harness.clock)  # type: ignore[arg-type]
    newest = await harness.engine.events.newest()
    await steps.note("Fx1", "U2", "open-1")
    assert newest > 0
    assert await harness.engine.deliveries.cursor(CONSUMER) == newest


async def test_a_step_that_was_put_off_fails_at_once_when_its_run_is_refused(
    harness: Harness, steps: CustomSteps, slack: Slack
) -> None:
    await steps.note("Fx6", "U2", "open-never")
    await put_off(harness, "Fx6")
    await steps.refuse("Fx6", "Runs of open are paused.")
    assert await slack.next() == ("functions.completeError", "Fx6")
    assert slack.calls[-1][1]["error"] == "Runs of open are paused."
