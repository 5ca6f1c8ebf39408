"""The command line on a real database: alone, and beside a process that serves."""

import asyncio
import contextlib
import fcntl
import json
import logging
import os
import pwd
import re
import signal
import sqlite3
import sys
import termios
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, NamedTuple, get_args

import pytest

from bot.cli.formatting import clock
from bot.cli.handlers import handlers
from bot.cli.main import main
from bot.control_socket.server import ControlSocket
from engine import Actor, Engine, EngineSettings, Gate, StaticPeople
from engine.authoring.loader import load
from engine.model.people import Source
from engine.store.files.file_lock import FileLock

ROOT = Path(__file__).resolve().parents[3]
FLOW = """
from pydantic import BaseModel
from signoff import Every, Fatal, Outcome, StepContext, Workflow


class Release(BaseModel):
    service: str
    version: int = 1


deploy = Workflow("deploy", input=Release, owner="@platform", channel="#deploys",
                  triggers=[Every("6h", input={"service": "billing"})])


@deploy.step
async def build(input: Release, ctx: StepContext) -> str:
    if input.service == "broken":
        raise Fatal("the compiler said \\x1b[31mno")
    return f"{input.service}-{input.version}"


go_live = deploy.approval(
    "go_live", ask="Ship {build}?", show=build, approvers=["@release-managers"], expires="4h",
    self_approval=True,  # one operating-system user starts it and decides
)


long = Workflow("long", owner="@platform")


@long.step
async def hosts() -> list[str]:
    return [f"host {number} in the cellar of the old building" for number in range(200)]


wipe = long.approval(
    "wipe", ask="Wipe them?", show=hosts, approvers=["@release-managers"], expires="4h", self_approval=True
)


@long.step(when=wipe.approved)
async def wipe_all(hosts: list[str]) -> str:
    return "wiped"


@deploy.step(when=go_live.approved)
async def release(build: str, go_live: Outcome) -> str:
    return f"released {build}"


class Size(BaseModel):
    replicas: int = 3


scale = Workflow("scale", owner="@platform")
how_far = scale.approval(
    "how_far", ask="Scale?", form=Size, approvers=["@release-managers"], expires="4h", revocable_for="10m",
    advisory=True, self_approval=True,
)
"""


