"""Two processes on one database, and Slack that sends signed requests over HTTP to one of them, or to both.

Slack reaches the member of the first tests, and a load balancer before both processes in the others.
"""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.http.listening import listening
from localslack.config import load_workspace
from tests.crash.conftest import new_site
from tests.crash.test_kill import ALICE, BOB, INCIDENTS, ask, done
from tests.crash.test_members import Pair, free_port, two_processes

Site = Any
SECRET = load_workspace(None).app.signing_secret
NOTHING_DONE = "Nothing was done: Signoff is changing over to another process. Try again in a few seconds."


async def pair_behind(stack: AsyncExitStack, site: Site, port: int, leader_port: int = 0) -> Pair:
    """Start a leader, and a member at this port."""
    site.environment |= {
        "SIGNOFF_KEYS": str(site.folder / "keys"),
        "SIGNOFF_MODE": "http",
        "SLACK_SIGNING_SECRET": SECRET,
    }
    pair = await two_processes(site, port=port, leader_port=leader_port)

    async def end() -> None:
        await site.bot.kill()
        await pair.member.kill()

    stack.push_async_callback(end)
    await pair.is_ready()
    return pair


@pytest.fixture
async def pair(tmp_path: Path, office_at: Callable[[str], Any]) -> AsyncIterator[Pair]:
    """Return a pair of which Slack sends everything to the member."""
    port = free_port()
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(
            new_site(
                tmp_path / "site",
                office_at,
                *("--http-url", f"http://127.0.0.1:{port}/slack/events"),
                on_server=True,
            )
        )
        yield await pair_behind(stack, site, port)


class Balancer:
    """Hands requests on in turn. A process that cannot be reached is left out, as by most load balancers."""

    def __init__(self, ports: Sequence[int]) -> None:
        self.taken = dict.fromkeys(ports, 0)
        self._turns = itertools.cycle(ports)

    async def hand_on(self, request: web.Request) -> web.Response:
        body, headers = await request.read(), dict(request.headers)
        for _ in self.taken:
            port = next(self._turns)
            url = f"http://127.0.0.1:{port}{request.path_qs}"
            try:
                async with (
                    aiohttp.ClientSession(skip_auto_headers=("Accept-Encoding",)) as session,
                    session.post(url, data=body, headers=headers) as answer,
                ):
                    self.taken[port] += 1
                    kept = {"Content-Type": answer.headers.get("Content-Type", "text/plain")}
                    return web.Response(status=answer.status, headers=kept, body=await answer.read())
            except aiohttp.ClientConnectionError:
                continue
        return web.Response(status=502)


@pytest.fixture
async def balanced(tmp_path: Path, office_at: Callable[[str], Any]) -> AsyncIterator[tuple[Pair, Balancer]]:
    """Return a pair of which Slack sends everything to a load balancer."""
    port, leader_port = free_port(), free_port()
    balancer = Balancer([leader_port, port])
    application = web.Application()
    application.router.add_post("/slack/events", balancer.hand_on)
    async with AsyncExitStack() as stack:
        front = await stack.enter_async_context(listening(application, "127.0.0.1", 0))
        site = await stack.enter_async_context(
            new_site(
                tmp_path / "site",
                office_at,
                *("--http-url", f"http://127.0.0.1:{front}/slack/events"),
                on_server=True,
            )
        )
        pair = await pair_behind(stack, site, port, leader_port)
        yield pair, balancer


async def relayed(pair: Pair) -> int:
    return len(pair.site.rows("SELECT 1 FROM relayed WHERE lane = 'slack'"))


async def test_commands_clicks_and_forms_over_http_reach_the_leader_through_a_member(pair: Pair) -> None:
    site = pair.site
    assert "drill" in await pair.command("/workflow list")
    await ask(site)
    question = await pair.question()
    await site.office.click(ALICE, question, "Approve")
    await site.office.message(ALICE, INCIDENTS, "another approver must approve it")
    assert (await site.office.click(BOB, question, "Ask"))["ok"]
    view = await site.office.until(BOB, lambda: site.office.view(BOB))
    (field,) = (block["block_id"] for block in view["blocks"] if block["type"] == "input")
    empty = await site.office.submit(BOB, view, **{field: {"type": "plain_text_input", "value": " "}})
    assert field in str(empty), empty
    asked = {"type": "plain_text_input", "value": "Is it ready?"}
    assert (await site.office.submit(BOB, view, **{field: asked}))["ok"]
    await site.office.message(BOB, INCIDENTS, "Is it ready?")
    assert await relayed(pair) >= 5


async def test_a_member_over_http_leads_at_the_same_port_when_the_leader_is_killed(pair: Pair) -> None:
    site = pair.site
    await ask(site)
    question = await pair.question()
    await site.bot.kill()
    pair.now_leads()
    await pair.said("This process serves now")
    await pair.is_ready()
    assert (await site.office.click(BOB, question, "Approve"))["ok"]
    await done(site)
    await site.check_drill()


async def test_a_click_over_http_of_which_the_leader_died_before_it_began_counts_once(pair: Pair) -> None:
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


async def test_a_form_over_http_is_carried_out_once_or_says_that_nothing_was_done(pair: Pair) -> None:
    site = pair.site
    await ask(site)
    assert (await site.office.click(BOB, await pair.question(), "Ask"))["ok"]
    view = await site.office.until(BOB, lambda: site.office.view(BOB))
    (field,) = (block["block_id"] for block in view["blocks"] if block["type"] == "input")
    asked = {field: {"type": "plain_text_input", "value": "Is it ready?"}}
    site.bot.freeze()
    sent = asyncio.create_task(site.office.submit(BOB, view, **asked))
    await site.on_disk("SELECT 1 FROM relayed WHERE answered_at IS NULL AND begun_by IS NULL")
    pair.now_leads()
    withdrawn = NOTHING_DONE in str(await sent)
    await pair.said("This process serves now")
    await pair.is_ready()
    assert not withdrawn or (await site.office.submit(BOB, view, **asked))["ok"]
    await site.office.message(BOB, INCIDENTS, "Is it ready?")
    assert site.rows("SELECT count(*) FROM request WHERE kind = 'question'") == [(1,)]


async def test_a_member_refuses_a_request_that_slack_did_not_sign(pair: Pair) -> None:
    body = "command=%2Fworkflow&text=list&user_id=U02BOB&trigger_id=1.2.x"
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": "1",
        "X-Slack-Signature": "v0=00",
    }
    url = f"http://127.0.0.1:{pair.port}/slack/events"
    async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as answer:
        assert answer.status == 401
    assert not await relayed(pair)


async def test_a_load_balancer_spreads_slack_over_both_and_over_one_that_is_left(
    balanced: tuple[Pair, Balancer],
) -> None:
    pair, balancer = balanced
    site = pair.site
    await ask(site)
    question = await pair.question()
    for _ in range(4):
        assert "drill" in await pair.command("/workflow list")
    assert min(balancer.taken.values()) >= 2
    await site.bot.kill()
    pair.now_leads()
    assert (await site.office.click(BOB, question, "Approve"))["ok"]
    await done(site)
    await site.check_drill()
