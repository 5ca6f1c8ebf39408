"""Slackbot's MCP client: it reads and asks for the person that Slack signed for, and decides nothing."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import httpx2
import pytest
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client

from bot.settings.config import read_settings
from engine import Actor, SystemClock
from tests.bot.listeners.conftest import FLOWS, Team

ALICE, BOB, CAROL, GUEST = "U01ALICE", "U02BOB", "U03CAROL", "U07GUEST"
DEPLOYS = "C05DEPLOYS"
READING = {"waiting_for_me", "my_runs", "list_workflows", "show_run"}


@pytest.fixture
def mode() -> str:
    return "http"


@pytest.fixture
def more_settings() -> Mapping[str, str]:
    return {"SIGNOFF_SLACKBOT": "on"}


@pytest.fixture
def workflows() -> str:
    return (
        FLOWS
        + """
from pydantic import BaseModel
from signoff import Gate


class Question(BaseModel):
    question: str


talk = Workflow("talk", owner="@platform", channel="#deploys", input=Question)


@talk.step
async def talk_about_it(input: Question) -> str:
    return input.question


release_gate = Gate(
    "release-gate", owner="@platform", channel="#deploys", approvers=["@release-managers"], expires="4h"
)
hidden = Workflow("hidden", owner="U05ERIN", channel="#deploys", may_see=["U05ERIN"])


@hidden.step
async def secret() -> str:
    return "done"
"""
    )


class Slackbot:
    """Slack's side: it signs what it sends."""

    def __init__(self, team: Team, http: aiohttp.ClientSession) -> None:
        self._team, self._http = team, http

    async def send(self, body: bytes, *, secret: str = "", at: int = 0, **more: Any) -> tuple[int, Any]:
        stamp = str(at or int(time.time()))
        secret = secret or self._team.slack.signing_secret
        mac = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
        headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={mac}", **more}
        url = f"http://127.0.0.1:{self._team.bot.port}/slack/mcp"
        async with self._http.post(url, data=body, headers=headers) as answer:
            text = await answer.text()
            return answer.status, json.loads(text) if text else None

    async def ask(self, method: str, **params: Any) -> Any:
        body = {"jsonrpc": "2.0", "id": 7, "method": method, "params": params}
        status, answer = await self.send(json.dumps(body).encode())
        assert (status, answer["id"]) == (200, 7)
        return answer.get("result") or answer["error"]

    async def call(self, user: str, name: str, team: str = "T0LOCAL", **arguments: Any) -> Any:
        meta = {"slack": {"user_id": user, "team_id": team}}
        return await self.ask("tools/call", name=name, arguments=arguments, _meta=meta)


@pytest.fixture
async def slackbot(team: Team) -> Any:
    async with aiohttp.ClientSession() as http:
        yield Slackbot(team, http)


async def test_it_reads_for_its_person_and_asks_as_them(team: Team, slackbot: Slackbot) -> None:
    hello = await slackbot.ask("initialize", protocolVersion="2025-03-26", capabilities={}, clientInfo={})
    assert (hello["protocolVersion"], hello["capabilities"]) == ("2025-03-26", {"tools": {}})
    tools = {each["name"]: each for each in (await slackbot.ask("tools/list"))["tools"]}
    assert {name for name, tool in tools.items() if tool["annotations"]["readOnlyHint"]} == READING
    assert tools.keys() - READING == {"ask_at_gate"}

    named = (await slackbot.call(BOB, "list_workflows"))["structuredContent"]["workflows"]
    assert "hidden" not in [each["name"] for each in named]
    asked = await slackbot.call(ALICE, "ask_at_gate", gate="release-gate", question="Ship <!here> 1.4?")
    assert not asked["isError"], asked
    question = await team.office.message(CAROL, DEPLOYS, "Ship", "can decide")
    assert "<!here>" not in question["text"]
    waiting = (await slackbot.call(CAROL, "waiting_for_me"))["structuredContent"]
    assert [each["question"] for each in waiting["requests"]] == ['"Ship <!here> 1.4?"']
    # The requester decides nothing, here as at each other door.
    assert (await slackbot.call(ALICE, "waiting_for_me"))["structuredContent"]["requests"] == []
    await team.office.click(CAROL, question, "Approve")
    run = asked["structuredContent"]["run"]
    shown = (await slackbot.call(ALICE, "show_run", run=run))["structuredContent"]
    assert [each["outcome"] for each in shown["requests"]] == ["approved"]
    (record,) = (await team.bot.engine.runs("release-gate"))[0]
    assert record.actor == Actor("slack", ALICE)


