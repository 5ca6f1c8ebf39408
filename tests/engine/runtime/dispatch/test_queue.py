"""The queue of workers in the tables of PgQueuer, over a real PostgreSQL server and in real time."""

import asyncio
import json
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from engine import Workflow
from engine.authoring.context import StepContext
from engine.store.postgres import jobs, worker_line
from tests.engine.runtime.dispatch.test_workers import (
    CAROL,
    Order,
    change,
    ended,
    flow,
    serving,
    until,
    working,
)

_EARLIER = """
DROP TABLE signoff_pgqueuer, signoff_pgqueuer_log, signoff_pgqueuer_statistics, signoff_pgqueuer_schedules;
DROP TYPE signoff_pgqueuer_status;
DROP FUNCTION signoff_fn_pgqueuer_changed, signoff_pgqueuer_log_nothing;
ALTER TABLE dispatched ADD COLUMN job BIGINT;
CREATE TYPE procrastinate_job_status AS ENUM ('todo', 'doing', 'succeeded', 'failed');
CREATE TABLE procrastinate_jobs (
  id BIGSERIAL PRIMARY KEY, queue_name VARCHAR(128) NOT NULL, task_name VARCHAR(128) NOT NULL,
  priority INTEGER NOT NULL DEFAULT 0, args JSONB NOT NULL DEFAULT '{}',
  status procrastinate_job_status NOT NULL DEFAULT 'todo'
);
INSERT INTO procrastinate_jobs (queue_name, task_name, args)
SELECT queue, 'signoff.attempt', jsonb_build_object('run_id', run_id, 'step', step, 'attempt', attempt)
FROM dispatched;
UPDATE dispatched SET job = (SELECT id FROM procrastinate_jobs WHERE args->>'run_id' = dispatched.run_id)
"""
"""The tables of the queue as the release before PgQueuer left them, with what waited."""


def one_step(queue: str = "hall", name: str = "picking") -> Workflow:
    workflow = flow(name)

    @workflow.step(queue=queue)
    async def fetch() -> int:
        return 1

    return workflow


def jobs_waiting(folder: Path) -> list[tuple[str, str]]:
    found = change(folder, f"SELECT entrypoint, headers::text FROM {jobs.TABLE} ORDER BY id")
    return [(queue, json.loads(headers)["run_id"]) for queue, headers in found]


async def test_a_worker_hears_of_a_step_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_line, "_FETCH_SECONDS", 60.0)
    workflow = one_step()
    async with serving(tmp_path, workflow) as engine, working(tmp_path, workflow):
        for _ in range(5):
            assert (await asyncio.wait_for(ended(engine, "picking"), 10)).state == "succeeded"


async def test_a_worker_finds_a_step_of_which_it_hears_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "CHANNEL", "'another_channel'")
    workflow = one_step()
    async with serving(tmp_path, workflow) as engine, working(tmp_path, workflow):
        assert (await ended(engine, "picking")).state == "succeeded"


async def test_a_worker_leaves_the_steps_of_other_queues(tmp_path: Path) -> None:
    hall, yard = one_step(), one_step("yard", "loading")
    async with serving(tmp_path, hall, yard) as engine, working(tmp_path, hall, yard):
        waits = await engine.start("loading", {}, actor=CAROL)
        assert (await ended(engine, "picking")).state == "succeeded"
        assert jobs_waiting(tmp_path) == [("yard", waits.id)]


async def test_a_worker_takes_the_step_with_the_highest_priority_first(tmp_path: Path) -> None:
    workflow = Workflow("picking", owner="U0CAROL", channel="#ops", input=Order)
    order, go = list[str](), asyncio.Event()

    @workflow.step(queue="hall")
    async def fetch(input: Order) -> int:
        order.append(input.item)
        await go.wait()
        return 1

    async with serving(tmp_path, workflow) as engine:
        runs = [
            await engine.start("picking", {"item": str(priority)}, actor=CAROL, priority=priority)
            for priority in (1, 3, 2)
        ]
        async with working(tmp_path, workflow, parallel=1):
            go.set()
            for run in runs:
                await asyncio.wait_for(engine.until_ended(run.id), 20)
    assert order == ["3", "2", "1"]


async def test_no_job_and_no_line_of_a_log_stays_behind(tmp_path: Path) -> None:
    workflow = one_step()
    async with serving(tmp_path, workflow) as engine, working(tmp_path, workflow):
        for _ in range(3):
            await ended(engine, "picking")
    assert change(
        tmp_path,
        "SELECT (SELECT count(*) FROM signoff_pgqueuer), (SELECT count(*) FROM signoff_pgqueuer_log), "
        "(SELECT count(*) FROM dispatched)",
    ) == [(0, 0, 0)]


