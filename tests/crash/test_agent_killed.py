"""An agent whose process dies by kill -9: a call is recorded once, and the conversation goes on."""

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from engine import Engine, EngineSettings
from tests import preloaded

pytest.importorskip("pydantic_ai", reason="The extra `agents` is not installed.")

HELD = ["model 0 begins", "model 1 begins", "model 2 begins", "read_log", "restart web False begins"]
"""Places at which the process is killed from outside."""
POINTS = [
    "decision.committed",
    *[f"checkpoint.kept:{number}" for number in (1, 2, 3)],
    *[f"store.committed:{number}" for number in range(3, 12, 2)],
]


async def _life(folder: Path, fault: str = "", calls: int = 5) -> preloaded.Process:
    env = {"SIGNOFF_FAULT": fault}
    return await preloaded.start("tests.crash.agent_life", str(folder), str(calls), env=env, cwd=folder)


async def _ends(process: preloaded.Process, code: int) -> None:
    said = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == code, said


def _rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "signoff.db")) as database:
        return database.execute(query).fetchall()


def _done(folder: Path) -> list[str]:
    path = folder / "done"
    return path.read_text().splitlines() if path.exists() else []


async def _went_on(folder: Path) -> None:
    """Check what is there after the last life."""
    assert _rows(folder, "SELECT state FROM run") == [("succeeded",)]
    assert _rows(folder, "SELECT output FROM step_run WHERE step = 'diagnose'") == [('"It runs."',)]
    assert _rows(folder, "SELECT count(*) FROM decision") == [(1,)]
    recorded = "SELECT step, count(*) FROM event WHERE type = 'step.succeeded' AND step LIKE 'diagnose_%'"
    assert _rows(folder, f"{recorded} GROUP BY step ORDER BY step") == [
        (step, 1) for step in ("diagnose_1", "diagnose_2", "diagnose_call_1")
    ]
    begun = {line for line in _done(folder) if line.startswith("restart") and "begins" in line}
    assert len(begun) == 1, "the arguments and the idempotency key are the same in each try"
    assert begun.pop().startswith("restart web False begins with ")
    ((turn,),) = _rows(folder, "SELECT output FROM step_run WHERE step = 'diagnose_2'")
    transcript = json.loads(turn)["transcript"]
    said = [part for message in transcript for part in message["parts"]]
    assert [(part["part_kind"], part.get("tool_name")) for part in said] == [
        ("user-prompt", None),
        ("tool-call", "read_log"),
        ("tool-return", "read_log"),
        ("tool-call", "restart"),
        ("tool-return", "restart"),
        ("text", None),
    ]
    engine = await Engine.open(folder / "signoff.db", settings=EngineSettings(data_dir=folder / "data"))
    assert not (await engine.receipts.audit()).findings
    await engine.close()


@pytest.mark.long
@pytest.mark.timeout(120)
@pytest.mark.parametrize("held", HELD)
async def test_what_was_under_way_executes_again_and_nothing_else_does(held: str, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "hold").write_text(held)
    process = await _life(tmp_path)
    while not (_done(tmp_path) and _done(tmp_path)[-1].startswith(held)):
        assert process.returncode is None, await process.communicate()
        await asyncio.sleep(0.02)
    process.kill()
    await _ends(process, -9)
    before = _done(tmp_path)
    (tmp_path / "hold").unlink()
    await _ends(await _life(tmp_path), 0)
    await _went_on(tmp_path)
    again = [line for line in _done(tmp_path)[len(before) :] if line in before]
    assert again == [before[-1]]
    assert sum(line == "restart web False ends" for line in _done(tmp_path)) == 1


@pytest.mark.timeout(120)
async def test_a_call_that_was_approved_before_the_death_executes_once_after_it(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    await _ends(await _life(tmp_path, "decision.committed"), -9)
    assert _rows(tmp_path, "SELECT choice FROM decision") == [("approve",)]
    assert not [line for line in _done(tmp_path) if line.startswith("restart")]
    await _ends(await _life(tmp_path), 0)
    await _went_on(tmp_path)
    assert len(_done(tmp_path)) == len(set(_done(tmp_path))), "nothing executes twice"


@pytest.mark.long
@pytest.mark.timeout(120)
@pytest.mark.parametrize("point", POINTS)
async def test_an_agent_ends_as_without_a_death(point: str, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    await _ends(await _life(tmp_path, point), -9)
    await _ends(await _life(tmp_path), 0)
    await _went_on(tmp_path)


@pytest.mark.timeout(120)
async def test_a_spent_budget_is_not_renewed_by_a_death(tmp_path: Path) -> None:
    """The process dies after what was used is kept, and before the failure is recorded."""
    (tmp_path / "data").mkdir()
    await _ends(await _life(tmp_path, "checkpoint.kept:3", calls=1), -9)
    assert _rows(tmp_path, "SELECT count(*) FROM checkpoint WHERE key = 'spent'") == [(1,)]
    await _ends(await _life(tmp_path, calls=1), 0)
    assert _rows(tmp_path, "SELECT state FROM run") == [("failed",)]
    assert [line for line in _done(tmp_path) if line.startswith("model 1")] == []
