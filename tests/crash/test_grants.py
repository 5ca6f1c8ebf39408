"""kill -9 while a grant is used: it never approves more than it says, and each use is told once."""

import asyncio
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from engine import Actor, Grants, StaticPeople, Workflow
from engine.testing import Harness

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = StaticPeople(groups={"ops": ["U1"], "owners": ["U9"], "all": ["U5"]})
USES, ASKED = 2, 5


def harness(folder: Path) -> Harness:
    flow = Workflow("flow", owner="@owners")
    flow.approval(
        "go", ask="Go?", approvers="@ops", expires="10d", advisory=True, grants=Grants(uses=USES, within="1h")
    )
    return Harness(flow, people=PEOPLE, folder=folder)


async def burst(folder: Path) -> None:
    """Give a grant, and ask at once more often than it approves."""
    async with harness(folder) as here:
        await here.start("flow", as_user="U5")
        (request,) = await here.requests()
        await here.engine.grant(request.id, USES, timedelta(minutes=30), actor=Actor("slack", "U1"))
        for _ in range(ASKED):
            await here.engine.start("flow", actor=Actor("slack", "U5"))
        await here.run_until_idle()


@pytest.mark.parametrize(
    "fault", ["use.counted", "use.counted:2", *(f"store.written:{number}" for number in (7, 9, 11))]
)
async def test_a_grant_that_is_used_during_a_crash_is_counted_once(tmp_path: Path, fault: str) -> None:
    code = "import asyncio, sys, pathlib; from tests.crash.test_grants import burst; "
    code += "asyncio.run(burst(pathlib.Path(sys.argv[1])))"
    arguments = [sys.executable, "-c", code, str(tmp_path)]
    environment = {**os.environ, "SIGNOFF_FAULT": fault}
    died = await asyncio.to_thread(subprocess.run, arguments, env=environment, cwd=ROOT, capture_output=True)
    assert died.returncode == -9, died.stderr.decode()
    async with harness(tmp_path) as here:
        await here.run_until_idle()
        events = await here.engine.events.read(0, 1000)
        used = [event.data["used"] for event in events if event.type == "grant.used"]
        details = [await here.state(run) for run in await here.runs("flow")]
        requests = [request for detail in details for request in detail.requests]
        approved = [each for each in requests if each.coverage.grant and each.outcome == "approved"]
        assert used == list(range(1, len(approved) + 1))
        assert len(approved) <= USES
        if fault.startswith("use"):
            assert len(approved) == USES