async def test_no_tool_decides(slackbot: Slackbot) -> None:
    for name in ("approve", "decide", "cancel", "run", "ask_at_gate;approve", "", None):
        answer = await slackbot.call(CAROL, name)  # type: ignore[arg-type]
        assert answer["isError"]
        assert "There is no tool" in answer["content"][0]["text"]


class Later(SystemClock):
    """The time of the machine, and some more."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return super().now() + self.ahead


@pytest.fixture
def clock() -> Later:
    return Later()


async def asked(slackbot: Slackbot, clock: Later, number: int = 1, user: str = ALICE, **more: str) -> str:
    """Ask by a call with this JSON-RPC id; return the run."""
    meta = {"slack": {"user_id": user, "team_id": "T0LOCAL"}}
    arguments = {"gate": "release-gate", "question": "Ship it?", **more}
    params = {"name": "ask_at_gate", "arguments": arguments, "_meta": meta}
    body = json.dumps({"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params}).encode()
    _, answer = await slackbot.send(body, at=int(clock.now().timestamp()))
    return str(answer["result"]["structuredContent"]["run"])


async def test_a_repeated_call_asks_once_though_its_time_and_its_id_differ(
    team: Team, slackbot: Slackbot, clock: Later
) -> None:
    first, *repeated = await asyncio.gather(*(asked(slackbot, clock, number) for number in range(4)))
    clock.ahead = timedelta(hours=1)  # it still waits
    assert {*repeated, await asked(slackbot, clock, 9)} == {first}
    # Other words, other details and another person ask something else.
    others = [
        await asked(slackbot, clock, question="Ship it now?"),
        await asked(slackbot, clock, details="All tests are green."),
        await asked(slackbot, clock, user=BOB),
    ]
    assert len({first, *others}) == 4
    assert len((await team.bot.engine.runs("release-gate"))[0]) == 4


async def test_an_answered_question_is_asked_again_after_ten_minutes_and_not_before(
    team: Team, slackbot: Slackbot, clock: Later
) -> None:
    first = await asked(slackbot, clock)
    question = await team.office.message(CAROL, DEPLOYS, "Ship it?", "can decide")
    await team.office.click(CAROL, question, "Approve")
    await team.office.message(CAROL, DEPLOYS, "Ship it?", "Approved")
    assert await asked(slackbot, clock, 2) == first
    clock.ahead = timedelta(minutes=11)
    second = await asked(slackbot, clock, 3)
    assert second != first
    assert await asked(slackbot, clock, 4) == second


async def test_only_what_slack_signed_counts_and_only_full_members_of_this_workspace(
    team: Team, slackbot: Slackbot
) -> None:
    listing = b'{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}'
    now = int(time.time())
    assert (await slackbot.send(listing))[0] == 200
    for forged in (
        await slackbot.send(listing, secret="another"),
        await slackbot.send(listing, at=now - 301),
        await slackbot.send(listing, **dict[str, Any]({"X-Slack-Signature": "v0="})),
        await slackbot.send(listing, **dict[str, Any]({"X-Slack-Request-Timestamp": "now"})),
    ):
        assert forged[0] == 401
    for words, user, workspace in (
        ("guest", GUEST, "T0LOCAL"),
        ("another workspace", ALICE, "T0OTHER"),
        ("", "U0NOBODY", "T0LOCAL"),
        ("", "U33GONE", "T0LOCAL"),
        ("", "U0SIGNOFF", "T0LOCAL"),
        ("does not say who asks", "", "T0LOCAL"),
    ):
        for tool in ("list_workflows", "ask_at_gate"):
            arguments = {"gate": "release-gate", "question": "Ship?"} if tool == "ask_at_gate" else {}
            answer = await slackbot.call(user, tool, workspace, **arguments)
            assert (answer["isError"], words in answer["content"][0]["text"]) == (True, True), answer
    unnamed = await slackbot.ask("tools/call", name="my_runs", arguments={"user_id": ALICE})
    assert "does not say who asks" in unnamed["content"][0]["text"]
    assert (await team.bot.engine.runs())[0] == []


async def test_it_asks_at_gates_and_starts_no_other_workflow(team: Team, slackbot: Slackbot) -> None:
    answer = await slackbot.call(ALICE, "ask_at_gate", gate="talk", question="Ship it?")
    assert (answer["isError"], answer["content"][0]["text"][:18]) == (True, "talk is not a gate")
    assert (await team.bot.engine.runs("talk"))[0] == []


async def test_private_runs_do_not_exist_for_others(team: Team, slackbot: Slackbot) -> None:
    run = await team.bot.engine.start("hidden", None, actor=Actor("slack", "U05ERIN"))
    answer = await slackbot.call(BOB, "show_run", run=run.id)
    missing = await slackbot.call(BOB, "show_run", run="hidden-none")
    assert answer["isError"]
    assert missing["isError"]
    assert answer["content"][0]["text"].replace(run.id, "X") == missing["content"][0]["text"].replace(
        "hidden-none", "X"
    )


async def test_an_invalid_request_is_refused_in_words(slackbot: Slackbot) -> None:
    for body, code in (
        (b"{", -32700),
        (b"\xff", -32700),
        (b"[]", -32600),
        (b'{"jsonrpc": "2.0", "id": 1}', -32600),
        (b'{"jsonrpc": "2.0", "id": true, "method": "ping"}', -32600),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "ping", "params": [1]}', -32600),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "resources/list"}', -32601),
        (b"[" * 100_000, -32700),
    ):
        assert (await slackbot.send(body))[1]["error"]["code"] == code, body[:80]
    assert (await slackbot.send(b'{"jsonrpc": "2.0", "method": "notifications/initialized"}')) == (202, None)
    for wrong in ({"run": 5}, {"run": "x" * 201}, {"run": "a", "as": BOB}, {}):
        answer = await slackbot.call(ALICE, "show_run", **wrong)
        assert answer["isError"]
        assert "The arguments are: run." in answer["content"][0]["text"]


def test_it_needs_http_mode() -> None:
    wanted = {"SLACK_BOT_TOKEN": "xoxb-1-a", "SLACK_APP_TOKEN": "xapp-1-a", "SIGNOFF_SLACKBOT": "on"}
    with pytest.raises(Exception, match="SIGNOFF_SLACKBOT: on needs SIGNOFF_MODE=http"):
        read_settings(wanted, serving=True)


async def test_the_official_client_understands_it(team: Team) -> None:
    """It speaks the protocol by the SDK, with Slack's signature on each request."""

    async def sign(request: httpx2.Request) -> None:
        stamp = str(int(time.time()))
        signed = f"v0:{stamp}:".encode() + request.content
        mac = hmac.new(team.slack.signing_secret.encode(), signed, hashlib.sha256).hexdigest()
        request.headers["X-Slack-Request-Timestamp"] = stamp
        request.headers["X-Slack-Signature"] = f"v0={mac}"

    url = f"http://127.0.0.1:{team.bot.port}/slack/mcp"
    meta: Any = {"slack": {"user_id": ALICE, "team_id": "T0LOCAL"}}
    async with (
        httpx2.AsyncClient(event_hooks={"request": [sign]}) as http,
        streamable_http_client(url, http_client=http) as streams,
        ClientSession(*streams[:2]) as session,
    ):
        hello = await session.initialize()
        assert hello.server_info.name == "signoff"
        assert {tool.name for tool in (await session.list_tools()).tools} > READING
        result: Any = await session.call_tool("my_runs", {}, meta=meta)
    assert result.structured_content == {"runs": [], "more": False}
