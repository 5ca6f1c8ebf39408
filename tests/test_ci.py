"""Jobs of GitHub Actions and GitLab CI ask at a gate: their own commands, against a real server."""

import asyncio
import io
import os
import re
import runpy
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from bot.ci.specs import CiTarget, CiTargets
from bot.http.client import STATES
from scripts.ci_template import CI, template
from tests.bot.http.test_api import Outside
from tests.bot.http.test_api import outside as outside

SCRIPT = runpy.run_path(str(CI / "ask_signoff.py"))
PROBLEM: type[Exception] = SCRIPT["Problem"]
EXIT_CODES, NO_ANSWER_IN_TIME = SCRIPT["EXIT_CODES"], SCRIPT["NO_ANSWER_IN_TIME"]
ACTION = yaml.safe_load((CI / "action.yml").read_text("utf-8"))
GITLAB = yaml.safe_load((CI / "gitlab.yml").read_text("utf-8"))
SHA = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
GITHUB = {
    "GITHUB_ACTION_PATH": str(CI),
    "GITHUB_SERVER_URL": "https://github.example",
    "GITHUB_REPOSITORY": "acme/shop",
    "GITHUB_REF": "refs/heads/main",
    "GITHUB_SHA": SHA,
    "GITHUB_RUN_ID": "4711",
    "GITHUB_RUN_ATTEMPT": "1",
    "GITHUB_JOB": "deploy",
    "GITHUB_ACTOR": "ann",
}


class Job:
    """The step of the action, as GitHub would run it."""

    def __init__(self, outside: Outside, folder: Path) -> None:
        self.outside, self.folder = outside, folder
        self.token, self.url = outside.token, outside.url

    def environment(self, **inputs: str) -> dict[str, str]:
        """As GitHub sets it: the inputs of the action in the variables that its step maps them to."""
        given = {name: each.get("default", "") for name, each in ACTION["inputs"].items()}
        given |= {"url": self.url, "token": self.token, "gate": "release-gate", "environment": "production"}
        given |= {name.replace("_", "-"): value for name, value in inputs.items()}
        assert set(given) == set(ACTION["inputs"])
        (step,) = ACTION["runs"]["steps"]
        return {
            name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda match: given[match[1]], value)
            for name, value in step["env"].items()
        }

    async def start(self, *, platform: dict[str, str] = GITHUB, **inputs: str) -> asyncio.subprocess.Process:
        for name in ("output", "summary"):
            (self.folder / name).write_text("")
        files = {"GITHUB_OUTPUT": str(self.folder / "output")}
        files["GITHUB_STEP_SUMMARY"] = str(self.folder / "summary")
        return await asyncio.create_subprocess_exec(
            *("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", ACTION["runs"]["steps"][0]["run"]),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={"PATH": os.environ["PATH"], **platform, **files, **self.environment(**inputs)},
        )

    async def finish(self, process: asyncio.subprocess.Process) -> tuple[int, str]:
        log, _ = await process.communicate()
        assert process.returncode is not None
        assert self.token not in log.decode()
        return process.returncode, log.decode()

    def outputs(self) -> dict[str, str]:
        written = (self.folder / "output").read_text("utf-8")
        return {
            found[1]: found[3] for found in re.finditer(r"^(\w+)<<(\w+)\n(.*?)\n\2$", written, re.M | re.S)
        }


@pytest.fixture
def job(outside: Outside, tmp_path: Path) -> Job:
    return Job(outside, tmp_path)


def command_lines() -> str:
    """Return the command lines of all processes, which everybody on this machine can read."""
    read = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            read.append(file.read_bytes())
    return b"\n".join(read).decode(errors="replace")


def again(attempt: int) -> dict[str, str]:
    return GITHUB | {"GITHUB_RUN_ATTEMPT": str(attempt)}


async def test_an_approval_of_what_was_shown_lets_the_job_go_on(outside: Outside, job: Job) -> None:
    process = await job.start(details="12 commits")
    id_ = await outside.opened()
    (asked,) = await outside.engine.requests()
    assert asked.ask.strip('"') == f"Deploy {SHA[:12]} of acme/shop to production?"
    (details,) = (each.value for each in asked.shown if each.label == "Details")
    assert details.splitlines() == [
        "Repository: acme/shop",
        "Ref: refs/heads/main",
        f"Commit: {SHA}",
        "Environment: production",
        "Details from the workflow:",
        "12 commits",
    ]
    assert outside.token not in await asyncio.to_thread(command_lines)
    await outside.answer(id_, "approve")
    code, _ = await job.finish(process)
    facts = {"commit": SHA, "ref": "refs/heads/main"}
    assert (code, job.outputs()) == (0, {"state": "approved", "id": id_, "by": "U1", "comment": "", **facts})
    assert (await outside.call("GET", f"/{id_}"))[1]["used_at"] is not None


