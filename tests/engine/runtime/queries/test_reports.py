"""Reports of executing steps: visible while they execute, coalesced, redacted, and kept after a crash."""

import asyncio
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engine import Actor
from engine.errors import ContractError
from engine.runtime.execution.report_feed import ReportFeed
from engine.runtime.execution.reports import AttemptReport
from engine.store import queries
from signoff import StepContext, Workflow
from signoff.testing import Harness

_SECOND = timedelta(seconds=1)


def long_step(work: Callable[[StepContext], Any]) -> Workflow:
    flow = Workflow("flow", owner="@ops")

    @flow.step
    async def load(ctx: StepContext) -> None:
        await work(ctx)

    return flow


async def test_log_and_progress_are_visible_while_the_step_executes() -> None:
    async def work(ctx: StepContext) -> None:
        ctx.log("connected")
        ctx.progress(300, of=1000, text="loading")
        await ctx.sleep(60)
        ctx.log("loaded")

    async with Harness(long_step(work)) as harness:
        run = await harness.start("flow")
        await harness.advance("1s")
        state = await harness.state(run)
        assert state.steps[0].log == ("connected",)
        assert (state.progress["load"].share, state.progress["load"].text) == (0.3, "loading")
        assert [(log.lines, log.ended) for log in await harness.engine.step_logs(run.id)] == [
            (("connected",), False)
        ]
        await harness.advance("2m")
        state = await harness.state(run)
        assert (state.steps[0].log, state.progress) == (("connected", "loaded"), {})
        assert [(log.lines, log.ended) for log in await harness.engine.step_logs(run.id)] == [
            (("connected", "loaded"), True)
        ]


async def test_a_thousand_reports_a_second_are_one_write() -> None:
    async def work(ctx: StepContext) -> None:
        for tick in range(200):
            for number in range(50):
                ctx.progress(tick * 50 + number, of=10_000)
                ctx.log(f"row {number}")
            await ctx.sleep(0.05)

    async with Harness(long_step(work)) as harness:
        written = count_writes(harness)
        await harness.start("flow")
        for _ in range(200):
            await harness.advance("0.05s")
        assert 5 <= len(written) <= 11


def count_writes(harness: Harness) -> list[Any]:
    written: list[Any] = []
    store = harness.engine._store
    put = store.put_report

    async def counted(report: Any) -> None:
        written.append(report)
        await put(report)

    store.put_report = counted  # type: ignore[method-assign]
    return written


async def test_a_step_that_ends_at_once_writes_no_report() -> None:
    async def work(ctx: StepContext) -> None:
        ctx.log("quick")

    async with Harness(long_step(work)) as harness:
        written = count_writes(harness)
        run = await harness.start("flow")
        await harness.advance("5s")
        assert written == []
        assert (await harness.step(run, "load")).log == ("quick",)


async def test_reports_of_a_plain_function_come_from_its_thread() -> None:
    flow = Workflow("flow", owner="@ops")
    go_on, said = threading.Event(), threading.Event()

    @flow.step
    def load(ctx: StepContext) -> None:
        ctx.log("in a thread")
        ctx.progress(1, of=2)
        said.set()
        go_on.wait(20)

    async with Harness(flow) as harness:
        run = await harness.engine.start("flow", actor=Actor("cli", "root"))
        await asyncio.to_thread(said.wait, 20)
        await asyncio.sleep(0)
        seen = harness.engine.reports.count
        harness.clock.advance(_SECOND)
        await asyncio.wait_for(harness.engine.reports.wait(seen), 20)
        detail = await harness.engine.detail(run.id)
        assert (detail.steps[0].log, detail.progress["load"].share) == (("in a thread",), 0.5)
        go_on.set()
        await harness.run_until_idle()


