"""Steps that share a resource, in a process that is killed three times: no place is lost or given twice."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from tests import preloaded
from tests.crash.resource_life import AT_ONCE

RUNS = 60


async def _life(folder: Path) -> preloaded.Process:
    return await preloaded.start("tests.crash.resource_life", str(folder), str(RUNS), env={}, cwd=folder)


def _lines(folder: Path) -> list[str]:
    path = folder / "used"
    return path.read_text("utf-8").splitlines() if path.exists() else []


async def _killed_at(folder: Path, ended: int) -> None:
    process = await _life(folder)
    while sum(line.startswith("-") for line in _lines(folder)) < ended:
        assert process.returncode is None, await process.communicate()
        await asyncio.sleep(0.01)
    process.kill()
    await process.communicate()


@pytest.mark.timeout(300)
async def test_a_resource_loses_no_place_and_gives_none_too_many_through_three_deaths(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    for ended in (10, 25, 40):
        await _killed_at(tmp_path, ended)
    process = await _life(tmp_path)
    said = await process.communicate()
    assert process.returncode == 0, said
    in_use: Counter[str] = Counter()
    most: Counter[str] = Counter()
    finished = set()
    for line in _lines(tmp_path):
        sign, pid, run = line.split()
        in_use[pid] += 1 if sign == "+" else -1
        most[pid] = max(most[pid], in_use[pid])
        if sign == "-":
            finished.add(run)
    assert len(finished) == RUNS
    assert max(most.values()) == AT_ONCE, "the limit is used in full, and never exceeded"
    assert most[line.split()[1]] == AT_ONCE, "the last process has all places"
