"""`signoff db`: copies, and what is said of them."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.cli.main import main
from bot.errors import ConfigError
from bot.settings.config import read_settings

FLOW = """
from signoff import Every, Outcome, Workflow

deploy = Workflow("deploy", owner="@platform", channel="#deploys", triggers=[Every("6h")])
go = deploy.approval("go", ask="Ship?", approvers=["@platform"], expires="4h")


@deploy.step(when=go.approved)
async def release(go: Outcome) -> str:
    return "released"
"""

PERSONAL = """
from pydantic import BaseModel
from signoff import Personal, Workflow


class Signup(BaseModel):
    email: Personal[str]


flow = Workflow("signup", owner="@ops", input=Signup)


@flow.step
async def greet(input: Signup) -> str:
    return "hello"
"""


Signoff = Callable[..., tuple[int, str, str]]


@pytest.fixture
def signoff(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Signoff:
    (tmp_path / "flow.py").write_text(FLOW, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SIGNOFF_WORKFLOWS", "flow.py")

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        return (code, *capsys.readouterr())

    return run


def test_back_up_restore_and_go_on(signoff: Signoff, tmp_path: Path) -> None:
    assert signoff("run", "deploy")[0] == 0
    code, out, _ = signoff("db", "backup", "copy.db")
    assert (code, out.split(":")[0], "1 run, " in out) == (0, "copy.db", True)
    assert signoff("run", "deploy")[0] == 0
    code, out, _ = signoff("db", "restore", "copy.db")
    assert code == 0
    assert "is copy.db now, and paused" in out
    assert "/.signoff/signoff.db.before-" in out
    assert len(list((tmp_path / ".signoff").glob("signoff.db.before-*"))) == 1

    code, _, err = signoff("run", "deploy")
    assert code == 1
    assert "Signoff is paused: its database was restored from copy.db" in err
    assert "signoff db resume" in err
    code, out, _ = signoff("db", "prospect")
    assert code == 0
    assert "Would keep waiting: 1 run." in out
    assert "Would fire at once: 0 schedules." in out
    found = json.loads(signoff("db", "prospect", "--json")[1])
    assert (found["waiting"], found["executing"], found["messages"]) == (1, 0, {})
    assert signoff("db", "resume")[1] == "It continues when signoff serve starts.\n"
    code, _, err = signoff("db", "resume")
    assert (code, err) == (1, "error: This installation is not paused.\n")
    assert signoff("run", "deploy")[0] == 0
    code, out, _ = signoff("db", "vacuum")
    assert (code, " before, " in out) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("db", "backup", "copy.db"), "/.signoff/signoff.db."),
        (("db", "restore", "copy.db"), "There is no backup copy.db."),
        (("db", "vacuum"), "/.signoff/signoff.db."),
        (("db", "prospect"), "/.signoff/signoff.db yet."),
    ],
)
def test_a_missing_file_is_named(signoff: Signoff, arguments: list[str], said: str) -> None:
    code, _, err = signoff(*arguments)
    assert code == 1
    assert said in err


def test_a_backup_that_cannot_be_written_says_what_to_do(signoff: Signoff, tmp_path: Path) -> None:
    assert signoff("run", "deploy")[0] == 0
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("nowhere")
    for target in ("/proc/x.db", "/dev/null/x.db", "x" * 300, "folder", "link", "gone/x.db", "/dev/full"):
        code, out, err = signoff("db", "backup", target)
        assert (code, out, len(err.splitlines())) == (1, "", 1)
        assert target.removesuffix("/x.db") in err
        remedies = ("Name a new file in a folder that this user can", "Name a new file.", "Create it first.")
        assert any(remedy in err for remedy in remedies), err
    assert sorted(path.name for path in tmp_path.glob("*.partial")) == []


def test_a_setting_says_how_long_finished_runs_are_kept() -> None:
    assert read_settings({}).keep is None
    assert read_settings({"SIGNOFF_KEEP": "forever"}).keep is None
    assert read_settings({"SIGNOFF_KEEP": "90d"}).keep == timedelta(days=90)
    with pytest.raises(ConfigError, match=r"SIGNOFF_KEEP: 'soon' is not a duration\. Write it like 90d"):
        read_settings({"SIGNOFF_KEEP": "soon"})
    with pytest.raises(ConfigError, match=r"SIGNOFF_KEEP: '0.001s' is too short\. Give at least \"1h\"\."):
        read_settings({"SIGNOFF_KEEP": "0.001s"})


def test_the_key_of_personal_data_is_rotated_and_the_old_one_deleted(signoff: Signoff) -> None:
    def keys() -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = json.loads(signoff("personal", "keys", "--json")[1])
        return listed

    assert "There is no key yet." in signoff("personal", "keys")[1]
    signoff("personal", "rotate")
    (old,) = keys()
    assert signoff("personal", "forget", old["key"], "--yes")[0] == 1
    assert "seals personal data from now on" in signoff("personal", "rotate")[1]
    code, _, said = signoff("personal", "forget", old["key"])
    assert (code, "Add --yes" in said) == (1, True)
    assert len(keys()) == 2
    assert signoff("personal", "forget", old["key"], "--yes")[0] == 0
    assert [key["current"] for key in keys()] == [True]
    code, _, said = signoff("personal", "forget", "../log.key", "--yes")
    assert (code, "There is no personal key '../log.key'." in said) == (1, True)


def test_keys_are_made_once_and_never_replaced(signoff: Signoff, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "keys"
    _, made, _ = signoff("keys", "new", str(folder))
    names = sorted(path.name for path in folder.iterdir())
    assert [line.split("/")[-1] for line in made.splitlines()[:-1]] == names
    kinds = {name.partition("-")[0] for name in names}
    assert kinds == {"log.key", "personal", "personal.current", "receipts", "secrets.id", "secrets.key"}
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    code, _, err = signoff("keys", "new", str(folder))
    assert code == 1
    assert f"{folder} is not empty. Name a new folder" in err
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_the_command_line_shows_personal_data_for_a_reason_that_the_log_keeps(
    signoff: Signoff, tmp_path: Path
) -> None:
    (tmp_path / "flow.py").write_text(PERSONAL, encoding="utf-8")
    started = json.loads(signoff("run", "signup", "email=ada@example.org", "--json")[1])
    run = started.get("run", started)["id"]
    assert "ada@" not in signoff("show", run)[1]
    for arguments in (("--reveal",), ("--reason", "ticket 7")):
        code, out, said = signoff("show", run, *arguments)
        assert (code, "--reason" in said, "ada@" in out + said) == (1, True, False)
    code, out, _ = signoff("show", run, "--reveal", "--reason", "ticket 7")
    assert (code, "input.email: ada@example.org" in out) == (0, True)
    answer = json.loads(signoff("show", run, "--reveal", "--reason", "ticket 7", "--json")[1])
    assert answer["values"] == [{"field": "input.email", "value": "ada@example.org", "problem": ""}]
    (old,) = json.loads(signoff("personal", "keys", "--json")[1])
    signoff("personal", "rotate")
    signoff("personal", "forget", old["key"], "--yes")
    assert "input.email: was erased" in signoff("show", run, "--reveal", "--reason", "ticket 8")[1]
    stored = [path.read_bytes() for path in (tmp_path / ".signoff").rglob("*") if path.is_file()]
    assert stored
    assert not any(b"ada@" in data for data in stored)
