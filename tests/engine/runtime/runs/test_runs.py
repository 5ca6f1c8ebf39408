"""Runs on the real engine and a real file, with a clock that the test moves."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel

from engine import (
    Actor,
    AskOwner,
    Decision,
    Every,
    Fatal,
    InvalidInput,
    NotAllowed,
    NotPossible,
    Outcome,
    Person,
    Retry,
    Settled,
    StaticPeople,
    StepContext,
    UnknownRun,
    UnknownWorkflow,
    Workflow,
)
from engine.model.records.decision import DecisionResult
from engine.model.records.records import RunDetail
from engine.testing import Harness
from tests.present import present

PEOPLE = StaticPeople(
    [Person("U9", "zoe"), Person("UB", "bot", is_bot=True), Person("UG", "guest", outside=True)],
    groups={"ops": ["U1", "U2"], "board": ["U3"]},
)


def states(detail: RunDetail) -> dict[str, str]:
    return {step.step: step.state for step in detail.steps}


class Order(BaseModel):
    item: str = "bolt"
    count: int = 1


async def test_outputs_flow_by_name_and_independent_steps_run_in_parallel() -> None:
    flow = Workflow("flow", input=Order, owner="@ops")
    both = asyncio.Barrier(2)

    @flow.step
    async def left(input: Order) -> int:
        await both.wait()
        return input.count

    @flow.step
    async def right() -> int:
        await both.wait()
        return 10

    @flow.step
    def total(left: int, right: int, input: Order) -> str:
        assert threading.current_thread() is not threading.main_thread()
        return f"{left + right} {input.item}"

    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.start("flow", {"count": 5})
        assert await harness.output(run, "total") == "15 bolt"
        assert (await harness.state(run)).run.state == "succeeded"


@pytest.mark.parametrize("choice", ["approve", "reject"])
async def test_an_approval_takes_one_branch_and_skips_the_other(choice: str) -> None:
    flow = Workflow("flow", owner="@ops")

    @flow.step
    async def build() -> str:
        return "v1"

    gate = flow.approval("gate", ask="Ship {build}?", approvers=["@ops"], expires="1h")

    @flow.step(when=gate.approved)
    async def ship(build: str, gate: Outcome) -> str:
        return f"{build} by {gate.by[0]}"

    @flow.step(when=gate.rejected | gate.expired)
    async def stand_down(gate: Outcome) -> str:
        return gate.comment

    @flow.step
    async def report(ship: str | None, stand_down: str | None) -> str:
        return ship or f"no: {stand_down}"

    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.start("flow")
        detail = await harness.state(run)
        assert detail.run.state == "waiting"
        assert detail.requests[0].ask == "Ship v1?"
        result = await harness.decide("gate", choice, as_user="U1", comment="too late in the day")
        assert result.code == "decided"
        told = await harness.output(run, "report")
        assert told == ("v1 by U1" if choice == "approve" else "no: too late in the day")
        skipped = "stand_down" if choice == "approve" else "ship"
        assert (await harness.step(run, skipped)).state == "skipped"


async def test_the_engine_checks_whether_a_person_may_decide() -> None:
    flow = Workflow("flow", owner="@board")
    flow.approval("gate", ask="Go?", approvers=["@ops"], expires="1h", advisory=True)
    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.start("flow", as_user="U1")
        request = (await harness.requests())[0].id

        async def answer(user: str, choice: str = "approve", comment: str = "") -> DecisionResult:
            return await harness.engine.decide(
                request, Decision(choice, comment=comment), actor=Actor("slack", user)
            )

        assert (await answer("U3")).code == "not_allowed"
        assert (await answer("U404")).code == "not_allowed"
        assert (await answer("UB")).code == "not_allowed"
        assert (await answer("UG")).code == "not_allowed"
        assert (await answer("U1")).code == "self_approval"
        assert (await answer("U2", "reject")).code == "comment_required"
        assert (await answer("U2", "maybe")).code == "bad_choice"
        assert (await harness.state(run)).requests[0].decisions == ()
        assert (await answer("U2")).code == "decided"
        assert (await answer("U2")).code == "duplicate"
        late = await answer("U1", "reject", "no")
        assert late.code == "already_decided"
        assert (
            await harness.engine.decide("nothing", Decision("approve"), actor=Actor("slack", "U2"))
        ).code == "unknown"


async def test_twenty_clicks_at_once_make_one_decision() -> None:
    flow = Workflow("flow", owner="@ops")
    done = []
    gate = flow.approval("gate", ask="Go?", approvers=["@ops"], expires="1h")

    @flow.step(when=gate.approved)
    async def act() -> None:
        done.append(1)

    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.start("flow")
        request = (await harness.requests())[0].id
        answers = await asyncio.gather(
            *(
                harness.engine.decide(request, Decision("approve"), actor=Actor("slack", f"U{1 + n % 2}"))
                for n in range(20)
            )
        )
        await harness.run_until_idle()
        codes = [answer.code for answer in answers]
        assert codes.count("decided") == 1
        assert set(codes) <= {"decided", "duplicate", "already_decided"}
        assert len((await harness.state(run)).requests[0].decisions) == 1
        assert done == [1]


async def test_retries_wait_in_rows_and_keep_their_key() -> None:
    flow = Workflow("flow", owner="@ops")
    seen = []

    @flow.step(retry=Retry(attempts=3, delay="10s", backoff=2, jitter=0, retry_on=(ConnectionError,)))
    async def fetch(ctx: StepContext) -> str:
        seen.append((ctx.attempt, ctx.idempotency_key, ctx.now()))
        ctx.log(f"try {ctx.attempt}")
        if len(seen) < 3:
            raise ConnectionError("no route")
        return "ok"

    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.start("flow")
        step = await harness.step(run, "fetch")
        assert (step.state, present(step.failure).message, step.log) == ("retrying", "no route", ("try 1",))
        await harness.advance("9s")
        assert len(seen) == 1
        await harness.advance("1s")
        assert len(seen) == 2
        await harness.advance("20s")
        assert (await harness.step(run, "fetch")).state == "succeeded"
        assert [(attempt, key) for attempt, key, _ in seen] == [(n, f"{run.id}:fetch:1") for n in (1, 2, 3)]


@pytest.mark.parametrize(
    ("choice", "run_state", "step_state", "after"),
    [
        ("retry", "succeeded", "succeeded", "succeeded"),
        ("skip", "succeeded", "skipped", "succeeded"),
        ("abort", "failed", "failed", "cancelled"),
    ],
)
async def test_a_failure_for_good_asks_the_owner(
    choice: str, run_state: str, step_state: str, after: str
) -> None:
    flow = Workflow("flow", owner="@ops")
    keys = []

    @flow.step
    async def risky(ctx: StepContext) -> str:
        keys.append(ctx.idempotency_key)
        if len(keys) == 1:
            raise Fatal("the door is locked")
        return "in"

    @flow.step
    async def elsewhere() -> int:
        return 1

    @flow.step
    async def then(risky: str | None) -> str:
        return str(risky)

    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.start("flow")
        detail = await harness.state(run)
        assert states(detail) == {"risky": "waiting", "elsewhere": "succeeded", "then": "pending"}
        (request,) = detail.requests
        assert (request.kind, request.approvers, present(request.failure).message) == (
            "failure",
            ("@ops",),
            "the door is locked",
        )
        assert request.clock.expires_at is not None
        await harness.decide(request, choice, as_user="U2")
        detail = await harness.state(run)
        assert detail.run.state == run_state
        assert states(detail) == {"risky": step_state, "elsewhere": "succeeded", "then": after}
        if choice == "retry":
            assert keys == [f"{run.id}:risky:1", f"{run.id}:risky:2"]


async def test_a_failure_request_ends_by_itself() -> None:
    flow = Workflow("flow", owner="@ops", on_failure=AskOwner(remind_every="1h", expires="3h"))

    @flow.step
    async def risky() -> None:
        raise RuntimeError("bad")

    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.start("flow")
        await harness.advance("3h")
        detail = await harness.state(run)
        assert detail.run.state == "failed"
        assert detail.requests[0].state == "expired"
        assert detail.requests[0].clock.reminders == 2


async def test_a_workflow_may_fail_at_once() -> None:
    flow = Workflow("flow", owner="@ops", on_failure="fail")
    began, stopped = asyncio.Event(), asyncio.Event()

    @flow.step
    async def risky() -> None:
        await began.wait()
        raise RuntimeError("bad")

    @flow.step
    async def slow(ctx: StepContext) -> None:
        began.set()
        try:
            await ctx.sleep(60)
        except asyncio.CancelledError:
            stopped.set()
            raise

    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.start("flow")
        detail = await harness.state(run)
        assert detail.run.state == "failed"
        assert states(detail) == {"risky": "failed", "slow": "cancelled"}
        await asyncio.wait_for(stopped.wait(), 5)
        assert detail.requests == ()


async def test_settled_takes_a_failure_and_nothing_else_swallows_it() -> None:
    flow = Workflow("flow", owner="@ops")

    @flow.step
    async def risky() -> int:
        raise RuntimeError("bad")

    @flow.step
    async def report(risky: Settled[int]) -> str:
        return f"{risky.state}: {risky.error}"

    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.start("flow")
        assert await harness.output(run, "report") == "failed: bad"
        assert (await harness.state(run)).run.state == "succeeded"


async def test_room_is_bounded_and_every_step_gets_its_turn() -> None:
    flow = Workflow("flow", owner="@ops", max_parallel_steps=2)
    now, most = 0, 0

    def body() -> Callable[[], Awaitable[int]]:
        async def work() -> int:
            nonlocal now, most
            now += 1
            most = max(most, now)
            await asyncio.sleep(0)
            now -= 1
            return 1

        return work

    for n in range(20):
        flow.step(name=f"s{n}")(body())
    async with Harness(flow, people=PEOPLE, parallel=3) as harness:
        runs = [await harness.engine.start("flow", actor=Actor("cli", "t")) for _ in range(3)]
        await harness.run_until_idle()
        for run in runs:
            assert (await harness.state(run)).run.state == "succeeded"
        assert most <= 3


async def test_cancel_stops_withdraws_and_ends() -> None:
    flow = Workflow("flow", owner="@board")

    @flow.step
    async def slow(ctx: StepContext) -> None:
        await ctx.sleep(60)

    flow.approval("gate", ask="Go?", approvers=["@ops"], expires="1h", advisory=True)
    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.start("flow", as_user="U1")
        with pytest.raises(NotAllowed, match="@board"):
            await harness.engine.cancel(run.id, actor=Actor("slack", "U9"))
        await harness.engine.cancel(run.id, actor=Actor("slack", "U1"), reason="wrong one")
        await harness.run_until_idle()
        detail = await harness.state(run)
        assert (detail.run.state, detail.run.reason) == ("cancelled", "wrong one")
        assert detail.requests[0].state == "withdrawn"
        assert states(detail) == {"slow": "cancelled", "gate": "cancelled"}
        assert await harness.engine.next_due() is None
        with pytest.raises(NotPossible, match="cancelled"):
            await harness.engine.cancel(run.id, actor=Actor("slack", "U1"))
        with pytest.raises(UnknownRun):
            await harness.engine.cancel("nope", actor=Actor("slack", "U1"))
        result = await harness.engine.decide(
            detail.requests[0].id, Decision("approve"), actor=Actor("slack", "U2")
        )
        assert result.code == "withdrawn"


@pytest.mark.parametrize("overlap", ["queue", "skip"])
async def test_overlapping_runs_are_queued_or_skipped_as_the_workflow_says(
    overlap: Literal["queue", "skip"],
) -> None:
    flow = Workflow("flow", owner="@ops", max_active_runs=1, overlap=overlap)
    flow.approval("gate", ask="Go?", approvers=["@ops"], expires="1h", advisory=True)
    async with Harness(flow, people=PEOPLE) as harness:
        first = await harness.start("flow")
        if overlap == "skip":
            with pytest.raises(NotPossible, match="already running"):
                await harness.start("flow")
            assert (await harness.engine.runs())[1] == 1
            return
        second = await harness.start("flow")
        await harness.advance("1s")
        third = await harness.start("flow")
        assert (await harness.state(second)).run.state == "pending"
        await harness.decide("gate", "approve", as_user="U1", run=first)
        assert (await harness.state(second)).run.state == "waiting"
        assert (await harness.state(third)).run.state == "pending"
        await harness.engine.cancel(third.id, actor=Actor("cli", "t"))
        await harness.decide("gate", "approve", as_user="U1", run=second)
        assert (await harness.state(third)).run.state == "cancelled"


async def test_an_interval_starts_runs_once_each_and_a_restart_does_not_repeat_them(tmp_path: Path) -> None:
    def flow() -> Workflow:
        made = Workflow("tick", owner="@ops", triggers=[Every("5m", catchup="all", catchup_limit=3)])

        @made.step
        async def act() -> None: ...

        return made

    async with Harness(flow(), people=PEOPLE, folder=tmp_path) as harness:
        await harness.advance("16m")
        assert (await harness.engine.runs())[1] == 3
        clock = harness.clock
    clock.advance(timedelta(hours=1))
    async with Harness(flow(), people=PEOPLE, folder=tmp_path, clock=clock) as harness:
        await harness.run_until_idle()
        runs, total = await harness.engine.runs()
        assert total == 6
        assert len({run.id for run in runs}) == 6
        assert all(run.state == "succeeded" and run.actor.source == "schedule" for run in runs)
        (schedule,) = await harness.engine.schedules()
        assert present(schedule.next_fire_at) > clock.now()


async def test_waiting_runs_are_rows_only() -> None:
    flow = Workflow("flow", owner="@ops")
    flow.approval("gate", ask="Go?", approvers=["@ops"], expires="1h", advisory=True)
    async with Harness(flow, people=PEOPLE) as harness:
        for _ in range(50):
            await harness.engine.start("flow", actor=Actor("cli", "t"))
        await harness.run_until_idle()
        assert len(await harness.engine.requests(limit=100)) == 50
        assert harness.engine._parts.execution.runs.in_memory == 0


async def test_bad_input_names_the_field() -> None:
    flow = Workflow("flow", input=Order, owner="@ops")

    @flow.step
    async def act(input: Order) -> None: ...

    async with Harness(flow, people=PEOPLE) as harness:
        engine = harness.engine
        with pytest.raises(InvalidInput, match='count: "many" is not a whole number'):
            await harness.start("flow", {"count": "many"})
        with pytest.raises(InvalidInput, match="did you mean count"):
            await harness.start("flow", {"cuont": 1})
        with pytest.raises(UnknownWorkflow, match="Did you mean flow"):
            await harness.start("flwo")
        assert engine.parse_input("FLOW", {"count": "3"}) == {"item": "bolt", "count": 3}
        assert (await engine.runs())[1] == 0


async def test_only_people_of_may_run_start_a_run() -> None:
    flow = Workflow("flow", owner="@ops", may_run=["@board"])

    @flow.step
    async def act() -> None: ...

    async with Harness(flow, people=PEOPLE) as harness:
        with pytest.raises(NotAllowed, match="@board"):
            await harness.start("flow", as_user="U1")
        with pytest.raises(NotAllowed):
            await harness.start("flow", as_user="UG")
        await harness.start("flow", as_user="U3")


async def test_a_key_starts_one_run() -> None:
    flow = Workflow("flow", owner="@ops")

    @flow.step
    async def act() -> None: ...

    async with Harness(flow, people=PEOPLE) as harness:
        actor = Actor("cli", "t")
        first = await harness.engine.start("flow", actor=actor, key="order-7")
        again = await harness.engine.start("flow", actor=actor, key="order-7")
        assert first.id == again.id
        assert (await harness.engine.runs())[1] == 1


async def test_changed_code_is_logged_and_missing_code_waits(tmp_path: Path) -> None:
    def flow(version: int) -> Workflow:
        made = Workflow("flow", owner="@ops")
        gate = made.approval("gate", ask="Go?", approvers=["@ops"], expires="never", remind_every="1d")
        if version == 1:

            @made.step(when=gate.approved)
            async def act() -> str:
                return "old"
        elif version == 2:

            @made.step(name="other", when=gate.approved)
            async def act() -> str:
                return "other"
        else:

            @made.step(when=gate.approved)
            async def act() -> str:
                return "new"

        return made

    async with Harness(flow(1), people=PEOPLE, folder=tmp_path) as harness:
        run = await harness.start("flow")
    async with Harness(flow(2), people=PEOPLE, folder=tmp_path) as harness:
        await harness.decide("gate", "approve", as_user="U1", run=run)
        detail = await harness.state(run)
        assert detail.run.state == "waiting"
        assert "act is missing from" in detail.run.reason
    async with Harness(flow(3), people=PEOPLE, folder=tmp_path) as harness:
        await harness.run_until_idle()
        # That is not what was approved.
        await harness.decide("gate", "approve", as_user="U1", run=run)
        assert await harness.output(run, "act") == "new"
        types = [event.type for event in await harness.engine.events.of_run(run.id)]
        assert "step.code_changed" in types


async def test_a_clean_stop_gives_attempts_back_without_counting_a_crash(tmp_path: Path) -> None:
    def flow(seconds: float) -> Workflow:
        made = Workflow("flow", owner="@ops")

        @made.step
        async def act(ctx: StepContext) -> int:
            if seconds:
                await ctx.sleep(seconds)
            return ctx.attempt

        return made

    async with Harness(flow(60), people=PEOPLE, folder=tmp_path) as harness:
        run = await harness.start("flow")
    async with Harness(flow(0), people=PEOPLE, folder=tmp_path) as harness:
        await harness.run_until_idle()
        step = await harness.step(run, "act")
        assert (step.output, step.crashes) == (2, 0)


async def test_a_caller_that_waits_for_the_end_of_a_run_is_told() -> None:
    flow = Workflow("flow", owner="@ops")
    gate = asyncio.Event()

    @flow.step
    async def held() -> None:
        await gate.wait()

    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.engine.start("flow", actor=Actor("cli", "ann"))
        both = asyncio.gather(harness.engine.until_ended(run.id), harness.engine.until_ended(run.id))
        gate.set()
        assert {ended.state for ended in await both} == {"succeeded"}
        assert (await harness.engine.until_ended(run.id)).state == "succeeded"
        with pytest.raises(UnknownRun):
            await harness.engine.until_ended("flow-nope")
