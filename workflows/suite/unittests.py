"""Tests of the standard library's `unittest`: listed, and executed one by one in the process of a step."""

import os
import sys
import time
import unittest
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

SUITE = "TEST_SUITE"
"""Environment variable with the operator's folder of tests."""
EXAMPLE = Path(__file__).parent / "example"
MAX_PER_SHARD = 500
"""A step keeps up to 1,000 checkpoints, and a shard has one for each test."""


class Shard(BaseModel):
    number: int
    tests: list[str]


class Result(BaseModel):
    test: str
    state: Literal["passed", "skipped", "failed", "crashed"]
    seconds: float = 0
    why: str = ""


class InvalidSuite(ValueError):
    """A folder without tests, or with a file that cannot be imported."""


def collect() -> list[str]:
    """Return the names of all tests. Raises `InvalidSuite`."""
    loader = _loader()
    tests = _flat(loader.discover(str(_folder())))
    if loader.errors:
        raise InvalidSuite(
            f"{len(loader.errors)} files cannot be imported: {str(loader.errors[0]).strip()[-500:]}"
        )
    if not tests:
        raise InvalidSuite(f"{_folder()} has no tests. Name its files test_*.py, or set {SUITE}.")
    return [test.id() for test in tests]


def shards(tests: list[str], number: int) -> list[Shard]:
    """Deal the tests out like cards, so that each shard has as many as the others."""
    number = max(min(number, len(tests)), -(-len(tests) // MAX_PER_SHARD))
    return [Shard(number=each + 1, tests=tests[each::number]) for each in range(number)]


def execute(name: str) -> Result:
    loader = _loader()
    result = unittest.TestResult()
    began = time.monotonic()
    loader.loadTestsFromName(name).run(result)
    seconds = round(time.monotonic() - began, 3)
    problems = [*result.failures, *result.errors]
    if problems or result.unexpectedSuccesses or not result.testsRun:
        why = problems[0][1].strip().splitlines()[-1] if problems else "it did not end as expected"
        return Result(test=name, state="failed", seconds=seconds, why=why[:300])
    return Result(test=name, state="skipped" if result.skipped else "passed", seconds=seconds)


def _folder() -> Path:
    return Path(os.environ.get(SUITE, "") or EXAMPLE).resolve()


def _loader() -> unittest.TestLoader:
    """Return a loader that finds the modules of the suite."""
    if str(_folder()) not in sys.path:
        sys.path.insert(0, str(_folder()))
    return unittest.TestLoader()


def _flat(tests: unittest.TestSuite) -> list[unittest.TestCase]:
    flat: list[unittest.TestCase] = []
    for each in tests:
        flat += _flat(each) if isinstance(each, unittest.TestSuite) else [each]
    return flat
