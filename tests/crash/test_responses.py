"""kill -9 between a response and its delivery: the caller gets the text after the restart, once and whole."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

from bot.http.approvals_api import shape
from engine import Actor, Decision, Gate, StaticPeople
from engine.testing import Harness

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = StaticPeople(groups={"ops": ["U1"], "owners": ["U9"]})
TEXT = "eu, after 22:00 & <!channel>"


def harness(folder: Path) -> Harness:
    gate = Gate("gate", owner="@owners", approvers="@ops", expires="10d", respond=True)
    return Harness(gate, people=PEOPLE, folder=folder)


async def respond(folder: Path) -> None:
    async with harness(folder) as here:
        await here.start("gate", {"question": "Which region?"}, as_user="U9")
        await here.decide("decision", "respond", as_user="U1", comment=TEXT)


async def test_a_response_outlives_the_process_that_took_it(tmp_path: Path) -> None:
    code = "import asyncio, sys, pathlib; from tests.crash.test_responses import respond; "
    code += "asyncio.run(respond(pathlib.Path(sys.argv[1])))"
    arguments = [sys.executable, "-c", code, str(tmp_path)]
    environment = {**os.environ, "SIGNOFF_FAULT": "decision.committed"}
    died = await asyncio.to_thread(subprocess.run, arguments, env=environment, cwd=ROOT, capture_output=True)
    assert died.returncode == -9, died.stderr.decode()
    async with harness(tmp_path) as here:
        await here.run_until_idle()
        run = await here.run("gate")
        answer = shape(await here.state(run), here.clock.now())
        assert (answer["state"], answer["by"], answer["comment"]) == ("responded", ["U1"], TEXT)
        request, actor = (await here.state(run)).requests[0].id, Actor("slack", "U1")
        repeated = await here.engine.decide(request, Decision("respond", comment=TEXT), actor=actor)
        assert repeated.code == "duplicate"
        late = await here.engine.decide(request, Decision("approve"), actor=actor)
        assert late.code == "already_decided"
        assert len((await here.state(run)).requests[0].decisions) == 1
        assert (await here.engine.audit()).findings == []
