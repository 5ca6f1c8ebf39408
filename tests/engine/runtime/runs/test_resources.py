"""Resources: at most so many attempts at once, in fair order, over restarts and cancellations."""

import asyncio
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engine import Actor, DefinitionError, Resource, RunDetail, StepContext, Workflow
from engine.testing import TESTER, Harness
from tests.doors import Doors
from tests.engine.tampering import execute


@pytest.fixture
def doors() -> Doors:
    return Doors()


def charging(doors: Doors, name: str = "pay", at_once: int = 1, **options: Any) -> Workflow:
    flow = Workflow(name, owner="@boss")

    @flow.step(uses=[Resource("payments", at_once=at_once)], **options)
    async def charge(ctx: StepContext) -> str:
        await doors.enter(ctx.run_id)
        return "charged"

    return flow


async def started(
    harness: Harness, doors: Doors, count: int, workflow: str = "pay", key: str = ""
) -> list[str]:
    ids = []
    for number in range(count):
        ids.append((await harness.engine.start(workflow, None, actor=TESTER, key=f"{key}{number}")).id)
        harness.clock.advance(timedelta(milliseconds=1))
    await doors.settled(harness)
    return ids


async def detail(harness: Harness, run_id: str) -> RunDetail:
    return await harness.engine.detail(run_id)


async def test_no_more_attempts_use_a_resource_than_its_limit(doors: Doors) -> None:
    async with Harness(charging(doors, at_once=2)) as harness:
        ids = await started(harness, doors, 5)
        assert doors.inside == ids[:2]
        waiting = await detail(harness, ids[2])
        assert waiting.run.state == "waiting"
        assert waiting.run.reason == "waits for payments: 2 of 2 in use"
        for id_ in ids:
            doors.open(id_)
        await harness.run_until_idle()
        assert doors.entered == ids, "first come, first served"
        assert doors.most == 2
        assert (await detail(harness, ids[4])).run.state == "succeeded"


async def test_workflows_share_a_resource(doors: Doors) -> None:
    async with Harness(charging(doors), charging(doors, "refund")) as harness:
        (pay,) = await started(harness, doors, 1)
        (refund,) = await started(harness, doors, 1, "refund")
        assert doors.inside == [pay]
        doors.open(pay)
        await doors.settled(harness)
        assert doors.inside == [refund]
        doors.open(refund)


async def test_a_cancelled_attempt_gives_its_place_to_the_next_step(doors: Doors) -> None:
    async with Harness(charging(doors)) as harness:
        first, second = await started(harness, doors, 2)
        await harness.engine.cancel(first, actor=TESTER)
        await doors.settled(harness)
        assert doors.inside == [second]
        doors.open(second)


async def test_a_cancelled_attempt_keeps_its_place_until_its_function_has_ended(doors: Doors) -> None:
    flow, ends = Workflow("block", owner="@boss"), threading.Event()

    @flow.step(uses=["payments"])
    def block() -> None:
        ends.wait(30)

    async with Harness(flow, charging(doors)) as harness:
        blocking = await harness.engine.start("block", None, actor=TESTER)
        waiting = (await harness.engine.start("pay", None, actor=TESTER)).id
        await harness.engine.cancel(blocking.id, actor=TESTER)
        for _ in range(200):
            await asyncio.sleep(0)
        assert doors.inside == []
        used_by = (await harness.engine.resources())[0].used_by
        assert [run for run, _, _ in used_by] == [blocking.id]
        ends.set()
        await doors.occupied()
        assert doors.inside == [waiting]
        doors.open(waiting)


async def test_a_cancelled_run_leaves_the_queue(doors: Doors) -> None:
    async with Harness(charging(doors)) as harness:
        first, second, third = await started(harness, doors, 3)
        await harness.engine.cancel(second, actor=TESTER)
        assert (await harness.engine.resources())[0].waiting == 1
        doors.open(first)
        await doors.settled(harness)
        assert doors.inside == [third]
        doors.open(third)


