"""Thousands of random lives of runs. A failure names its seed; `Simulation(seed)` replays it."""

import pytest

from tests.engine import invariants, simulation


@pytest.mark.parametrize("seed", [1_002_815, 1_032_004, 2_000_914, 2_022_821])
def test_lives_that_once_broke_an_invariant(seed: int) -> None:
    """1002815: a step that crashed the process for the third time ended the run, with another under way."""
    run = simulation.Simulation(seed)
    for _ in range(25):
        run.step()
    run.settle()


@pytest.mark.parametrize(
    "block", [0, 1, *(pytest.param(block, marks=pytest.mark.long) for block in range(2, 10))]
)
def test_random_lives_keep_the_invariants_and_end(block: int) -> None:
    for seed in range(block * 300, (block + 1) * 300):
        run = simulation.Simulation(seed)
        try:
            invariants.check_all(run)
            for _ in range(25):
                run.step()
            run.settle()
        except Exception as error:
            raise AssertionError(f"seed {seed}: {error}") from error


@pytest.mark.parametrize(
    "block", [0, *(pytest.param(block, marks=pytest.mark.long) for block in range(1, 5))]
)
def test_random_lives_with_rounds_keep_the_invariants_and_end(block: int) -> None:
    """Changes are requested often, and people respond, amid crashes, tampering and new code."""
    sent_back = approved = responded = 0
    for seed in range(5_000_000 + block * 300, 5_000_000 + (block + 1) * 300):
        run = simulation.Simulation(seed)
        try:
            for _ in range(40):
                run.step()
            run.settle()
        except Exception as error:
            raise AssertionError(f"seed {seed}: {error}") from error
        rounds = [one for one in run.rows.requests.values() if one.revision is not None]
        sent_back += sum(one.outcome == "changes_requested" for one in rounds)
        responded += sum(one.outcome == "responded" for one in rounds)
        approved += sum(
            one.outcome == "approved" and one.revision is not None and bool(one.revision.feedback)
            for one in rounds
        )
    assert sent_back > 50
    assert responded > 20
    assert approved > 8
