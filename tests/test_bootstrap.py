"""`scripts/bootstrap`: what it does when it is called twice at once."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PYTHON = """#!/bin/sh
[ "$1" = -c ] && exit 0
mkdir installing || echo overlap >>log
if [ -p gate ]; then read line <gate; rm gate; fi
echo installed >>log
rmdir installing
"""


@pytest.mark.skipif(shutil.which("flock") is None, reason="needs flock")
def test_two_installations_at_once_follow_one_another(tmp_path: Path) -> None:
    """The first stays inside until the second has said that it waits."""
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts/bootstrap", tmp_path / "scripts")
    (tmp_path / "a.lock").write_text("package==1\n", encoding="utf-8")
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text(PYTHON, encoding="utf-8")
    python.chmod(0o755)
    subprocess.run(["mkfifo", str(tmp_path / "gate")], check=True)
    command = [str(tmp_path / "scripts/bootstrap"), "a.lock"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "Installing 1 packages of a.lock into .venv\n"
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as second:
            assert second.stdout is not None
            assert second.stdout.readline() == "Waiting for another installation into .venv\n"
            (tmp_path / "gate").write_text("\n", encoding="utf-8")
            assert second.communicate()[0] == "Installing 1 packages of a.lock into .venv\n"
    assert (first.returncode, second.returncode) == (0, 0)
    assert (tmp_path / "log").read_text("utf-8").split() == ["installed"] * 4
