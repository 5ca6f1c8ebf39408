"""Answers start a workflow of GitHub or a job of GitLab: against local servers with the same calls."""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.ci.calls import CiCalls, NotStarted
from bot.ci.specs import CiTargets, InvalidCiTargets, read_ci_targets
from bot.http.callbacks import Callbacks
from bot.http.health import Health
from bot.http.listening import listening
from bot.http.server import build_server
from engine import Actor, RunRecord
from tests.bot.ci.local_apis import TOKEN, LocalApis
from tests.bot.http.test_api import Outside
from tests.bot.http.test_api import outside as outside
from tests.bot.http.test_health import Part
from tests.test_ci import GITHUB, SCRIPT, SHA

TARGETS = """
targets:
  - name: shop
    kind: github
    project: acme/shop
    workflow: decided.yml
    ref: main
    token: GITHUB_START
    gates: [release-gate]
    api: {url}
    private: true
  - name: shop-lab
    kind: gitlab
    project: acme/shop
    job: deploy
    token: GITLAB_PLAY
    gates: [release-gate]
    api: {url}/api/v4
    private: true
"""
ASKED = {"question": "Ship?", "details": "Commit: 1", "callback": "ci:shop"}
TOLD = {"id": "release-gate-1", "state": "approved", "by": ["U1"]}


def targets(folder: Path, url: str = "https://ci.example.com", *, text: str = TARGETS) -> CiTargets:
    file = folder / "ci.yaml"
    file.write_text(text.replace("{url}", url))
    return read_ci_targets(str(file))


@pytest.fixture
async def apis() -> AsyncIterator[LocalApis]:
    found = LocalApis()
    async with listening(found.application(), "127.0.0.1", 0) as port:
        found.url = f"http://127.0.0.1:{port}"
        yield found


@pytest.fixture
async def calls(apis: LocalApis, tmp_path: Path) -> AsyncIterator[CiCalls]:
    found = CiCalls(targets(tmp_path, apis.url), {"GITHUB_START": TOKEN, "GITLAB_PLAY": TOKEN}.__getitem__)
    yield found
    await found.close()


def job(status: str, id_: int = 5, name: str = "deploy") -> dict[str, Any]:
    return {"id": id_, "name": name, "status": status}


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("    kind: github", "    kind: jenkins", "kind"),
        ("    token: GITHUB_START", "    token: ghp_0123-secret", "not the name of a secret"),
        ("    gates: [release-gate]\n    api: {url}\n", "    gates: []\n    api: {url}\n", "gates"),
        ("    project: acme/shop\n    workflow", "    project: ../shop\n    workflow", "is not a project"),
        ("    workflow: decided.yml\n", "", "needs workflow"),
        ("    workflow: decided.yml", "    workflow: ../../x.yml", "is not the name of a file"),
        ("    job: deploy\n", "    job: deploy\n    ref: main\n", "takes no ref"),
        ("name: shop-lab", "name: shop", "the same name"),
        ("    api: {url}\n    private: true\n", "    api: http://ci.example.com\n", "unencrypted"),
        (
            "    api: {url}\n    private: true\n",
            "    api: https://127.0.0.1\n",
            "inside this machine",
        ),
        (
            "    api: {url}\n    private: true\n",
            "    api: https://10.0.0.1\n",
            "inside this machine",
        ),
        ("    api: {url}\n    private: true\n", "    api: https://a@ci.example.com\n", "is not an address"),
        ("    kind: github", "    kind: github\n    secret: x", "does not exist"),
        ("targets:", "others:", "targets: it is missing"),
    ],
)
def test_a_file_with_a_mistake_is_refused(tmp_path: Path, before: str, after: str, why: str) -> None:
    text = TARGETS.replace("{url}", "https://ci.example.com")
    before, after = (each.replace("{url}", "https://ci.example.com") for each in (before, after))
    assert before in text
    with pytest.raises(InvalidCiTargets) as problem:
        targets(tmp_path, text=text.replace(before, after, 1))
    assert why in str(problem.value)
    assert "ghp_" not in str(problem.value)


