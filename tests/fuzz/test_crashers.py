"""Inputs that once broke a parser, and the seeds of the fuzzer, raise the documented errors alone."""

import os
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from scripts.fuzzing.targets import BY_NAME, TARGETS, Target, kept_inputs

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


@pytest.mark.parametrize("target", TARGETS, ids=[target.name for target in TARGETS])
def test_the_inputs_that_a_search_kept_raise_documented_errors_alone(target: Target) -> None:
    kept = kept_inputs(target)
    assert kept, f"make fuzz SECONDS=60 ARGS='{target.name} --keep'"
    for data in kept:
        take(target, data)


@pytest.mark.long
@pytest.mark.timeout(300)
def test_the_search_works() -> None:
    """Fuzz for a moment. Chance decides what it finds, so no test depends on that."""
    pytest.importorskip("atheris", reason="it has packages for Linux on x86-64 alone")
    command = [sys.executable, "-m", "scripts.fuzzing.run", "2", "durations", "callbacks"]
    ended = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": "."}
    )
    assert ended.returncode == (1 if "FOUND" in ended.stderr else 0), ended.stdout + ended.stderr
    rows = re.findall(r"^\| `\w+` \| ([\d,]+) \| (\d+) \|", ended.stdout, re.MULTILINE)
    assert len(rows) == 2
    assert all(row[0] != "0" and row[1] != "0" for row in rows), ended.stdout
