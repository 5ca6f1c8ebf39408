"""Runs with the same key wait for each other, and a higher priority comes first; nobody waits forever."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from engine import (
    Actor,
    DefinitionErrors,
    NotAllowed,
    NotPossible,
    Resource,
    RunRecord,
    StaticPeople,
    StepContext,
    Workflow,
)
from engine.compiler import compile_workflow
from engine.kernel.resources.queue import MAX_PRIORITY, PRIORITY_STEP, rank
from engine.testing import TESTER, Harness
from tests.doors import Doors

OPERATOR = Actor("cli", "root")


class Order(BaseModel):
    customer: str


@pytest.fixture
def doors() -> Doors:
    return Doors()


def ordering(doors: Doors, **options: Any) -> Workflow:
    flow = Workflow("order", owner="@boss", input=Order, concurrency_key="{input.customer}", **options)

    @flow.step
    async def ship(ctx: StepContext) -> None:
        await doors.enter(ctx.run_id)

    return flow


async def ordered(harness: Harness, doors: Doors, *customers: str) -> list[RunRecord]:
    runs = []
    for number, customer in enumerate(customers):
        key = f"{customer}{number}"
        runs.append(await harness.engine.start("order", {"customer": customer}, actor=TESTER, key=key))
        await doors.settled(harness)
        harness.clock.move_to(harness.clock.now() + timedelta(seconds=1))
    return runs


async def test_a_queued_run_names_the_run_that_is_under_way(doors: Doors) -> None:
    flow = Workflow("order", owner="@boss", input=Order, max_active_runs=1, overlap="queue")

    @flow.step
    async def ship(ctx: StepContext) -> None:
        await doors.enter(ctx.run_id)

    async with Harness(flow) as harness:
        first, second = await ordered(harness, doors, "a", "b")
        reason = f"{first.short} is under way"
        assert (await harness.engine.detail(second.id)).run.reason == reason
        listed, _ = await harness.engine.runs(None, None, 10)
        assert [run.reason for run in listed if run.id == second.id] == [reason]
        doors.open(first.id, second.id)


async def test_runs_with_the_same_key_run_one_after_the_other(doors: Doors) -> None:
    async with Harness(ordering(doors)) as harness:
        a1, b1, a2, a3 = (run.id for run in await ordered(harness, doors, "a", "b", "a", "a"))
        assert doors.inside == [a1, b1]
        detail, first = await harness.engine.detail(a2), (await harness.engine.detail(a1)).run
        assert detail.run.state == "pending"
        assert detail.run.reason == f"{first.short} is under way, with the same key: a"
        listed, _ = await harness.engine.runs(None, None, 10)
        assert [run.reason for run in listed if run.id == a3] == [detail.run.reason]
        doors.open(a1)
        await doors.settled(harness)
        assert doors.inside == [b1, a2]
        assert "is under way" in (await harness.engine.detail(a3)).run.reason
        doors.open(a2, a3, b1)
        await harness.run_until_idle()
        assert doors.entered == [a1, b1, a2, a3]


async def test_a_blocked_key_does_not_block_another_one_after_it(doors: Doors) -> None:
    async with Harness(ordering(doors)) as harness:
        a1, b1, a2, b2 = (run.id for run in await ordered(harness, doors, "a", "b", "a", "b"))
        doors.open(b1)
        await doors.settled(harness)
        assert doors.inside == [a1, b2]
        doors.open(a1, a2, b2)


async def test_a_restart_keeps_the_queue_of_a_key(doors: Doors, tmp_path: Any) -> None:
    flow = ordering(doors)
    async with Harness(flow, folder=tmp_path) as harness:
        a1, a2 = (run.id for run in await ordered(harness, doors, "a", "a"))
    async with Harness(flow, folder=tmp_path) as harness:
        await doors.settled(harness)
        assert doors.inside == [a1]
        doors.open(a1, a2)
        await harness.run_until_idle()
        assert doors.entered[-2:] == [a1, a2]


async def test_overlap_rules_count_for_the_key(doors: Doors) -> None:
    async with Harness(ordering(doors, overlap="skip")) as harness:
        a1, b1 = (run.id for run in await ordered(harness, doors, "a", "b"))
        with pytest.raises(NotPossible, match="skips runs that overlap"):
            await harness.engine.start("order", {"customer": "a"}, actor=TESTER)
        doors.open(a1, b1)


async def test_a_newer_run_replaces_the_older_one_of_its_key_alone(doors: Doors) -> None:
    async with Harness(ordering(doors, overlap="cancel_previous")) as harness:
        b1, a1, a2 = (run.id for run in await ordered(harness, doors, "b", "a", "a"))
        assert doors.inside == [b1, a2]
        assert (await harness.engine.detail(a1)).run.state == "cancelled"
        doors.open(b1, a2)


@pytest.mark.parametrize("key", ["customer", "{step.customer}", "{input}", "{input.custmer}"])
def test_a_key_that_names_no_field_is_refused(doors: Doors, key: str) -> None:
    flow = Workflow("order", owner="@boss", input=Order, concurrency_key=key)

    @flow.step
    async def ship() -> None: ...

    with pytest.raises(DefinitionErrors, match="concurrency_key"):
        compile_workflow(flow)


def limited(doors: Doors, **options: Any) -> Workflow:
    flow = Workflow("limited", owner="@boss", max_active_runs=1, **options)

    @flow.step
    async def work(ctx: StepContext) -> None:
        await doors.enter(ctx.run_id)

    return flow


async def test_a_run_with_a_higher_priority_starts_first(doors: Doors) -> None:
    async with Harness(limited(doors)) as harness:
        start = harness.engine.start
        runs = [
            (await start("limited", None, actor=TESTER, key=str(n), priority=priority)).id
            for n, priority in enumerate((0, 0, 0, 5))
        ]
        await harness.engine.control.prioritize(runs[2], 2, "the customer calls", actor=OPERATOR)
        doors.open(*runs)
        await harness.run_until_idle()
        assert doors.entered == [runs[0], runs[3], runs[2], runs[1]]


async def test_a_run_that_waits_for_long_is_not_overtaken_by_a_higher_priority(doors: Doors) -> None:
    async with Harness(limited(doors)) as harness:
        first = (await harness.engine.start("limited", None, actor=TESTER, key="0")).id
        old = (await harness.engine.start("limited", None, actor=TESTER, key="1")).id
        harness.clock.advance(PRIORITY_STEP * 2)
        new = (await harness.engine.start("limited", None, actor=TESTER, key="2", priority=1)).id
        doors.open(first, old, new)
        await harness.run_until_idle()
        assert doors.entered == [first, old, new]


async def test_a_step_with_a_higher_priority_gets_a_resource_first(doors: Doors) -> None:
    flow = Workflow("pay", owner="@boss", resources=[Resource("bank", at_once=1)])

    @flow.step(uses=["bank"])
    async def charge(ctx: StepContext) -> None:
        await doors.enter(ctx.run_id)

    async with Harness(flow) as harness:
        runs = [(await harness.engine.start("pay", None, actor=TESTER, key=str(n))).id for n in range(4)]
        await doors.settled(harness)
        await harness.engine.control.prioritize(runs[3], 1, actor=OPERATOR)
        doors.open(*runs)
        await harness.run_until_idle()
        assert doors.entered == [runs[0], runs[3], runs[1], runs[2]]


async def test_a_run_with_a_higher_priority_gets_a_slot_first(doors: Doors) -> None:
    flow = Workflow("free", owner="@boss")

    @flow.step
    async def work(ctx: StepContext) -> None:
        await doors.enter(ctx.run_id)

    async with Harness(flow, parallel=1) as harness:
        start = harness.engine.start
        runs = [
            (await start("free", None, actor=TESTER, key=str(n), priority=priority)).id
            for n, priority in enumerate((0, 0, 3))
        ]
        doors.open(*runs)
        await harness.run_until_idle()
        assert doors.entered == [runs[0], runs[2], runs[1]]


async def test_a_run_keeps_the_time_that_it_waited_for_a_slot_when_its_priority_changes(doors: Doors) -> None:
    flow = Workflow("free", owner="@boss")

    @flow.step
    async def work(ctx: StepContext) -> None:
        await doors.enter(ctx.run_id)

    async with Harness(flow, parallel=1) as harness:
        runs = []
        for number in range(4):
            runs.append((await harness.engine.start("free", None, actor=TESTER, key=str(number))).id)
            await doors.settled(harness)
            harness.clock.advance(PRIORITY_STEP / 2)
        harness.clock.advance(PRIORITY_STEP * 10)
        await harness.engine.control.prioritize(runs[1], 1, actor=OPERATOR)
        await harness.engine.control.prioritize(runs[3], 2, actor=OPERATOR)
        await harness.engine.control.prioritize(runs[3], 1, actor=OPERATOR)
        doors.open(*runs)
        await harness.run_until_idle()
        assert doors.entered == [runs[0], runs[1], runs[3], runs[2]]


async def test_only_the_owner_changes_a_priority(doors: Doors) -> None:
    people = StaticPeople(groups={"boss": ["U9"], "staff": ["U1"]})
    async with Harness(limited(doors), people=people) as harness:
        run = await harness.engine.start("limited", None, actor=TESTER)
        with pytest.raises(NotAllowed, match="Only the owner, @boss, can change the priority"):
            await harness.engine.control.prioritize(run.id, 1, actor=Actor("slack", "U1"))
        with pytest.raises(NotPossible, match="from -10 to 10"):
            await harness.engine.control.prioritize(run.id, 11, actor=Actor("slack", "U9"))
        changed = await harness.engine.control.prioritize(run.id, 1, actor=Actor("slack", "U9"))
        assert changed.priority == 1
        doors.open(run.id)


@given(
    st.datetimes(),
    st.integers(-MAX_PRIORITY, MAX_PRIORITY),
    st.integers(-MAX_PRIORITY, MAX_PRIORITY),
    st.integers(1, 10**9),
)
def test_a_run_that_waits_long_enough_comes_before_every_priority(
    since: Any, low: int, high: int, extra: int
) -> None:
    since = since.replace(year=2026)
    bound = PRIORITY_STEP * 2 * MAX_PRIORITY + timedelta(microseconds=extra)
    assert rank(since, low) < rank(since + bound, high)
    if high > low:
        assert rank(since, high) < rank(since, low)
