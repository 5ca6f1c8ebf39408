"""A policy's request whose process dies by kill -9: people are asked once, and their answer counts once."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from engine import Engine, EngineSettings
from tests import preloaded


async def _life(folder: Path, fault: str = "") -> preloaded.Process:
    env = {"SIGNOFF_FAULT": fault}
    return await preloaded.start("tests.crash.policy_life", str(folder), env=env, cwd=folder)


async def _ends(process: preloaded.Process, code: int) -> None:
    said = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == code, said


def _rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    if not (folder / "signoff.db").exists():
        return []
    with closing(sqlite3.connect(folder / "signoff.db")) as database:
        try:
            return database.execute(query).fetchall()
        except sqlite3.OperationalError:
            return []  # the process has not made the tables yet


def _done(folder: Path) -> list[str]:
    path = folder / "done"
    return path.read_text().splitlines() if path.exists() else []


async def _finished(folder: Path, executions: int) -> None:
    """One request with one decision; `executions` of the step have the same idempotency key."""
    assert _rows(folder, "SELECT state FROM run") == [("succeeded",)]
    assert _rows(folder, "SELECT state, outcome FROM request") == [("decided", "approved")]
    assert _rows(folder, "SELECT count(*) FROM decision") == [(1,)]
    assert _rows(folder, "SELECT count(*) FROM event WHERE type = 'policy.asked'") == [(1,)]
    assert _done(folder)[0] == "build"
    released = _done(folder)[1:]
    assert (len(released), len(set(released))) == (executions, 1)
    engine = await Engine.open(folder / "signoff.db", settings=EngineSettings(data_dir=folder / "data"))
    assert not (await engine.receipts.audit()).findings
    await engine.close()


async def _killed_when(folder: Path, query: str) -> None:
    process = await _life(folder)
    while not _rows(folder, query):
        assert process.returncode is None, await process.communicate()
        await asyncio.sleep(0.02)
    process.kill()
    await _ends(process, -9)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return tmp_path


@pytest.mark.timeout(120)
async def test_an_open_request_of_a_policy_is_the_same_after_a_death(site: Path) -> None:
    await _killed_when(site, "SELECT 1 FROM request WHERE state = 'open'")
    before = _rows(site, "SELECT id FROM request")
    assert _done(site) == ["build"]
    (site / "answer").touch()
    await _ends(await _life(site), 0)
    assert _rows(site, "SELECT id FROM request") == before
    await _finished(site, 1)


@pytest.mark.timeout(120)
async def test_a_death_between_the_approval_and_the_execution_asks_nobody_again(site: Path) -> None:
    (site / "answer").touch()
    await _ends(await _life(site, "attempt.started:2"), -9)
    assert _done(site) == ["build"]
    await _ends(await _life(site), 0)
    await _finished(site, 1)


@pytest.mark.timeout(120)
async def test_a_death_while_the_approved_step_executes_asks_nobody_again(site: Path) -> None:
    (site / "answer").touch()
    (site / "hold").write_text("release")
    process = await _life(site)
    while len(_done(site)) < 2:
        assert process.returncode is None, await process.communicate()
        await asyncio.sleep(0.02)
    process.kill()
    await _ends(process, -9)
    (site / "hold").unlink()
    await _ends(await _life(site), 0)
    await _finished(site, 2)
