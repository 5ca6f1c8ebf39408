"""Signoff is killed while callers wait at its doors: each question is asked once, and each answer used once.

The caller lives on: a CI job, an agent behind the proxy, an agent over MCP, a script, Slackbot, and a person.
"""

import asyncio
import hashlib
import hmac
import json
import os
import re
import textwrap
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from localslack.config import load_workspace
from scripts.ci_template import CI
from tests.bot.mcp.proxied_agent import proxied
from tests.bot.mcp.test_agents import agent, call
from tests.crash.conftest import Site, new_site
from tests.crash.test_members import free_port
from tests.test_ci import GITHUB, SHA

pytestmark = pytest.mark.long
ALICE, BOB, CAROL, INCIDENTS = "U01ALICE", "U02BOB", "U03CAROL", "C02INCIDENTS"
SECRET = load_workspace(None).app.signing_secret
GATES = """
    from signoff import Gate, Grants

    common = dict(owner="@on-call", channel="#incidents", approvers=["@release-managers"], expires="4h")
    release = Gate("release-gate", grants=Grants(uses=2, within="1h"), **common)
    talk = Gate("talk-gate", respond=True, **common)
"""
COMMITS = [f"store.committed:{number}" for number in (1, 2, 3, 4)]
"""Deaths of one life after the other, each a transaction later than the last."""


class Doors:
    """An installation with gates, and a token of the caller `ci`."""

    def __init__(self, site: Site, port: int) -> None:
        self.site, self.url, self.token = site, f"http://127.0.0.1:{port}", ""

    async def start(self) -> None:
        await self.site.start()
        gates = ("--gate", "release-gate", "--gate", "talk-gate")
        self.token = (await self.site.command("token", "create", "ci", *gates)).strip().split()[-1]

    async def question(self, words: str) -> Any:
        return await self.site.office.message(CAROL, INCIDENTS, words, "can decide")

    async def dies_at(self, *faults: str) -> None:
        """Kill the process; its next lives die at these places, and the last one does not."""
        await self.site.settled()
        assert self.site.bot is not None
        await self.site.bot.kill()
        await self.site.start(faults[0])
        self.site.keep_alive(*faults[1:])

    async def press(self, words: str, label: str, until: str) -> None:
        """Carol clicks until the message says so: a click that gets no answer is made again."""

        async def pressed() -> bool:
            message = await self.site.office.message(CAROL, INCIDENTS, words)
            if until in str(message["blocks"]):
                return True
            if label in str(message["blocks"]):
                await self.site.office.click(CAROL, message, label)
            return False

        await self.site.office.until(CAROL, pressed, seconds=60)

    async def ask(self, question: str, key: str) -> dict[str, Any]:
        """Ask as a script does: again and again until there is an answer."""
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": key}
        body = {"gate": "release-gate", "question": question}
        async with asyncio.timeout(60), aiohttp.ClientSession(headers=headers) as http:
            while True:
                try:
                    async with http.post(f"{self.url}/api/approvals", json=body) as answer:
                        if answer.status in (200, 201):
                            return dict(await answer.json())
                        assert answer.status in (502, 503), await answer.text()
                except aiohttp.ClientError:
                    await self.site.connected()

    def events(self, kind: str) -> int:
        ((count,),) = self.site.rows(f"SELECT count(*) FROM event WHERE type = '{kind}'")
        return int(count)


def gates_of(site: Site, port: int) -> Doors:
    file = site.folder / "gates.py"
    file.write_text(textwrap.dedent(GATES), encoding="utf-8")
    site.environment |= {"SIGNOFF_WORKFLOWS": str(file), "SIGNOFF_PORT": str(port)}
    return Doors(site, port)


@pytest.fixture
async def doors(tmp_path: Path, office_at: Callable[[str], Any]) -> AsyncIterator[Doors]:
    async with new_site(tmp_path, office_at) as site:
        doors = gates_of(site, free_port())
        await doors.start()
        yield doors