async def test_a_skipped_step_leaves_the_queue(doors: Doors) -> None:
    async with Harness(charging(doors)) as harness:
        first, second, third = await started(harness, doors, 3)
        await harness.engine.control.skip(second, "charge", actor=Actor("cli", "root"))
        doors.open(first)
        await doors.settled(harness)
        assert doors.inside == [third]
        assert (await detail(harness, second)).run.state == "succeeded"
        doors.open(third)


async def test_a_paused_run_leaves_its_turn_to_others_and_comes_first_when_it_goes_on(doors: Doors) -> None:
    async with Harness(charging(doors)) as harness:
        first, second, third, fourth = await started(harness, doors, 4)
        await harness.engine.control.pause_run(second, actor=Actor("cli", "root"))
        doors.open(first)
        await doors.settled(harness)
        assert doors.inside == [third]
        await harness.engine.control.resume_run(second, actor=Actor("cli", "root"))
        doors.open(third)
        await doors.settled(harness)
        assert doors.inside == [second]
        doors.open(second)
        doors.open(fourth)


async def test_a_restart_keeps_the_queue_and_frees_what_was_in_use(doors: Doors, tmp_path: Path) -> None:
    flow = charging(doors)
    async with Harness(flow, folder=tmp_path) as harness:
        ids = await started(harness, doors, 3)
        clock = harness.clock
    clock.advance(timedelta(hours=1))
    async with Harness(flow, folder=tmp_path, clock=clock) as harness:
        await doors.settled(harness)
        assert len(doors.inside) == 1
        for id_ in ids:
            doors.open(id_)
        await harness.run_until_idle()
        assert sorted(doors.entered[1:]) == sorted(ids)
        assert doors.most == 1
        assert doors.entered[-3:] == ids, "the interrupted step comes first"


async def test_no_step_uses_a_resource_whose_row_cannot_be_read_until_it_is_reset(
    doors: Doors, tmp_path: Path
) -> None:
    flow = charging(doors)
    async with Harness(flow, folder=tmp_path) as harness:
        (first,) = await started(harness, doors, 1)
        doors.open(first)
        await harness.run_until_idle()
    execute(tmp_path / "signoff.db", "UPDATE resource SET state = '[1]'")
    async with Harness(flow, folder=tmp_path, clock=harness.clock) as harness:
        (second,) = await started(harness, doors, 1, key="b")
        assert doors.inside == []
        reason = (
            "waits for payments: another program changed its row. Reset it: signoff resources reset payments"
        )
        assert (await detail(harness, second)).run.reason == reason
        (record,) = await harness.engine.resources()
        assert (record.breaker, record.waiting) == ("unreadable", 1)
        assert "The resource payments cannot be read" in await harness.engine.altered_records()
        await harness.engine.control.reset_resource("payments", actor=Actor("cli", "root"))
        await doors.settled(harness)
        assert doors.inside == [second]
        assert await harness.engine.altered_records() == ""
        doors.open(second)


async def test_elements_of_a_mapped_step_share_a_resource_with_other_runs(doors: Doors) -> None:
    flow = Workflow("import", owner="@boss")

    @flow.step
    async def load() -> list[int]:
        return list(range(6))

    @flow.step(each=load, uses=["payments"])
    async def store(number: int, ctx: StepContext) -> int:
        await doors.enter(f"element {number}")
        return number

    @flow.step
    async def count(store: list[int]) -> int:
        return sum(store)

    async with Harness(flow, charging(doors, at_once=2)) as harness:
        (mapped,) = await started(harness, doors, 1, "import")
        (pay,) = await started(harness, doors, 1)
        assert doors.inside == ["element 0", "element 1"]
        step = next(one for one in (await detail(harness, mapped)).steps if one.step == "store")
        assert step.reason == "waits for payments: 2 of 2 in use"
        doors.open("element 0")
        await doors.settled(harness)
        assert doors.inside == ["element 1", "element 2"]
        doors.open("element 1")
        await doors.settled(harness)
        assert doors.inside == ["element 2", pay], "the run that came later is not starved"
        doors.open(pay)
        for number in range(6):
            doors.open(f"element {number}")
        await harness.run_until_idle()
        assert (await detail(harness, mapped)).run.state == "succeeded"
        assert doors.most == 2


