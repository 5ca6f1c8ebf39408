"""A process that C code keeps from going on ends by itself, and says where; any other one lives on."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = """
import re, time
from bot.serving.shutdown import ending_when_stuck

def endless():
    re.match("(a+)+$", "a" * 64 + "b")

def computing():
    until = time.process_time() + 4
    while time.process_time() < until:
        sum(range(1000))

def idle():
    time.sleep(3)

with ending_when_stuck(seconds=2):
    {}()
print("alive")
"""


def executed(what: str) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-c", PROGRAM.format(what)]
    return subprocess.run(program, cwd=ROOT, capture_output=True, text=True, timeout=100)


@pytest.mark.long
def test_code_that_never_releases_the_interpreter_ends_the_process_and_is_named() -> None:
    ended = executed("endless")
    assert ended.returncode == -signal.SIGPROF
    assert "in endless" in ended.stderr


@pytest.mark.long
def test_a_process_without_stderr_ends_too_and_starts_without_a_fault() -> None:
    program = 'exec 2>&-; exec "$0" -c "$1"'
    for what, code in (("idle", 0), ("endless", -signal.SIGPROF)):
        words = ["bash", "-c", program, sys.executable, PROGRAM.format(what)]
        assert subprocess.run(words, cwd=ROOT, stdout=subprocess.PIPE, timeout=100).returncode == code


@pytest.mark.long
@pytest.mark.parametrize("what", ["computing", "idle"])
def test_code_that_lets_other_threads_go_on_does_not_end_the_process(what: str) -> None:
    ended = executed(what)
    assert (ended.returncode, ended.stdout.strip()) == (0, "alive")