class Said(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Signoff = Callable[..., Said]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "flow.py").write_text(FLOW, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SIGNOFF_WORKFLOWS", "flow.py")
    monkeypatch.setenv("SIGNOFF_CLI_DECIDES", "true")
    monkeypatch.setenv("SIGNOFF_GROUPS", '{"release-managers": ["U01"], "platform": ["U02"]}')
    return tmp_path


@pytest.fixture
def signoff(folder: Path, capsys: pytest.CaptureFixture[str]) -> Signoff:
    def run(*arguments: str) -> Said:
        code = main(arguments)
        return Said(code, *capsys.readouterr())

    return run


def change(folder: Path, statement: str, *values: str) -> None:
    """Change rows as another program would."""
    with contextlib.closing(sqlite3.connect(folder / ".signoff" / "signoff.db")) as file, file:
        file.execute(statement, values)


def control_by_terminal(terminal: int) -> None:
    """Make it the terminal whose Ctrl-C reaches this process, also where the tests run in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.setsid()
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)


def waiting(signoff: Signoff) -> str:
    """A run that waits for its approval; its id."""
    said = signoff("run", "deploy", "service=billing", "--json")
    assert said.json["run"]["state"] == "waiting"
    return str(said.json["run"]["id"])


# Alone


def test_a_run_is_executed_here_until_it_waits_and_says_how_to_decide(signoff: Signoff) -> None:
    said = signoff("run", "deploy", "service=billing")
    assert said.code == 0
    assert "✅ build" in said.out
    assert "Ship billing-1?" in said.out
    assert ".go_live approve|reject --as USER" in said.out
    assert said.err == ""


def test_a_response_is_given_and_shown_on_the_command_line(
    signoff: Signoff, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIGNOFF_WORKFLOWS", "talk.py")
    (folder / "talk.py").write_text(
        "from signoff import Gate\n"
        't = Gate("talk", owner="@platform", approvers=["@release-managers"], expires="4h", respond=True)\n'
    )
    run = signoff("run", "talk", "question=Where?", "--json").json["run"]["id"]
    assert "approve|respond|reject --as USER" in signoff("show", run).out
    empty = signoff("decide", run, "respond", "--as", "U01")
    assert (empty.code, "Write your response." in empty.err) == (1, True)
    given = signoff("decide", run, "respond", "--as", "U01", "--comment", "eu-west")
    assert (given.code, given.err) == (0, "")
    shown = signoff("show", run)
    assert "💬 " in shown.out
    assert "respond by" in shown.out
    assert "approval responded" in shown.out
    assert signoff("audit", "review", "--json").json["workflows"][0]["responded"] == 1


def test_a_decision_counts_and_the_next_process_goes_on(signoff: Signoff) -> None:
    run = waiting(signoff)
    answer = signoff("decide", run, "approve", "--as", "U01", "--comment", "go", "--json")
    assert answer.json["code"] == "decided"
    assert answer.json["request"]["decisions"][0]["comment"] == "go"
    assert signoff("show", run, "--json").json["run"]["state"] == "running"
    signoff("run", "deploy", "service=another")
    shown = signoff("show", run, "--json").json
    assert shown["run"]["state"] == "succeeded"
    assert [step["state"] for step in shown["steps"]] == ["succeeded"] * 3
    assert shown["steps"][2]["output"] == "released billing-1"


@pytest.mark.parametrize(
    ("person", "choice", "words"),
    [
        ("U02", "approve", "Only @release-managers can decide this request, and U02 is not one of them."),
        ("U09", "approve", "No member of this workspace has the id U09"),
        ("U01", "reject", "--comment"),
        ("U01", "retry", "approve"),
    ],
)
def test_a_decision_that_does_not_count_says_why_and_fails(
    signoff: Signoff, person: str, choice: str, words: str
) -> None:
    run = waiting(signoff)
    said = signoff("decide", run, choice, "--as", person)
    assert said.code == 1
    assert said.out == ""
    assert said.err.startswith("error: ")
    assert words in said.err
    assert signoff("show", run, "--json").json["requests"][0]["state"] == "open"


def test_a_form_is_filled_in_and_its_approval_taken_back(signoff: Signoff) -> None:
    run = signoff("run", "scale", "--json").json["run"]["id"]
    said = signoff("decide", run, "approve", "--as", "U01")
    assert (said.code, "Fill in the values before you approve. Add --set NAME=VALUE." in said.err) == (
        1,
        True,
    )
    said = signoff("decide", run, "approve", "--as", "U01", "--set", "replicas=many")
    assert said.code == 1
    assert 'replicas: "many" is not a whole number.' in said.err
    said = signoff("decide", run, "approve", "--as", "U01", "--set", "replicas 5")
    assert (said.code, "--set replicas 5 has no =" in said.err) == (2, True)
    said = signoff("decide", run, "approve", "--as", "U01", "--set", "replicas=5", "--set", "replicas=6")
    assert (said.code, "--set replicas is given twice" in said.err) == (2, True)
    answer = signoff("decide", run, "approve", "--as", "U01", "--set", "replicas=5", "--json").json
    assert (answer["code"], answer["request"]["state"]) == ("decided", "held")
    assert answer["request"]["value"] == {"replicas": 5}
    assert signoff("decide", f"{run}.how_far", "revoke", "--as", "U01").code == 0
    assert signoff("show", run, "--json").json["requests"][0]["state"] == "open"


def test_decisions_by_command_line_do_not_count_unless_allowed(
    signoff: Signoff, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = waiting(signoff)
    monkeypatch.delenv("SIGNOFF_CLI_DECIDES")
    said = signoff("decide", run, "approve", "--as", "U01")
    assert said.code == 1
    assert "SIGNOFF_CLI_DECIDES=true" in said.err


def test_runs_are_listed_newest_first_and_by_state(signoff: Signoff) -> None:
    first = waiting(signoff)
    second = waiting(signoff)
    listed = signoff("runs", "--json").json
    assert [run["id"] for run in listed["runs"]] == [second, first]
    assert listed["total"] == 2
    assert signoff("runs", "--state", "failed", "--state", "waiting", "--json").json["total"] == 2
    none = {"runs": [], "total": 0, "total_is_minimum": False, "unreadable": []}
    assert signoff("runs", "deploy", "--state", "succeeded", "--json").json == none
    assert "The newest 1 of 2. For the next: --after deploy-" in signoff("runs", "-n", "1").out


def test_the_list_of_runs_reaches_every_run(signoff: Signoff) -> None:
    runs = [waiting(signoff) for _ in range(5)]
    older = signoff("runs", "deploy", "-n", "2", "--after", runs[3], "--json").json
    assert [run["id"] for run in older["runs"]] == [runs[2], runs[1]]
    said = signoff("runs", "-n", "2", "--after", runs[3]).out
    assert f"2 of 5, after {runs[3]}. For the next: --after deploy-{runs[1][-4:]}\n" in said
    assert signoff("runs", "--after", runs[0]).out == f"No runs after {runs[0]}.\n"
    assert len(signoff("runs", "--all", "--json").json["runs"]) == 5
    assert signoff("runs", "--all").out.endswith("5 runs.\n")
    assert "error: " in signoff("runs", "--after", "nothing-abcd").err


def test_a_run_is_shown_with_steps_request_and_origin(signoff: Signoff) -> None:
    run = waiting(signoff)
    out = signoff("show", run[-4:]).out
    assert run in out
    assert "on the command line" in out
    assert "@release-managers may decide · expires" in out
    assert "build: billing-1" in out or "billing-1" in out


def test_control_characters_of_a_payload_do_not_reach_the_terminal(signoff: Signoff) -> None:
    said = signoff("run", "deploy", "service=broken")
    assert "⏸️ build · the compiler said" in said.out
    assert "\x1b" not in said.out


def test_a_run_is_cancelled_and_its_request_withdrawn(signoff: Signoff) -> None:
    run = waiting(signoff)
    long = signoff("cancel", run, "--reason", "x" * 1001)
    assert (long.code, "The reason has 1,001 characters" in long.err) == (1, True)
    assert "cancelled" in signoff("cancel", run, "--reason", "not today").out
    shown = signoff("show", run, "--json").json
    assert (shown["run"]["state"], shown["requests"][0]["state"]) == ("cancelled", "withdrawn")
    again = signoff("cancel", run)
    assert (again.code, again.out) == (1, "")
    assert "already ended" in again.err


def test_one_command_cancels_all_that_somebody_started(signoff: Signoff) -> None:
    runs = [waiting(signoff) for _ in range(3)]
    me = f"cli:{pwd.getpwuid(os.getuid()).pw_name}"
    asked = signoff("cancel", "--started-by", me, "--since", "1h")
    assert (asked.code, asked.out) == (1, "")
    assert asked.err == (
        "  3 runs of deploy, source cli\n"
        f"error: This would cancel 3 runs that {me} started. There is no terminal to ask at. "
        "Add --yes to do it.\n"
    )
    assert signoff("cancel", "--started-by", me, "--yes").out == "3 runs cancelled.\n"
    assert {signoff("show", run, "--json").json["run"]["state"] for run in runs} == {"cancelled"}
    assert signoff("cancel", "--started-by", me).out == f"There are no unfinished runs that {me} started.\n"


def test_one_command_cancels_all_runs_of_a_workflow(signoff: Signoff) -> None:
    waiting(signoff)
    other = signoff("run", "long", "--json").json["run"]["id"]
    assert signoff("cancel", "--workflow", "deploy", "--since", "1h", "--yes").out == "1 run cancelled.\n"
    assert signoff("show", other, "--json").json["run"]["state"] == "waiting"
    assert signoff("cancel", "--workflow", "deploy").out == "There are no unfinished runs of deploy.\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ["--workflow", "deplyo"],
            "--workflow deplyo: there was never a run of this workflow. Workflows of runs: deploy, long",
        ),
        (["--workflow", "deploy", "--started-by", "webhook:ghost"], "--started-by webhook:ghost: no stored"),
        (["--started-by", "schedule"], "--started-by schedule: no stored run was started by it."),
        (["--started-by", "U0NOBODY"], "--started-by slack:U0NOBODY: no stored run was started by it."),
    ],
)
def test_a_cancel_of_runs_that_never_were_names_those_that_exist(
    signoff: Signoff, arguments: list[str], told: str
) -> None:
    run = signoff("run", "long", "--json").json["run"]["id"]
    signoff("cancel", waiting(signoff))
    refused = signoff("cancel", *arguments, "--yes")
    assert (refused.code, refused.out) == (1, "")
    assert told in refused.err
    if "--started-by" in arguments:
        assert f"Starters of runs: cli:{pwd.getpwuid(os.getuid()).pw_name}.\n" in refused.err
    assert signoff("show", run, "--json").json["run"]["state"] == "waiting"


def test_a_changed_run_keeps_no_other_run_from_its_end(signoff: Signoff, folder: Path) -> None:
    runs = [waiting(signoff) for _ in range(3)]
    change(folder, "UPDATE request SET ask = 'Lunch?' WHERE run_id = ?", runs[0])
    said = signoff("cancel", "--started-by", "cli", "--yes")
    assert said.code == 1
    assert "error: 2 runs cancelled, and 1 run not.\n" in said.err
    assert f"{runs[0]} was changed by another program" in said.err
    states = [signoff("show", run, "--json").json["run"]["state"] for run in runs]
    assert states == ["waiting", "cancelled", "cancelled"]


def test_a_run_whose_definition_was_removed_says_so(signoff: Signoff, folder: Path) -> None:
    run = waiting(signoff)
    change(folder, "DELETE FROM definition WHERE 'x' <> ?", "")
    said = signoff("cancel", run)
    assert (said.code, said.out) == (1, "")
    assert "was removed by another program" in said.err
    assert "Restore a backup: signoff db restore BACKUP." in said.err


def test_a_command_prints_no_traceback_of_what_it_logs(signoff: Signoff) -> None:
    signoff("runs")
    try:
        raise TypeError("from deep inside")
    except TypeError:
        record = logging.LogRecord("engine", logging.ERROR, "", 0, "a row is bad", None, sys.exc_info())
    assert logging.lastResort is not None
    assert logging.lastResort.format(record) == "a row is bad"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--started-by", "alice"], "alice names nobody who can start runs."),
        (["--started-by", "U01ALICE", "--since", "soon"], "--since soon is not a duration."),
        (["some-run", "--started-by", "U01ALICE"], "Give a run or --started-by, not both."),
        (["--started-by", "webhook:"], "Write a Slack user id like U012AB3CD, api:TOKEN, cli:USER, webhook:"),
        (["some-run", "--workflow", "deploy"], "Give a run or --workflow, not both."),
        (["--since", "1h"], "Give a run, --started-by or --workflow."),
        ([], "Give a run, --started-by or --workflow."),
    ],
)
def test_a_mistaken_cancel_says_what_is_wrong(signoff: Signoff, arguments: list[str], told: str) -> None:
    refused = signoff("cancel", *arguments)
    assert refused.code == 2
    assert told in " ".join(refused.err.replace("│", " ").split())


def test_schedules_are_listed_and_switched(signoff: Signoff) -> None:
    waiting(signoff)
    (listed,) = signoff("schedules", "--json").json["schedules"]
    assert (listed["workflow"], listed["enabled"]) == ("deploy", True)
    (off,) = signoff("schedules", "disable", "deploy", "--json").json["schedules"]
    assert (off["enabled"], off["next_fire_at"]) == (False, None)
    assert " off" in signoff("schedules").out
    waiting(signoff)
    assert not signoff("schedules", "--json").json["schedules"][0]["enabled"]


@pytest.mark.parametrize("words", [("schedules",), ("triggers", "list")])
def test_a_schedule_of_a_paused_workflow_is_paused_and_has_no_next_time(
    signoff: Signoff, words: tuple[str, ...]
) -> None:
    waiting(signoff)
    (listed,) = signoff(*words, "--json").json["schedules"]
    moment = clock(listed["next_fire_at"])
    assert moment in signoff(*words).out
    assert signoff("pause", "--all").code == 0
    said = signoff(*words).out
    assert "💤 paused" in said
    assert moment not in said
    assert signoff(*words, "--json").json["schedules"][0]["paused"] is True


def test_a_schedule_whose_row_cannot_be_read_is_named_with_the_remedy(signoff: Signoff, folder: Path) -> None:
    signoff("run", "deploy", "service=billing")
    change(folder, "UPDATE schedule SET next_fire_at = 'soon'")
    for words in (("triggers", "list"), ("schedules",)):
        said = signoff(*words).out
        assert "cannot be read" in said
        assert " off" not in said
        assert "starts nothing: The schedule" in said
        assert "(schedule.next_fire_at holds text instead of a whole number)" in said
        assert said.rstrip().endswith("Run signoff audit verify: it names the remedy.")
        assert signoff(*words, "--json").json["schedules"][0]["unreadable"] is True


def test_schedules_switch_only_the_triggers_of_the_clock(signoff: Signoff, folder: Path) -> None:
    hook = 'Webhook("builds", secret="S", input={"service": "{payload.service}"})'
    flow = FLOW.replace("triggers=[", f"triggers=[{hook}, ").replace("import Every", "import Webhook, Every")
    (folder / "flow.py").write_text(flow, encoding="utf-8")
    waiting(signoff)
    said = signoff("schedules", "disable", "deploy").out
    assert "Switched 1 schedule of deploy off. 1 other trigger stays as it is." in said
    states = {
        each["key"]: each["enabled"] for each in signoff("triggers", "list", "--json").json["schedules"]
    }
    assert states == {"webhook:builds": True, "every:21600": False}
    assert "Switched 2 triggers of deploy off." in signoff("triggers", "disable", "deploy").out
    assert "Switched 1 schedule of deploy on. 1 other" in signoff("schedules", "enable", "deploy").out


def test_a_list_of_schedules_has_only_clocks_and_one_of_triggers_only_its_workflow(
    signoff: Signoff, folder: Path
) -> None:
    hook = 'Webhook("builds", secret="S", input={"service": "{payload.service}"})'
    flow = FLOW.replace("triggers=[", f"triggers=[{hook}, ").replace("import Every", "import Webhook, Every")
    flow += '\n\nsecond = Workflow("second", owner="@platform", triggers=[Every("9h")])\n'
    flow += "\n\n@second.step\nasync def go() -> None: ...\n"
    (folder / "flow.py").write_text(flow, encoding="utf-8")
    waiting(signoff)
    clocks = signoff("schedules", "--json").json["schedules"]
    assert sorted(each["key"] for each in clocks) == ["every:21600", "every:32400"]
    listed = signoff("triggers", "list", "deploy", "--json").json["schedules"]
    assert {each["workflow"] for each in listed} == {"deploy"}


WATCH = """
from pydantic import BaseModel
from signoff import AfterRun, Webhook, Workflow, fact


class Alert(BaseModel):
    service: str


watch = Workflow("watch", owner="@platform", input=Alert, triggers=[
    Webhook("alerts", secret="S", filter=fact.payload.status == "firing",
            input={"service": "{payload.labels.service}"}),
])


@watch.step
async def look(input: Alert) -> None: ...
"""


@pytest.fixture
def watched(folder: Path, signoff: Signoff) -> Signoff:
    (folder / "flow.py").write_text(WATCH, encoding="utf-8")
    signoff("run", "watch", "service=search")
    return signoff


def test_a_trigger_that_starts_nothing_is_listed_with_the_reason(watched: Signoff) -> None:
    listed = watched("triggers", "list")
    assert "starts nothing" in listed.out
    assert "watch webhook:alerts starts nothing: the environment variable S is not set." in listed.out
    (trigger,) = watched("triggers", "list", "--json").json["schedules"]
    assert trigger["problem"] == "the environment variable S is not set"


def test_a_check_names_a_moment_that_has_passed(signoff: Signoff, folder: Path) -> None:
    flow = FLOW.replace('Every("6h", input', 'Once("2020-03-01T08:00", input').replace(
        "Every", "Every, Once", 1
    )
    (folder / "flow.py").write_text(flow, encoding="utf-8")
    checked = signoff("check")
    assert "The moment of the trigger once:20200301T080000Z of deploy has passed" in checked.out + checked.err
    assert checked.code == 0


def test_the_schedules_of_a_workflow_without_one_are_not_switched(watched: Signoff) -> None:
    refused = watched("schedules", "disable", "watch")
    assert (refused.code, "watch has no schedule." in refused.err) == (1, True), refused
    assert watched("triggers", "list", "--json").json["schedules"][0]["enabled"] is True


def test_triggers_are_listed_and_switched_by_key(watched: Signoff) -> None:
    listed = watched("triggers", "list")
    assert "webhook /hooks/alerts" in listed.out
    (off,) = watched("triggers", "disable", "watch", "--key", "webhook:alerts", "--json").json["schedules"]
    assert off["enabled"] is False
    wrong = watched("triggers", "disable", "watch", "--key", "webhook:alert")
    corrected = "Did you mean webhook:alerts? Type signoff triggers disable watch --key webhook:alerts"
    assert (wrong.code, corrected in wrong.err) == (1, True), wrong
    wrong = watched("triggers", "disable", "watch", "--key", "zzz")
    assert "watch has no trigger zzz. There are: webhook:alerts." in wrong.err
    assert "webhook /hooks/alerts" in watched("triggers", "list", "watch").out
    assert "Did you mean watch?" in watched("triggers", "list", "wacth").err
    assert watched("schedules").out == "No workflow has a schedule.\n"
    assert watched("triggers", "enable", "watch", "--json").json["schedules"][0]["enabled"] is True


@pytest.mark.parametrize(
    ("sample", "code", "words"),
    [
        ({"status": "firing", "labels": {"service": "checkout"}}, 0, '"service": "checkout"'),
        ({"status": "resolved", "labels": {}}, 0, "The filter holds the sample back, and no run starts."),
        ({"status": "firing", "labels": {"job": "x"}}, 1, "service: {payload.labels.service} is missing."),
        ({"labels": {}}, 1, "filter: The condition payload.status == 'firing' cannot be decided"),
    ],
)
def test_a_sample_shows_what_a_trigger_would_start(
    watched: Signoff, folder: Path, sample: Any, code: int, words: str
) -> None:
    (folder / "sample.json").write_text(json.dumps(sample), encoding="utf-8")
    said = watched("triggers", "test", "watch", "--sample", "sample.json")
    assert (said.code, words in said.out) == (code, True), said
    assert watched("runs", "--json").json["total"] == 1


def test_a_trigger_that_waits_for_a_workflow_that_is_not_loaded_is_a_mistake(
    signoff: Signoff, folder: Path
) -> None:
    flow = FLOW + "\n\nfrom signoff import AfterRun\nafter = Workflow('after', owner='@platform', "
    flow += "triggers=[AfterRun('deplo')])\n\n\n@after.step\nasync def go() -> None: ...\n"
    (folder / "flow.py").write_text(flow, encoding="utf-8")
    said = signoff("check", "flow.py")
    assert said.code == 1
    assert "waits for runs of deplo, which is not loaded. Did you mean deploy?" in said.out + said.err


def test_a_check_names_the_variables_that_triggers_need_and_that_are_not_set(
    signoff: Signoff, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flow = FLOW + "\n\nfrom signoff import Webhook\nhooked = Workflow('hooked', owner='@platform', "
    flow += "triggers=[Webhook('alerts', secret='ALERTS_SECRET')])\n\n\n"
    flow += "@hooked.step\nasync def go() -> None: ...\n"
    (folder / "flow.py").write_text(flow, encoding="utf-8")
    said = signoff("check", "flow.py")
    assert said.code == 0
    assert "ALERTS_SECRET is not set, so the trigger webhook:alerts of hooked starts nothing." in said.out
    monkeypatch.setenv("ALERTS_SECRET", "swordfish")
    assert "is not set" not in signoff("check", "flow.py").out


def test_a_file_that_somebody_holds_without_answering_is_left_alone(signoff: Signoff, folder: Path) -> None:
    waiting(signoff)
    lock = FileLock(folder / ".signoff" / "signoff.db")
    lock.take()
    said = signoff("runs")
    lock.release()
    assert said.code == 1
    assert "is in use by this process" in said.err


def test_a_request_that_slack_shortens_is_approved_with_the_code_that_show_prints(
    signoff: Signoff,
) -> None:
    run = signoff("run", "long", "--json").json["run"]["id"]
    decide = ("decide", run, "approve", "--as", "U01")
    refused = signoff(*decide)
    assert refused.code == 1
    assert f"Or read it with signoff show {run} and add --seen with the code that it prints." in refused.err
    wrong = signoff(*decide, "--seen", "0123456789ab")
    assert wrong.code == 1
    assert f"is not the code of this request as it is now. Read it again: signoff show {run}" in wrong.err
    shown = signoff("show", run)
    assert "host 199 in the cellar" in shown.out
    (code,) = re.findall(r"--seen (\w+) confirms that you read it here", shown.out)
    assert signoff(*decide, "--seen", code).code == 0


def test_a_rejection_needs_no_full_text(signoff: Signoff) -> None:
    run = signoff("run", "long", "--json").json["run"]["id"]
    assert signoff("decide", run, "reject", "--as", "U01", "--comment", "no").code == 0


# Beside a process that serves


@pytest.fixture
async def served(folder: Path) -> AsyncIterator[Engine]:
    database = folder / ".signoff" / "signoff.db"
    people = StaticPeople(groups={"release-managers": ["U01"], "platform": ["U02"]})
    settings = EngineSettings(data_dir=folder, cli_decides=True)
    engine = await Engine.open(database, people=people, settings=settings)
    for found in load([folder / "flow.py"]):
        engine.register(found.workflow, file=str(found.file))
    await engine.serve()
    door = ControlSocket(database, handlers(engine))
    await door.open()
    yield engine
    await door.close()
    await engine.close(grace=0)


async def test_commands_go_through_the_process_that_serves(served: Engine, signoff: Signoff) -> None:
    async def there(*arguments: str) -> Said:
        return await asyncio.to_thread(signoff, *arguments)

    started = await there("run", "deploy", "service=billing", "--json")
    run = started.json["run"]["id"]
    assert (await there("runs", "--json")).json["runs"][0]["id"] == run
    decided = await there("decide", f"{run}.go_live", "approve", "--as", "U01", "--json")
    assert decided.json["accepted"]
    await served.activity.idle()
    shown = (await there("show", run, "--json")).json
    assert shown["run"]["state"] == "succeeded"
    assert shown["requests"][0]["decisions"][0]["by"]["source"] == "cli"
    assert (await there("schedules", "disable", "deploy", "--json")).json["schedules"][0]["enabled"] is False
    refused = await there("cancel", run)
    assert refused.code == 1
    assert "already ended" in refused.err


@pytest.mark.parametrize("source", get_args(Source))
@pytest.mark.parametrize("by_id", [True, False])
async def test_one_command_cancels_what_any_source_started(
    served: Engine, signoff: Signoff, source: Source, by_id: bool
) -> None:
    starter = Actor(source, "U01")
    chosen = f"{source}:{starter.id}" if by_id else source
    gate = Gate("gate", owner="@platform", approvers=["@release-managers"], expires="1h")
    served.register(gate)
    name, given = ("gate", {"question": "Ship?"}) if source == "api" else ("deploy", {"service": "billing"})
    runs = [(await served.start(name, given, actor=starter)).id for _ in range(2)]
    other = Actor("webhook" if source == "cli" else "cli", "U01")
    kept = await served.start("deploy", {"service": "billing"}, actor=other)
    said = await asyncio.to_thread(signoff, "cancel", "--started-by", chosen, "--yes")
    assert (said.code, said.out) == (0, "2 runs cancelled.\n"), said.err
    assert f"2 runs of {name}, source {source}\n" in said.err
    assert [(await served.detail(run)).run.state for run in runs] == ["cancelled"] * 2
    assert (await served.detail(kept.id)).run.ended_at is None


async def test_a_cancel_of_thousands_tells_how_far_it_is(folder: Path, signoff: Signoff) -> None:
    left = [100] * 25

    async def unfinished(values: dict[str, Any], user: str) -> dict[str, Any]:
        return {"unfinished": 2500, "counts": [{"workflow": "deploy", "source": "api", "runs": 2500}]}

    async def cancel_started(values: dict[str, Any], user: str) -> dict[str, Any]:
        return {"cancelled": left.pop(), "refused": [], "cursor": f"run-{len(left)}" if left else None}

    async def hello(values: dict[str, Any], user: str) -> dict[str, Any]:
        return {"serving": True}

    database = folder / ".signoff" / "signoff.db"
    database.parent.mkdir(mode=0o700)
    door = ControlSocket(
        database, {"hello": hello, "unfinished": unfinished, "cancel_started": cancel_started}
    )
    await door.open()
    said = await asyncio.to_thread(signoff, "cancel", "--started-by", "api:ci", "--yes")
    await door.close()
    assert said.out == "2,500 runs cancelled.\n"
    assert said.err.splitlines()[1:] == [
        "1,000 of 2,500 runs cancelled.",
        "2,000 of 2,500 runs cancelled.",
    ]


@pytest.mark.parametrize(
    ("typed", "code", "told"),
    [(b"y\n", 0, "1 run cancelled."), (b"n\n", 1, ""), (b"\x03", 130, ""), (b"\x04", 130, "")],
)
async def test_a_question_at_the_terminal_is_answered_or_aborted(
    served: Engine, folder: Path, typed: bytes, code: int, told: str
) -> None:
    await served.start("deploy", {"service": "billing"}, actor=Actor("webhook", "U01"))
    terminal, theirs = os.openpty()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "cancel", "--started-by", "webhook"),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        preexec_fn=lambda: control_by_terminal(theirs),
    )
    os.close(theirs)
    said = b""
    while b"[y/N]" not in said:
        said += await asyncio.to_thread(os.read, terminal, 1000)
    os.write(terminal, typed)
    with contextlib.suppress(OSError):  # the end of a terminal
        while part := await asyncio.to_thread(os.read, terminal, 1000):
            said += part
    os.close(terminal)
    assert await process.wait() == code
    assert told in said.decode()
    assert "bug" not in said.decode()


async def test_a_detached_run_is_only_started(served: Engine, signoff: Signoff) -> None:
    said = await asyncio.to_thread(signoff, "run", "deploy", "service=billing", "--detach")
    assert said.code == 0
    assert "started." in said.out
    assert "signoff show" in said.out


def test_a_run_is_not_left_behind_where_nobody_would_execute_it(signoff: Signoff) -> None:
    said = signoff("run", "deploy", "service=billing", "--detach")
    assert said.code == 1
    assert "signoff serve" in said.err


def test_the_log_is_proven_and_what_was_changed_is_named(signoff: Signoff, tmp_path: Path) -> None:
    waiting(signoff)
    said = signoff("audit", "verify")
    assert said.code == 0
    assert "Everything is as it was written: " in said.out
    (database,) = tmp_path.rglob("signoff.db")
    with contextlib.closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE event SET actor = 'slack:U999' WHERE n = 2")
    said = signoff("audit", "verify")
    assert said.code == 1
    assert "event 2 (row 2) was changed, or the one before it." in said.err
    assert signoff("audit", "verify", "--json").json["findings"][0]["n"] == 2


@pytest.mark.parametrize(
    ("statement", "remedy"),
    [
        (
            "INSERT INTO resource (name, limits, state) VALUES ('db', '{}', 'odd')",
            "A resource that cannot be read begins again (1 place) after signoff resources reset NAME.",
        ),
        (
            "INSERT INTO delivery (key, consumer, kind, subject, target, data, wanted, sent, state, tries,"
            " error, created) VALUES ('f', 'slack', 'run', 'r', '[]', 'null', 1, 0, 'idle', 0, '', 0)",
            "Signoff continues without rows that cannot be read (1 place).",
        ),
    ],
)
def test_the_remedy_for_a_row_that_cannot_be_read_fits_it(
    signoff: Signoff, tmp_path: Path, statement: str, remedy: str
) -> None:
    waiting(signoff)
    change(tmp_path, statement)
    said = signoff("audit", "verify")
    assert said.code == 1
    assert remedy in said.err


def test_a_checkpoint_is_never_written_over_another_file(signoff: Signoff, tmp_path: Path) -> None:
    waiting(signoff)
    file = tmp_path / "monday.json"
    assert signoff("audit", "checkpoint", "--to", str(file)).code == 0
    monday = file.read_bytes()
    said = signoff("audit", "checkpoint", "--to", str(file))
    assert (said.code, said.out) == (1, "")
    assert said.err == f"error: --to {file} already exists and is kept as it is. Name a new file.\n"
    assert file.read_bytes() == monday
    nowhere = tmp_path / "gone" / "x.json"
    said = signoff("audit", "checkpoint", "--to", str(nowhere))
    assert f"--to {nowhere}: No such file or directory. Name a file in a folder that" in said.err


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ("{", "is not JSON"),
        ("[1]", "This is not a checkpoint of Signoff."),
        ('{"checkpoint": {}}', "has the kind"),
        ('{"checkpoint": {"events": 1, "events": 2}}', "It has the field 'events' twice"),
        ('{"checkpoint": {}, "note": ""}', "It has the field 'note', which no signature covers"),
    ],
)
def test_an_invalid_checkpoint_is_named(signoff: Signoff, tmp_path: Path, document: str, why: str) -> None:
    waiting(signoff)
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    assert signoff("audit", "checkpoint", "--to", str(good)).code == 0
    bad.write_text(document)
    said = signoff("audit", "verify", "--checkpoint", str(good), "--checkpoint", str(bad))
    assert (said.code, said.out) == (1, "")
    assert f"{bad}" in said.err
    assert why in said.err
    assert str(good) not in said.err


def test_a_receipt_is_verified_without_the_database(signoff: Signoff, tmp_path: Path) -> None:
    run = waiting(signoff)
    said = signoff("receipt", "export", run)
    assert (said.code, "has no decided request yet" in said.err) == (1, True)
    said = signoff("decide", run, "approve", "--as", "U01", "--comment", "looks right")
    assert said.code == 0
    file, key = tmp_path / "receipt.json", tmp_path / "signoff.pub"
    assert signoff("receipt", "export", run, "--to", str(file)).code == 0
    key.write_text(signoff("receipt", "key").out)
    assert "BEGIN PUBLIC KEY" in key.read_text()
    said = signoff("receipt", "verify", str(file), "--key", str(key))
    assert said.code == 0
    assert "Genuine" in said.out
    assert "approve by U01" in said.out
    assert "looks right" in said.out
    # Without --key, this installation's own.
    assert signoff("receipt", "verify", str(file)).code == 0
    genuine = file.read_text()
    additions = {
        '"outcome": "rejected", "outcome": "approved"': '"outcome": "approved"',
        '"receipt": {"outcome": "rejected"}, "receipt": {': '"receipt": {',
        '"note": "rejected", "receipt": {': '"receipt": {',
    }
    for added, signed in additions.items():
        assert genuine.count(signed) == 1
        file.write_text(genuine.replace(signed, added))
        said = signoff("receipt", "verify", str(file), "--key", str(key))
        assert (said.code, said.out, "not as it was signed" in said.err) == (1, "", True)
        assert (str(file) in said.err, added.split('"')[1] in said.err) == (True, True)
    file.write_text(genuine.replace("looks right", "whatever"))
    said = signoff("receipt", "verify", str(file), "--key", str(key))
    assert (said.code, "was changed" in said.err, str(file) in said.err) == (1, True, True)
    file.write_text("{")
    assert "is not JSON" in signoff("receipt", "verify", str(file), "--key", str(key)).err
    key.write_text("nothing")
    assert "holds no public key" in signoff("receipt", "verify", str(file), "--key", str(key)).err
    assert "signs from now on" in signoff("receipt", "rotate").out


def test_codes_are_enrolled_listed_and_revoked(signoff: Signoff) -> None:
    waiting(signoff)
    assert "Nobody has one-time codes" in signoff("code", "list").out
    said = signoff("code", "enrol", "U01", "--name", "ann")
    assert said.out.startswith("otpauth://totp/Signoff:ann?secret=")
    assert signoff("code", "list", "--json").json["enrolled"][0]["user"] == "U01"
    assert "already has one-time codes" in signoff("code", "enrol", "U01").err
    assert "not a user id" in signoff("code", "enrol", "ann").err
    assert signoff("code", "revoke", "U01").code == 0
    assert "has no one-time codes" in signoff("code", "revoke", "U01").err


def test_a_service_name_that_is_not_a_text_is_reported_with_its_line(
    signoff: Signoff, tmp_path: Path
) -> None:
    task = '{"id": "a", "service": "A", "action": "b"}'
    flow = f'services = {{3: object()}}\nflow = {{"id": "x", "owner": "@ops", "tasks": [{task}]}}\n'
    (tmp_path / "flow.py").write_text(flow, encoding="utf-8")
    said = signoff("check", str(tmp_path / "flow.py"))
    assert said.code == 1
    assert "flow.py:1: services has the name 3, which is not a text." in said.out


def test_a_check_says_which_settings_gave_the_owner_and_the_channel(
    signoff: Signoff, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = {"name": "Ingest", "service": "Desk", "action": "fetch"}
    pipeline = {"id": "nightly", "trigger": {"type": "schedule", "cron": "0 2 * * *"}, "tasks": [task]}
    desk = "class Desk:\n    def fetch(self) -> int:\n        return 1\n\nservices = {'Desk': Desk()}\n"
    Path("flow.py").write_text(f"{desk}\nnightly = {pipeline!r}\n", encoding="utf-8")
    refused = signoff("check")
    assert refused.code == 1
    assert 'Give "owner": "@group", or set SIGNOFF_OWNER' in refused.out
    monkeypatch.setenv("SIGNOFF_OWNER", "@grants-board")
    monkeypatch.setenv("SIGNOFF_CHANNEL", "#grants")
    said = signoff("check")
    assert said.code == 0
    assert "nightly names no owner, so SIGNOFF_OWNER gives @grants-board." in said.out
    assert "nightly names no channel, so SIGNOFF_CHANNEL gives #grants." in said.out
    (checked,) = json.loads(signoff("check", "--json").out)["workflows"]
    assert checked["settings"] == {"owner": "SIGNOFF_OWNER", "channel": "SIGNOFF_CHANNEL"}
    assert (checked["owner"], checked["channel"]) == ("@grants-board", "#grants")


def test_a_check_says_which_approvals_nobody_could_answer(
    signoff: Signoff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIGNOFF_GROUPS", '{"release-managers": ["U01"], "platform": ["U02"]}')
    Path("flow.py").write_text(FLOW.replace("self_approval=True", "self_approval=False"), encoding="utf-8")
    said = signoff("check", "--people")
    assert said.code == 1
    assert "workflow deploy, step go_live: It cannot be completed. If U01 requests it, too few" in said.out
    declared = next(at for at, line in enumerate(FLOW.splitlines(), 1) if "deploy.approval(" in line)
    line = next(line for line in said.out.splitlines() if "step go_live" in line)
    assert f".py:{declared}: workflow deploy, step go_live" in line
    monkeypatch.setenv("SIGNOFF_GROUPS", '{"release-managers": ["U01", "U02"], "platform": ["U02"]}')
    said = signoff("check", "--people")
    assert said.code == 0
    assert "Every approval has enough people to answer it, for every requester." in said.out


def test_a_workflow_that_is_paused_without_a_server_is_refused_with_the_remedy(signoff: Signoff) -> None:
    waiting(signoff)
    for act in ("pause", "resume"):
        refused = signoff(act, "deploy")
        assert refused.code != 0
        assert "No workflow is loaded while Signoff does not serve: start signoff serve" in refused.err