async def test_each_other_answer_has_its_exit_code(outside: Outside, job: Job) -> None:
    hostile = "no\n::set-env name=A::b\n##[add-mask]x\nstate<<E\napproved\nE\n<img src=x>"
    for gate, choice, code, state in (
        ("plan-gate", "reject", 3, "rejected"),
        ("plan-gate", "request_changes", 5, "changes_requested"),
        ("talk-gate", "respond", 6, "responded"),
    ):
        process = await job.start(gate=gate, key=choice)
        id_ = await outside.opened()
        await outside.answer(id_, choice, hostile)
        ended, log = await job.finish(process)
        assert ended == code
        assert job.outputs()["comment"] == hostile
        assert job.outputs()["state"] == state
        assert not re.search(r"^\s*::|##\[", log, re.M)
        assert "<img" not in (job.folder / "summary").read_text()
    code, log = await job.finish(await job.start(gate="money-gate"))
    assert (code, "may not ask at" in log) == (1, True), log


@pytest.mark.long
async def test_an_expired_request_and_a_withdrawn_one_stop_the_job(outside: Outside, job: Job) -> None:
    process = await job.start()
    await outside.opened()
    outside.clock.advance(timedelta(hours=2))
    assert (await job.finish(process))[0] == 4
    process = await job.start(platform=again(2))
    await outside.call("DELETE", f"/{await outside.opened()}")
    assert (await job.finish(process))[0] == 1


async def test_a_job_that_runs_again_waits_for_the_same_request_and_uses_it_once(
    outside: Outside, job: Job
) -> None:
    process = await job.start()
    id_ = await outside.opened()
    process.kill()
    await job.finish(process)
    process = await job.start(platform=again(2), timeout_minutes="0.01")
    assert (await job.finish(process))[0] == 7
    assert job.outputs()["state"] == "open"
    await outside.answer(id_, "approve")
    process = await job.start(platform=again(3))
    assert (await job.finish(process))[0] == 0
    assert job.outputs()["id"] == id_
    process = await job.start(platform=again(4))
    new = await outside.opened()
    assert new != id_
    await outside.answer(new, "reject", "once is enough")
    assert (await job.finish(process))[0] == 3


@pytest.mark.long
async def test_a_job_that_was_sent_back_asks_again_in_the_next_round(outside: Outside, job: Job) -> None:
    process = await job.start(gate="plan-gate")
    first = await outside.opened()
    await outside.answer(first, "request_changes", "at night")
    assert (await job.finish(process))[0] == 5
    process = await job.start(platform=again(2), gate="plan-gate")
    second = await outside.opened()
    assert (await outside.call("GET", f"/{second}"))[1]["revises"] == first
    await outside.answer(second, "approve")
    assert (await job.finish(process))[0] == 0


@pytest.mark.long
async def test_another_commit_or_environment_is_another_request(outside: Outside, job: Job) -> None:
    ids = set()
    for platform, environment in [
        (GITHUB, "production"),
        (GITHUB, "staging"),
        (GITHUB | {"GITHUB_SHA": "0" * 40}, "production"),
    ]:
        process = await job.start(platform=platform, environment=environment, timeout_minutes="0.01")
        assert (await job.finish(process))[0] == 7
        ids.add(job.outputs()["id"])
    assert len(ids) == 3


def run_here(monkeypatch: pytest.MonkeyPatch, **environment: str) -> str:
    """Run the script in this process; return why it stops. It calls no server before that."""
    given = {"SIGNOFF_URL": "https://signoff.example", "SIGNOFF_TOKEN": "t", "SIGNOFF_GATE": "release-gate"}
    for name, value in {**GITHUB, **given, **environment}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(PROBLEM) as problem:
        SCRIPT["main"]()
    return str(problem.value)


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("SIGNOFF_URL", "http://signoff.example", "Use https://"),
        ("SIGNOFF_URL", "https://[", "is not an address"),
        ("SIGNOFF_URL", "https://signoff.example:none", "is not an address"),
        ("SIGNOFF_URL", "https://signoff.example:99999", "is not an address"),
        ("SIGNOFF_URL", "https://signoff.example/a b", "is not an address"),
        ("SIGNOFF_URL", "https://signoff.example/?a=", "is not an address"),
        ("SIGNOFF_URL", "https://me:password@signoff.example", "is not an address"),
        ("SIGNOFF_TOKEN", "", "SIGNOFF_TOKEN is empty"),
        ("SIGNOFF_DETAILS", "x" * 3000, "Shorten them"),
        ("SIGNOFF_TIMEOUT_MINUTES", "soon", "is not a number of minutes"),
        ("GITHUB_REF", "refs/heads/a\u2028Commit: 0", "a character that cannot be shown"),
    ],
)
def test_a_job_that_cannot_ask_says_why_and_stops(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, why: str
) -> None:
    problem = run_here(monkeypatch, **{name: value})
    assert why in problem
    assert "password" not in problem


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_a_log_that_cannot_show_a_comment_fails_no_approved_job(
    monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    log = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(log, encoding))
    SCRIPT["say"]("ship it 🚀\n::error::é")
    written = log.getvalue().decode(encoding)
    assert written.startswith("Signoff: ship it ")
    assert len(written.splitlines()) == 1


