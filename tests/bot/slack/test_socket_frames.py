"""Frames that are on their way while a Socket Mode connection ends: which are handled, and what is said."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer
from slack_bolt.async_app import AsyncApp

from bot.slack.bolt_app import build_app
from bot.slack.preflight import preflight
from bot.slack.socket_mode import SocketMode, WatchdogTimes
from bot.slack.web_api import SlackApi
from engine.clock import SystemClock

Local = Any
FAST = WatchdogTimes(timedelta(seconds=0.02), timedelta(seconds=0.3), timedelta(seconds=1), ping_every=0.2)


def envelope(text: str) -> str:
    payload = {
        "command": "/workflow", "text": text, "user_id": "U01ALICE", "channel_id": "C05DEPLOYS",
        "team_id": "T0LOCAL", "trigger_id": "1.2", "response_url": "http://127.0.0.1:9/x",
    }  # fmt: skip
    return json.dumps(
        {
            "type": "slash_commands", "envelope_id": f"id-{text}", "accepts_response_payload": True,
            "payload": payload,
        }
    )  # fmt: skip


class Sockets:
    """Slack's end of the connections; the Web API is the local Slack's."""

    def __init__(self, local: Local) -> None:
        self._local = local
        self.open: list[web.WebSocketResponse] = []
        self.answered: list[str] = []
        self.opened = 0
        self.last_words: list[str] = []
        """Commands that Slack sends on a connection between our goodbye and its reading of it."""
        self.frozen = asyncio.Event()
        """Set: connections stay open, and nothing that comes is read or answered."""
        self.app = web.Application()
        self.app.router.add_post("/api/{method}", self._call)
        self.app.router.add_get("/socket", self._serve)
        self.url = ""

    async def _call(self, request: web.Request) -> web.Response:
        headers = {name: request.headers[name] for name in ("Authorization", "Content-Type")}
        address = self._local.server.api_url + request.match_info["method"]
        async with (
            aiohttp.ClientSession() as http,
            http.post(address, data=await request.read(), headers=headers, params=request.query) as answer,
        ):
            found = await answer.json()
        if request.match_info["method"] == "apps.connections.open":
            found["url"] = self.url.replace("http", "ws") + "socket"
        return web.json_response(found)

    async def _serve(self, request: web.Request) -> web.WebSocketResponse:
        end = web.WebSocketResponse(autoclose=False, autoping=False)
        await end.prepare(request)
        self.open.append(end)
        self.opened += 1
        await end.send_str(json.dumps({"type": "hello", "num_connections": len(self.open)}))
        try:
            await self._talk(end)
        finally:
            self.open.remove(end)
        return end

    async def _talk(self, end: web.WebSocketResponse) -> None:
        while True:
            message = await end.receive()
            if self.frozen.is_set():
                await asyncio.Event().wait()
            if message.type is WSMsgType.PING:
                await end.pong(message.data)
            elif message.type is WSMsgType.TEXT:
                self.answered.append(json.loads(message.data)["envelope_id"])
            else:
                while self.last_words:
                    await end.send_str(envelope(self.last_words.pop()))
                await end.close()
                return


@pytest.fixture
async def sockets(local: Local) -> AsyncIterator[Sockets]:
    sockets = Sockets(local)
    server = TestServer(sockets.app)
    await server.start_server()
    sockets.url = str(server.make_url("/"))
    yield sockets
    await server.close()


class Listener:
    """Handles commands when it may."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.entered, self.go_on = asyncio.Event(), asyncio.Event()
        self.go_on.set()

    def register(self, app: AsyncApp) -> None:
        @app.command("/workflow")
        async def command(ack: Any, command: Mapping[str, Any]) -> None:
            self.entered.set()
            await self.go_on.wait()
            self.seen.append(command["text"])
            await ack()


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
async def socket(sockets: Sockets, local: Local, listener: Listener) -> AsyncIterator[SocketMode]:
    async with SlackApi(local.server.bot_token, base_url=f"{sockets.url}api/") as api:
        app = build_app(api, await preflight(api), listener.register)
        socket = SocketMode(app, local.server.app_token, SystemClock(), FAST)
        await socket.start()
        await until(lambda: socket.held == 2)
        yield socket
        await socket.close()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0)


async def test_what_slack_sends_until_it_reads_the_goodbye_is_handled(
    socket: SocketMode, sockets: Sockets, listener: Listener
) -> None:
    sockets.last_words = ["first", "second"]
    async with asyncio.timeout(5):
        await socket.close()
    assert sorted(listener.seen) == ["first", "second"]


async def test_a_command_that_arrives_while_another_is_in_flight_at_the_end_is_handled(
    socket: SocketMode, sockets: Sockets, listener: Listener
) -> None:
    listener.go_on.clear()
    end = sockets.open[0]
    await end.send_str(envelope("in flight"))
    await listener.entered.wait()
    closing = asyncio.create_task(socket.close())
    for _ in range(50):  # it waits for the answer in flight now
        await asyncio.sleep(0)
    await end.send_str(envelope("arrived"))
    listener.entered.clear()
    await asyncio.wait_for(listener.entered.wait(), 5)
    listener.go_on.set()
    await closing
    assert sorted(listener.seen) == ["arrived", "in flight"]
    assert "id-in flight" in sockets.answered


async def test_a_command_whose_connection_ends_before_its_answer_is_said_in_the_log(
    socket: SocketMode, sockets: Sockets, listener: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    listener.go_on.clear()
    end = sockets.open[0]
    await end.send_str(envelope("late"))
    await listener.entered.wait()
    for each in list(sockets.open):
        transport = each._req.transport if each._req else None
        assert transport is not None
        transport.abort()
    await until(lambda: socket.held == 0)
    assert "may be lost" in caplog.text
    listener.go_on.set()
    await until(lambda: "could not be given" in caplog.text or "id-late" in sockets.answered)
    assert listener.seen == ["late"]
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_connections_on_which_nothing_is_heard_any_more_are_missed_and_made_again(
    socket: SocketMode, sockets: Sockets, caplog: pytest.LogCaptureFixture
) -> None:
    before = sockets.opened
    sockets.frozen.set()
    await until(lambda: not socket.connected)
    assert socket.missing == "no connection to Slack"
    sockets.frozen.clear()
    await until(lambda: socket.held == 2)
    assert sockets.opened >= before + 2
