"""A step that ends the process again and again is found, and the steps beside it are left alone."""

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from tests import preloaded
from tests.crash import poison


async def _life(folder: Path, *arguments: str) -> tuple[int, str]:
    process = await preloaded.start("tests.crash.poison", str(folder), *arguments, env={}, cwd=folder)
    said = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said


async def _lives(folder: Path, *arguments: str) -> list[tuple[int, str]]:
    """Exit code and log of each life of an engine on `folder`, started again until one ends by itself."""
    (folder / "data").mkdir()
    found = [await _life(folder, *arguments)]
    while found[-1][0] and len(found) < 9:
        found.append(await _life(folder, *arguments))
    return found


def _asked(folder: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(folder / "signoff.db")) as database:
        return database.execute("SELECT step, json_extract(failure, '$.message') FROM request").fetchall()


@pytest.mark.long
@pytest.mark.parametrize("number", ["SIGINT", "SIGTERM"])
async def test_a_step_that_stops_the_process_by_a_signal_each_time_is_found(
    tmp_path: Path, number: str
) -> None:
    lives = await _lives(tmp_path, number)
    assert [bool(code) for code, _ in lives] == [True] * 5 + [False], lives[-1][1]
    assert _asked(tmp_path) == [
        (
            "poison",
            "The process ended 3 times while this step was executing, the last time while nothing else was. "
            "The step, or a program that it starts, may crash it or send it a signal.",
        )
    ]
    assert "stopped 3 times in a row soon after poison of flow-once had started" in lives[2][1]


async def test_only_the_step_that_dies_alone_is_blamed(tmp_path: Path) -> None:
    lives = await _lives(tmp_path)
    assert [code for code, _ in lives] == [9, 9, 9, 0], lives[-1][1]
    asked = _asked(tmp_path)
    with closing(sqlite3.connect(tmp_path / "signoff.db")) as database:
        states = dict(database.execute("SELECT step, state FROM step_run WHERE step LIKE 'innocent%'"))
        attempts = dict(database.execute("SELECT step, attempt FROM step_run"))
    assert asked == [
        (
            "poison",
            "The process ended 3 times while this step was executing, the last time while nothing else was. "
            "The step, or a program that it starts, may crash it or send it a signal.",
        )
    ]
    assert states == {f"innocent_{number}": "succeeded" for number in range(poison.BESIDE)}
    assert attempts["poison"] == 3
    executed = Counter((tmp_path / "data" / "executed").read_text(encoding="utf-8").split())
    assert executed["poison"] == 3
    assert all(executed[step] <= 3 for step in states)
    assert "executing: each is tried again separately" in lives[1][1]
    assert "The process ended while poison of flow-once was executing" in lives[2][1]
