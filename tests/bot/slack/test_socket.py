"""Socket Mode against the local Slack: reports problems with a token, and reconnects."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestServer
from slack_bolt.async_app import AsyncApp

from bot.slack.bolt_app import build_app
from bot.slack.preflight import Identity, PreflightFailed, preflight
from bot.slack.scopes import NEEDED, missing
from bot.slack.socket_mode import SocketMode, WatchdogTimes
from bot.slack.web_api import CallTimeouts, SlackApi
from engine.clock import FakeClock, SystemClock

Local = Any
QUICK = CallTimeouts(connect=1, answer=1, first_retry=0.01)


@pytest.fixture
async def api(local: Local) -> AsyncIterator[SlackApi]:
    async with SlackApi(local.server.bot_token, base_url=local.server.api_url, timeouts=QUICK) as api:
        yield api


async def test_preflight_says_who_we_are(api: SlackApi, local: Local) -> None:
    identity = await preflight(api, local.server.app_token)
    assert (identity.team_id, identity.user_id, identity.bot_id) == ("T0LOCAL", "U0SIGNOFF", "B0SIGNOFF")
    assert identity.lacking == {}


@pytest.mark.parametrize("bot_token", ["xoxb-wrong-token", "xapp-local-signoff"])
async def test_preflight_names_both_wrong_tokens_and_their_remedies(local: Local, bot_token: str) -> None:
    async with SlackApi(bot_token, base_url=local.server.api_url, timeouts=QUICK) as api:
        with pytest.raises(PreflightFailed) as raised:
            await preflight(api, "xapp-wrong-token")
    assert [name for name, _ in raised.value.problems] == ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"]
    assert raised.value.fatal
    assert "Install the app" in str(raised.value)
    assert "connections:write" in str(raised.value)
    assert "wrong-token" not in str(raised.value)


@pytest.mark.parametrize(
    ("method", "error", "says"),
    [
        ("auth.test", "token_revoked", "The bot token was revoked"),
        ("auth.test", "account_inactive", "removed from the workspace"),
        ("auth.test", "something_new", "something_new"),
        ("apps.connections.open", "missing_scope", "lacks connections:write"),
        ("apps.connections.open", "not_allowed_token_type", "not an app-level token"),
        ("apps.connections.open", "something_new", "something_new"),
    ],
)
async def test_each_refusal_has_its_remedy(
    api: SlackApi, local: Local, method: str, error: str, says: str
) -> None:
    await local.fault(method, "error", error=error)
    with pytest.raises(PreflightFailed, match=says) as raised:
        await preflight(api, local.server.app_token)
    assert raised.value.fatal


async def test_a_slack_that_does_not_answer_may_answer_later(api: SlackApi, local: Local) -> None:
    await local.fault("auth.test", "http_500", times=9)
    with pytest.raises(PreflightFailed, match="did not answer") as raised:
        await preflight(api)
    assert not raised.value.fatal
    async with SlackApi("xoxb-12345678", base_url="http://127.0.0.1:9/api/", timeouts=QUICK) as nowhere:
        with pytest.raises(PreflightFailed, match="Check the network"):
            await preflight(nowhere)


def test_lacking_scopes_come_with_their_reasons() -> None:
    assert missing(", ".join(NEEDED)) == {}
    assert missing("commands,chat:write").keys() == NEEDED.keys() - {"commands", "chat:write"}


class Listening:
    """An application whose one command can be held back."""

    def __init__(self, api: SlackApi, identity: Identity) -> None:
        self.entered, self.go_on = asyncio.Event(), asyncio.Event()
        self.go_on.set()
        self.seen: list[str] = []
        self.app = build_app(api, identity, self._register)

    def _register(self, app: AsyncApp) -> None:
        @app.command("/workflow")
        async def command(ack: Any, command: Mapping[str, Any]) -> None:
            self.entered.set()
            await self.go_on.wait()
            self.seen.append(command["text"])
            await ack(f"heard {command['text']}")


async def say(local: Local, text: str) -> None:
    await local.control("message", channel="C05DEPLOYS", text=f"/workflow {text}", **{"as": "U01ALICE"})


async def heard(local: Local, text: str) -> bool:
    query = {"channel": "C05DEPLOYS", "as": "U01ALICE"}
    found = (await local.read("messages", **query))["messages"]
    return any(message["text"] == text for message in found)


async def until(condition: Any) -> None:
    async with asyncio.timeout(10):
        while not await condition():
            await asyncio.sleep(0)


@pytest.fixture
async def listening(api: SlackApi) -> Listening:
    return Listening(api, await preflight(api))


FAST = WatchdogTimes(timedelta(seconds=0.02), timedelta(seconds=0.3), timedelta(seconds=1), ping_every=0.2)


@pytest.fixture
async def connecting(
    listening: Listening, local: Local
) -> AsyncIterator[Callable[[WatchdogTimes], SocketMode]]:
    """Makes connections; they are closed when the test ends."""
    made: list[SocketMode] = []

    def connecting(times: WatchdogTimes) -> SocketMode:
        made.append(SocketMode(listening.app, local.server.app_token, SystemClock(), times))
        return made[-1]

    yield connecting
    await asyncio.gather(*(socket.close() for socket in made))


@pytest.fixture
async def socket(connecting: Callable[[WatchdogTimes], SocketMode]) -> SocketMode:
    socket = connecting(FAST)
    await socket.start()
    async with asyncio.timeout(10):
        while not socket.connected:
            await asyncio.sleep(0)
    return socket


async def test_commands_arrive_and_are_answered(
    socket: SocketMode, listening: Listening, local: Local
) -> None:
    await say(local, "list")
    assert listening.seen == ["list"]
    await until(lambda: heard(local, "heard list"))


@pytest.mark.parametrize("how", ["drop", "refresh_requested"])
async def test_a_connection_that_ends_is_followed_by_another(
    socket: SocketMode, listening: Listening, local: Local, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def back() -> bool:
        return bool((await local.read("health"))["connected"]) and socket.held == 2

    await settled(socket, 2)
    if how == "drop":
        await local.control("socket/drop")
        await until(lambda: _is(socket.held < 2))
    else:
        await local.control("socket/disconnect", reason=how)
    await until(back)
    await say(local, "again")
    await until(lambda: heard(local, "heard again"))
    assert listening.seen == ["again"]
    assert ("broke off" in caplog.text) == (how == "drop")


async def _is(value: bool) -> bool:
    return value


async def test_closing_waits_for_the_answer_in_flight(
    socket: SocketMode, listening: Listening, local: Local
) -> None:
    listening.go_on.clear()
    saying = asyncio.create_task(say(local, "slowly"))
    await listening.entered.wait()
    closing = asyncio.create_task(socket.close())
    await asyncio.sleep(0)
    listening.go_on.set()
    await closing
    await saying
    assert await heard(local, "heard slowly")
    assert not socket.connected


async def test_a_listener_that_hangs_does_not_keep_us_from_closing(
    socket: SocketMode, listening: Listening, local: Local
) -> None:
    listening.go_on.clear()
    saying = asyncio.create_task(say(local, "never"))
    await listening.entered.wait()
    async with asyncio.timeout(5):
        await socket.close(grace=0.05)
    listening.go_on.set()
    await saying


class StuckHandshakes:
    """A Slack whose first addresses for sockets refuse every handshake, as expired tickets do."""

    def __init__(self, local: Local, refused: int) -> None:
        self.local, self.refused, self.opened = local, refused, 0
        self.app = aiohttp.web.Application()
        self.app.router.add_post("/api/{method}", self._call)
        self.url = ""

    async def _call(self, request: aiohttp.web.Request) -> aiohttp.web.Response:
        headers = {name: request.headers[name] for name in ("Authorization", "Content-Type")}
        address = self.local.server.api_url + request.match_info["method"]
        async with aiohttp.ClientSession() as http:
            body = await request.read()
            async with http.post(address, data=body, headers=headers, params=request.query) as answer:
                found = await answer.json()
        if request.match_info["method"] == "apps.connections.open":
            self.opened += 1
            if self.opened <= self.refused:
                found["url"] = self.url.replace("http", "ws") + f"nothing-here?ticket=secret{self.opened}"
        return aiohttp.web.json_response(found)


async def test_an_address_that_refuses_every_handshake_is_given_up(
    local: Local, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    stuck = StuckHandshakes(local, refused=2)
    server = TestServer(stuck.app)
    await server.start_server()
    stuck.url = str(server.make_url("/"))
    clock = FakeClock()
    times = WatchdogTimes(timedelta(seconds=2), timedelta(seconds=20), timedelta(minutes=2), ping_every=0.05)
    async with SlackApi(local.server.bot_token, base_url=f"{stuck.url}api/", timeouts=QUICK) as api:
        socket = SocketMode(Listening(api, await preflight(api)).app, local.server.app_token, clock, times)
        await socket.start()

        async def connected() -> bool:
            clock.advance(timedelta(seconds=1))
            return socket.connected

        await until(connected)
        await socket.close()
    await server.close()
    assert stuck.opened == 3
    assert "secret1" not in caplog.text
    assert "making a new one" in caplog.text


async def commands_of_one_person(local: Local, count: int) -> None:
    """At the same time: those that a dead connection gets take three seconds each."""
    await asyncio.gather(*(say(local, f"n{number}") for number in range(count)))


async def settled(socket: SocketMode, held: int) -> None:
    await until(lambda: _is(socket.held == held))


async def test_two_connections_are_held(socket: SocketMode, listening: Listening, local: Local) -> None:
    await settled(socket, 2)
    assert socket.problem == ""
    await commands_of_one_person(local, 20)
    assert len(listening.seen) == 20


async def test_dead_connections_are_counted_said_and_outnumbered(
    connecting: Callable[[WatchdogTimes], SocketMode], listening: Listening, local: Local,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    await local.control("socket/ghosts", count=3)
    socket = connecting(replace(FAST, count_every=timedelta(seconds=0.2)))
    await socket.start()
    await settled(socket, 6)
    await commands_of_one_person(local, 20)
    assert len(listening.seen) in (13, 14)  # of nine connections six are ours
    # Nine, or ten while a new connection asks for the count again.
    assert re.search(r"Slack counts (9|10) Socket Mode connections", socket.problem)
    assert re.search(r"about (33|30) of 100 clicks and commands are lost", socket.problem)
    assert "Slack counts 4 Socket Mode connections" in caplog.text
    await local.control("socket/ghosts", count=0)
    await settled(socket, 2)
    assert socket.problem == ""
    assert "Every Socket Mode connection that Slack counts is Signoff's again" in caplog.text


async def test_dead_connections_that_appear_while_ours_are_up_are_found_at_the_next_count(
    connecting: Callable[[WatchdogTimes], SocketMode], local: Local
) -> None:
    assert WatchdogTimes().count_every <= timedelta(minutes=3)
    socket = connecting(replace(FAST, count_every=timedelta(seconds=0.2)))
    await socket.start()
    await settled(socket, 2)
    await local.control("socket/ghosts", count=3)
    await until(lambda: _is("Signoff holds" in socket.problem))
    await settled(socket, 6)


async def test_connections_that_died_unnoticed_are_found_when_new_ones_are_made(
    socket: SocketMode, local: Local
) -> None:
    await settled(socket, 2)
    await local.control("socket/drop", keep=True)
    await until(lambda: _is("Signoff holds" in socket.problem))
    await settled(socket, 7)
    await local.control("socket/disconnect", reason="link_disabled")
    await until(lambda: _is(socket.connected and not socket.problem))


async def test_a_slack_that_takes_no_further_connection_is_not_asked_again_and_again(
    connecting: Callable[[WatchdogTimes], SocketMode], local: Local, caplog: pytest.LogCaptureFixture
) -> None:
    await local.control("socket/ghosts", count=10)
    socket = connecting(FAST)
    await socket.start()
    await until(lambda: _is(bool(socket.problem)))
    await until(lambda: _is(not socket.connected))
    await until(lambda: _is("No connection to Slack for" in caplog.text))
    assert len(await local.calls("apps.connections.open")) <= 2
    await local.control("socket/ghosts", count=9)
    await until(lambda: _is(socket.connected))


async def test_no_level_of_logging_shows_payloads_tickets_or_tokens(
    connecting: Callable[[WatchdogTimes], SocketMode], listening: Listening, local: Local,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    socket = connecting(FAST)
    await socket.start()
    await settled(socket, 2)
    await say(local, "code 482913")
    await until(lambda: heard(local, "heard code 482913"))
    assert listening.seen == ["code 482913"]
    for secret in ("482913", "ticket=", "xapp-local", "xoxb-local", "trigger_id"):
        assert secret not in caplog.text.replace("ticket=…", "")
