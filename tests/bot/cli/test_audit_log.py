"""`signoff audit show`, `export` and `verify-export`: the log in words, and as a file that proves itself."""

import csv
import hashlib
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.cli.document_files import new_text_file
from bot.cli.main import main
from bot.cli.output import CommandError

FLOW = """
from pydantic import BaseModel
from signoff import Workflow


class Release(BaseModel):
    service: str


deploy = Workflow("deploy", owner="@ops", input=Release, channel="#ops")


@deploy.step
async def build(input: Release) -> str:
    return input.service
"""
Signoff = Callable[..., tuple[int, str, str]]


@pytest.fixture
def signoff(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Signoff:
    (tmp_path / "flow.py").write_text(FLOW)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SIGNOFF_WORKFLOWS", "flow.py")

    def run(*arguments: str) -> tuple[int, str, str]:
        return (main([*arguments]), *capsys.readouterr())

    for service in ("billing", "=cmd()"):
        assert run("run", "deploy", f"service={service}")[0] == 0
    return run


def test_the_newest_events_are_shown_with_their_actors(signoff: Signoff) -> None:
    code, said, _ = signoff("audit", "show", "--type", "run.created")
    lines = said.splitlines()
    assert (code, len(lines)) == (0, 3)
    assert lines[0].split()[:4] == ["EVENT", "TIME", "TYPE", "BY"]
    assert "run.created" in lines[1]
    assert "on the command line" in lines[1]
    assert 'input: {"service": "billing"}' in lines[1]
    assert "=cmd()" in lines[2]


def test_events_are_chosen_by_run_person_type_and_time(signoff: Signoff) -> None:
    everything = json.loads(signoff("audit", "show", "--json")[1])
    run = everything[0]["run"]
    assert {each["run"] for each in json.loads(signoff("audit", "show", "--run", run, "--json")[1])} == {run}
    by_me = json.loads(signoff("audit", "show", "--by", everything[-1]["by"]["id"], "--json")[1])
    assert {each["by"]["id"] for each in by_me} == {everything[-1]["by"]["id"]}
    steps = json.loads(signoff("audit", "show", "--type", "step", "--json")[1])
    assert {each["type"].split(".")[0] for each in steps} == {"step"}
    assert signoff("audit", "show", "--until", "1h")[1] == "No event fits.\n"
    assert len(json.loads(signoff("audit", "show", "--since", "1h", "--json")[1])) == len(everything)


def test_earlier_events_are_on_further_pages(signoff: Signoff) -> None:
    everything = [each["seq"] for each in json.loads(signoff("audit", "show", "--json")[1])]
    first = signoff("audit", "show", "--limit", "3")[1]
    assert f"--before {everything[2]}." in first
    before = str(everything[2])
    page = json.loads(signoff("audit", "show", "--limit", "3", "--before", before, "--json")[1])
    assert [each["seq"] for each in page] == everything[3:6]


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_an_export_verifies_itself_without_the_database(form: str, signoff: Signoff, tmp_path: Path) -> None:
    file, key = tmp_path / f"log.{form}", tmp_path / "signoff.pub"
    code, said, error = signoff("audit", "export", "--format", form, "--to", str(file))
    assert (code, error) == (0, "")
    assert f"Written to {file}." in said
    assert "As recorded: " in said
    assert file.stat().st_mode & 0o777 == 0o600
    key.write_text(signoff("receipt", "key")[1])
    (tmp_path / ".signoff" / "signoff.db").unlink()
    code, said, _ = signoff("audit", "verify-export", str(file), "--key", str(key))
    assert (code, said.split(":")[0]) == (0, "As recorded")


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_a_changed_export_is_named(form: str, signoff: Signoff, tmp_path: Path) -> None:
    file = tmp_path / f"log.{form}"
    signoff("audit", "export", "--format", form, "--to", str(file))
    text = file.read_text()
    file.write_text(text.replace("billing", "payments"))
    code, said, error = signoff("audit", "verify-export", str(file))
    assert (code, said) == (1, "")
    assert "was changed: its hash does not fit" in error
    file.write_text("".join(text.splitlines(keepends=True)[:-1]))
    code, _, error = signoff("audit", "verify-export", str(file))
    assert (code, "is missing" in error) == (1, True)


def test_the_review_of_a_period_is_printed(signoff: Signoff) -> None:
    code, said, _ = signoff("audit", "review", "--since", "1h")
    assert (code, said.splitlines()[1]) == (0, "No approval was asked, decided or open.")
    assert json.loads(signoff("audit", "review", "--json")[1])["workflows"] == []


def test_a_record_that_another_program_changed_is_exported_and_named(
    signoff: Signoff, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / ".signoff" / "signoff.db")) as database, database:
        database.execute("UPDATE event SET actor = 'slack:U9' WHERE type = 'run.created'")
    file = tmp_path / "log.jsonl"
    code, _, error = signoff("audit", "export", "--to", str(file))
    assert code == 1
    assert error.startswith("error: Not as it was recorded: 2 places.\n")
    assert file.exists()


