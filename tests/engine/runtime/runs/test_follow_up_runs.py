"""Runs that a step asks for, which start once its result is recorded."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from pydantic import BaseModel

from engine import Actor, Retry, StepContext, Workflow
from engine.model.people import Person, StaticPeople
from engine.runtime.execution.follow_ups import FollowUps
from engine.testing import Harness

PEOPLE = StaticPeople([Person(id_, id_) for id_ in ("U1", "U2")], groups={"ops": ["U1"]})
CLI = Actor("cli", "root")


class Note(BaseModel):
    text: str


def notify() -> Workflow:
    flow = Workflow("notify", owner="@ops", input=Note)

    @flow.step
    async def send(input: Note) -> str:
        return f"sent {input.text}"

    return flow


def asking(texts: list[Any], failures: list[str] | None = None) -> Workflow:
    flow = Workflow("deploy", owner="@ops")

    @flow.step(retry=Retry(attempts=2, delay="1s", jitter=0))
    async def release(ctx: StepContext) -> list[str]:
        ids = [ctx.follow_up("notify", {"text": text}) for text in texts]
        if failures:
            raise ConnectionError(failures.pop())
        return ids

    return flow


async def test_a_follow_up_run_starts_when_the_result_is_recorded() -> None:
    async with Harness(asking(["one", "two"]), notify(), people=PEOPLE) as harness:
        run = await harness.start("deploy", as_user="U2")
        ids = await harness.output(run, "release")
        followers = {one.id: one for one in await harness.runs("notify")}
        assert sorted(followers) == sorted(ids)
        assert [followers[id_].input for id_ in ids] == [{"text": "one"}, {"text": "two"}]
        first = followers[ids[0]]
        assert first.follows == (run.id, "release")
        assert first.actor == Actor("slack", "U2")
        related = (await harness.state(run)).related
        assert [(one.kind, one.id, one.step) for one in related] == [
            ("follow_up", id_, "release") for id_ in ids
        ]
        (origin,) = (await harness.state(first)).related
        assert (origin.kind, origin.id) == ("origin", run.id)
        assert await harness.engine.next_due() is None
        assert (await harness.engine.audit()).findings == []


async def test_each_thread_of_a_step_gets_a_run_of_its_own() -> None:
    class Slow(list[Any]):
        """The runs that were asked for. After each look at their number, the other thread gets its turn."""

        def __len__(self) -> int:
            length = super().__len__()
            with suppress(BrokenBarrierError):
                together.wait(timeout=0.05)
            return length

    together = Barrier(2)
    async with Harness(notify(), people=PEOPLE) as harness:
        asked = Slow()
        collect = FollowUps(("deploy-1", "release", 1), harness.engine._parts.base.workflows, asked, ())
        with ThreadPoolExecutor(2) as threads:
            ids = list(threads.map(lambda text: collect("notify", {"text": text}), ["one", "two"]))
        assert len(set(ids)) == 2
        assert sorted(id_ for id_, _, _ in asked) == sorted(ids)


async def test_a_failed_attempt_brings_about_no_run() -> None:
    async with Harness(asking(["one"], ["not yet"]), notify(), people=PEOPLE) as harness:
        await harness.start("deploy")
        assert await harness.runs("notify") == []
        await harness.advance("1s")
        assert len(await harness.runs("notify")) == 1


@pytest.mark.parametrize(
    ("text", "problem"), [(7, "text: 7 is not text"), ("x" * 20_000_000, "notify")], ids=["type", "size"]
)
async def test_input_that_does_not_fit_fails_the_step(text: Any, problem: str) -> None:
    async with Harness(asking([text]), notify(), people=PEOPLE) as harness:
        await harness.start("deploy")
        await harness.advance("1m")
        (request,) = await harness.requests()
        assert request.failure is not None
        assert problem in request.failure.message
        assert await harness.runs("notify") == []


async def test_an_unknown_workflow_fails_the_step_and_names_the_nearest() -> None:
    flow = Workflow("deploy", owner="@ops")

    @flow.step
    async def release(ctx: StepContext) -> str:
        return ctx.follow_up("notfiy", {"text": "x"})

    async with Harness(flow, notify(), people=PEOPLE) as harness:
        await harness.start("deploy")
        (request,) = await harness.requests()
        assert request.failure is not None
        assert "Did you mean notify?" in request.failure.message


async def test_a_plain_function_may_ask_too() -> None:
    other = notify()
    flow = Workflow("deploy", owner="@ops")

    @flow.step
    def release(ctx: StepContext) -> str:
        return ctx.follow_up(other, Note(text="x"))

    async with Harness(flow, other, people=PEOPLE) as harness:
        run = await harness.start("deploy")
        (follower,) = await harness.runs("notify")
        assert await harness.output(run, "release") == follower.id


async def test_a_follow_up_run_of_a_pruned_run_stands_alone() -> None:
    async with Harness(asking(["one"]), notify(), people=PEOPLE) as harness:
        await harness.start("deploy")
        (follower,) = await harness.runs("notify")
        assert [one.kind for one in (await harness.state(follower)).related] == ["origin"]


# Sleep within a step


async def test_a_long_sleep_within_a_step_is_refused() -> None:
    tried: list[int] = []
    flow = Workflow("deploy", owner="@ops")
    seconds = 3600

    @flow.step(retry=Retry(attempts=3))
    async def release(ctx: StepContext) -> None:
        tried.append(ctx.attempt)
        await ctx.sleep(seconds)

    async with Harness(flow, people=PEOPLE) as harness:
        await harness.start("deploy")
        (request,) = await harness.requests()
        assert request.failure is not None
        assert request.failure.message.startswith("ctx.sleep(3600) holds a slot for longer than 60 s.")
        assert "workflow.sleep" in request.failure.message
        assert tried == [1]


async def test_a_short_sleep_within_a_step_stays() -> None:
    flow = Workflow("deploy", owner="@ops")

    @flow.step
    async def release(ctx: StepContext) -> str:
        await ctx.sleep(60)
        return "done"

    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.start("deploy")
        await harness.advance("1m")
        assert await harness.output(run, "release") == "done"


async def test_a_follow_up_run_of_a_workflow_that_is_gone_is_told(tmp_path: Path) -> None:
    flow = asking(["one"])
    async with Harness(flow, notify(), people=PEOPLE, folder=tmp_path) as harness:
        harness.engine._parts.timing.alarm.hold()  # the process ends before it starts
        run = await harness.engine.start("deploy", actor=CLI)
        await harness.engine.until_ended(run.id)
        clock = harness.clock
    async with Harness(asking(["one"]), people=PEOPLE, folder=tmp_path, clock=clock) as harness:
        await harness.run_until_idle()
        events = await harness.engine.events.of_run(run.id)
        refused = next(event for event in events if event.type == "follow_up.refused")
        assert refused.data["reason"].startswith("There is no workflow called notify.")
        assert await harness.engine.next_due() is None
        assert (await harness.engine.audit()).findings == []