@pytest.mark.parametrize(
    ("callback", "gate", "why"),
    [
        ("ci:other", "release-gate", "is not a target of release-gate"),
        ("ci:shop", "money-gate", "is not a target of money-gate"),
        ("ci:shop/7", "release-gate", "with a pipeline"),
        ("ci:shop-lab", "release-gate", "without a pipeline"),
        ("ci:shop-lab/7/../8", "release-gate", "is not the name of a target"),
        ("ci:shop-lab/\u0667", "release-gate", "is not the name of a target"),
        ("ci:SHOP", "release-gate", "is not the name of a target"),
    ],
)
def test_a_callback_that_names_no_target_of_the_gate_is_refused(
    tmp_path: Path, callback: str, gate: str, why: str
) -> None:
    found = targets(tmp_path).find(callback, gate)
    assert isinstance(found, str)
    assert why in found


async def test_a_workflow_of_github_is_started_with_the_answer(apis: LocalApis, calls: CiCalls) -> None:
    assert await calls.tell("ci:shop", "release-gate", ASKED, TOLD) == ""
    (inputs,) = apis.dispatched
    assert SCRIPT["json"].loads(inputs["signoff"]) == {
        "id": "release-gate-1",
        "state": "approved",
        "asked": {"gate": "release-gate", **ASKED},
    }
    apis.answers = [302, 401, 422, 503]
    errors = [await calls.tell("ci:shop", "release-gate", ASKED, TOLD) for _ in range(4)]
    assert [re.findall("[0-9]+", error) for error in errors] == [["302"], ["401"], ["422"], ["503"]]
    assert "Check the token" in errors[1]
    health = Health(Part(), Part(), Part())
    health.ci = calls
    assert await health.warnings() == {"ci": "The CI target shop answered with the status 503"}
    assert await calls.tell("ci:shop", "release-gate", ASKED, TOLD) == ""
    assert (calls.problem, len(apis.dispatched)) == ("", 2)


async def test_a_manual_job_of_gitlab_is_played_once_whatever_happens(
    apis: LocalApis, calls: CiCalls
) -> None:
    async def tell() -> str:
        return await calls.tell("ci:shop-lab/7", "release-gate", ASKED, TOLD)

    assert "has no job deploy" in await tell()
    assert "has no job deploy" in calls.problem
    others = [job("success", number, "test") for number in range(100)]
    apis.jobs = [others, [job("created", 200)]]
    assert "cannot be played yet" in await tell()
    assert calls.problem == ""
    apis.jobs[1] = [job("failed", 150), job("manual", 200)]  # the newest counts
    assert await tell() == ""
    assert [played["state"] for played in apis.played] == ["approved"]
    assert await tell() == ""  # its answer was lost
    assert len(apis.played) == 1
    for state in ("canceled", "skipped"):
        apis.jobs[1] = [job(state, 201)]
        with pytest.raises(NotStarted, match=state):
            await tell()
    apis.jobs[1] = [job("new-state", 202)]
    assert "new-state" in await tell()


async def test_nothing_is_called_without_a_token_or_inside_the_network(
    apis: LocalApis, tmp_path: Path
) -> None:
    without = CiCalls(targets(tmp_path, apis.url), lambda _: "")
    assert "GITHUB_START is not set" in await without.tell("ci:shop", "release-gate", ASKED, TOLD)
    await without.close()
    text = TARGETS.replace("    private: true\n", "").replace("{url}/api/v4", "https://gitlab.com/api/v4")
    inside = CiCalls(targets(tmp_path, "https://localhost.example", text=text), lambda _: TOKEN)
    assert "could not be reached" in await inside.tell("ci:shop", "release-gate", ASKED, TOLD)
    await inside.close()
    assert apis.dispatched == []


class Site:
    """An installation whose gate starts a workflow of the local GitHub."""

    def __init__(self, outside: Outside, calls: CiCalls, url: str, folder: Path) -> None:
        self.outside, self.calls, self.url, self.folder = outside, calls, url, folder

    async def run_job(self, **more: str) -> tuple[int, str]:
        (self.folder / "output").write_text("")
        given = {"SIGNOFF_URL": self.url, "SIGNOFF_TOKEN": self.outside.token, "SIGNOFF_GATE": "release-gate"}
        given |= {"GITHUB_OUTPUT": str(self.folder / "output"), "PATH": os.environ["PATH"]}
        process = await asyncio.create_subprocess_exec(
            *("python3", "-I", SCRIPT["__file__"]),
            stdout=asyncio.subprocess.PIPE,
            env={**GITHUB, **given, "SIGNOFF_ENVIRONMENT": "production", **more},
        )
        log, _ = await process.communicate()
        assert process.returncode is not None
        return process.returncode, log.decode() + (self.folder / "output").read_text()


