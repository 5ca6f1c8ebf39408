"""A click that one process takes and another one leads: until the next step begins, beside the barest way."""

import asyncio
import json
import time

import psycopg
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest

from bench.clicks import context_of, delivered, dispatcher, singly
from bench.figures import Figure, percentile
from bench.harness import CLICKER, PEOPLE, STARTER, asks, begun, folder
from bench.peer import Peer
from bench.workers import processes
from bot import listeners
from bot.serving.inbox import Inbox
from bot.slack.bolt_app import build_app
from bot.slack.preflight import preflight
from bot.slack.web_api import SlackApi
from engine import Engine, EngineSettings, SystemClock
from localslack import Config, start
from tests.postgres_server import OwnServer, address_in

CLICKS = 300
_WRITE = """
WITH new AS (INSERT INTO raw VALUES (%s, %s) RETURNING number) SELECT pg_notify('ping', '') FROM new
"""


async def measure(peer: Peer) -> list[Figure]:
    server = await asyncio.to_thread(OwnServer)
    try:
        raw = await _raw(address_in(server.address, "raw"))
        leading, alone, together = await _clicks(address_in(server.address, "clicks"))
    finally:
        await asyncio.to_thread(server.stop)
    bound = percentile(raw, 0.5)
    name, against = "click on a member to the next step", "a raw commit and a NOTIFY round trip"
    p50 = percentile(alone, 0.5)
    own = percentile(leading, 0.5)
    return [
        Figure("click on the leader to the next step, p50", 1, own, "ms", bound, against),
        Figure(f"{name}, p50", 1, p50, "ms", own, "on the leader"),
        Figure(f"{name}, p50", 1, p50, "ms", bound, against, "at most 3", p50 <= 3 * bound),
        Figure(f"{name}, p95", 1, percentile(alone, 0.95), "ms", percentile(raw, 0.95), against),
        Figure(f"{name}, 50 at once, p50", 50, percentile(together, 0.5), "ms"),
        Figure(f"{name}, 50 at once, p99", 50, percentile(together, 0.99), "ms"),
    ]


async def _raw(address: str) -> list[float]:
    """Milliseconds of a durable row with a notice, until the notice of the process that heard it."""
    times = []
    async with (
        await psycopg.AsyncConnection.connect(address, autocommit=True) as writing,
        await psycopg.AsyncConnection.connect(address, autocommit=True) as hearing,
        processes(1, "-m", "bench.member", "echo", address),
    ):
        await writing.execute("CREATE TABLE raw (number BIGINT, content TEXT)")
        await hearing.execute("LISTEN pong")
        for number in range(CLICKS):
            began = time.perf_counter()
            await writing.execute(_WRITE, (number, "x" * 1000))
            async for _ in hearing.notifies(stop_after=1):
                times.append((time.perf_counter() - began) * 1000)
    return times[20:]


async def _clicks(address: str) -> tuple[list[float], list[float], list[float]]:
    with folder() as path:
        slack = await start(Config(data=path / "slack"))
        api = SlackApi(slack.bot_token, base_url=slack.api_url)
        settings = EngineSettings(data_dir=path / "data", keys_dir=path / "keys")
        engine = await Engine.open(address, people=PEOPLE, settings=settings)
        engine.register(asks)
        await engine.serve()
        identity = await preflight(api)

        def register(app: AsyncApp) -> None:
            listeners.register(app, context_of(engine, api))

        app = build_app(api, identity, register)
        inbox = Inbox(engine, SystemClock())
        await inbox.open(_Slack(app), "http://127.0.0.1:9")
        try:
            async with processes(1, "-m", "bench.member", "relay", address) as (member,):
                await _alone(engine, member, 20)
                click = dispatcher(api, identity, register)
                for _ in range(CLICKS):
                    await engine.start("asks", actor=STARTER)
                return (
                    await singly(engine, click, CLICKS),
                    await _alone(engine, member, CLICKS),
                    await _together(engine, member, 500),
                )
        finally:
            await inbox.close()
            await engine.close()
            await api.close()
            await slack.close()


class _Slack:
    """The leader's side of Slack: Bolt with the listeners."""

    connections, is_listening = 0, True

    def __init__(self, app: AsyncApp) -> None:
        self._app = app

    async def dispatch(self, request: AsyncBoltRequest) -> BoltResponse:
        return await self._app.async_dispatch(request)


async def _clicked(member: asyncio.subprocess.Process, request: str, person: str) -> None:
    assert member.stdin is not None
    member.stdin.write(json.dumps([request, person]).encode() + b"\n")
    await member.stdin.drain()


async def _alone(engine: Engine, member: asyncio.subprocess.Process, count: int) -> list[float]:
    """Milliseconds from the click in the member to the first instruction of the step in the leader."""
    assert member.stdout is not None
    for _ in range(count):
        await engine.start("asks", actor=STARTER)
    times = []
    for request in await delivered(engine, count):
        await engine.activity.idle()
        step = begun[request.run_id] = asyncio.get_running_loop().create_future()
        await _clicked(member, request.id, CLICKER.id)
        _, began, _ = json.loads(await member.stdout.readline())
        times.append((await step - began) * 1000)
        await engine.until_ended(request.run_id)
    return times


async def _together(engine: Engine, member: asyncio.subprocess.Process, count: int) -> list[float]:
    """The same of fifty clicks at a time."""
    assert member.stdout is not None
    for _ in range(count):
        await engine.start("asks", actor=STARTER)
    waiting, times = await delivered(engine, count), list[float]()
    for at in range(0, count, 50):
        steps = {}
        for number, request in enumerate(waiting[at : at + 50], 1):
            steps[request.id] = begun[request.run_id] = asyncio.get_running_loop().create_future()
            await _clicked(member, request.id, f"U{number}")
        for _ in steps:
            id_, began, _ = json.loads(await member.stdout.readline())
            times.append((await steps[id_] - began) * 1000)
    return times
