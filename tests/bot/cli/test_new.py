"""`signoff new`: what it writes passes its own test, and nothing is ever overwritten."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli.main import main

ROOT = Path(__file__).resolve().parents[3]
Signoff = Callable[..., tuple[int, str, str]]


@pytest.fixture
def signoff(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Signoff:
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        return (main(arguments), *capsys.readouterr())

    return run


@pytest.mark.long
@pytest.mark.parametrize("name", ["deploy", "night-shift"])
def test_the_test_passes_as_it_is_written(signoff: Signoff, tmp_path: Path, name: str) -> None:
    module = name.replace("-", "_")
    code, out, err = signoff("new", name)
    assert (code, err) == (0, "")
    assert f"Wrote {module}.py, test_{module}.py, pytest.ini." in out
    assert signoff("check", f"{module}.py")[0] == 0
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
    tests = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"],
        cwd=tmp_path, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert tests.returncode == 0, tests.stdout + tests.stderr
    assert "3 passed" in tests.stdout


def test_what_it_writes_is_formatted_and_typed(signoff: Signoff, tmp_path: Path) -> None:
    signoff("new", "deploy")
    ruff = [sys.executable, "-m", "ruff"]
    for check in (["check", "--isolated", "--select", "E4,E7,E9,F,UP"], ["format", "--isolated", "--check"]):
        done = subprocess.run([*ruff, *check, "."], cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("file", ["deploy.py", "test_deploy.py"])
def test_a_file_that_is_there_is_never_overwritten(signoff: Signoff, tmp_path: Path, file: str) -> None:
    (tmp_path / file).write_text("mine", encoding="utf-8")
    code, out, err = signoff("new", "deploy")
    assert (code, out) == (1, "")
    assert f"{file} already exists. Nothing was written." in err
    assert [(each.name, each.read_text("utf-8")) for each in tmp_path.iterdir()] == [(file, "mine")]


def test_settings_of_pytest_that_are_there_stay(signoff: Signoff, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.pytest.ini_options]\n", encoding="utf-8")
    assert signoff("new", "deploy")[0] == 0
    assert not (tmp_path / "pytest.ini").exists()


@pytest.mark.parametrize("name", ["1st", "../x", "a b", "", "class", "json", "signoff", "a" * 61])
def test_a_name_that_cannot_be_a_file_is_refused(signoff: Signoff, tmp_path: Path, name: str) -> None:
    code, out, err = signoff("new", name)
    assert (code, out) == (1 if name else 2, "")
    assert err.startswith("error: ")
    assert list(tmp_path.iterdir()) == []