@pytest.fixture
async def site(outside: Outside, calls: CiCalls, tmp_path: Path) -> AsyncIterator[Site]:
    async with AsyncExitStack() as stack:
        callbacks = Callbacks(outside.engine, outside.clock, (), ci=calls)
        await callbacks.start()
        stack.push_async_callback(callbacks.close)

        async def fine() -> dict[str, str]:
            return {}

        app = build_server(problems=fine, engine=outside.engine, clock=outside.clock, ci=calls.targets)
        port = await stack.enter_async_context(listening(app, "127.0.0.1", 0))
        yield Site(outside, calls, f"http://127.0.0.1:{port}", tmp_path)


async def until_dispatched(site: Site, apis: LocalApis, many: int) -> str:
    async with asyncio.timeout(20):
        while len(apis.dispatched) < many:
            now = site.outside.clock.now()
            due = await site.outside.engine.deliveries.due("callbacks", now)
            if any(each.not_before is not None and each.not_before > now for each in due):
                site.outside.clock.advance(timedelta(seconds=5))
            await asyncio.sleep(0)
    answer: str = apis.dispatched[-1]["signoff"]
    return answer


async def test_a_job_asks_and_ends_and_another_goes_on_with_the_approval_once(
    site: Site, apis: LocalApis
) -> None:
    code, log = await site.run_job(SIGNOFF_CALLBACK="ci:other")
    assert (code, "is not a target of release-gate" in log) == (1, True), log
    code, log = await site.run_job(SIGNOFF_CALLBACK="ci:shop", SIGNOFF_DETAILS="Commit: 0\nRepository: b/c")
    assert (code, "This job ends" in log) == (0, True), log
    id_ = await site.outside.opened()
    again, _ = await site.run_job(SIGNOFF_CALLBACK="ci:shop", SIGNOFF_DETAILS="Commit: 0\nRepository: b/c")
    assert (again, len(await site.outside.engine.requests())) == (0, 1)
    apis.answers = [503]  # it is told again
    await site.outside.answer(id_, "approve")
    answer = await until_dispatched(site, apis, 1)
    for forged, why in (
        (answer.replace(SHA, "f" * 40), "not what was asked"),
        (answer.replace('"Deploy', '"Do not deploy'), "not what was asked"),
        (answer.replace("Environment: production", "Environment: test"), "Environment: the request is about"),
        (answer.replace("release-gate", "money-gate"), "gate: the request is about"),
        (answer[:-2], "is not an answer of Signoff"),
        ('{"id": "x", "asked": {}}', "is not an answer of Signoff"),
    ):
        code, log = await site.run_job(SIGNOFF_ANSWER=forged)
        assert (code, why in log) == (1, True), log
    other = {"GITHUB_REPOSITORY": "acme/other"}
    assert (await site.run_job(SIGNOFF_ANSWER=answer, **other))[0] == 1
    # The second workflow runs at a later commit, and learns which one was approved.
    code, log = await site.run_job(SIGNOFF_ANSWER=answer, GITHUB_SHA="e" * 40)
    assert (code, f"\n{SHA}\n" in log) == (0, True), log
    assert (await run_of(site, id_)).actor == Actor("api", "ci")
    code, log = await site.run_job(SIGNOFF_ANSWER=answer)
    assert (code, "used" in log) == (1, True), log


async def run_of(site: Site, id_: str) -> RunRecord:
    return (await site.outside.engine.detail(id_)).run


async def test_a_rejection_is_told_too_and_ends_the_second_job(site: Site, apis: LocalApis) -> None:
    await site.run_job(SIGNOFF_CALLBACK="ci:shop")
    await site.outside.answer(await site.outside.opened(), "reject", "Not on a Friday.")
    answer = await until_dispatched(site, apis, 1)
    code, log = await site.run_job(SIGNOFF_ANSWER=answer.replace("rejected", "approved"))
    assert (code, "Not on a Friday." in log) == (3, True), log
