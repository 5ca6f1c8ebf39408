"""Type checkers see a wrong keyword or a wrong type in an author's file."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.packaging

ROOT = Path(__file__).parents[3]
RIGHT = """from pydantic import BaseModel

from signoff import Choose, Cron, Form, Gate, Outcome, Retry, Stage, Workflow, WorkingHours


class Rollout(BaseModel):
    replicas: int = 1
    region: str = "eu"


daily = Cron("0 2 * * *", catchup="all", catchup_limit=3)
flow = Workflow("flow", owner="@ops", triggers=[daily], max_active_runs=1)


@flow.step(retry=Retry(attempts=3, delay="2s", retry_on=(OSError,)))
async def plan() -> Rollout:
    return Rollout()


go = flow.approval(
    "go",
    ask="Go?",
    stages=[Stage("one", ["@a"])],
    form=Form(Rollout, defaults_from=plan, options={"region": "plan.region"}),
    expires="4h",
    comment={"reject": "optional"},
    working_hours=WorkingHours(tz="Europe/Berlin"),
    after=[plan],
)
some = Choose(["a", "b"], multiple=True)
gate = Gate("gate", owner="@ops", approvers=["@ops"], quorum="all", expires="1h", choose=some)


@flow.step(when=go.approved)
async def act(go: Outcome[Rollout]) -> None: ...
"""
WRONG = {
    'Workflow("w", owner="@ops", concurrency=1)': 'Unexpected keyword argument "concurrency"',
    'Workflow("w", owner="@ops", max_active_runs="1")': 'Argument "max_active_runs"',
    'Retry(first="1s")': 'Unexpected keyword argument "first"',
    "Retry(delay=1)": 'Argument "delay"',
    'Cron("0 2 * * *", catchup="maybe")': 'Argument "catchup"',
    "Form(int)": "Argument 1",
    'flow.approval("a", ask="Go?", undo="1h")': 'Unexpected keyword argument "undo"',
    'flow.approval("a", ask="Go?", quorum="some")': 'Argument "quorum"',
    'flow.approval("a", ask="Go?", risk="medium")': 'Argument "risk"',
    'flow.approval("a", ask="Go?", form="Rollout")': 'Argument "form"',
    'flow.approval("a", approvers=["@a"])': 'Missing named argument "ask"',
    'Gate("g", owner="@ops", undo="1h")': 'Unexpected keyword argument "undo"',
    'Gate("g", owner="@ops", expires=4)': 'Argument "expires"',
    'Gate("g", owner="@ops", ask="Go?")': 'Unexpected keyword argument "ask"',
    "flow.step(retry=3)": 'No overload variant of "step"',
}


def test_mypy_sees_each_wrong_keyword_and_type_and_nothing_else(tmp_path: Path) -> None:
    first_wrong = len(RIGHT.splitlines()) + 1
    file = tmp_path / "flow.py"
    file.write_text(RIGHT + "\n".join(WRONG) + "\n", encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--follow-imports=silent",
        "--config-file=",
        str(file),
    ]
    environ = {**os.environ, "MYPYPATH": str(ROOT), "MYPY_CACHE_DIR": str(ROOT / ".mypy_cache" / "authors")}
    checked = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environ, check=False)
    errors = [line for line in checked.stdout.splitlines() if ": error: " in line]
    for number, (line, words) in enumerate(WRONG.items(), first_wrong):
        assert any(f":{number}: error: {words}" in error for error in errors), (line, checked.stdout)
    assert len(errors) == len(WRONG), checked.stdout
