"""Agent sessions on the virtual clock: Slack is told each status once, and again before it ends one."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.outbox.agent_sessions import CONSUMER, AgentSessions, key_of
from bot.outbox.projector import run_key
from bot.slack.call_results import Ambiguous, CallResult, Limited, Rejected, Sent
from engine import Actor, Outcome, Retry, StaticPeople, Wanted, Workflow
from engine.testing import Harness

MINUTE = 60
PLACE = {"channel": "C05DEPLOYS", "ts": "1700000000.000100"}


class Slack:
    """Keeps the statuses that it was told."""

    def __init__(self) -> None:
        self.calls: list[Mapping[str, Any]] = []
        self.answers: list[CallResult] = []
        """Those to the next calls. Default: all went well."""

        self.before_answer: Callable[[], Awaitable[None]] | None = None
        """Act that happens during the next call."""

    async def write(self, method: str, arguments: Mapping[str, Any]) -> CallResult:
        assert method == "agents.sessions.setStatus"
        self.calls.append(arguments)
        if self.before_answer is not None:
            happens, self.before_answer = self.before_answer, None
            await happens()
        return self.answers.pop(0) if self.answers else Sent({})

    @property
    def statuses(self) -> list[str]:
        return [call["status"] for call in self.calls]

    async def told(self, *statuses: str) -> None:
        async with asyncio.timeout(20):
            while self.statuses != list(statuses):
                assert len(self.calls) <= len(statuses), self.statuses
                await asyncio.sleep(0)


def flow() -> Workflow:
    made = Workflow("flow", owner="U9", channel="#deploys")
    nap = made.sleep("nap", "3h")
    made.approval("go", ask="Go?", approvers=["U1"], expires="9d", after=[nap])

    @made.step
    async def act(go: Outcome) -> None: ...

    return made


def both() -> Workflow:
    """A workflow with a step that is tried again while people are awaited."""
    made = Workflow("both", owner="U9", channel="#deploys")
    made.approval("go", ask="Go?", approvers=["U1"], expires="9d", advisory=True)

    @made.step(retry=Retry(attempts=9, delay="1h"))
    async def work() -> None:
        raise OSError("not yet")

    return made


@pytest.fixture
async def harness(tmp_path: Path) -> AsyncIterator[Harness]:
    people = StaticPeople(groups={"everybody": ["U1", "U2", "U9"]})
    async with Harness(flow(), both(), people=people, folder=tmp_path, schedules=False) as harness:
        yield harness


@pytest.fixture
async def slack() -> Slack:
    return Slack()


class Process:
    """The consumer, as a process has it."""

    def __init__(self, harness: Harness, slack: Slack) -> None:
        self.sessions = AgentSessions(harness.engine, slack, harness.clock)  # type: ignore[arg-type]
        self._task = asyncio.create_task(self.sessions.run())

    async def end(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


@pytest.fixture
async def process(harness: Harness, slack: Slack) -> AsyncIterator[Process]:
    process = Process(harness, slack)
    while not await harness.engine.deliveries.begun(CONSUMER):
        await asyncio.sleep(0)
    yield process
    await process.end()


async def begin(harness: Harness, name: str = "flow") -> str:
    """Start a run whose message stands in Slack."""
    run = await harness.start(name, as_user="U2")
    await harness.engine.deliveries.advance("slack", 0, [Wanted(run_key(run.id), "run", run.id, {
        "run": run.id, "channels": ["#deploys"],
    })])  # fmt: skip
    await harness.engine.deliveries.sent(run_key(run.id), 1, PLACE)
    return str(run.id)


async def settled(harness: Harness, run_id: str) -> None:
    """Return when the session of a run has been put off or is done."""
    async with asyncio.timeout(20):
        while True:
            row = await harness.engine.deliveries.get(key_of(run_id))
            if row is not None and row.ref is not None and (row.sent >= row.wanted or row.not_before):
                return
            await asyncio.sleep(0)


async def test_each_status_is_told_once_and_processing_again_before_slack_ends_it(
    harness: Harness, slack: Slack, process: Process
) -> None:
    run_id = await begin(harness)
    await harness.advance(1)
    await slack.told("processing")
    assert slack.calls[0]["initiator_user_id"] == "U2"
    assert (slack.calls[0]["channel_id"], slack.calls[0]["thread_ts"]) == (PLACE["channel"], PLACE["ts"])
    for times in (2, 3, 4):
        await settled(harness, run_id)
        await harness.advance(51 * MINUTE)
        await slack.told(*["processing"] * times)
    await settled(harness, run_id)
    await harness.advance(28 * MINUTE)
    await slack.told(*["processing"] * 4, "suspended")
    await settled(harness, run_id)
    await harness.advance(24 * 60 * MINUTE)
    assert slack.statuses[4:] == ["suspended"]
    await harness.decide("go", "approve", as_user="U1")
    await slack.told(*["processing"] * 4, "suspended", "closed")


async def test_an_event_that_leaves_the_status_as_it_is_tells_slack_nothing(
    harness: Harness, slack: Slack, process: Process
) -> None:
    run_id = await begin(harness)
    await harness.advance(3 * 60 * MINUTE)
    async with asyncio.timeout(20):
        while slack.statuses[-1:] != ["suspended"]:
            await asyncio.sleep(0)
    await settled(harness, run_id)
    calls = len(slack.calls)
    wanted = (await harness.engine.deliveries.by_keys([key_of(run_id)]))[key_of(run_id)].wanted
    await harness.engine.claim(f"{run_id}.go", actor=Actor("slack", "U1"))
    async with asyncio.timeout(20):
        while True:
            row = (await harness.engine.deliveries.by_keys([key_of(run_id)]))[key_of(run_id)]
            if row.sent >= row.wanted > wanted:
                break
            await asyncio.sleep(0)
    assert len(slack.calls) == calls


async def test_a_run_whose_step_executes_is_not_suspended(
    harness: Harness, slack: Slack, process: Process
) -> None:
    await begin(harness, "both")
    await harness.advance(1)
    await slack.told("processing")


async def test_a_status_that_may_be_lost_is_told_again(
    harness: Harness, slack: Slack, process: Process
) -> None:
    slack.answers = [Ambiguous("the line was cut"), Limited(5)]
    await begin(harness)
    await harness.advance(1)
    await slack.told("processing")
    for count in (2, 3):
        await harness.advance(30)
        await slack.told(*["processing"] * count)


async def test_a_person_outside_the_channel_is_left_out(
    harness: Harness, slack: Slack, process: Process
) -> None:
    slack.answers = [Rejected("user_not_in_channel")]
    await begin(harness)
    await harness.advance(1)
    await slack.told("processing", "processing")
    assert "initiator_user_id" not in slack.calls[1]


async def test_a_change_is_told_after_a_restart_though_the_session_was_put_off(
    harness: Harness, slack: Slack, process: Process
) -> None:
    run_id = await begin(harness)
    await harness.advance(1)
    await slack.told("processing")
    await settled(harness, run_id)
    await process.end()
    # It was wanted, and then the process died before it told Slack.
    await harness.engine.cancel(run_id, actor=Actor("slack", "U2"), reason="")
    row = await harness.engine.deliveries.get(key_of(run_id))
    assert row is not None
    newest = await harness.engine.events.newest()
    wanted = [Wanted(row.key, row.kind, row.subject, row.target)]
    await harness.engine.deliveries.advance(CONSUMER, newest, wanted)
    again = Process(harness, slack)
    await slack.told("processing", "closed")
    await again.end()


async def test_a_press_of_the_stop_button_during_a_call_is_answered_by_another_call(
    harness: Harness, slack: Slack, process: Process
) -> None:
    run_id = await begin(harness)
    slack.before_answer = lambda: process.sessions.resend(run_id)
    await harness.advance(1)
    await slack.told("processing", "processing")
    await settled(harness, run_id)
    await process.sessions.resend(run_id)
    await slack.told(*["processing"] * 3)


async def test_slack_is_told_the_present_status_after_the_stop_button_whatever_it_is(
    harness: Harness, slack: Slack, process: Process
) -> None:
    run_id = await begin(harness)
    await harness.advance(1)
    await slack.told("processing")
    await settled(harness, run_id)
    await harness.advance(180 * MINUTE)
    async with asyncio.timeout(20):
        while slack.statuses[-1] != "suspended":
            await asyncio.sleep(0)
    slack.calls[:-1] = []
    await settled(harness, run_id)
    slack.answers = [Limited(5)]
    await process.sessions.resend(run_id)
    await slack.told("suspended", "suspended")
    await harness.advance(10)
    await slack.told(*["suspended"] * 3)
    await harness.engine.cancel(run_id, actor=Actor("slack", "U2"), reason="")
    await slack.told(*["suspended"] * 3, "closed")
    await harness.advance(2 * 60 * MINUTE)
    await process.sessions.resend(run_id)
    await slack.told(*["suspended"] * 3, "closed", "closed")
