"""The watchdog names the step and the line that block the event loop, and reports them for a while."""

import asyncio
import sys
import threading
from pathlib import Path

import pytest

from engine import Actor, StaticPeople, Workflow
from engine.runtime.process.watchdog import (
    DEAD_LOOKS_LIMIT,
    Blocker,
    Watch,
    Watchdog,
    _block_text,
    _is_an_authors,
    blocker_in,
)
from engine.testing import Harness
from tests.present import present


class Seconds:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_block_is_named_when_it_is_seen_and_when_it_ended(caplog: pytest.LogCaptureFixture) -> None:
    seconds, looks = Seconds(), []

    def stack() -> Blocker:
        looks.append(seconds.now)
        return Blocker("charge of pay-8f3k", "/flows/pay.py:12 in charge")

    seconds.now = 50.0
    watch = Watch(seconds, stack)
    seconds.now = 100.0
    watch.start()
    watch.beat()
    assert watch.warning == "", "before the start nothing beats"
    seconds.now = 100.9
    watch.look()
    assert (looks, watch.warning) == ([], "")
    for now in (101.1, 103.0):
        seconds.now = now
        watch.look()
    assert looks == [101.1]
    assert "blocked by charge of pay-8f3k (/flows/pay.py:12 in charge)" in caplog.text
    seconds.now = 106.0
    watch.beat()
    seconds.now = 110.0
    assert watch.warning.startswith(
        "The event loop was blocked for 6.0 s by charge of pay-8f3k (/flows/pay.py:12 in charge)."
    )
    assert watch.warning.endswith("It ended 4 s ago.")
    seconds.now = 106.0 + 901
    assert watch.warning == ""
    watch.beat()
    assert "code that ended before it could be named" in watch.warning


def test_a_loop_that_never_comes_back_ends_the_process_once_and_a_suspended_process_does_not() -> None:
    seconds = Seconds()
    ended: list[str] = []
    watch = Watch(seconds, lambda: Blocker("spin of pay-8f3k", "/flows/pay.py:12 in spin"), ended.append)
    watch.start()
    seconds.now += 10_000
    watch.look()
    assert not ended, "it was suspended, and its loop has had no turn yet"
    watch.beat()
    for _ in range(DEAD_LOOKS_LIMIT - 1):
        seconds.now += 0.25
        watch.look()
    assert not ended
    watch.beat()
    for _ in range(2 * DEAD_LOOKS_LIMIT):
        seconds.now += 0.25
        watch.look()
    assert len(ended) == 1
    assert ended[0].startswith(
        "The event loop has been blocked for two minutes by spin of pay-8f3k (/flows/pay.py:12 in spin)"
    )


@pytest.mark.parametrize("timeout", [None, "1h"])
async def test_the_step_and_the_line_that_block_the_loop_are_found(timeout: str | None) -> None:
    flow, found = Workflow("flow", owner="@ops"), []
    loop_thread = threading.get_ident()

    def look() -> None:
        found.append(blocker_in(sys._current_frames()[loop_thread]))

    def block() -> None:
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()

    @flow.step(timeout=timeout)
    async def charge() -> int:
        await asyncio.sleep(0)
        block()
        return 1

    async with Harness(flow, people=StaticPeople()) as harness:
        run = await harness.start("flow")
        (blocker,) = map(present, found)
        assert blocker.step == f"charge of {run.id}"
        assert f"{Path(__file__).name}:" in blocker.where
        assert "block" in blocker.where


async def test_the_step_of_a_deep_recursion_is_found_from_few_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    flow, found = Workflow("flow", owner="@ops"), []
    loop_thread, limit = threading.get_ident(), sys.getrecursionlimit()

    def look() -> None:
        looked_at: list[str] = []

        def note(file: str) -> bool:
            looked_at.append(file)
            return False

        monkeypatch.setattr("engine.runtime.process.watchdog._is_an_authors", note)
        found.append((blocker_in(sys._current_frames()[loop_thread]), len(looked_at)))

    def recurse(depth: int) -> int:
        if depth:
            return recurse(depth - 1) + 1
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
        return 0

    @flow.step
    async def dig() -> int:
        sys.setrecursionlimit(30_000)
        try:
            return recurse(20_000)
        finally:
            sys.setrecursionlimit(limit)

    async with Harness(flow, people=StaticPeople()) as harness:
        run = await harness.start("flow")
        ((blocker, looked_at),) = found
        assert present(blocker).step == f"dig of {run.id}"
        assert looked_at < 1_000


@pytest.mark.parametrize(
    "package",
    ["bot/cli/serving.py", "engine/runtime/runs/live_runs.py", "localslack/a.py", "signoff_command.py"],
)
def test_code_of_signoff_is_not_an_authors(package: str) -> None:
    root = Path(__file__).resolve().parents[4]
    assert not _is_an_authors(str(root / package))
    assert _is_an_authors(str(root / "workflows" / "deploy.py"))


def test_the_advice_about_steps_is_given_for_a_step_alone() -> None:
    assert "write the step" in _block_text(2, Blocker("charge of pay-8f3k", "/flows/pay.py:12 in charge"))
    assert "write the step" not in _block_text(2, Blocker("", "/bot/serving/file_reload.py:12 in load"))


async def test_an_engine_that_serves_is_watched() -> None:
    flow = Workflow("flow", owner="@ops")

    @flow.step
    async def work() -> int:
        return 1

    async with Harness(flow, people=StaticPeople()) as harness:
        await harness.engine.start("flow", actor=Actor("cli", "t"))
        assert "signoff-watchdog" in [thread.name for thread in threading.enumerate()]
        assert harness.engine.blocked == ""


def test_its_thread_ends_when_the_loop_is_closed_without_it() -> None:
    before = {*threading.enumerate()}

    async def abandon() -> None:
        Watchdog().start()

    asyncio.run(abandon())
    (thread,) = {*threading.enumerate()} - before
    thread.join(10)
    assert not thread.is_alive()
