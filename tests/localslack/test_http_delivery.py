"""Signed HTTP instead of Socket Mode, against Bolt's own verification and a bare receiver."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from localslack import Config, ManualClock, Server, start
from tests.localslack.conftest import Button, Json, PeopleOf

INCIDENTS = "C02INCIDENTS"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Handler], Awaitable[str]]
HttpSlack = Callable[..., Awaitable[Server]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """serve(handler) -> address of a receiver."""
    runners = []

    async def run(handler: Handler) -> str:
        application = web.Application()
        application.router.add_post("/slack/events", handler)
        runner = web.AppRunner(application)
        await runner.setup()
        runners.append(runner)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"

    yield run
    for runner in runners:
        await runner.cleanup()


@pytest.fixture
async def http_slack(manifest: Path | None) -> AsyncIterator[HttpSlack]:
    servers = []

    async def run(url: str, **more: Any) -> Server:
        server = await start(Config(manifest=manifest, http_url=url, **more))
        servers.append(server)
        return server

    yield run
    for server in servers:
        await server.close()


async def test_bolt_accepts_what_is_signed(
    serve: Serve, http_slack: HttpSlack, http: aiohttp.ClientSession, people_of: PeopleOf, button: Button
) -> None:
    from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request

    clicked: asyncio.Queue[str] = asyncio.Queue()
    apps: list[AsyncApp] = []

    async def receive(request: web.Request) -> web.StreamResponse:
        return await to_aiohttp_response(await apps[0].async_dispatch(await to_bolt_request(request)))

    server = await http_slack(await serve(receive))
    client = AsyncWebClient(token=server.bot_token, base_url=server.api_url, session=http)
    app = AsyncApp(client=client, signing_secret=server.signing_secret, process_before_response=True)
    apps.append(app)

    @app.command("/workflow")
    async def command(ack: AsyncAck, body: Json) -> None:
        await ack(f"heard {body['text']}")

    @app.action("go")
    async def go(ack: AsyncAck, body: Json) -> None:
        await ack()
        clicked.put_nowait(body["actions"][0]["value"])

    people = people_of(server)
    assert (await people.get("health"))["connected"] is True
    await people.say("U01ALICE", INCIDENTS, "/workflow a & b")
    assert await people.texts("U01ALICE", INCIDENTS) == ["heard a &amp; b"]
    ts = (await client.chat_postMessage(channel=INCIDENTS, text="q", blocks=[button()]))["ts"]
    assert (await people.click("U01ALICE", INCIDENTS, ts, "b1", "go"))["ok"]
    assert await clicked.get() == "1"
    assert (await people.post("socket/drop"))["error"] == "no_socket_mode"


async def test_deliveries_are_signed_and_tried_again(
    serve: Serve, http_slack: HttpSlack, people_of: PeopleOf
) -> None:
    clock = ManualClock()
    got: asyncio.Queue[tuple[dict[str, str], bytes]] = asyncio.Queue()
    answers = [web.Response(status=500), web.Response(status=503, headers={"x-slack-no-retry": "1"})]

    async def receive(request: web.Request) -> web.StreamResponse:
        got.put_nowait((dict(request.headers), await request.read()))
        return answers.pop(0) if answers else web.Response()

    server = await http_slack(await serve(receive), clock=clock)
    people = people_of(server)
    await people.post("home/open", as_="U01ALICE")
    headers, body = await got.get()
    timestamp = headers["x-slack-request-timestamp"]
    expected = SignatureVerifier(server.signing_secret).generate_signature(timestamp=timestamp, body=body)
    assert headers["x-slack-signature"] == expected
    assert timestamp == str(int(clock.now()))
    assert json.loads(body)["event"]["type"] == "app_home_opened"
    assert "x-slack-retry-num" not in headers
    headers, again = await got.get()
    assert (headers["x-slack-retry-num"], headers["x-slack-retry-reason"]) == ("1", "http_error")
    assert again == body
    for person in ("U02BOB", "U03CAROL", "U04DAVE"):
        await people.post("home/open", as_=person)
        headers, other = await got.get()
        assert (json.loads(other)["event"]["user"], "x-slack-retry-num" in headers) == (person, False)
        clock.advance(1000)
    assert got.empty()


async def test_a_command_without_a_receiver_fails_as_in_slack(
    http_slack: HttpSlack, people_of: PeopleOf
) -> None:
    people = people_of(await http_slack("http://127.0.0.1:9/slack/events"))
    assert (await people.get("health"))["connected"] is False
    await people.say("U01ALICE", INCIDENTS, "/workflow x")
    assert await people.texts("U01ALICE", INCIDENTS) == ['/workflow failed with the error "dispatch_failed"']


async def test_a_slow_receiver_times_out_as_in_slack(
    serve: Serve, http_slack: HttpSlack, people_of: PeopleOf
) -> None:
    clock, reached, release = ManualClock(), asyncio.Event(), asyncio.Event()

    async def receive(request: web.Request) -> web.StreamResponse:
        reached.set()
        await release.wait()
        return web.Response(text="late")

    people = people_of(await http_slack(await serve(receive), clock=clock))
    writing = asyncio.create_task(people.say("U01ALICE", INCIDENTS, "/workflow x"))
    await reached.wait()
    clock.advance(3)
    await writing
    release.set()
    assert await people.texts("U01ALICE", INCIDENTS) == [
        '/workflow failed with the error "operation_timeout"'
    ]
