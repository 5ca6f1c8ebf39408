"""Two processes on one database on a server: both take what people do, and one of them leads.

Slack reaches the leader of these tests over HTTP, so everything that people do in Slack comes to the member.
"""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests import preloaded
from tests.crash.conftest import Child
from tests.crash.test_kill import ALICE, BOB, INCIDENTS, ask, done

Site = Any
QUESTION = 'Go on: "all is ready"?'
WAITS = "can decide"


@dataclass
class Pair:
    """A leader, which the site calls its bot, and a member."""

    site: Site
    member: Child
    port: int
    leader_port: int = 0

    def now_leads(self) -> None:
        """Have commands of the site ask the member, which leads now."""
        self.site.environment["SIGNOFF_DATA_DIR"] = str(self.site.folder / "elsewhere")

    async def ready(self) -> tuple[int, dict[str, Any]]:
        """Return what the member's `/readyz` says."""
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://127.0.0.1:{self.port}/readyz") as answer,
        ):
            return answer.status, json.loads(await answer.text())

    async def is_ready(self) -> None:
        """Wait until the member takes requests."""
        async with asyncio.timeout(30):
            while True:
                with suppress(aiohttp.ClientError):
                    if (await self.ready())[0] == 200:
                        return
                await asyncio.sleep(0.02)

    async def said(self, text: str) -> None:
        """Wait until the member's log has this text."""
        async with asyncio.timeout(30):
            while text not in self.member.log.read_text():
                await asyncio.sleep(0.02)

    async def lead(self, fault: str = "") -> None:
        """Start the leader."""
        site = self.site
        http = {"SIGNOFF_MODE": "http", "SLACK_SIGNING_SECRET": "s3cret"}
        own = {"SIGNOFF_PORT": str(self.leader_port), "SIGNOFF_FAULT": fault}
        environment = {**http, **site.environment, **own}
        log = site.folder / "bot.log"
        site.bot = await Child.start("bot", "serve", log=log, environment=environment, folder=site.folder)

    async def question(self) -> dict[str, Any]:
        """Return the message that asks, once it can be clicked."""
        found: dict[str, Any] = await self.site.office.message(BOB, INCIDENTS, QUESTION, WAITS)
        return found

    async def command(self, text: str) -> str:
        """Return the answer to a command of bob's."""
        await self.site.office.say(BOB, INCIDENTS, text)
        return str((await self.site.office.heard(BOB, INCIDENTS))["text"])


