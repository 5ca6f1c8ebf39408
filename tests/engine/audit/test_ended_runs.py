"""Rows of a run that has ended, removed by another program: the audit names them, and readers are told."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from engine import Actor, Decision, Engine, EngineSettings
from engine.store.postgres.connection import Connection
from tests.engine.tampering import PEOPLE, flow
from tests.postgres_server import address_of

OF_REQUEST = "request_id IN (SELECT id FROM request WHERE run_id = ? AND step = 'go')"
REMOVED = {
    "a step": ("DELETE FROM step_run WHERE run_id = ? AND step = 'scale'", "the step scale was removed"),
    "all steps": ("DELETE FROM step_run WHERE run_id = ?", "the step close was removed"),
    "a decision": (f"DELETE FROM decision WHERE {OF_REQUEST}", "the decision "),
    "a request": ("DELETE FROM request WHERE run_id = ? AND step = 'final'", "the request "),
    "a signal": ("DELETE FROM signal WHERE run_id = ?", "the signal arrival was removed"),
    "a checkpoint": ("DELETE FROM checkpoint WHERE run_id = ?", "the checkpoint "),
}


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    return tmp_path / "signoff.db" if request.param == "sqlite" else address_of(str(tmp_path))


@pytest.fixture
async def engine(address: Path | str, tmp_path: Path) -> AsyncIterator[Engine]:
    settings = EngineSettings(tmp_path / "data", keys_dir=tmp_path / "keys")
    engine = await Engine.open(address, people=PEOPLE, settings=settings)
    engine.register(flow())
    await engine.serve()
    yield engine
    await engine.close(grace=0)


@pytest.fixture
async def run_id(engine: Engine) -> str:
    """Return the id of a run that has ended, after two decisions and a signal."""
    run = await engine.start("flow", actor=Actor("slack", "U2"))
    for step, approver in (("go", "U1"), ("final", "U9")):
        async with asyncio.timeout(20):
            while not (asked := [each for each in await engine.requests(run_id=run.id) if each.step == step]):
                await asyncio.sleep(0.01)
        result = await engine.decide(asked[0].id, Decision("approve"), actor=Actor("slack", approver))
        assert result.accepted, result
    await engine.signal(run.id, "arrival", actor=Actor("slack", "U2"))
    ended = await asyncio.wait_for(engine.until_ended(run.id), 20)
    assert ended.state == "succeeded"
    assert not (await engine.audit()).findings
    assert not (await engine.detail(run.id, marked=True)).altered
    return run.id


def execute(address: Path | str, statement: str, run_id: str) -> int:
    """As another program does. Returns how many rows were changed."""
    if isinstance(address, Path):
        with closing(sqlite3.connect(address)) as connection, connection:
            return connection.execute(statement, (run_id,)).rowcount
    with closing(Connection(address)) as on_server:
        changed: Any = on_server.execute(statement, (run_id,)).rowcount
        return int(changed)


@pytest.mark.parametrize("what", REMOVED)
async def test_a_row_that_was_removed_from_an_ended_run_is_told(
    engine: Engine, run_id: str, address: Path | str, what: str
) -> None:
    statement, problem = REMOVED[what]
    assert await asyncio.to_thread(execute, address, statement, run_id)
    findings = (await engine.audit()).findings
    assert [each for each in findings if each.run_id == run_id and problem in each.problem], findings
    detail = await engine.detail(run_id, marked=True)
    assert detail.altered.startswith(f"{run_id} was changed by another program: ")
    assert all(request.altered for request in detail.requests)
