"""Inputs that once broke a parser, and the seeds of the fuzzer, raise the documented errors alone."""

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from scripts.fuzzing.targets import BY_NAME, TARGETS, Target

CRASHERS = sorted((Path(__file__).parent / "crashers").iterdir())
ROOT = Path(__file__).resolve().parents[2]
ODD = (b"", b"\x00", b"\xff\xfe", b"{" * 2_000, b"[" * 4_000, b'"' + b"\\" * 999, b"\xf0\x9f\x94\xa5" * 500)


def take(target: Target, data: bytes) -> None:
    with suppress(*target.raises):
        target.take(data)


@pytest.mark.parametrize("file", CRASHERS, ids=[file.name for file in CRASHERS])
def test_an_input_that_broke_a_parser_is_refused_in_words(file: Path) -> None:
    take(BY_NAME[file.name.partition(".")[0]], file.read_bytes())


@pytest.mark.parametrize("target", TARGETS, ids=[target.name for target in TARGETS])
def test_the_seeds_and_odd_inputs_raise_documented_errors_alone(target: Target) -> None:
    for data in (*target.seeds, *ODD):
        take(target, data)


@pytest.mark.long
@pytest.mark.timeout(600)
def test_a_minute_of_fuzzing_finds_nothing() -> None:
    pytest.importorskip("atheris", reason="it has packages for Linux on x86-64 alone")
    command = [sys.executable, "-m", "scripts.fuzzing.run", "60"]
    ended = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": "."}
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.count("\n| `") == len(TARGETS)