async def metrics(port: int) -> dict[tuple[str, tuple[str, ...]], float]:
    """Return each metric's value, by its name and the values of its labels."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}/metrics") as answer,
    ):
        assert answer.status == 200
        text = await answer.text()
    return {
        (sample.name, tuple(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


async def joined(site: Site, log_name: str = "member.log", port: int = 0) -> Pair:
    port = port or free_port()
    (site.folder / "elsewhere").mkdir()
    more = {"SIGNOFF_DATA_DIR": str(site.folder / "elsewhere"), "SIGNOFF_PORT": str(port)}
    log = site.folder / log_name
    process = await preloaded.start("bot", "serve", env=site.environment | more, cwd=site.folder, log=log)
    return Pair(site, Child(process, "", log), port)


@pytest.fixture
async def site(site_on_server: Site) -> Site:
    site_on_server.environment["HOOK_SECRET"] = "local"
    site_on_server.environment["SIGNOFF_METRICS"] = "on"
    site_on_server.environment["SIGNOFF_KEYS"] = str(site_on_server.folder / "keys")
    return site_on_server


async def pair_on(site: Site, fault: str = "") -> Pair:
    """Start a leader and a member, which Slack reaches in Socket Mode."""
    pair = await two_processes(site, fault)
    await site.connected()
    return pair


async def two_processes(site: Site, fault: str = "", port: int = 0, leader_port: int = 0) -> Pair:
    """Start a leader and a member. `port`: of the member; 0 takes a free one, and so does `leader_port`."""
    leader_port = leader_port or free_port()
    leading = Pair(site, Child(None, "", site.folder), 0, leader_port)  # type: ignore[arg-type]
    await leading.lead(fault)
    pair = await joined(site, port=port)
    pair.leader_port = leader_port
    return pair


@pytest.fixture
async def pair(site: Site) -> AsyncIterator[Pair]:
    pair = await pair_on(site)
    try:
        yield pair
    finally:
        await site.bot.kill()
        await pair.member.kill()


async def test_a_click_on_a_member_resumes_the_run_once_and_edits_its_message_once(pair: Pair) -> None:
    site = pair.site
    status, said = await pair.ready()
    assert (status, said["problems"]) == (200, {})
    assert not said["leads"]
    assert "takes clicks and commands" in said["warnings"]["standby"]
    serving = json.loads(await site.command("workers", "--json"))["serving"]
    assert [process["state"] for process in serving] == ["leads", "takes requests"]
    await ask(site)
    assert (await site.office.click(BOB, await pair.question(), "Approve"))["ok"]
    await done(site)
    await site.check_drill()
    assert not site.rows("SELECT 1 FROM relayed WHERE request != '' OR answered_at IS NULL")
    of_member, of_leader = await metrics(pair.port), await metrics(pair.leader_port)
    assert (of_member["signoff_leads", ()], of_leader["signoff_leads", ()]) == (0, 1)
    answered = of_member["signoff_relayed_total", ("slack", "answered")]
    assert answered == of_member["signoff_relay_seconds_count", ("slack",)] >= 3
    assert of_member["signoff_relay_waiting", ()] == 0
    assert [value for (name, _), value in of_leader.items() if name == "signoff_runs_started_total"] == [1]
    assert not {"signoff_workers", "signoff_messages_waiting"} & {name for name, _ in of_member}
    assert "signoff_relay_waiting" not in {name for name, _ in of_leader}


async def test_a_member_gives_the_answers_that_the_leader_gives(pair: Pair) -> None:
    site = pair.site
    await ask(site)
    question = await pair.question()
    relayed = [
        await pair.command(text) for text in ("/workflow list", "/workflow nonsense", "/workflow help")
    ]
    await site.office.click(ALICE, question, "Approve")
    refused = (await site.office.message(ALICE, INCIDENTS, "another approver must approve it"))["text"]
    await site.bot.kill()
    await pair.said("This process serves now")
    assert relayed == [
        await pair.command(text) for text in ("/workflow list", "/workflow nonsense", "/workflow help")
    ]
    await site.office.click(ALICE, question, "Approve")
    assert (await site.office.heard(ALICE, INCIDENTS))["text"] == refused


async def test_a_modal_opens_and_is_submitted_through_a_member(pair: Pair) -> None:
    site = pair.site
    await ask(site)
    assert (await site.office.click(BOB, await pair.question(), "Ask"))["ok"]
    view = await site.office.until(BOB, lambda: site.office.view(BOB))
    (field,) = (block["block_id"] for block in view["blocks"] if block["type"] == "input")
    empty = await site.office.submit(BOB, view, **{field: {"type": "plain_text_input", "value": " "}})
    assert field in str(empty), empty
    asked = {"type": "plain_text_input", "value": "Is it ready?"}
    assert (await site.office.submit(BOB, view, **{field: asked}))["ok"]
    await site.office.message(BOB, INCIDENTS, "Is it ready?")


async def test_a_click_of_which_the_leader_died_before_it_began_counts_once_under_the_next(
    pair: Pair,
) -> None:
    site = pair.site
    await ask(site)
    question = await pair.question()
    site.bot.freeze()
    click = asyncio.create_task(site.office.click(BOB, question, "Approve"))
    await site.on_disk("SELECT 1 FROM relayed WHERE answered_at IS NULL AND begun_by IS NULL")
    await site.bot.kill()
    pair.now_leads()
    assert (await click)["ok"]
    await done(site)
    await site.check_drill()


@pytest.mark.long
async def test_a_click_of_which_the_leader_died_before_its_answer_counts_once(site: Site) -> None:
    pair = await pair_on(site, fault="decision.committed")
    try:
        await ask(site)
        click = asyncio.create_task(site.office.click(BOB, await pair.question(), "Approve"))
        await site.bot.died()
        pair.now_leads()
        assert (await click)["ok"]
        await done(site)
        await site.check_drill()
    finally:
        await pair.member.kill()


@pytest.mark.long
async def test_two_processes_share_the_clicks_of_slack_and_count_no_connection_as_dead(site: Site) -> None:
    await site.start()
    pair = await joined(site)
    try:
        await pair.is_ready()
        for number in range(8):
            await site.office.say(BOB, INCIDENTS, f"/workflow show {number}")
        relayed = len(site.rows("SELECT 1 FROM relayed"))
        assert 0 < relayed < 8
        assert len(site.rows("SELECT 1 FROM serving WHERE connections = 2")) == 2
        assert "Socket Mode connections" not in site.bot.log.read_text() + pair.member.log.read_text()
    finally:
        await site.bot.kill()
        await pair.member.kill()


async def test_a_member_answers_over_http_what_the_leader_answers(pair: Pair) -> None:
    site = pair.site
    asked = [
        ("GET", "/api/approvals/x"),
        ("PUT", "/api/approvals"),
        ("POST", "/hooks/unknown"),
        ("GET", "/console"),
    ]
    async with aiohttp.ClientSession() as session:
        for method, path in asked:
            answers = []
            for port in (pair.leader_port, pair.port):
                url = f"http://127.0.0.1:{port}{path}"
                async with session.request(method, url, allow_redirects=False) as answer:
                    kept = {name: answer.headers.get(name) for name in ("Content-Type", "Location", "Allow")}
                    answers.append((answer.status, kept, await answer.read()))
            assert answers[0] == answers[1]
    assert not site.rows("SELECT 1 FROM relayed WHERE lane = 'http'")


async def test_a_webhook_that_comes_to_a_member_starts_its_run_once(pair: Pair) -> None:
    site = pair.site
    url = f"http://127.0.0.1:{pair.port}/hooks/notes"
    async with aiohttp.ClientSession(headers={"Authorization": "Bearer local"}) as session:
        for _ in range(2):
            async with session.post(url, json={"notes": [{"text": "one"}]}) as answer:
                assert answer.status == 202, await answer.text()
    await site.on_disk("SELECT 1 FROM run WHERE state = 'succeeded'")
    assert site.rows("SELECT count(*) FROM run") == [(1,)]