async def test_a_step_that_needs_two_resources_is_not_starved(doors: Doors) -> None:
    both, api, database = (Workflow(name, owner="@boss") for name in ("both", "api", "database"))
    limits = [Resource("api", at_once=1), Resource("database", at_once=1)]
    for flow, uses in ((both, limits), (api, limits[:1]), (database, limits[1:])):

        @flow.step(uses=uses)
        async def work(ctx: StepContext) -> None:
            await doors.enter(ctx.run_id)

    async with Harness(both, api, database) as harness:
        ids = [
            (await harness.engine.start(name, None, actor=TESTER, key=str(n))).id
            for n, name in enumerate(("api", "database", "both", "api", "database"))
        ]
        await doors.settled(harness)
        assert doors.inside == ids[:2]
        doors.open(ids[0])
        await doors.settled(harness)
        assert doors.inside == [ids[1]], "the api is kept for the run that needs both"
        doors.open(ids[1])
        await doors.settled(harness)
        assert doors.inside == [ids[2]]
        for id_ in ids:
            doors.open(id_)


async def test_a_step_that_comes_later_does_not_overtake_the_queue(doors: Doors) -> None:
    both, api, database = (Workflow(name, owner="@boss") for name in ("both", "api", "database"))
    limits = [Resource("api", at_once=1), Resource("database", at_once=1)]
    for flow, uses in ((both, limits), (api, limits[:1]), (database, limits[1:])):

        @flow.step(uses=uses)
        async def work(ctx: StepContext) -> None:
            await doors.enter(ctx.run_id)

    async with Harness(both, api, database) as harness:
        ids = []
        for number, name in enumerate(("database", "both", "api")):
            ids.append((await harness.engine.start(name, None, actor=TESTER, key=str(number))).id)
            await doors.settled(harness)
        assert doors.inside == ids[:1], "the api is free, and another step waits for it"
        doors.open(ids[0])
        await doors.settled(harness)
        assert doors.inside == [ids[1]]
        for id_ in ids:
            doors.open(id_)


async def test_a_step_whose_turn_another_took_still_waits_no_longer_than_its_resource_timeout(
    doors: Doors,
) -> None:
    busy = Workflow("busy", owner="@boss", max_parallel_steps=1)

    @busy.step(uses=["payments"], resource_timeout="10m", on_failure="fail")
    async def charge(ctx: StepContext) -> None:
        await doors.enter("charge")

    @busy.step
    async def report(ctx: StepContext) -> None:
        await doors.enter("report")

    async with Harness(busy, charging(doors)) as harness:
        (first,) = await started(harness, doors, 1)
        (run,) = await started(harness, doors, 1, "busy")
        assert doors.inside == [first, "report"]
        doors.open(first)  # its turn has come, and the limit of its workflow keeps it from starting
        await doors.settled(harness)
        second = (await harness.engine.start("pay", None, actor=TESTER, key="second")).id
        await doors.settled(harness)
        assert doors.inside == ["report", second]
        harness.clock.advance(timedelta(minutes=11))
        await doors.settled(harness)
        assert (await detail(harness, run)).run.state == "running", "it waits for its own workflow"
        doors.open("report")
        await doors.settled(harness)
        waiting = await detail(harness, run)
        assert (waiting.run.state, doors.inside) == ("waiting", [second])
        harness.clock.advance(timedelta(minutes=10))
        await doors.settled(harness)
        ended = await detail(harness, run)
        assert ended.run.state == "failed"
        assert "payments was not available within 10m, the step's resource_timeout" in ended.run.reason
        doors.open(second)


async def test_resources_with_different_limits_are_refused(doors: Doors) -> None:
    with pytest.raises(DefinitionError, match=r"payments has at_once=2, but pay .* with at_once=1"):
        async with Harness(charging(doors), charging(doors, "refund", at_once=2)):
            pass
