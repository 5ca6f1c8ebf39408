"""Errors of the command line: one plain line for people, an exit code for scripts, no traceback."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli.main import main

ROOT = Path(__file__).resolve().parents[3]
GOOD = """
from signoff import Workflow

report = Workflow("report", owner="@platform")


@report.step
async def write() -> str:
    return "done"
"""
BAD = """
from signoff import Cron, Workflow

report = Workflow("report", owner="Platform team", triggers=[Cron("61 9 * * *")])


@report.step
async def write(reserch: str) -> str:
    return reserch


@report.step
async def research() -> str:
    return "found"


ask = report.approval("ask", ask="Send?", approvers=["@editors"])
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


Signoff = Callable[..., tuple[int, str, str]]


@pytest.fixture
def signoff(folder: Path, capsys: pytest.CaptureFixture[str]) -> Signoff:
    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        return (code, *capsys.readouterr())

    return run


def test_every_question_of_a_command_is_asked_in_one_way() -> None:
    """Which refuses where there is no terminal, and does not take Ctrl-C for an error."""
    asking = re.compile(r"typer\.(confirm|prompt)|click\.|getpass|(?<![\w.])input\(|prompt=(True|f?[\"'])")
    files = [file for file in (ROOT / "bot" / "cli").rglob("*.py") if file.name != "confirmation.py"]
    assert [file.name for file in files if asking.search(file.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["fly"], 2, "No such command 'fly'"),
        (["runs", "--nope"], 2, "--nope"),
        (["show"], 2, "Missing argument"),
        (["runs", "--state", "sleeping"], 2, "Choose one of pending, running, waiting"),
        (
            ["runs", "-n", "0"],
            2,
            "error: --limit 0 is not a whole number from 1 to 1000.",
        ),
        (["runs", "-n", "many"], 2, "error: --limit many is not a whole number"),
        (["demo", "--port", "99999"], 2, "error: --port 99999 is not a whole number from 0 to 65535."),
        (["shwo"], 2, "error: No such command 'shwo'. Did you mean show? See signoff --help."),
        (["token"], 2, "error: Missing command. See signoff token --help."),
        (
            ["token", "rotate", "ci", "--keep", "soon"],
            2,
            "error: --keep soon is not a duration. Write it",
        ),
        (["cancel", "--started-by", "U01A", "--since", "5"], 2, "error: --since 5 is not a duration."),
        (["run"], 2, "error: Missing argument 'WORKFLOW'. See signoff run --help."),
        (["show", "\udcff"], 1, "error: '\\udcff' is not valid UTF-8."),
        (["--env"], 1, "error: --env needs the name of a file"),
        (
            ["mcp", "proxy", "--gate", "g", "--name", "postgres://me:hunter2@host/db", "--", "db-server"],
            2,
            "error: --name has a credential in it, and people read it. Name the server alone.",
        ),
        (
            ["ask", "gate", "Ship?"],
            1,
            "error: SIGNOFF_TOKEN is not set. Set it to a token of",
        ),
        (
            ["receipt", "verify", "none.json", "--key", "none.pub"],
            1,
            "error: none.pub: No such file",
        ),
        (["db", "restore", "none.db"], 1, "error: There is no backup none.db."),
        (["run", "report", "title"], 2, "title is not KEY=VALUE"),
        (["run", "report", "a=1", "a=2"], 2, "a is given twice"),
        (["decide", "x", "maybe", "--as", "U1ABC"], 2, "error: maybe is not a choice"),
        (["decide", "x", "approve", "--as", "alice"], 2, "is not a user id"),
        (["decide", "x", "approve"], 2, "--as"),
        (["schedules", "enable"], 2, "enable|disable WORKFLOW"),
        (["runs"], 1, "/.signoff/signoff.db yet"),
        (["runs", "--data", "nowhere"], 1, "The folder does not exist. Name the folder that has signoff.db."),
        (
            ["runs", "--data", __file__],
            1,
            "This is a file, not a folder. Name the folder",
        ),
        (["serve"], 1, "SLACK_BOT_TOKEN is not set"),
        (["priority", "report-8f3k", "-3"], 1, "/.signoff/signoff.db yet"),
    ],
)
def test_a_mistake_gets_one_plain_line(signoff: Signoff, arguments: list[str], code: int, words: str) -> None:
    got, out, err = signoff(*arguments)
    assert (got, out) == (code, "")
    assert words in err
    assert all(line.startswith("error: ") for line in err.splitlines())
    assert "Traceback" not in err


def test_without_a_command_the_commands_are_listed(signoff: Signoff) -> None:
    code, out, _ = signoff()
    assert code == 0
    for command in ("demo", "serve", "check", "run", "runs", "show", "decide", "cancel", "schedules"):
        assert f"\n  {command} " in out