async def test_a_cancelled_run_leaves_no_job(tmp_path: Path) -> None:
    workflow = one_step()
    async with serving(tmp_path, workflow) as engine:
        run = await engine.start("picking", {}, actor=CAROL)
        assert jobs_waiting(tmp_path) == [("hall", run.id)]
        await engine.cancel(run.id, actor=CAROL)
        assert jobs_waiting(tmp_path) == []


async def test_jobs_that_name_no_step_disappear_and_stop_no_other(tmp_path: Path) -> None:
    workflow = one_step()
    async with serving(tmp_path, workflow) as engine:
        for headers in (None, "7", '["run"]', '{"run_id": {"a": 1}}', '{"run_id": "picking-1", "step": "x"}'):
            change(
                tmp_path,
                "INSERT INTO signoff_pgqueuer (priority, entrypoint, headers, status) "
                "VALUES (9, 'hall', CAST(%s AS jsonb), 'queued')",
                headers,
            )
        async with working(tmp_path, workflow):
            assert (await ended(engine, "picking")).state == "succeeded"
        assert jobs_waiting(tmp_path) == []


async def test_what_a_step_shows_is_removed_with_its_end_also_after_a_restart(tmp_path: Path) -> None:
    workflow, go = flow(), asyncio.Event()

    @workflow.step(queue="hall")
    async def fetch(ctx: StepContext) -> int:
        ctx.progress(1, 2)
        await go.wait()
        return 1

    async with AsyncExitStack() as stack:
        async with serving(tmp_path, workflow) as engine:
            await stack.enter_async_context(working(tmp_path, workflow))
            run = await engine.start("picking", {}, actor=CAROL)
            await until(lambda: change(tmp_path, "SELECT 1 FROM step_report"))
        async with serving(tmp_path, workflow) as engine:
            go.set()
            assert (await asyncio.wait_for(engine.until_ended(run.id), 20)).state == "succeeded"
            await until(lambda: not change(tmp_path, "SELECT 1 FROM step_report"))


async def test_a_job_that_a_dead_worker_picked_goes_to_another_one(tmp_path: Path) -> None:
    workflow = one_step()
    async with serving(tmp_path, workflow) as engine:
        run = await engine.start("picking", {}, actor=CAROL)
        change(
            tmp_path,
            "UPDATE signoff_pgqueuer SET status = 'picked', queue_manager_id = gen_random_uuid(), "
            "heartbeat = now() - interval '3 seconds'",
        )
        async with working(tmp_path, workflow):
            assert (await asyncio.wait_for(engine.until_ended(run.id), 10)).state == "succeeded"


async def test_steps_that_wait_in_the_earlier_queue_execute(tmp_path: Path) -> None:
    workflow = one_step()
    async with serving(tmp_path, workflow) as engine:
        run = await engine.start("picking", {}, actor=CAROL)
    change(tmp_path, _EARLIER)
    async with serving(tmp_path, workflow) as engine:
        assert jobs_waiting(tmp_path) == [("hall", run.id)]
        async with working(tmp_path, workflow):
            ended_run = await asyncio.wait_for(engine.until_ended(run.id), 20)
        assert ended_run.state == "succeeded"
    kept = change(tmp_path, "SELECT task_name FROM procrastinate_jobs")
    assert kept == [("signoff.attempt",)]


async def test_queues_of_other_programs_in_the_database_are_left_alone(tmp_path: Path) -> None:
    change(tmp_path, "CREATE TABLE pgqueuer (id INT); CREATE TABLE procrastinate_jobs (id INT)")
    workflow = one_step()
    async with serving(tmp_path, workflow) as engine, working(tmp_path, workflow):
        assert (await ended(engine, "picking")).state == "succeeded"


async def test_the_environment_does_not_rename_the_tables_of_the_queue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PGQUEUER_PREFIX", "PGQUEUER_QUEUE_TABLE", "QUEUE_TABLE"):
        monkeypatch.setenv(name, "others")
    monkeypatch.setenv("CHANNEL", "#ops")
    jobs._names.cache_clear()
    jobs._builder.cache_clear()
    workflow = one_step()
    async with serving(tmp_path, workflow) as engine:
        run = await engine.start("picking", {}, actor=CAROL)
        assert jobs_waiting(tmp_path) == [("hall", run.id)]
