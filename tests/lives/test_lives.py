"""Hundreds of whole lives of an installation. A failure names its seed; `Life(seed).live()` replays it."""

import pytest

from tests.lives.life import Life


@pytest.mark.parametrize("block", range(4))
async def test_whole_lives_keep_the_invariants_and_end(block: int) -> None:
    for seed in range(block * 50, (block + 1) * 50):
        life = Life(seed)
        try:
            await life.live()
        except Exception as error:
            raise AssertionError(f"seed {seed}: {error}\n{life.text}") from error
