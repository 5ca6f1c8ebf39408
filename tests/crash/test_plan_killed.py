"""A plan whose process dies by kill -9: each item and each undo is recorded once, and the rest goes on."""

import asyncio
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from engine import Engine, EngineSettings
from tests import preloaded

NODES, ENDS_BADLY = ("a", "b", "c", "d"), ("a", "b", "bad", "d")


async def _life(folder: Path, fault: str = "") -> preloaded.Process:
    env = {"SIGNOFF_FAULT": fault}
    return await preloaded.start("tests.crash.plan_life", str(folder), env=env, cwd=folder)


async def _ends(process: preloaded.Process, code: int) -> None:
    said = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == code, said


def _rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "signoff.db")) as database:
        return database.execute(query).fetchall()


def _done(folder: Path) -> list[str]:
    path = folder / "done"
    return path.read_text().splitlines() if path.exists() else []


async def _killed_in(folder: Path, held: str) -> None:
    """Kill the process where this line is written."""
    (folder / "hold").write_text(held)
    process = await _life(folder)
    while not (_done(folder) and _done(folder)[-1].startswith(held)):
        assert process.returncode is None, await process.communicate()
        await asyncio.sleep(0.02)
    process.kill()
    await _ends(process, -9)
    (folder / "hold").unlink()


def _site(folder: Path, nodes: tuple[str, ...]) -> Path:
    (folder / "data").mkdir()
    (folder / "nodes").write_text(" ".join(nodes))
    return folder


async def _audited(folder: Path) -> None:
    engine = await Engine.open(folder / "signoff.db", settings=EngineSettings(data_dir=folder / "data"))
    assert not (await engine.receipts.audit()).findings
    await engine.close()


def _ended(folder: Path, word: str) -> list[str]:
    """Return the nodes whose action or undo ended, in order."""
    return [line.split()[1] for line in _done(folder) if line.startswith(word) and line.endswith(" ends")]


def _keys_are_one_each(folder: Path, word: str) -> None:
    """Each item has one line with which it begins: the same result and idempotency key in each try."""
    lines = {line for line in _done(folder) if line.startswith(word) and "begins" in line}
    assert len(lines) == len({line.split()[1] for line in lines})
    assert len({line.rpartition(" ")[2] for line in lines}) == len(lines)


def _recorded_once(folder: Path, type_: str, number: int) -> None:
    query = f"SELECT step FROM event WHERE type = '{type_}' AND step LIKE 'repair[%'"
    told = Counter(step for (step,) in _rows(folder, query))
    assert (len(told), set(told.values())) == (number, {1})


async def _finished(folder: Path, times: int = 1) -> None:
    """`times`: how often the item that was cut off ended."""
    assert _rows(folder, "SELECT state FROM run") == [("succeeded",)]
    assert _rows(folder, "SELECT count(*) FROM decision") == [(1,)]
    _recorded_once(folder, "step.succeeded", len(NODES))
    _keys_are_one_each(folder, "drain")
    assert list(dict.fromkeys(_ended(folder, "drain"))) == list(NODES)
    assert len(_ended(folder, "drain")) == len(NODES) - 1 + times
    assert _ended(folder, "fill") == []
    await _audited(folder)


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    ("held", "times"),
    [
        pytest.param("drain a begins", 1, marks=pytest.mark.long),
        ("drain b begins", 1),
        ("drain c ends", 2),
    ],
)
async def test_an_item_that_was_cut_off_executes_again_with_its_key_and_the_rest_goes_on(
    tmp_path: Path, held: str, times: int
) -> None:
    """An item that ended without a record ends twice: it can tell by its key."""
    await _killed_in(_site(tmp_path, NODES), held)
    await _ends(await _life(tmp_path), 0)
    await _finished(tmp_path, times)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("point", ["attempt.recorded:4", "attempt.started:4"])
async def test_a_death_between_two_items_repeats_none(tmp_path: Path, point: str) -> None:
    await _ends(await _life(_site(tmp_path, NODES), point), -9)
    before = _ended(tmp_path, "drain")
    assert 0 < len(before) < len(NODES)
    await _ends(await _life(tmp_path), 0)
    await _finished(tmp_path, 2 if _ended(tmp_path, "drain").count(before[-1]) == 2 else 1)


@pytest.mark.timeout(120)
async def test_a_plan_goes_on_through_three_deaths(tmp_path: Path) -> None:
    _site(tmp_path, NODES)
    for node in NODES[:3]:
        await _killed_in(tmp_path, f"drain {node} begins")
    await _ends(await _life(tmp_path), 0)
    await _finished(tmp_path)


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    ("held", "times"), [("fill b, b is drained, begins", 1), ("fill b ends", 2), ("fill a, a is", 1)]
)
async def test_an_undo_that_was_cut_off_goes_on_with_its_key_and_none_is_left_out(
    tmp_path: Path, held: str, times: int
) -> None:
    await _killed_in(_site(tmp_path, ENDS_BADLY), held)
    await _ends(await _life(tmp_path), 0)
    assert _rows(tmp_path, "SELECT state FROM run") == [("failed",)]
    assert _ended(tmp_path, "drain") == ["a", "b"]
    assert _ended(tmp_path, "fill") == ["b"] * times + ["a"]
    _keys_are_one_each(tmp_path, "drain")
    _keys_are_one_each(tmp_path, "fill")
    states = dict(_rows(tmp_path, "SELECT step, state FROM step_run WHERE step LIKE 'repair[%'"))
    assert [states.get(f"repair[{number}]") for number in range(3)] == [
        "compensated",
        "compensated",
        "failed",
    ]
    await _audited(tmp_path)