async def ci_job(doors: Doors) -> asyncio.subprocess.Process:
    given = {"SIGNOFF_URL": doors.url, "SIGNOFF_TOKEN": doors.token, "SIGNOFF_GATE": "release-gate"}
    given |= {"GITHUB_OUTPUT": str(doors.site.folder / "output"), "PATH": os.environ["PATH"]}
    return await asyncio.create_subprocess_exec(
        *("python3", "-I", str(CI / "ask_signoff.py")),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**GITHUB, **given},
    )


async def test_a_job_of_ci_goes_on_once_with_its_approval(doors: Doors) -> None:
    job = await ci_job(doors)
    words = f"Deploy {SHA[:12]}"
    await doors.question(words)
    await doors.dies_at("decision.committed", *COMMITS)
    await doors.press(words, "Approve", until="Approved")
    log, _ = await asyncio.wait_for(job.communicate(), 90)
    assert job.returncode == 0, log.decode()
    assert (doors.events("request.opened"), doors.events("request.used")) == (1, 1)
    assert doors.site.deaths >= 2


async def test_a_tool_call_is_made_once_with_its_approval(doors: Doors, tmp_path: Path) -> None:
    async with proxied(doors, tmp_path) as caller:  # type: ignore[arg-type]
        made = asyncio.create_task(caller.call("drop_table", name="orders"))
        await doors.question("drop_table")
        await doors.dies_at("decision.committed", *COMMITS)
        await doors.press("drop_table", "Approve", until="Approved")
        assert await asyncio.wait_for(made, 90) == (False, "done drop_table")
        assert len(caller.made()) == 1
    assert (doors.events("request.opened"), doors.events("request.used")) == (1, 1)
    assert doors.site.deaths >= 2


async def test_an_agent_reads_a_response_after_the_death_that_followed_it(doors: Doors) -> None:
    text, office = "eu, after 22:00 & <!channel>", doors.site.office
    async with agent(doors) as client:  # type: ignore[arg-type]
        asked = await call(client, "request_approval", gate="talk-gate", question="Which region?")
        question = await doors.question("Which region?")
        await doors.dies_at("decision.committed", *COMMITS)
        await office.click(CAROL, question, "Respond")
        window = await office.modal(CAROL, "Respond")
        await office.submit(CAROL, window, comment={"value": text})
        await office.message(CAROL, INCIDENTS, "*Responded* by carol")
        await doors.site.connected()
        answer = await call(client, "check_approval", id=asked["id"])
        assert (answer["state"], answer["comment"]) == ("responded", text)
    assert doors.events("request.opened") == 1
    assert doors.site.rows("SELECT count(*) FROM decision") == [(1,)]


@pytest.mark.parametrize("faults", [["use.counted", "use.counted", "trigger.started"], COMMITS])
async def test_a_grant_approves_no_more_than_it_says_over_http(doors: Doors, faults: list[str]) -> None:
    office, question = doors.site.office, "Scale api to 3?"
    await doors.ask(question, "first")
    message = await doors.question(question)
    await office.click(CAROL, message, "Approve more…")
    window = await office.modal(CAROL, "Approve further ones")
    chosen = {"uses": "2", "lasts": "1800"}
    fields = {name: {"selected_option": {"value": value}} for name, value in chosen.items()}
    assert (await office.submit(CAROL, window, **fields))["result"] == "closed"
    await doors.dies_at(*faults)
    for key in ("a", "b", "c", "a", "b", "c"):
        await doors.ask(question, key)
    await doors.question(question)
    await doors.site.settled()
    uses = "SELECT json_extract(data, '$.used') FROM event WHERE type = 'grant.used' ORDER BY seq"
    assert doors.site.rows(uses) == [(1,), (2,)]
    assert doors.site.rows("SELECT count(*) FROM run") == [(4,)]
    assert doors.site.rows("SELECT state, count(*) FROM request GROUP BY 1") == [("decided", 3), ("open", 1)]
    assert doors.site.deaths >= 1


