"""Commands that outlive the bot: a workflow, a bot that ends meanwhile, and what must be true afterwards."""

import asyncio
import os
import signal
import sys
from pathlib import Path

from engine import Actor, Engine, EngineSettings, StaticPeople
from engine.loading import load
from tests.test_repository import ROOT

PEOPLE = StaticPeople(groups={"ops": ["U1"]})
TESTER = Actor("cli", "t")
_FILE = """
from signoff import Workflow

flow = Workflow("nightly", owner="@ops", on_failure="fail")
flow.command(
    "work",
    ["sh", "-c", "echo begun >> begun; until [ -e go-on ]; do sleep 0.05; done; echo done; exit 9"],
    exit_codes={9: "ok"},
    PLACE
)
"""
_BOT = """
import asyncio, sys
from pathlib import Path
from tests.engine.steps.outliving import TESTER, opened

async def main():
    engine = await opened(Path(sys.argv[1]))
    run = await engine.start("nightly", actor=TESTER)
    print(run.id, flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


async def opened(folder: Path) -> Engine:
    """Serve the workflow of `folder` on the database in it."""
    settings = EngineSettings(data_dir=folder / "data")
    engine = await Engine.open(folder / "signoff.db", people=PEOPLE, settings=settings)
    for found in load([folder / "nightly.py"]):
        engine.register(found.workflow, str(found.file))
    await engine.serve()
    return engine


async def killed_meanwhile(folder: Path, place: str) -> str:
    """Kill a bot while its command executes, and return the run. `place`: options of the command."""
    (folder / "nightly.py").write_text(_FILE.replace("PLACE", place))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _BOT, str(folder), stdout=asyncio.subprocess.PIPE,
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert process.stdout is not None
    run_id = (await process.stdout.readline()).decode().strip()
    await _begun(folder, run_id)
    process.send_signal(signal.SIGKILL)
    await process.wait()
    return run_id


async def stopped_meanwhile(folder: Path, place: str) -> str:
    """Stop the engine while its command executes, and return the run."""
    (folder / "nightly.py").write_text(_FILE.replace("PLACE", place))
    engine = await opened(folder)
    run = await engine.start("nightly", actor=TESTER)
    await _begun(folder, run.id)
    await engine.close(grace=0.0)
    return run.id


async def _begun(folder: Path, run_id: str) -> None:
    async with asyncio.timeout(30):
        while not (files(folder, run_id) / "begun").exists():
            await asyncio.sleep(0.02)


def files(folder: Path, run_id: str) -> Path:
    """Return the folder that the command has."""
    return folder / "data" / "commands" / run_id


async def ends_once(folder: Path, run_id: str, found: str) -> None:
    """Let the command end, and hold that it was executed once. `found`: words of the step's log."""
    engine = await opened(folder)
    (files(folder, run_id) / "go-on").touch()
    async with asyncio.timeout(30):
        run = await engine.until_ended(run_id)
    (step,) = (await engine.detail(run_id)).steps
    assert (run.state, step.attempt) == ("succeeded", 2)
    assert (step.output["stdout"], step.output["exit_code"]) == ("done\n", 9)
    assert (files(folder, run_id) / "begun").read_text() == "begun\n"
    assert any(found in line for line in step.log)
    await engine.close()
