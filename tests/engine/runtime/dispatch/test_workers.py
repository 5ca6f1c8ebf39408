"""Steps that workers execute, over a real PostgreSQL server and in real time: they give signs of life."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from pydantic import BaseModel

from engine import (
    Decision,
    Engine,
    EngineSettings,
    Resource,
    Retry,
    StaticPeople,
    SystemClock,
    Window,
    Workflow,
)
from engine.authoring.context import StepContext
from engine.compiler import compile_workflow
from engine.errors import ContractError, DefinitionErrors
from engine.model.people import Actor
from engine.model.records.records import RunRecord
from engine.model.runs.dispatch import QueueRecord
from engine.workers import Worker, open_worker
from tests.postgres_server import address_of
from tests.present import present

CAROL = Actor("cli", "carol")
HALL = ("hall",)


def settings(folder: Path, **more: Any) -> EngineSettings:
    return EngineSettings(folder / "data", keys_dir=folder / "keys", **more)


@asynccontextmanager
async def serving(
    folder: Path, *workflows: Workflow, people: StaticPeople | None = None, **more: Any
) -> AsyncIterator[Engine]:
    engine = await Engine.open(address_of(str(folder)), people=people, settings=settings(folder, **more))
    for workflow in workflows:
        engine.register(workflow)
    await engine.serve()
    try:
        yield engine
    finally:
        await engine.close(grace=0)


@asynccontextmanager
async def working(
    folder: Path, *workflows: Workflow, name: str = "w1", queues: tuple[str, ...] = HALL, parallel: int = 4
) -> AsyncIterator[Worker]:
    known = [(workflow, None) for workflow in workflows]
    chosen = settings(folder, parallel=parallel)
    worker = open_worker(address_of(str(folder)), known, chosen, SystemClock(), queues, name)
    await worker.open()
    try:
        yield worker
    finally:
        await worker.close(grace=1)


async def ended(engine: Engine, workflow: str, input: dict[str, Any] | None = None) -> RunRecord:
    run = await engine.start(workflow, input or {}, actor=CAROL)
    return await asyncio.wait_for(engine.until_ended(run.id), 30)


async def until(condition: Callable[[], Any]) -> None:
    """Return once it holds. What another thread does gives no signal: look again and again."""
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.02)


def flow(name: str = "picking") -> Workflow:
    return Workflow(name, owner="U0CAROL", channel="#ops")


class Order(BaseModel):
    item: str


async def test_a_worker_executes_the_steps_of_its_queue_and_the_engine_the_others(tmp_path: Path) -> None:
    threads = {}
    workflow = Workflow("picking", owner="U0CAROL", channel="#ops", input=Order)

    @workflow.step(queue="hall")
    async def fetch(input: Order, ctx: StepContext) -> str:
        ctx.log("in the hall")
        ctx.progress(1, 2)
        await ctx.checkpoint("place", 7)
        return f"{input.item} from {ctx.checkpoints['place']}"

    @workflow.step
    def pack(fetch: str) -> str:
        threads["pack"] = threading.current_thread().name
        return f"packed {fetch}"

    async with serving(tmp_path, workflow) as engine:
        async with working(tmp_path, workflow):
            run = await ended(engine, "picking", {"item": "lamp"})
        detail = await engine.detail(run.id)
        fetched, packed = detail.steps
        assert (run.state, packed.output, fetched.log) == (
            "succeeded",
            "packed lamp from 7",
            ("in the hall",),
        )
        state = await engine.workers()
    assert (state.workers, state.queues) == ((), ())


async def test_each_element_of_a_mapped_step_executes_once(tmp_path: Path) -> None:
    workflow, doubled = flow(), list[int]()

    @workflow.step
    def numbers() -> list[int]:
        return list(range(40))

    @workflow.step(queue="hall", each="numbers", at_once=20)
    async def double(number: int) -> int:
        doubled.append(number)
        return 2 * number

    async with serving(tmp_path, workflow) as engine, working(tmp_path, workflow):
        run = await ended(engine, "picking")
        assert run.state == "succeeded"
    assert sorted(doubled) == list(range(40))


async def test_a_failed_attempt_is_made_again_by_the_rule_of_the_step(tmp_path: Path) -> None:
    workflow, attempts = flow(), list[int]()

    @workflow.step(queue="hall", retry=Retry(attempts=3, delay="0.1s", backoff=1))
    async def fetch(ctx: StepContext) -> int:
        attempts.append(ctx.attempt)
        if ctx.attempt < 3:
            raise ConnectionError("not there")
        return ctx.attempt

    async with serving(tmp_path, workflow) as engine, working(tmp_path, workflow):
        run = await ended(engine, "picking")
        (step,) = (await engine.detail(run.id)).steps
        assert (attempts, step.output) == ([1, 2, 3], 3)


async def test_a_cancelled_run_stops_the_attempt_and_gives_back_what_it_uses(tmp_path: Path) -> None:
    workflow, said = flow(), list[str]()

    @workflow.step(queue="hall", uses=Resource("press", at_once=1))
    async def fetch() -> None:
        said.append("began")
        try:
            await asyncio.Event().wait()
        finally:
            said.append("stopped")

    async with serving(tmp_path, workflow) as engine, working(tmp_path, workflow):
        run = await engine.start("picking", {}, actor=CAROL)
        await until(lambda: said)
        await engine.cancel(run.id, actor=CAROL)
        await until(lambda: len(said) == 2)
        assert (await engine.workers()).workers[0].busy == 0
        assert [press.in_use for press in await engine.resources()] == [0]


async def test_a_step_that_blocks_the_loop_is_not_taken_for_a_dead_worker(tmp_path: Path) -> None:
    workflow, began = flow(), list[int]()

    @workflow.step(queue="hall")
    async def fetch() -> str:
        began.append(1)
        time.sleep(3)  # noqa: ASYNC251 - what authors should not do
        return "late"

    async def serve_and_wait() -> RunRecord:
        async with serving(tmp_path, workflow) as engine:
            return await ended(engine, "picking")

    async with working_in_thread(tmp_path, workflow):
        run = await serve_and_wait()
    assert (run.state, began) == ("succeeded", [1])


async def test_an_engine_closes_though_a_worker_reports_at_that_moment(tmp_path: Path) -> None:
    async with serving(tmp_path) as engine:
        dispatcher = present(engine._parts.execution.dispatcher)
        await until(lambda: dispatcher._wake._waiters)  # it waits for reports
        following = present(dispatcher._task)
        dispatcher._wake.set()
        closing = asyncio.create_task(dispatcher.close())
        await asyncio.wait({closing, following}, timeout=5)
        assert following.done()
        await closing


@asynccontextmanager
async def working_in_thread(folder: Path, workflow: Workflow) -> AsyncIterator[None]:
    """A worker with a loop of its own, which a step can block."""
    async with serving(folder, workflow):  # makes the tables
        pass
    loop, ready, end = asyncio.new_event_loop(), threading.Event(), asyncio.Event()

    async def work() -> None:
        async with working(folder, workflow):
            ready.set()
            await end.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(work()))
    thread.start()
    await asyncio.to_thread(ready.wait, 20)
    try:
        yield
    finally:
        loop.call_soon_threadsafe(end.set)
        await asyncio.to_thread(thread.join)
        loop.close()


async def test_a_worker_executes_as_many_steps_at_once_as_it_may(tmp_path: Path) -> None:
    workflow, now, most = flow(), set[int](), list[int]()

    @workflow.step
    def numbers() -> list[int]:
        return list(range(12))

    @workflow.step(queue="hall", each="numbers", at_once=12)
    async def hold(number: int) -> None:
        now.add(number)
        most.append(len(now))
        await asyncio.sleep(0.05)
        now.discard(number)

    async with serving(tmp_path, workflow) as engine, working(tmp_path, workflow, parallel=2):
        assert (await ended(engine, "picking")).state == "succeeded"
    assert len(most) == 12
    assert max(most) <= 2


async def test_resources_are_held_across_workers_and_given_back(tmp_path: Path) -> None:
    workflow, now, most = flow(), set[int](), list[int]()

    @workflow.step
    def numbers() -> list[int]:
        return list(range(6))

    @workflow.step(queue="hall", each="numbers", at_once=6, uses=Resource("press", at_once=1))
    async def print_(number: int) -> None:
        now.add(number)
        most.append(len(now))
        await asyncio.sleep(0.05)
        now.discard(number)

    async with (
        serving(tmp_path, workflow) as engine,
        working(tmp_path, workflow),
        working(tmp_path, workflow, name="w2"),
    ):
        assert (await ended(engine, "picking")).state == "succeeded"
        (press,) = await engine.resources()
    assert (most, press.in_use) == ([1] * 6, 0)


async def test_a_worker_with_other_code_leaves_the_step_to_others(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    current, earlier = flow(), flow()

    @current.step(queue="hall", name="fetch")
    async def fetch() -> str:
        return "current"

    @earlier.step(queue="hall", name="fetch")
    async def fetch_as_before() -> str:
        return "earlier"

    async with serving(tmp_path, current) as engine:
        async with working(tmp_path, earlier, name="old"):
            run = await engine.start("picking", {}, actor=CAROL)
            await until(lambda: "This worker has other code for fetch in picking" in caplog.text)
        async with working(tmp_path, current, name="new"):
            run = await asyncio.wait_for(engine.until_ended(run.id), 30)
        (step,) = (await engine.detail(run.id)).steps
        assert (step.output, step.attempt) == ("current", 1)


@pytest.mark.long
async def test_what_waits_in_a_queue_without_workers_is_told(tmp_path: Path) -> None:
    workflow = flow()

    @workflow.step(queue="hall")
    async def fetch() -> None: ...

    async with serving(tmp_path, workflow) as engine:
        run = await engine.start("picking", {}, actor=CAROL)
        (queue,) = (await engine.workers()).queues
        assert queue.text == "1 step waits in the queue hall, and no worker executes its steps."
        assert queue.remedy == "signoff worker --queues hall"
        (step,) = (await engine.detail(run.id)).steps
        assert step.reason == ""
        news = engine.reports.count
        await asyncio.wait_for(engine.reports.wait(news), 20)
        (step,) = (await engine.detail(run.id)).steps
        assert step.reason == "waits for a worker of hall"
        news = engine.reports.count
        async with working(tmp_path, workflow):
            await asyncio.wait_for(engine.until_ended(run.id), 20)
            await asyncio.wait_for(engine.reports.wait(news), 20)


async def test_a_checkpoint_beyond_a_limit_is_refused_at_once(tmp_path: Path) -> None:
    workflow, problems = flow(), list[str]()

    @workflow.step(queue="hall")
    async def fetch(ctx: StepContext) -> None:
        try:
            for number in range(20):
                await ctx.checkpoint(f"page {number}", "x" * 60_000)
        except ContractError as error:
            problems.append(str(error))

    async with serving(tmp_path, workflow) as engine, working(tmp_path, workflow):
        assert (await ended(engine, "picking")).state == "succeeded"
    assert len(problems) == 1
    assert "larger than 1 MB together" in problems[0]


def change(folder: Path, statement: str, *values: object) -> list[Any]:
    """Change the tables of the queue, as an answer that is lost on the way leaves them."""
    with psycopg.connect(address_of(str(folder)), autocommit=True) as connection:
        cursor = connection.execute(statement.encode(), values)
        return cursor.fetchall() if cursor.description else []


async def test_an_attempt_of_which_its_worker_does_not_know_executes_again(tmp_path: Path) -> None:
    workflow = flow()

    @workflow.step(queue="hall")
    async def fetch() -> int:
        return 1

    async with serving(tmp_path, workflow) as engine:
        run = await engine.start("picking", {}, actor=CAROL)
        change(tmp_path, "DELETE FROM signoff_pgqueuer")
        async with working(tmp_path, workflow):
            change(tmp_path, "UPDATE dispatched SET worker = (SELECT id FROM worker)")
            ended_run = await asyncio.wait_for(engine.until_ended(run.id), 20)
        assert ended_run.state == "succeeded"


async def test_a_report_that_makes_no_sense_fails_its_step_and_no_other(tmp_path: Path) -> None:
    workflow, let_go = flow(), asyncio.Event()

    @workflow.step(queue="hall", on_failure="fail")
    async def fetch() -> int:
        await let_go.wait()
        return 1

    async with serving(tmp_path, workflow) as engine, working(tmp_path, workflow):
        odd, plain = [await engine.start("picking", {}, actor=CAROL) for _ in range(2)]
        while (await engine.workers()).workers[0].busy < 2:
            await asyncio.sleep(0.02)
        change(
            tmp_path,
            "INSERT INTO worker_report (uid, run_id, step, attempt, kind, payload) "
            "VALUES ('odd', %s, 'fetch', 1, 'unheard', '{}')",
            odd.id,
        )
        assert (await asyncio.wait_for(engine.until_ended(odd.id), 20)).state == "failed"
        let_go.set()
        assert (await asyncio.wait_for(engine.until_ended(plain.id), 20)).state == "succeeded"


async def test_a_step_whose_queue_is_served_here_since_a_restart_executes_here(tmp_path: Path) -> None:
    workflow = flow()

    @workflow.step(queue="hall")
    async def fetch() -> int:
        return 1

    async with serving(tmp_path, workflow) as engine:
        run = await engine.start("picking", {}, actor=CAROL)
    async with serving(tmp_path, workflow, queues=frozenset({"default", "hall"})) as engine:
        assert (await asyncio.wait_for(engine.until_ended(run.id), 20)).state == "succeeded"
        (step,) = (await engine.detail(run.id)).steps
        assert step.crashes == step.deaths == 0


@pytest.mark.parametrize("key", ["\ud800", "a\0b"])
async def test_a_key_that_no_database_holds_is_refused_at_once(tmp_path: Path, key: str) -> None:
    workflow, problems = flow(), list[str]()

    @workflow.step(queue="hall")
    async def fetch(ctx: StepContext) -> None:
        try:
            await ctx.checkpoint(key, 1)
        except ContractError as error:
            problems.append(str(error))

    async with serving(tmp_path, workflow) as engine, working(tmp_path, workflow):
        assert (await ended(engine, "picking")).state == "succeeded"
    assert len(problems) == 1


def test_a_queue_has_a_name_that_its_channel_holds() -> None:
    workflow = flow()

    @workflow.step(queue="q" * 41)
    async def fetch() -> None: ...

    with pytest.raises(DefinitionErrors, match="Use at most 40 letters"):
        compile_workflow(workflow, None)


def test_a_queue_whose_idle_workers_leave_its_steps_is_told() -> None:
    assert QueueRecord("hall", 1, 30.0, 2, 2).is_deserted
    assert not QueueRecord("hall", 1, 30.0, 2, 1).is_deserted
    assert not QueueRecord("hall", 1, 3.0, 2, 2).is_deserted
    assert "They may have other workflow files" in QueueRecord("hall", 1, 30.0, 2, 2).text


async def test_nothing_begins_of_a_run_that_was_paused_while_its_step_waited(tmp_path: Path) -> None:
    workflow, began = flow(), list[str]()

    @workflow.step(queue="hall")
    async def fetch(ctx: StepContext) -> None:
        began.append(ctx.run_id)

    async with serving(tmp_path, workflow) as engine:
        paused, other = [await engine.start("picking", {}, actor=CAROL) for _ in range(2)]
        await engine.control.pause_run(paused.id, actor=CAROL)
        async with working(tmp_path, workflow):
            await asyncio.wait_for(engine.until_ended(other.id), 20)
            assert began == [other.id]
            await engine.control.resume_run(paused.id, actor=CAROL)
            await asyncio.wait_for(engine.until_ended(paused.id), 20)
    assert began == [other.id, paused.id]


class Night(BaseModel):
    opens: str


@pytest.mark.long
async def test_a_step_that_waited_for_a_worker_until_its_window_ended_does_not_begin(tmp_path: Path) -> None:
    workflow, began = Workflow("picking", owner="U0CAROL", channel="#ops", input=Night), list[str]()
    go = workflow.approval(
        "go", ask="Pick?", approvers=["U1"], expires="1h", window=Window("{input.opens}", "1m")
    )

    @workflow.step(queue="hall", when=go.approved)
    async def fetch(ctx: StepContext) -> None:
        began.append(ctx.run_id)

    people = StaticPeople(groups={"all": ["U1", "U0CAROL"]})
    async with serving(tmp_path, workflow, people=people) as engine:
        ends = datetime.now(UTC) + timedelta(seconds=5)
        opens = (ends - timedelta(minutes=1)).isoformat()
        run = await engine.start("picking", {"opens": opens}, actor=CAROL)
        (request,) = await engine.requests()
        await engine.decide(request.id, Decision("approve"), actor=Actor("slack", "U1"))
        step = next(each for each in (await engine.detail(run.id)).steps if each.step == "fetch")
        assert (step.state, step.attempt) == ("running", 1)
        await until(lambda: datetime.now(UTC) > ends)
        async with working(tmp_path, workflow):
            async with asyncio.timeout(20):
                while not any(each.kind == "failure" for each in await engine.requests()):
                    await asyncio.sleep(0.02)
    assert began == []
