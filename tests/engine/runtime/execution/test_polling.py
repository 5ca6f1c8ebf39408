"""Polling steps: each check is durable and no attempt, takes no slot in between, and ends at the deadline."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engine import Actor, Registry
from engine.errors import DefinitionErrors
from engine.kernel.shapes.polls import poll_delay
from engine.model.definition.spec import PollSpec
from signoff import NotYet, Poll, Retry, StepContext, Workflow
from signoff.testing import Harness, StaticPeople

PEOPLE = StaticPeople(groups={"ops": ["U1"]})


def polling(answers: list[Any], seen: list[int] | None = None, **options: Any) -> Workflow:
    """Return a workflow whose step answers with these: an exception is raised, the last answer stays."""
    flow = Workflow("flow", owner="@ops", max_parallel_steps=1)
    poll = Poll(**{"deadline": "1h", "delay": "10s", "backoff": 2, "max_delay": "1m", **options})

    @flow.step(poll=poll, retry=Retry(attempts=2, delay="1s", jitter=0))
    async def ready(ctx: StepContext) -> str:
        if seen is not None:
            seen.append(ctx.attempt)
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Exception):
            raise answer
        return str(answer)

    return flow


async def test_a_step_is_checked_until_it_is_ready_and_checks_are_not_attempts() -> None:
    seen: list[int] = []
    answers = [NotYet("2 of 3 ready"), NotYet("2 of 3 ready"), NotYet("almost"), "up"]
    async with Harness(polling(answers, seen)) as harness:
        run = await harness.start("flow")
        state = await harness.state(run)
        step = state.steps[0]
        assert (state.run.state, step.state, step.failure) == ("running", "retrying", None)
        assert (state.polls["ready"].checks, step.reason) == (1, "2 of 3 ready")
        assert step.next_attempt_at == harness.clock.now() + timedelta(seconds=10)
        await harness.advance("10s")
        await harness.advance("20s")
        assert (await harness.state(run)).polls["ready"].checks == 3
        await harness.advance("40s")
        assert await harness.output(run, "ready") == "up"
        assert seen == [1, 1, 1, 1]


async def test_no_slot_is_taken_between_two_checks() -> None:
    flow = polling([NotYet(), "up"], deadline="1h", delay="10m", max_delay="10m")
    other: list[int] = []

    @flow.step
    async def beside() -> None:
        other.append(1)

    async with Harness(flow) as harness:
        await harness.start("flow")
        assert other == [1]


async def test_a_hint_says_when_the_next_check_is() -> None:
    async with Harness(polling([NotYet(after="3m"), NotYet(after="0.001s"), "up"])) as harness:
        run = await harness.start("flow")
        await harness.advance("2m59s")
        assert (await harness.state(run)).polls["ready"].checks == 1
        await harness.advance("1s")
        assert (await harness.state(run)).polls["ready"].checks == 2
        await harness.advance("1s")
        assert await harness.output(run, "ready") == "up"


async def test_at_the_deadline_it_is_checked_once_more_and_the_owner_is_asked() -> None:
    answers: list[Any] = [NotYet("2 of 3 ready")]
    flow = polling(answers, deadline="5m", delay="2m", max_delay="2m")
    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.start("flow")
        await harness.advance("5m")
        (request,) = await harness.requests()
        assert request.failure is not None
        assert request.failure.message == (
            "It was not ready within 5 min, checked 4 times. The last check said: 2 of 3 ready"
        )
        await harness.decide("ready", "retry", as_user="U1")
        state = await harness.state(run)
        assert (state.polls["ready"].checks, state.polls["ready"].total) == (1, 5)
        answers[0] = "up"
        await harness.advance("2m")
        assert await harness.output(run, "ready") == "up"


async def test_checks_and_the_deadline_survive_a_restart(tmp_path: Path) -> None:
    answers: list[Any] = [NotYet()]
    options: dict[str, Any] = {"deadline": "5m", "delay": "1m", "max_delay": "1m"}
    async with Harness(polling(answers, **options), people=PEOPLE, folder=tmp_path) as harness:
        run = await harness.start("flow")
        await harness.advance("2m")
        now = harness.clock.now()
    async with Harness(polling(answers, **options), people=PEOPLE, folder=tmp_path) as harness:
        harness.clock.move_to(now)
        await harness.run_until_idle()
        assert (await harness.state(run)).polls["ready"].checks == 3
        await harness.advance("3m")
        (request,) = await harness.requests()
        assert request.failure is not None
        assert "checked 6 times" in request.failure.message


async def test_failures_between_checks_are_retried_and_a_check_forgives_them() -> None:
    down = ConnectionError("down")
    answers = [down, NotYet(), down, NotYet(), down, "up"]
    async with Harness(polling(answers)) as harness:
        run = await harness.start("flow")
        await harness.advance("5m")
        assert await harness.output(run, "ready") == "up"


async def test_a_cancelled_run_is_not_checked_again() -> None:
    async with Harness(polling([NotYet(), "up"])) as harness:
        run = await harness.start("flow")
        await harness.engine.cancel(run.id, actor=Actor("cli", "root"))
        await harness.advance("5m")
        state = await harness.state(run)
        assert (state.run.state, state.steps[0].state) == ("cancelled", "cancelled")


async def test_a_step_without_poll_that_raises_it_fails_with_the_remedy() -> None:
    flow = Workflow("flow", owner="@ops", on_failure="fail")

    @flow.step(retry=Retry(attempts=3, delay="1s"))
    async def ready() -> str:
        raise NotYet("soon")

    async with Harness(flow) as harness:
        step = await harness.step(await harness.start("flow"), "ready")
        assert step.failure is not None
        assert 'Give the step poll=Poll(deadline="2h")' in step.failure.message
        assert step.attempt == 1


@pytest.mark.parametrize(
    ("checks", "after", "seconds"),
    [
        (1, None, 10),
        (2, None, 20),
        (3, None, 40),
        (4, None, 60),
        (100_000, None, 60),
        (5, 7.0, 7),
        (1, 0.2, 1),
    ],
)
def test_the_interval_grows_up_to_the_longest(checks: int, after: float | None, seconds: float) -> None:
    spec = PollSpec(deadline=3600, delay=10, backoff=2, max_delay=60)
    assert poll_delay(spec, checks, after) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("poll", "says"),
    [
        ("1h", "poll is '1h'. Write poll=Poll(deadline=\"2h\")."),
        (Poll(deadline="soon"), "Poll's deadline"),
        (Poll(deadline=None), "Poll's deadline is None"),  # type: ignore[arg-type]
        (Poll(deadline="1h", backoff=0.5), "Poll(backoff=0.5)"),
        (Poll(deadline="1h", delay="10m"), "Poll's delay is '10m', which is more than its max_delay '5m'"),
        (Poll(deadline="4s"), "Poll's delay is '5s', which is more than its deadline '4s'"),
    ],
)
async def test_a_mistake_in_poll_is_named(poll: Any, says: str) -> None:
    flow = Workflow("flow", owner="@ops")

    @flow.step(poll=poll)
    async def ready() -> str:
        return "up"

    with pytest.raises(DefinitionErrors) as caught:
        async with Harness(flow):
            pass
    assert says in str(caught.value)


async def test_a_dict_polls_too() -> None:
    answers: list[Any] = [NotYet("soon"), "up"]

    class Cluster:
        async def ready(self) -> str:
            answer = answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return str(answer)

    poll = {"deadline": "1h", "delay": "10s"}
    task = {"id": "ready", "service": "Cluster", "action": "ready", "poll": poll}
    registry = Registry()
    registry.add("Cluster", Cluster())
    async with Harness({"id": "flow", "owner": "@ops", "tasks": [task]}, registry=registry) as harness:
        run = await harness.start("flow")
        await harness.advance("10s")
        assert await harness.output(run, "ready") == "up"


async def test_the_last_check_is_at_the_deadline_however_long_the_interval_is() -> None:
    answers: list[Any] = [NotYet()]
    async with Harness(polling(answers, deadline="5m", delay="2m", max_delay="2m"), people=PEOPLE) as harness:
        run = await harness.start("flow")
        began = harness.clock.now()
        await harness.advance("4m")
        assert (await harness.step(run, "ready")).next_attempt_at == began + timedelta(minutes=5)
        await harness.advance("1m")
        assert len(await harness.requests()) == 1
