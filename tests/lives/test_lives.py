"""Fifty whole lives of an installation. A failure names its seed; `Life(seed).live()` replays it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.lives.disk import Disk, Memory
from tests.lives.life import Life
from tests.lives.server import Server


@pytest.mark.parametrize("block", [0, pytest.param(1, marks=pytest.mark.long)])
async def test_whole_lives_keep_the_invariants_and_end(block: int) -> None:
    for seed in range(block * 25, (block + 1) * 25):
        life = Life(seed)
        try:
            await life.live()
        except Exception as error:
            raise AssertionError(f"seed {seed}: {error}\n{life.text}") from error


@pytest.mark.parametrize("seed", [2_000_923, 2_004_115])
async def test_lives_that_once_broke_an_invariant(seed: int) -> None:
    """2004115: a step's function began after the cancellation of its run was on the disk."""
    await Life(seed).live()


@pytest.mark.long
async def test_lives_with_canaries_keep_the_invariants_and_end(tmp_path: Path) -> None:
    tried = 0
    for seed in range(30):
        life = Life(seed, tmp_path)
        try:
            await life.live(moves=40)
        except Exception as error:
            raise AssertionError(f"seed {seed}: {error}\n{life.text}\n{life.candidate}") from error
        tried += len({life.candidate_digest} & life.versions)
    assert tried > 2, "candidates have runs"


@pytest.mark.parametrize("count", [3, pytest.param(25, marks=pytest.mark.long)])
async def test_lives_on_a_server_keep_the_invariants_and_end(count: int) -> None:
    """The first ones have kills and lost connections."""
    kills = lost = 0
    for seed in range(4, 4 + count):
        life = Life(seed, make_disk=Server)
        try:
            await life.live()
        except Exception as error:
            raise AssertionError(f"seed {seed}: {error}\n{life.text}") from error
        kills, lost = kills + life.crashes, lost + life.disk.lost_connections
    assert kills
    assert lost


@pytest.mark.parametrize("make_disk", [Memory, pytest.param(Server, marks=pytest.mark.long)])
async def test_seeds_replay_their_lives(make_disk: Callable[[], Disk]) -> None:
    executed, said = [], []
    for seed in [*range(5), *range(5)]:
        life = Life(seed, make_disk=make_disk)
        await life.live()
        executed.append(life.executed)
        said.append([message["text"] for message in life.slack.messages])
    assert executed[:5] == executed[5:]
    assert said[:5] == said[5:]
    assert any(executed)
    assert any(said)
