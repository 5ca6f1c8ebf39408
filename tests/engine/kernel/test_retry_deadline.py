"""A deadline for all attempts of a step together."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from engine import Actor, DefinitionErrors, Poll, Retry, StepContext, Workflow
from engine.authoring.polling import NotYet
from engine.clock import FakeClock
from engine.compiler.workflow import compile_workflow
from engine.kernel.resilience.failure_likeness import normalized
from engine.model.people import StaticPeople
from engine.model.records.records import RequestRecord
from engine.runtime.timing.clock_jumps import LOOK_INTERVAL
from engine.testing import Harness

PEOPLE = StaticPeople(groups={"ops": ["U1"]})
SILENT = "the server does not answer"
CLI = Actor("cli", "root")


class Pull:
    """A step that fails until it is told to work. Its attempts, in seconds since the start."""

    def __init__(
        self,
        retry: Retry,
        *,
        takes: float = 0,
        timeout: str | None = None,
        on_failure: str = "ask",
        beside: bool = False,
    ):
        self.attempts: list[float] = []
        self.works = False
        policy = None if on_failure == "ask" else "fail"
        self.flow = Workflow("flow", owner="@ops", channel="#ops", on_failure=policy)  # type: ignore[arg-type]

        @self.flow.step(retry=retry, timeout=timeout)
        async def pull(ctx: StepContext) -> str:
            self.attempts.append(ctx.now().timestamp())
            for _ in range(int(takes) // 60):
                await ctx.sleep(60)
            if self.works:
                return "done"
            raise ConnectionError(SILENT)

        if beside:

            @self.flow.step
            async def watch(ctx: StepContext) -> None:
                """Keep the run in memory."""
                for _ in range(24 * 60 * 4):
                    await ctx.sleep(60)

    @property
    def seconds(self) -> list[float]:
        return [at - self.attempts[0] for at in self.attempts]


def every(delay: str, deadline: str, attempts: int = 100) -> Retry:
    return Retry(attempts=attempts, delay=delay, backoff=1, jitter=0, deadline=deadline)


async def the_request(harness: Harness) -> RequestRecord:
    (request,) = await harness.requests()
    assert request.failure is not None
    return request


def message(request: RequestRecord) -> str:
    assert request.failure is not None
    return request.failure.message


async def test_no_attempt_begins_when_the_time_for_all_is_over() -> None:
    pull = Pull(every("3m", "10m"))
    async with Harness(pull.flow, people=PEOPLE) as harness:
        await harness.start("flow")
        await harness.advance("20m")
        assert pull.seconds == [0, 180, 360, 540]
        request = await the_request(harness)
        assert message(request) == f"{SILENT}. Gave up after 9 min, 4 attempts."
        assert request.opened_at.timestamp() - pull.attempts[0] == 540


async def test_a_number_of_attempts_that_ends_first_counts_as_before() -> None:
    pull = Pull(every("1m", "10m", attempts=2))
    async with Harness(pull.flow, people=PEOPLE) as harness:
        await harness.start("flow")
        await harness.advance("20m")
        assert message(await the_request(harness)) == SILENT


async def test_an_attempt_that_executes_at_the_deadline_is_stopped() -> None:
    pull = Pull(every("1m", "10m"), takes=240)
    async with Harness(pull.flow, people=PEOPLE) as harness:
        await harness.start("flow")
        await harness.advance("20m")
        assert pull.seconds == [0, 300]
        pull.attempts.clear()
        assert message(await the_request(harness)).startswith(f"{SILENT}. Gave up after 9 min, 2 attempts")
    stuck = Pull(every("1m", "10m"), takes=3600, timeout="8m")
    async with Harness(stuck.flow, people=PEOPLE) as harness:
        await harness.start("flow")
        await harness.advance("11m")
        assert stuck.seconds == [0, 540]
        assert message(await the_request(harness)) == (
            "no result before the deadline of 10 min for all attempts. Gave up after 10 min, 2 attempts."
        )


async def test_a_persons_retry_has_the_whole_time_again() -> None:
    pull = Pull(every("4m", "10m"))
    async with Harness(pull.flow, people=PEOPLE) as harness:
        await harness.start("flow")
        await harness.advance("1h")
        await harness.decide("pull", "retry", as_user="U1")
        await harness.advance("1h")
        assert pull.seconds == [0, 240, 480, 3600, 3840, 4080]
        assert message(await the_request(harness)) == f"{SILENT}. Gave up after 8 min, 3 attempts."


async def test_a_run_that_fails_says_after_how_long() -> None:
    pull = Pull(every("4m", "10m"), on_failure="fail")
    async with Harness(pull.flow, people=PEOPLE) as harness:
        run = await harness.start("flow")
        await harness.advance("1h")
        ended = (await harness.state(run)).run
        assert ended.reason == f"pull failed: {SILENT}. Gave up after 8 min, 3 attempts."


async def test_the_time_goes_on_over_a_restart(tmp_path: Path) -> None:
    pull, clock = Pull(every("3m", "10m")), FakeClock()
    async with Harness(pull.flow, people=PEOPLE, folder=tmp_path, clock=clock) as harness:
        await harness.start("flow")
        await harness.advance("4m")
    async with Harness(pull.flow, people=PEOPLE, folder=tmp_path, clock=clock) as harness:
        await harness.advance("20m")
        assert pull.seconds == [0, 180, 360, 540]
        assert message(await the_request(harness)) == f"{SILENT}. Gave up after 9 min, 4 attempts."


async def test_a_retry_that_is_due_after_the_deadline_is_not_made(tmp_path: Path) -> None:
    """The process was away; people are asked as soon as it is back."""
    pull, clock = Pull(every("3m", "10m")), FakeClock()
    async with Harness(pull.flow, people=PEOPLE, folder=tmp_path, clock=clock) as harness:
        await harness.start("flow")
    clock.advance(timedelta(hours=1))
    async with Harness(pull.flow, people=PEOPLE, folder=tmp_path, clock=clock) as harness:
        await harness.run_until_idle()
        assert pull.seconds == [0]
        assert message(await the_request(harness)) == f"{SILENT}. Gave up after 1 h, 1 attempt."


async def test_an_attempt_that_a_stop_interrupted_is_made_again_while_there_is_time(tmp_path: Path) -> None:
    pull, clock = Pull(every("3m", "10m"), takes=60), FakeClock()
    async with Harness(pull.flow, people=PEOPLE, folder=tmp_path, clock=clock) as harness:
        run = await harness.start("flow")
    pull.works = True
    clock.advance(timedelta(minutes=5))
    async with Harness(pull.flow, people=PEOPLE, folder=tmp_path, clock=clock) as harness:
        await harness.advance("2m")
        assert pull.seconds == [0, 300]
        assert await harness.output(run, "pull") == "done"


async def test_an_attempt_that_a_stop_interrupted_is_not_made_after_the_deadline(tmp_path: Path) -> None:
    pull, clock = Pull(every("3m", "10m"), takes=60), FakeClock()
    async with Harness(pull.flow, people=PEOPLE, folder=tmp_path, clock=clock) as harness:
        await harness.start("flow")
    clock.advance(timedelta(hours=1))
    async with Harness(pull.flow, people=PEOPLE, folder=tmp_path, clock=clock) as harness:
        await harness.run_until_idle()
        assert pull.seconds == [0]
        assert message(await the_request(harness)) == (
            "The process stopped while the step executed. Gave up after 1 h."
        )


@pytest.mark.parametrize("hours", [-2, 24])
@pytest.mark.parametrize("in_memory", [True, False])
async def test_the_time_is_as_long_as_it_was_meant_to_be_where_the_clock_jumps(
    hours: int, in_memory: bool
) -> None:
    pull = Pull(every("3m", "10m"), beside=in_memory)
    async with Harness(pull.flow, people=PEOPLE) as harness:
        await harness.start("flow")
        harness.clock.jump(timedelta(hours=hours))
        await harness.advance(LOOK_INTERVAL)
        await harness.advance("20m")
        assert len(pull.attempts) == 4
        assert message(await the_request(harness)) == f"{SILENT}. Gave up after 9 min, 4 attempts."
        assert not (await harness.engine.audit()).findings


async def test_the_log_covers_the_start_of_a_round(tmp_path: Path) -> None:
    pull, clock = Pull(every("3m", "10m")), FakeClock()
    async with Harness(pull.flow, people=PEOPLE, folder=tmp_path, clock=clock) as harness:
        await harness.start("flow")
        assert not (await harness.engine.audit()).findings
    with closing(sqlite3.connect(tmp_path / "signoff.db")) as database, database:
        assert database.execute("UPDATE step_run SET round_started_at = round_started_at + 1").rowcount == 1
    async with Harness(pull.flow, people=PEOPLE, folder=tmp_path, clock=clock) as harness:
        assert (await harness.engine.audit()).findings


async def test_each_element_of_a_list_has_a_deadline_of_its_own() -> None:
    flow = Workflow("flow", owner="@ops", channel="#ops")
    tries: list[int] = []

    @flow.step
    async def load() -> list[int]:
        return [1, 2, 3]

    @flow.step(each=load, at_once=1, retry=every("3m", "10m"), tolerate=1)
    async def send(number: int) -> int:
        tries.append(number)
        if number == 2:
            raise ConnectionError(SILENT)
        return number

    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.start("flow")
        await harness.advance("1h")
        assert tries.count(2) == 4
        ended = [each["state"] for each in await harness.output(run, "send")]
        assert ended == ["succeeded", "failed", "succeeded"]


async def test_elements_whose_time_ended_while_the_process_was_away_end_their_step(tmp_path: Path) -> None:
    flow, clock = Workflow("flow", owner="@ops", channel="#ops"), FakeClock()

    @flow.step
    async def load() -> list[int]:
        return [1, 2]

    @flow.step(each=load, retry=every("3m", "10m"), tolerate=2)
    async def send(number: int) -> int:
        raise ConnectionError(SILENT)

    async with Harness(flow, people=PEOPLE, folder=tmp_path, clock=clock) as harness:
        run = await harness.start("flow")
    clock.advance(timedelta(hours=1))
    async with Harness(flow, people=PEOPLE, folder=tmp_path, clock=clock) as harness:
        await harness.run_until_idle()
        assert [each["state"] for each in await harness.output(run, "send")] == ["failed", "failed"]
        assert (await harness.state(run)).run.state == "succeeded"


async def test_a_check_that_is_not_ready_begins_the_time_again() -> None:
    flow = Workflow("flow", owner="@ops", channel="#ops")
    checks: list[int] = []

    @flow.step(poll=Poll(deadline="2h", delay="8m", backoff=1, max_delay="8m"), retry=every("3m", "10m"))
    async def ready() -> str:
        checks.append(1)
        if len(checks) == 4:
            raise ConnectionError(SILENT)
        if len(checks) < 6:
            raise NotYet("not ready")
        return "ready"

    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.start("flow")
        await harness.advance("1h")
        assert await harness.output(run, "ready") == "ready"


def test_the_same_failure_after_another_time_is_the_same_failure() -> None:
    assert normalized(f"{SILENT}. Gave up after 40 s, 1 attempt.") == normalized(
        f"{SILENT}. Gave up after 1 h 3 min, 12 attempts."
    )


@pytest.mark.parametrize(
    ("retry", "timeout", "words"),
    [
        (
            Retry(delay="10m", deadline="10m"),
            None,
            "Retry's deadline '10m' is not longer than its delay '10m'.",
        ),
        (
            Retry(deadline="10m"),
            "20m",
            "The step's timeout is '20m', which is more than Retry's deadline '10m'.",
        ),
        (Retry(deadline="soon"), None, "Retry's deadline is 'soon', which is not a duration."),
    ],
)
def test_a_deadline_that_cannot_be_meant_is_named(retry: Retry, timeout: str | None, words: str) -> None:
    with pytest.raises(DefinitionErrors) as raised:
        compile_workflow(Pull(retry, timeout=timeout).flow)
    assert words in str(raised.value)


def test_a_retry_without_a_deadline_keeps_its_digest() -> None:
    assert b"deadline" not in compile_workflow(Pull(Retry(attempts=2)).flow).definition.canonical()


async def test_the_time_goes_on_while_the_run_is_paused() -> None:
    pull = Pull(every("3m", "10m"))
    async with Harness(pull.flow, people=PEOPLE) as harness:
        run = await harness.start("flow")
        await harness.engine.control.pause_run(run.id, actor=CLI)
        await harness.advance("20m")
        assert pull.seconds == [0]
        await harness.engine.control.resume_run(run.id, actor=CLI)
        await harness.run_until_idle()
        assert pull.seconds == [0]
        assert message(await the_request(harness)) == f"{SILENT}. Gave up after 20 min, 1 attempt."