async def test_credentials_are_hidden_in_reports_too() -> None:
    async def work(ctx: StepContext) -> None:
        ctx.log("password=hunter22 https://bob:Q7pa55@host/")
        ctx.progress(1, text="with https://bob:Q7pa55@host/")
        await ctx.sleep(60)

    async with Harness(long_step(work)) as harness:
        run = await harness.start("flow")
        await harness.advance("1s")
        state = await harness.state(run)
        assert "Q7" not in f"{state.steps[0].log} {state.progress}"
        assert "[hidden]" in state.progress["load"].text


@pytest.mark.parametrize(
    ("done", "of", "says"),
    [
        (-1, None, "ctx.progress in load: done is -1. Give a number from 0 up."),
        (1, float("nan"), "of is nan"),
        ("many", 2, "done is 'many'"),
        (None, 2, "done is None"),
    ],
)
def test_invalid_numbers_of_progress_are_errors(done: Any, of: Any, says: str) -> None:
    report = AttemptReport(("run", "load", 1), lambda report: None)
    with pytest.raises(ContractError) as caught:
        report.report_progress(done, of)
    assert says in str(caught.value)


async def test_the_log_of_a_cancelled_attempt_is_kept() -> None:
    async def work(ctx: StepContext) -> None:
        ctx.log("begun")
        await ctx.sleep(60)

    async with Harness(long_step(work)) as harness:
        run = await harness.start("flow")
        await harness.engine.cancel(run.id, actor=Actor("cli", "root"))
        await harness.run_until_idle()
        assert [(log.lines, log.ended) for log in await harness.engine.step_logs(run.id)] == [
            (("begun",), True)
        ]


async def test_a_restart_keeps_the_log_of_the_attempt_that_it_stopped(tmp_path: Path) -> None:
    async def work(ctx: StepContext) -> None:
        ctx.log(f"attempt {ctx.attempt}")
        await ctx.sleep(60)

    async with Harness(long_step(work), folder=tmp_path) as harness:
        run = await harness.start("flow")
    async with Harness(long_step(work), folder=tmp_path) as harness:
        assert (await harness.state(run)).steps[0].log == ()
        await harness.advance("2m")
        logs = await harness.engine.step_logs(run.id)
        assert [(log.attempt, log.lines) for log in logs] == [(1, ("attempt 1",)), (2, ("attempt 2",))]


async def test_a_feed_wakes_its_readers_and_names_the_runs() -> None:
    feed = ReportFeed()
    waiting = asyncio.ensure_future(feed.wait(0))
    await asyncio.sleep(0)
    feed.add("a")
    feed.add("b")
    await waiting
    assert feed.since(0) == ["a", "b"]
    feed.add("a")
    assert feed.since(2) == ["a"]


async def test_ended_attempts_leave_no_report_behind() -> None:
    async def work(ctx: StepContext) -> None:
        ctx.log("begun")
        await ctx.sleep(60)

    async with Harness(long_step(work)) as harness:
        run = await harness.start("flow")
        await harness.advance("2m")
        assert await harness.engine._store.read(queries.reports, run.id) == []


async def test_progress_of_an_element_is_visible_while_it_executes() -> None:
    flow = Workflow("flow", owner="@ops")

    @flow.step
    async def load() -> list[int]:
        return [60, 240]

    @flow.step(each=load)
    async def copy(row: int, ctx: StepContext) -> None:
        ctx.progress(row, of=1000, text="copying")
        for _ in range(row // 60):
            await ctx.sleep(60)

    async with Harness(flow) as harness:
        run = await harness.start("flow")
        await harness.advance("1s")
        state = await harness.state(run)
        assert {name: each.share for name, each in state.progress.items()} == {
            "copy[0]": 0.06,
            "copy[1]": 0.24,
        }
        logs = await harness.engine.step_logs(run.id)
        assert [(log.step, log.lines, log.progress and log.progress.done) for log in logs] == [
            ("copy[0]", (), 60),
            ("copy[1]", (), 240),
        ]
        await harness.advance("2m")
        assert list((await harness.state(run)).progress) == ["copy[1]"]
        assert [log.step for log in await harness.engine.step_logs(run.id)] == ["copy[1]"]
        await harness.advance("10m")
        assert (await harness.state(run)).progress == {}
