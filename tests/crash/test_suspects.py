"""A step that ends the process again and again is found, and the steps beside it are left alone."""

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from tests import preloaded
from tests.crash import poison


async def _life(folder: Path) -> tuple[int, str]:
    process = await preloaded.start("tests.crash.poison", str(folder), env={}, cwd=folder)
    said = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said


@pytest.fixture
async def lives(tmp_path: Path) -> list[tuple[int, str]]:
    """Exit code and log of each life of an engine on `tmp_path`, started again until one ends by itself."""
    (tmp_path / "data").mkdir()
    found = [await _life(tmp_path)]
    while found[-1][0] and len(found) < 9:
        found.append(await _life(tmp_path))
    return found


async def test_only_the_step_that_dies_alone_is_blamed(tmp_path: Path, lives: list[tuple[int, str]]) -> None:
    assert [code for code, _ in lives] == [9, 9, 9, 0], lives[-1][1]
    with closing(sqlite3.connect(tmp_path / "signoff.db")) as database:
        asked = database.execute("SELECT step, json_extract(failure, '$.message') FROM request").fetchall()
        states = dict(database.execute("SELECT step, state FROM step_run WHERE step LIKE 'innocent%'"))
        attempts = dict(database.execute("SELECT step, attempt FROM step_run"))
    assert asked == [
        (
            "poison",
            "The process died 3 times while this step was executing, the last time while nothing else was.",
        )
    ]
    assert states == {f"innocent_{number}": "succeeded" for number in range(poison.BESIDE)}
    assert attempts["poison"] == 3
    executed = Counter((tmp_path / "data" / "executed").read_text(encoding="utf-8").split())
    assert executed["poison"] == 3
    assert all(executed[step] <= 3 for step in states)
    assert "executing: each is tried again separately" in lives[1][1]
    assert "The process died while poison of flow-once was executing" in lives[2][1]
