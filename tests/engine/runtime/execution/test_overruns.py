"""One attempt of a step executes at a time: a function that nothing stops holds its retry and its slot."""

import asyncio
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.serving.database_claim import release
from engine import Actor, Retry, RunRecord, StaticPeople, Workflow
from engine.errors import StoreInUse
from engine.store.files.file_lock import FileLock
from engine.testing import Harness
from tests.present import present

PEOPLE = StaticPeople(groups={"ops": ["U1"]})
TESTER = Actor("cli", "t")


class Body:
    """A plain function's: every call waits for `go_on`, and they are counted."""

    def __init__(self) -> None:
        self.calls = self.now = self.most = 0
        self.go_on = threading.Event()
        self._lock = threading.Lock()

    def __call__(self) -> int:
        with self._lock:
            self.calls += 1
            self.now += 1
            self.most = max(self.most, self.now)
            number = self.calls
        self.go_on.wait(20)
        with self._lock:
            self.now -= 1
        return number


@pytest.fixture
def body() -> Iterator[Body]:
    made = Body()
    yield made
    made.go_on.set()


async def begun(harness: Harness, body: Body, calls: int = 1) -> RunRecord:
    run = await harness.engine.start("flow", actor=TESTER)
    async with asyncio.timeout(20):
        while body.calls < calls:
            await asyncio.sleep(0)
    return run


def paying(body: Body, **options: Any) -> Workflow:
    flow = Workflow("flow", owner="@ops")

    @flow.step(timeout="30s", retry=Retry(attempts=3, delay="1s", jitter=0), **options)
    def pay() -> int:
        return body()

    return flow


async def ended(harness: Harness, body: Body, run: RunRecord) -> None:
    """Every call has returned, and what follows from that is stored."""
    body.go_on.set()
    async with asyncio.timeout(20):
        while body.now or harness.engine.overruns:
            await asyncio.sleep(0)
    await harness.run_until_idle()


async def test_a_late_plain_function_is_not_called_again_and_its_result_counts(body: Body) -> None:
    async with Harness(paying(body), people=PEOPLE) as harness:
        run = await begun(harness, body)
        await asyncio.sleep(0)
        harness.clock.move_to(harness.clock.now() + timedelta(seconds=31))
        await harness.run_until_idle()
        step = await harness.step(run, "pay")
        assert (step.state, step.attempt) == ("running", 1)
        assert step.reason.startswith("still executing after its timeout of 30 s: a plain function cannot be")
        assert "step.overrun" in [one.type for one in await harness.engine.events.of_run(run.id)]
        (told,) = harness.engine.overruns
        assert told.startswith(f"pay of {run.id}, begun 31 s ago: still executing")
        await harness.advance("1h")
        assert body.calls == 1
        await ended(harness, body, run)
        step = await harness.step(run, "pay")
        assert (step.state, step.output, step.reason, body.calls) == ("succeeded", 1, "", 1)
        assert harness.engine.overruns == []


async def test_a_plain_function_that_fails_late_is_tried_again_after_it_has_ended(body: Body) -> None:
    flow = Workflow("flow", owner="@ops")

    @flow.step(timeout="30s", retry=Retry(attempts=2, delay="1s", jitter=0))
    def pay() -> int:
        if body() == 1:
            raise ConnectionError("too late")
        return 2

    async with Harness(flow, people=PEOPLE) as harness:
        run = await begun(harness, body)
        harness.clock.move_to(harness.clock.now() + timedelta(seconds=31))
        await harness.run_until_idle()
        await ended(harness, body, run)
        assert (await harness.step(run, "pay")).state == "retrying"
        await harness.advance("1s")
        assert await harness.output(run, "pay") == 2
        assert (body.calls, body.most) == (2, 1)


