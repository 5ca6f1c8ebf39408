"""Processes that a killed Signoff leaves behind are named at the next start, and left alone."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.serving.left_processes import LeftProcesses

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux tells the environment of a process"
)
_WAITS = "import sys; print(flush=True); sys.stdin.read()"


@pytest.fixture
def started() -> Iterator[list["subprocess.Popen[str]"]]:
    processes: list[subprocess.Popen[str]] = []
    yield processes
    for process in processes:
        process.kill()
        process.communicate()


def start(*words: str, **environment: str) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", _WAITS, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment or None,
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


def found(database: Path) -> str:
    """Return the text of the next start on this database."""
    left = LeftProcesses(database)
    with left.marking():
        return left.text()


def test_a_process_that_outlived_signoff_is_named_at_the_next_start(
    tmp_path: Path, started: list["subprocess.Popen[str]"], caplog: pytest.LogCaptureFixture
) -> None:
    database = tmp_path / "signoff.db"
    with LeftProcesses(database).marking():
        started.append(start("\x1b[31mred\nX", "token=hunter2hunter2", "y" * 500))
    left = LeftProcesses(database)
    with left.marking():
        said = left.text()
        assert f"{started[0].pid} (" in said
        assert "hunter2" not in said
        assert "\x1b" not in said
        assert "\n" not in said
        assert len(said) < 500
        assert caplog.messages == [said]
        started[0].communicate("")
        assert left.text() == ""
    assert "STARTED_BY_SIGNOFF" not in os.environ


def test_processes_of_this_life_and_of_other_databases_are_not_named(
    tmp_path: Path, started: list["subprocess.Popen[str]"]
) -> None:
    left = LeftProcesses(tmp_path / "signoff.db")
    with left.marking():
        started.append(start())
        assert left.text() == ""
    assert found(tmp_path / "other.db") == ""
    started.append(start(PATH=os.environ["PATH"]))
    assert str(started[1].pid) not in found(tmp_path / "signoff.db")