@pytest.mark.parametrize("faults", [["delivery.begun"], ["delivery.posted"], COMMITS])
async def test_a_claim_is_told_once_and_its_person_gives_it_back(doors: Doors, faults: list[str]) -> None:
    await doors.ask("Scale api to 3?", "first")
    await doors.question("Scale api to 3?")
    await doors.dies_at(*faults)
    await doors.press("Scale api to 3?", "I am on it", until="Give back")
    await doors.site.settled()
    question = await doors.site.office.message(ALICE, INCIDENTS, "Scale api to 3?", "is on it since")
    claims = "SELECT DISTINCT json_extract(data, '$.by') FROM event WHERE type = 'request.claimed'"
    assert doors.site.rows(claims) == [(CAROL,)]  # a click that is made again makes the claim last longer
    await doors.site.office.click(ALICE, question, "Give back")
    await doors.site.office.message(ALICE, INCIDENTS, "Only carol can give it back")
    await doors.press("Scale api to 3?", "Give back", until="I am on it")
    await doors.site.settled()
    told = await doors.site.office.thread(CAROL, question)
    assert sum("gave it back" in line for line in told) == 1, told
    assert doors.site.deaths >= 1


class Slackbot:
    """Slackbot, which repeats a call that got no answer."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors

    async def call(self, name: str, **arguments: str) -> dict[str, Any]:
        meta = {"slack": {"user_id": ALICE, "team_id": "T0LOCAL"}}
        params = {"name": name, "arguments": arguments, "_meta": meta}
        sent = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
        body = json.dumps(sent).encode()
        async with asyncio.timeout(60), aiohttp.ClientSession() as http:
            while True:
                try:
                    async with http.post(
                        f"{self._doors.url}/slack/mcp", data=body, headers=_signed(body)
                    ) as answer:
                        result = (await answer.json())["result"]
                        if not result["isError"]:
                            return dict(result["structuredContent"])
                        assert re.search("has not reached Slack", str(result)), result
                except aiohttp.ClientError:
                    await asyncio.sleep(0.05)  # a process that starts gives no signal over HTTP


def _signed(body: bytes) -> dict[str, str]:
    at = str(int(time.time()))
    mac = hmac.new(SECRET.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={mac}"}


@pytest.fixture
async def at_slackbot(tmp_path: Path, office_at: Callable[[str], Any]) -> AsyncIterator[Doors]:
    port = free_port()
    address = ("--http-url", f"http://127.0.0.1:{port}/slack/events")
    async with new_site(tmp_path, office_at, *address) as site:
        doors = gates_of(site, port)
        more = {"SIGNOFF_MODE": "http", "SLACK_SIGNING_SECRET": SECRET, "SIGNOFF_SLACKBOT": "on"}
        site.environment |= more
        await doors.start()
        yield doors


@pytest.mark.parametrize("faults", [["trigger.started"], COMMITS])
async def test_slackbot_asks_once_and_reads_the_answer(at_slackbot: Doors, faults: list[str]) -> None:
    doors, slackbot = at_slackbot, Slackbot(at_slackbot)
    await doors.dies_at(*faults)
    first = await slackbot.call("ask_at_gate", gate="release-gate", question="Ship it?")
    again = await slackbot.call("ask_at_gate", gate="release-gate", question="Ship it?")
    assert first["run"] == again["run"]
    await doors.question("Ship it?")
    await doors.site._stop_keeping()
    await doors.dies_at("decision.committed", "delivery.begun")
    await doors.press("Ship it?", "Approve", until="Approved")
    (request,) = (await slackbot.call("show_run", run=first["run"]))["requests"]
    assert request["outcome"] == "approved"
    assert doors.site.rows("SELECT count(*) FROM run") == [(1,)]
    assert doors.site.rows("SELECT count(*) FROM decision") == [(1,)]