def test_settings_that_are_wrong_are_named_all_at_once(
    signoff: Signoff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xapp-secret-thing")
    monkeypatch.setenv("SIGNOFF_WORKFLOW", "flows")
    code, _, err = signoff("serve")
    assert code == 1
    assert "SIGNOFF_WORKFLOW is not a setting" in err
    assert "SLACK_BOT_TOKEN holds an app-level token" in err
    assert "secret-thing" not in err


def test_the_browser_for_the_tests_is_a_known_setting(
    signoff: Signoff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIGNOFF_BROWSER", "/somewhere/chrome")
    assert "SIGNOFF_BROWSER" not in signoff("runs")[2]


def test_an_unknown_workflow_and_a_wrong_argument_name_what_there_is(
    signoff: Signoff, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "flow.py").write_text(GOOD, encoding="utf-8")
    monkeypatch.setenv("SIGNOFF_WORKFLOWS", "flow.py")
    code, out, err = signoff("run", "reprot", "--json")
    assert (code, out) == (1, "")
    assert err == "error: There is no workflow called reprot. Did you mean report?\n"
    assert "takes no input" in signoff("run", "report", "title=x")[2]
    assert "There is no run nowhere" in signoff("show", "nowhere")[2]


@pytest.mark.parametrize("name", ["nightly", "nighly", "repotr", "NIGHTLY"])
def test_an_unknown_workflow_is_known_by_its_beginning_or_one_of_its_words(
    signoff: Signoff, folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    text = GOOD.replace('Workflow("report"', 'Workflow("nightly-report"')
    (folder / "flow.py").write_text(text, encoding="utf-8")
    monkeypatch.setenv("SIGNOFF_WORKFLOWS", "flow.py")
    assert signoff("run", name)[2].endswith(" Did you mean nightly-report?\n")
    assert signoff("run", "deploy")[2].endswith(" There are: nightly-report.\n")


def test_a_run_that_fails_is_an_exit_code(
    signoff: Signoff, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = GOOD.replace('owner="@platform"', 'owner="@platform", on_failure="fail"').replace(
        'return "done"', 'raise RuntimeError("no paper")'
    )
    (folder / "flow.py").write_text(bad, encoding="utf-8")
    monkeypatch.setenv("SIGNOFF_WORKFLOWS", "flow.py")
    code, out, _ = signoff("run", "report")
    assert code == 1
    assert "no paper" in out


def test_check_names_file_line_workflow_step_and_remedy(signoff: Signoff, folder: Path) -> None:
    (folder / "flow.py").write_text(BAD, encoding="utf-8")
    code, out, err = signoff("check", "flow.py")
    assert (code, err) == (1, "")
    lines = out.splitlines()
    assert any(
        line.startswith("flow.py:7: workflow report, step write:") and "research" in line for line in lines
    )
    assert any("owner" in line for line in lines)
    assert any("'61'" in line for line in lines)
    assert any("step ask" in line and "expires" in line for line in lines)
    code, out, _ = signoff("check", "flow.py", "--json")
    problems = json.loads(out)["problems"]
    assert len(problems) == len(lines) - 1
    assert {"file", "line", "column", "workflow", "step", "problem", "remedy"} == set(problems[0])
    assert ("flow.py", 7, "write") in {(one["file"], one["line"], one["step"]) for one in problems}


def test_check_names_the_mistakes_of_all_files_at_once(
    signoff: Signoff, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "flow.py").write_text(BAD.replace('"report"', '"paper"'), encoding="utf-8")
    (folder / "broken.py").write_text("def (", encoding="utf-8")
    (folder / "option.py").write_text(GOOD.replace("owner=", "ownr="), encoding="utf-8")
    for name in ("first", "second"):
        named = GOOD.replace('"report"', f'"{name}"')
        (folder / f"{name}.py").write_text("services = {'Desk': object()}\n" + named, encoding="utf-8")
    (folder / "third.py").write_text(GOOD.replace('"report"', '"first"'), encoding="utf-8")
    monkeypatch.setenv("SIGNOFF_SCHEDULES", "no-such-workflow")
    code, out, err = signoff("check", ".")
    assert (code, err) == (1, "")
    lines = out.splitlines()
    assert any(line.startswith("broken.py:1: The file is not valid Python") for line in lines)
    assert any(line.startswith("option.py:") and "Workflow has no option ownr." in line for line in lines)
    assert any(line.startswith("third.py:") and "is already called first" in line for line in lines)
    assert any(
        line.startswith("second.py:1: Another service is already called Desk, in") and line.endswith("name.")
        for line in lines
    )
    assert any(line.startswith("flow.py:7: workflow paper, step write:") for line in lines)


def test_check_of_good_files_lists_them_and_leaves_no_files(signoff: Signoff, folder: Path) -> None:
    (folder / "flow.py").write_text(GOOD, encoding="utf-8")
    code, out, _ = signoff("check", "flow.py")
    assert code == 0
    assert "by hand" in out
    assert sorted(path.name for path in folder.iterdir() if path.name != "__pycache__") == ["flow.py"]


@pytest.mark.parametrize("text", ["def (", "import nothing_of_that_name", "raise SystemExit(3)", ""])
def test_check_of_a_file_that_cannot_be_read_says_so(signoff: Signoff, folder: Path, text: str) -> None:
    (folder / "flow.py").write_text(text, encoding="utf-8")
    code, out, err = signoff("check", "flow.py")
    assert (code, err) == (1, "")
    assert out.startswith("flow.py")


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["cancel", "--workflow", "report", "--started-by", ""], "--started-by"),
        (["cancel", "--workflow="], "--workflow"),
        (["runs", "--data", ""], "--data"),
        (["audit", "verify", "--checkpoint", ""], "--checkpoint"),
        (["audit", "accept", "--reason", "x", "--data", ""], "--data"),
        (["show", ""], "Invalid value for 'RUN': it"),
        (["check", ""], "Invalid value for 'PATH...': it"),
    ],
)
def test_an_empty_value_is_refused_and_never_means_everything(
    signoff: Signoff, arguments: list[str], name: str
) -> None:
    code, out, err = signoff(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith(f"error: {name} is empty. Give it a value")


def test_a_value_outside_the_choices_is_named_with_the_choices(signoff: Signoff) -> None:
    code, _, err = signoff("graph", "report", "--format", "gif")
    assert code == 2
    assert err.startswith("error: Invalid value for '--format': 'gif' is not one of 'mermaid', 'dot', 'svg'")


def test_a_long_value_is_shortened_in_an_error(signoff: Signoff) -> None:
    code, _, err = signoff("runs", "--data", "x" * 10_000)
    assert code == 1
    assert f"{'x' * 200}… (10,001 characters)" in err
    assert len(err) < 1000
