"""A run of tests: sharded, repeated where they fail, and reported; crashes lose no results."""

from collections.abc import AsyncIterator
from pathlib import Path
from textwrap import dedent, indent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signoff.testing import Harness
from workflows.run_tests import test_run as workflow
from workflows.suite import unittests as tests

HEAD = """
import os, pathlib, time, unittest
HERE = pathlib.Path(__file__).parent
def count(name):
    with open(HERE / name, "a") as file: file.write("x")
    return len((HERE / name).read_text())

class Case(unittest.TestCase):
"""


@pytest.fixture
async def harness(tmp_path: Path) -> AsyncIterator[Harness]:
    async with Harness(workflow, folder=tmp_path) as harness:
        yield harness


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "suite"
    folder.mkdir()
    monkeypatch.setenv(tests.SUITE, str(folder))
    return folder


def write(suite: Path, body: str) -> None:
    (suite / "test_some.py").write_text(HEAD + indent(dedent(body), "    "))


async def ended(harness: Harness, shards: int = 2) -> tuple[str, str]:
    """The state of the run, and its last words."""
    run = await harness.start("test-run", {"shards": shards})
    await harness.advance("1m")
    detail = await harness.state(run)
    step = await harness.step(run, "verdict")
    return detail.run.state, step.output or (step.failure.message if step.failure else "")


async def test_the_example_suite_succeeds_or_names_its_flaky_test(harness: Harness) -> None:
    state, said = await ended(harness, shards=3)
    assert "5 passed" in said or "6 passed" in said
    assert "failed" in said
    assert state in ("succeeded", "failed")


@pytest.mark.long
async def test_a_flaky_test_is_reported_and_the_run_succeeds(harness: Harness, suite: Path) -> None:
    write(
        suite,
        """
        def test_good(self): count("good")
        def test_flaky(self): self.assertGreater(count("flaky"), 1)
        @unittest.skip("later")
        def test_skipped(self): count("skipped")
    """,
    )
    assert await ended(harness) == (
        "succeeded",
        "1 passed, 1 flaky, 1 skipped, 0 failed: test_some.Case.test_flaky",
    )
    assert len((suite / "good").read_text()) == 1


@pytest.mark.long
async def test_a_test_that_fails_each_time_fails_the_run(harness: Harness, suite: Path) -> None:
    write(
        suite,
        """
        def test_good(self): ...
        def test_bad(self): self.fail(f"try {count('bad')}")
    """,
    )
    assert await ended(harness) == (
        "failed",
        "1 passed, 0 flaky, 0 skipped, 1 failed: test_some.Case.test_bad",
    )
    assert len((suite / "bad").read_text()) == 3


@pytest.mark.long
async def test_a_test_that_kills_its_process_fails_alone(harness: Harness, suite: Path) -> None:
    write(
        suite,
        """
        def test_a(self): count("a")
        def test_b(self): os.kill(os.getpid(), 9)
        def test_c(self): count("c")
    """,
    )
    assert await ended(harness, shards=1) == (
        "failed",
        "2 passed, 0 flaky, 0 skipped, 1 failed: test_some.Case.test_b",
    )
    assert (suite / "a").read_text() + (suite / "c").read_text() == "xx"


@pytest.mark.long
async def test_tests_of_a_shard_that_never_ends_well_are_executed_alone(
    harness: Harness, suite: Path
) -> None:
    write(
        suite,
        """
        def test_a(self): os._exit(1)
        def test_b(self): os._exit(1)
        def test_c(self): os._exit(1)
        def test_d(self): ...
    """,
    )
    state, said = await ended(harness, shards=1)
    assert (state, said.split(":")[0]) == ("failed", "1 passed, 0 flaky, 0 skipped, 3 failed")


@pytest.mark.parametrize(
    ("file", "error"), [("", "has no tests"), ("import nothing_like_it", "1 files cannot be imported")]
)
async def test_a_suite_that_cannot_be_read_never_succeeds(
    harness: Harness, suite: Path, file: str, error: str
) -> None:
    (suite / "test_some.py").write_text(file)
    run = await harness.start("test-run")
    step = await harness.step(run, "collect")
    assert step.failure is not None
    assert error in step.failure.message
    assert (await harness.state(run)).run.state == "failed"


@given(st.integers(1, 1200), st.integers(1, 50))
def test_each_test_is_in_one_shard(number: int, shards: int) -> None:
    names = [f"test_{each}" for each in range(number)]
    dealt = tests.shards(names, shards)
    assert sorted(name for shard in dealt for name in shard.tests) == sorted(names)
    assert all(1 <= len(shard.tests) <= tests.MAX_PER_SHARD for shard in dealt)
    assert len(dealt) == min(shards, number) or number > 500