def test_only_an_outage_ends_a_job_before_its_time_is_up() -> None:
    """Signoff that is busy answers, so the job waits on, until its own time is up."""
    busy, away = SCRIPT["NotNow"](5, "busy", busy=True), SCRIPT["NotNow"](2, "away")
    patience = SCRIPT["Patience"](0.0, 10_000.0)
    assert not any(patience.ends(busy, float(now)) for now in range(0, 9_990, 5))
    assert not patience.ends(away, 9_990.0)
    assert patience.ends(busy, 9_996.0)
    patience = SCRIPT["Patience"](0.0, 10_000.0)
    assert not patience.ends(away, 320.0)
    assert patience.ends(away, 330.0)


def test_a_wait_is_shorter_than_the_silence_that_proxies_allow() -> None:
    assert SCRIPT["WAIT_SECONDS"] < 30


async def test_the_template_for_gitlab_asks_with_the_same_script(outside: Outside, job: Job) -> None:
    assert (CI / "gitlab.yml").read_text("utf-8") == template()
    (script,) = GITLAB[".signoff-ask"]["script"]
    variables = {
        "GITLAB_CI": "true",
        "CI_SERVER_URL": "https://gitlab.example",
        "CI_PROJECT_PATH": "acme/shop",
        "CI_PIPELINE_ID": "7",
        "CI_PIPELINE_URL": "https://gitlab.example/acme/shop/-/pipelines/7",
        "CI_JOB_NAME": "ask",
        "CI_JOB_ID": "70",
        "CI_COMMIT_REF_NAME": "main",
        "CI_COMMIT_SHA": SHA,
        "CI_ENVIRONMENT_NAME": "production",
        "SIGNOFF_URL": outside.url,
        "SIGNOFF_TOKEN": outside.token,
        "SIGNOFF_GATE": "release-gate",
        "PATH": os.environ["PATH"],
    }
    process = await asyncio.create_subprocess_exec("sh", "-c", script, env=variables)
    id_ = await outside.opened()
    (asked,) = await outside.engine.requests()
    assert asked.ask.strip('"') == f"Deploy {SHA[:12]} of acme/shop to production?"
    await outside.answer(id_, "approve")
    assert await process.wait() == 0


def test_the_script_knows_each_state_and_each_has_its_own_exit_code() -> None:
    assert set(SCRIPT["STATES"]) == STATES
    codes = [*EXIT_CODES.values(), NO_ANSWER_IN_TIME, 1]
    assert len(set(codes)) == len(codes)
    assert [state for state, code in EXIT_CODES.items() if code == 0] == ["approved"]
    assert all(state in ACTION["outputs"]["state"]["description"] for state in STATES)


def test_the_guide_names_each_input_and_each_exit_code() -> None:
    guide = (CI.parents[1] / "docs/guides/ci.md").read_text("utf-8")
    for name in ACTION["inputs"]:
        assert f"| `{name}` |" in guide
    for code in (*EXIT_CODES.values(), NO_ANSWER_IN_TIME):
        assert f"| {code} |" in guide
    blocks = [yaml.safe_load(text) for text in re.findall(r"```yaml.*?\n(.*?)```", guide, re.S)]
    github, gitlab, targets, asking, going_on, without_runner = blocks
    for workflow in (github, asking, going_on):
        (steps,) = (job["steps"] for job in workflow["jobs"].values())
        (step,) = (each for each in steps if "signoff" in each.get("uses", ""))
        assert set(step["with"]) < set(ACTION["inputs"])
    script = (CI / "ask_signoff.py").read_text("utf-8")
    for pipeline in (gitlab, without_runner):
        for job in (each for each in pipeline.values() if "extends" in each):
            assert job["extends"] in GITLAB
            assert all(f'"{name}"' in script for name in job["variables"])
    assert len(CiTargets(tuple(map(CiTarget.model_validate, targets["targets"]))).targets) == 2
