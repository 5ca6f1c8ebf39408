"""kill -9 while a person breaks glass: the approval, its review and what is told are kept, each once."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine.runtime.requests.test_break_glass import Life, harness

ROOT = Path(__file__).resolve().parents[2]


async def break_and_die(folder: Path) -> None:
    async with harness(folder=folder) as here:
        life = Life(here)
        await life.use(await life.ask())


@pytest.mark.parametrize("fault", ["glass.broken", *(f"store.written:{number}" for number in (5, 6, 7, 8))])
async def test_break_glass_during_a_crash_is_reviewed_once(tmp_path: Path, fault: str) -> None:
    code = "import asyncio, sys, pathlib; from tests.crash.test_break_glass import break_and_die; "
    code += "asyncio.run(break_and_die(pathlib.Path(sys.argv[1])))"
    arguments = [sys.executable, "-c", code, str(tmp_path)]
    environment = {**os.environ, "SIGNOFF_FAULT": fault}
    died = await asyncio.to_thread(subprocess.run, arguments, env=environment, cwd=ROOT, capture_output=True)
    assert died.returncode == -9, died.stderr.decode()
    async with harness(folder=tmp_path) as here:
        await here.run_until_idle()
        events = await here.engine.events.read(0, 1000)
        used = [event for event in events if event.type == "break_glass.used"]
        decided = [each for each in events if each.type == "request.decision" and "break_glass" in each.data]
        reviews = await here.runs("glass")
        # The approval, its review and the event that is told are there together, or none of them is.
        assert len(used) == len(decided) == len(reviews) == len(await here.engine.open_reviews())
        assert len(used) == 1 or fault != "glass.broken"
        if used:
            life = Life(here)
            assert used[0].data["review"] == (await life.review()).run_id
            (done,) = await here.runs("flow")
            assert await here.output(done, "act") == "api by U7"
            await here.decide(await life.review(), "approve", as_user="U9")
        assert await here.engine.open_reviews() == []