async def test_a_cancelled_run_says_that_its_plain_function_still_executes(body: Body) -> None:
    async with Harness(paying(body), people=PEOPLE, parallel=1) as harness:
        run = await begun(harness, body)
        await harness.engine.cancel(run.id, actor=TESTER)
        await harness.run_until_idle()
        step = await harness.step(run, "pay")
        assert step.state == "cancelled"
        assert step.reason.startswith(
            "cancelled, but its function is still executing: a plain function cannot"
        )
        second = await harness.engine.start("flow", actor=TESTER)
        await harness.run_until_idle()
        assert body.calls == 1, "it keeps its slot"
        assert harness.engine.stalled == ""
        await harness.advance("2m")
        assert harness.engine.stalled.startswith(
            "the only slot has been taken for 2 min, so no other step can start; 1 of them cannot be stopped."
        )
        await ended(harness, body, run)
        assert (await harness.step(run, "pay")).reason == "cancelled; its function has ended since"
        assert (await harness.step(run, "pay")).state == "cancelled"
        assert (await harness.state(second)).run.state == "succeeded"
        assert harness.engine.stalled == ""


async def test_an_async_function_that_ignores_its_cancellation_holds_its_retry() -> None:
    flow, calls, go_on = Workflow("flow", owner="@ops"), [], asyncio.Event()
    now = most = 0

    @flow.step(timeout="30s", retry=Retry(attempts=2, delay="1s", jitter=0))
    async def deaf() -> int:
        nonlocal now, most
        calls.append(1)
        now += 1
        most = max(most, now)
        while len(calls) == 1 and not go_on.is_set():
            try:
                await go_on.wait()
            except asyncio.CancelledError:
                continue
        now -= 1
        return len(calls)

    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.engine.start("flow", actor=TESTER)
        while not calls:
            await asyncio.sleep(0)
        harness.clock.move_to(harness.clock.now() + timedelta(seconds=31))
        await harness.run_until_idle()
        step = await harness.step(run, "deaf")
        assert (step.state, step.reason.split(": ")[1][:29]) == ("running", "it ignores being cancelled, a")
        await harness.advance("1m")
        assert len(calls) == 1
        go_on.set()
        await asyncio.sleep(0)
        await harness.run_until_idle()
        assert "no result within 30 s" in present((await harness.step(run, "deaf")).failure).message
        await harness.advance("1s")
        assert (await harness.output(run, "deaf"), most) == (2, 1)


async def test_a_function_that_never_ends_does_not_keep_the_engine_from_closing(body: Body) -> None:
    async with Harness(paying(body), people=PEOPLE) as harness:
        run = await begun(harness, body)
        harness.clock.move_to(harness.clock.now() + timedelta(seconds=31))
        await harness.run_until_idle()
        await harness.engine.cancel(run.id, actor=TESTER)
    assert body.now == 1


async def test_a_step_still_executing_at_the_end_is_named_and_keeps_the_database_locked(
    body: Body, tmp_path: Path
) -> None:
    flow = paying(body)
    ends = asyncio.Event()

    @flow.step
    async def deaf() -> None:
        while not ends.is_set():
            try:
                await ends.wait()
            except asyncio.CancelledError:
                continue

    @flow.step
    async def hears() -> None:
        await ends.wait()

    lock = FileLock(tmp_path / "signoff.db")
    lock.take()
    async with Harness(flow, people=PEOPLE) as harness:
        run = await begun(harness, body)
    ends.set()
    assert sorted(harness.engine.left_behind) == [f"deaf of {run.id}", f"pay of {run.id}"]
    release(lock, harness.engine.left_behind)
    with pytest.raises(StoreInUse):
        FileLock(tmp_path / "signoff.db").take()
    release(lock, [])
    FileLock(tmp_path / "signoff.db").take()


async def test_the_steps_that_hold_every_slot_are_named_with_their_age(body: Body) -> None:
    async with Harness(paying(body), people=PEOPLE, parallel=2) as harness:
        runs = [await begun(harness, body, calls) for calls in (1, 2)]
        await harness.engine.start("flow", actor=TESTER)
        harness.clock.move_to(harness.clock.now() + timedelta(minutes=2))
        assert harness.engine.stalled.startswith(
            "all 2 slots have been taken for 2 min, so no other step can start"
        )
        for run in runs:
            assert f"pay of {run.id}, begun 2 min ago" in harness.engine.stalled
