"""A run that runs another workflow, killed as by kill -9 between any two writes: each run starts once."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from engine import Engine, EngineSettings
from tests import preloaded

POINTS = [
    "wait.due:1",
    "child.started",
    "child.told",
    "follow_up.started",
    *[f"store.written:{number}" for number in (6, 9)],
    *[f"store.committed:{number}" for number in range(4, 14)],
]
CANCELLED = ["child.started", *[f"store.committed:{number}" for number in range(5, 12)]]
MAPPED = ["child.started:2", "child.told:3", *[f"store.committed:{number}" for number in range(5, 24, 4)]]
STOPPED = ["child.started:2", *[f"store.committed:{number}" for number in range(6, 14, 2)]]
"""Reached by the first life. `store.…` is the writing transaction of that number."""


async def _life(folder: Path, how: str, fault: str) -> int:
    env = {"SIGNOFF_FAULT": fault}
    process = await preloaded.start("tests.crash.child_life", str(folder), how, env=env, cwd=folder)
    said = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode in (0, -9), said
    return process.returncode


async def _clean(folder: Path) -> bool:
    engine = await Engine.open(folder / "signoff.db", settings=EngineSettings(data_dir=folder / "data"))
    try:
        return not (await engine.receipts.audit()).findings and await engine.next_due() is None
    finally:
        await engine.close()


def _rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "signoff.db")) as database:
        return database.execute(query).fetchall()


@pytest.mark.timeout(180)
@pytest.mark.parametrize("point", POINTS)
async def test_a_child_and_a_follow_up_run_once_through_a_death(point: str, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    assert await _life(tmp_path, "ends", point) == -9
    assert await _life(tmp_path, "ends", "") == 0
    assert _rows(tmp_path, "SELECT workflow, state FROM run ORDER BY workflow") == [
        ("archive", "succeeded"), ("build", "succeeded"), ("ends", "succeeded"),
    ]  # fmt: skip
    assert _rows(tmp_path, "SELECT output FROM step_run WHERE step = 'publish'") == [
        ('"published what was built"',)
    ]
    told = "SELECT count(*) FROM event WHERE type = 'step.succeeded' AND step = 'built'"
    assert _rows(tmp_path, told) == [(1,)]
    assert await _clean(tmp_path)


@pytest.mark.timeout(180)
@pytest.mark.parametrize("point", CANCELLED)
async def test_a_cancelled_parent_leaves_no_child_through_a_death(point: str, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    assert await _life(tmp_path, "cancelled", point) == -9
    assert await _life(tmp_path, "cancelled", "") == 0
    assert _rows(tmp_path, "SELECT workflow, state FROM run ORDER BY workflow") == [
        ("cancelled", "cancelled"), ("slow", "cancelled"),
    ]  # fmt: skip
    assert await _clean(tmp_path)


@pytest.mark.timeout(180)
@pytest.mark.parametrize("point", MAPPED)
async def test_each_element_has_one_child_run_through_a_death(point: str, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    assert await _life(tmp_path, "mapped", point) == -9
    assert await _life(tmp_path, "mapped", "") == 0
    children = "SELECT state, count(*) FROM run WHERE workflow = 'part' GROUP BY state ORDER BY state"
    assert _rows(tmp_path, children) == [("failed", 1), ("succeeded", 4)]
    assert _rows(tmp_path, "SELECT output FROM step_run WHERE step = 'join'") == [('"AB-DE"',)]
    triggers = [trigger for (trigger,) in _rows(tmp_path, "SELECT trigger FROM run WHERE workflow = 'part'")]
    assert {trigger.split(":")[1] for trigger in triggers} == {f"parts[{index}]" for index in range(5)}
    assert await _clean(tmp_path)


@pytest.mark.timeout(180)
@pytest.mark.parametrize("point", STOPPED)
async def test_a_cancelled_parent_leaves_no_child_of_an_element_through_a_death(
    point: str, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    assert await _life(tmp_path, "stopped", point) == -9
    assert await _life(tmp_path, "stopped", "") == 0
    states = _rows(tmp_path, "SELECT DISTINCT workflow, state FROM run ORDER BY workflow")
    assert states in (
        [("endless", "cancelled"), ("stopped", "cancelled")],
        [("stopped", "cancelled")],
    )
    assert await _clean(tmp_path)
