"""kill -9 while an approval waits for its window: the step runs once inside of it, or never."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine import Outcome, StaticPeople, Window, Workflow
from engine.testing import Harness

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = StaticPeople(groups={"ops": ["U1"], "owners": ["U9"]})
NOON = "2026-01-05T12:00:00+01:00"
INSIDE, AFTER = "2026-01-05T23:00:00+01:00", "2026-01-06T00:00:00+01:00"


def harness(folder: Path, at: str) -> Harness:
    flow = Workflow("flow", owner="@owners")
    window = Window("22:00", "2h", tz="Europe/Berlin")
    go = flow.approval("go", ask="Go?", approvers="@ops", expires="2d", window=window)

    @flow.step(when=go.approved)
    async def act(go: Outcome) -> str:
        return "done"

    return Harness(flow, people=PEOPLE, folder=folder, at=at)


async def approve_and_die(folder: Path, by: str) -> None:
    async with harness(folder, NOON) as here:
        await here.start("flow", as_user="U9")
        await here.decide("go", "approve", as_user="U1")
        if by == "advance":  # a fault kills it when the window opens
            await here.advance("10h")
        os.kill(os.getpid(), signal.SIGKILL)


async def die(folder: Path, by: str = "", fault: str = "") -> None:
    code = "import asyncio, sys, pathlib; from tests.crash.test_windows import approve_and_die; "
    code += "asyncio.run(approve_and_die(pathlib.Path(sys.argv[1]), sys.argv[2]))"
    arguments = [sys.executable, "-c", code, str(folder), by]
    environment = {**os.environ, "SIGNOFF_FAULT": fault}
    died = await asyncio.to_thread(subprocess.run, arguments, env=environment, cwd=ROOT, capture_output=True)
    assert died.returncode == -9, died.stderr.decode()


@pytest.mark.parametrize("fault", ["", "decision.committed"])
async def test_the_step_runs_once_if_the_process_is_back_inside_of_the_window(
    tmp_path: Path, fault: str
) -> None:
    await die(tmp_path, fault=fault)
    async with harness(tmp_path, INSIDE) as here:
        await here.run_until_idle()
        run = await here.run("flow")
        assert (await here.state(run)).requests[0].state == "decided"
        assert await here.output(run, "act") == "done"
        assert (await here.step(run, "act")).attempt == 1


@pytest.mark.parametrize("fault", ["", "decision.committed"])
async def test_nothing_runs_if_the_process_is_back_after_the_window(tmp_path: Path, fault: str) -> None:
    await die(tmp_path, fault=fault)
    async with harness(tmp_path, AFTER) as here:
        await here.run_until_idle()
        run = await here.run("flow")
        detail = await here.state(run)
        assert [(each.state, each.outcome) for each in detail.requests] == [("expired", "expired")]
        assert [(each.state, each.attempt) for each in detail.steps if each.step == "act"] == [("skipped", 0)]
        events = [each for each in await here.engine.events.read(0, 1000) if each.type == "request.expired"]
        assert [each.data.get("unused") for each in events] == [True]