def test_the_rule_in_the_guide_gives_the_hashes_and_the_digest(signoff: Signoff, tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    signoff("audit", "export", "--format", "csv", "--to", str(file))
    with file.open(newline="") as opened:
        statement, *rows = [
            {name: None if cell == "" else cell.removeprefix("'") for name, cell in row.items()}
            for row in csv.DictReader(opened)
        ]
    content = json.loads(str(statement["data"]))["export"]
    digest = bytes.fromhex(content["after_digest"])
    for row in rows:
        at = (datetime.fromisoformat(str(row["at"])) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(
            microseconds=1
        )
        names = ("actor", "as_user", "run_id", "workflow", "step", "request_id", "trace_id", "data")
        event = [row["type"], at, *(row[name] for name in names), int(str(row["n"]))]
        text = json.dumps([event, row["rows"]], ensure_ascii=False, separators=(",", ":"))
        hash_ = "2:" + hashlib.sha256(f"{row['previous']}\n{text}".encode()).hexdigest()
        assert hash_ == row["hash"]
        digest = hashlib.sha256(digest + hash_.encode()).digest()
    assert digest.hex() == content["digest"]


def test_exports_must_continue_one_another(signoff: Signoff, tmp_path: Path) -> None:
    first, second = tmp_path / "1.jsonl", tmp_path / "2.csv"
    assert signoff("audit", "export", "--to", str(first))[0] == 0
    middle = json.loads(first.read_text().splitlines()[0])["export"]["at"]
    signoff("run", "deploy", "service=web")
    assert signoff("audit", "export", "--since", middle, "--format", "csv", "--to", str(second))[0] == 0
    code, said, _ = signoff("audit", "verify-export", str(second), str(first))
    assert (code, said.count("As recorded")) == (0, 2)
    whole = tmp_path / "3.jsonl"
    signoff("audit", "export", "--to", str(whole))
    code, _, error = signoff("audit", "verify-export", str(first), str(whole))
    assert code == 1
    assert f"{whole} does not continue {first}." in error


def test_an_export_agrees_with_an_earlier_checkpoint(signoff: Signoff, tmp_path: Path) -> None:
    mark, file = tmp_path / "mark.json", tmp_path / "log.jsonl"
    assert signoff("audit", "checkpoint", "--to", str(mark))[0] == 0
    signoff("run", "deploy", "service=web")
    signoff("audit", "export", "--to", str(file))
    assert signoff("audit", "verify-export", str(file), "--checkpoint", str(mark))[0] == 0
    other = tmp_path / "other"
    other.mkdir()
    assert signoff("run", "deploy", "service=x", "--data", str(other))[0] == 0
    assert signoff("audit", "checkpoint", "--data", str(other), "--to", str(tmp_path / "m2.json"))[0] == 0
    code, _, error = signoff("audit", "verify-export", str(file), "--checkpoint", str(tmp_path / "m2.json"))
    assert (code, "that key was not given" in error) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["export", "--to", "flow.py"], "--to flow.py already exists"),
        (["export", "--to", "no/where"], "--to no/where: No such file"),
        (["export", "--to", "x", "--since", "soon"], "--since soon is neither an age such as 30d"),
        (["export", "--to", "x", "--since", "2999-01-01"], "The log has no event of that period."),
        (["show", "--limit", "0"], "--limit 0 is not a whole number"),
        (["show", "--run", "nothing"], "nothing"),
        (["verify-export", "flow.py"], "flow.py is not an export: line 1 is not JSON."),
        (["verify-export", "missing"], "missing: No such file"),
        (["verify-export", "."], ". is a folder"),
    ],
)
def test_a_wrong_argument_is_named(arguments: list[str], told: str, signoff: Signoff) -> None:
    signoff("receipt", "key")  # makes the key with which exports are verified
    code, said, error = signoff("audit", *arguments)
    assert (code != 0, said) == (True, "")
    assert told in error
    assert not Path("x").exists()


def test_an_export_that_breaks_off_leaves_no_file(tmp_path: Path) -> None:
    def write() -> None:
        with new_text_file(tmp_path / "x") as file:
            file.write("begun")
            raise OSError(28, "No space left on device")

    with pytest.raises(CommandError, match="No space left on device"):
        write()
    assert not (tmp_path / "x").exists()
