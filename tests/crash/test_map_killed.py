"""A mapped step whose process is killed three times: the success of each element is recorded once."""

import asyncio
import os
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from engine import Engine, EngineSettings
from tests import preloaded
from tests.crash import map_life

ELEMENTS = int(os.environ.get("SIGNOFF_TEST_ELEMENTS", "1500"))
"""The measured figures are for 10,000."""


async def _life(folder: Path) -> preloaded.Process:
    return await preloaded.start("tests.crash.map_life", str(folder), str(ELEMENTS), env={}, cwd=folder)


def _ended(folder: Path) -> int:
    """Return how many elements have ended so far."""
    path = folder / "signoff.db"
    if not path.exists():
        return 0
    with closing(sqlite3.connect(path)) as database:
        try:
            query = "SELECT count(*) FROM step_run WHERE step LIKE 'send[%' AND ended_at IS NOT NULL"
            return int(database.execute(query).fetchone()[0])
        except sqlite3.OperationalError:  # its tables are being made
            return 0


async def _killed_at(folder: Path, ended: int) -> None:
    process = await _life(folder)
    while _ended(folder) < ended:
        assert process.returncode is None, await process.communicate()
        await asyncio.sleep(0.05)
    process.kill()
    await process.communicate()


@pytest.mark.timeout(300)
async def test_success_of_each_element_is_recorded_once_through_three_deaths(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    for share in (0.2, 0.5, 0.8):
        await _killed_at(tmp_path, int(ELEMENTS * share))
    process = await _life(tmp_path)
    said = await process.communicate()
    assert process.returncode == 0, said
    bad = sum(map(map_life.fails, range(ELEMENTS)))
    with closing(sqlite3.connect(tmp_path / "signoff.db")) as database:
        states = Counter(
            state for (state,) in database.execute("SELECT state FROM step_run WHERE step LIKE 'send[%'")
        )
        told = Counter(
            step
            for (step,) in database.execute(
                "SELECT step FROM event WHERE type = 'step.succeeded' AND step LIKE 'send[%'"
            )
        )
        (output,) = database.execute("SELECT output FROM step_run WHERE step = 'collect'").fetchone()
        assert database.execute("SELECT state FROM run").fetchall() == [("succeeded",)]
    assert states == {"succeeded": ELEMENTS - bad, "failed": bad}
    assert len(told) == ELEMENTS - bad
    assert set(told.values()) == {1}
    assert (
        output == f"[{ELEMENTS - bad},{sum(2 * row for row in range(ELEMENTS) if not map_life.fails(row))}]"
    )
    engine = await Engine.open(tmp_path / "signoff.db", settings=EngineSettings(data_dir=tmp_path / "data"))
    assert not (await engine.receipts.audit()).findings
    await engine.close()
