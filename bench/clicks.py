"""Runs that wait for people: time to get there, memory of each, clicks through the real Bolt dispatcher."""

import asyncio
import json
import time
import tracemalloc
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

from bench.figures import Figure, percentile
from bench.harness import CLICKER, STARTER, asks, begun, engine, folder
from bench.peer import Peer
from bench.raw import commit_times
from bot import listeners
from bot.background import BackgroundTasks
from bot.http.forms import payload_text
from bot.http.server import genuine
from bot.listeners import Context
from bot.slack.bolt_app import build_app
from bot.slack.people import SlackPeople
from bot.slack.preflight import Identity, preflight
from bot.slack.web_api import SlackApi
from bot.views import button_values
from engine import Engine, RequestRecord, SystemClock, Wanted
from localslack import Config, start

CLICKS = 200
_SECRET = "s" * 32
_THERE, _CLICK = "waiting runs: time to get there", "click to next step, p50"
_ALONE = "two raw commits and Bolt alone"
Click = Callable[[str, str], Callable[[], Awaitable[None]]]
"""Makes a click of a person on a request; what it makes sends it and returns when Slack has its answer."""


async def measure(peer: Peer) -> list[Figure]:
    with folder() as path:
        slack = await start(Config(data=path / "slack"))
        api = SlackApi(slack.bot_token, base_url=slack.api_url)
        try:
            bolt = await _bolt_alone(api)
            raw = percentile(await commit_times(path, 2000), 0.5)
            figures = []
            for count in (500, 2000, 10_000, 100_000):
                figures += await _waiting(count, api, bolt, raw, peer)
            return figures
        finally:
            await api.close()
            await slack.close()


async def _waiting(
    count: int, api: SlackApi, bolt: tuple[list[float], list[float]], raw: float, peer: Peer
) -> list[Figure]:
    async with engine(asks) as of:
        # What the first runs of a process bring into memory stays, however many there are.
        await _start(of, 1000)
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        await _start(of, count)
        memory = (tracemalloc.get_traced_memory()[0] - before) / count
        tracemalloc.stop()
        began = time.perf_counter()
        await _start(of, 2000)
        there = (time.perf_counter() - began) * count / 2000
        dispatch = dispatcher(
            api, await preflight(api), lambda app: listeners.register(app, context_of(of, api))
        )
        await singly(of, dispatch, 20)
        alone = await singly(of, dispatch, CLICKS)
        together = await _together(of, dispatch, 10)
    p50, others = percentile(alone, 0.5), percentile(bolt[0], 0.5)
    bound = 2 * raw + others
    name = "click through Bolt to the next step"
    goals, other = count == 100_000, peer.value(_CLICK, count)
    return [
        Figure("runs that wait: time to get there", count, there, "s", peer.value(_THERE, count), "DBOS"),
        Figure(
            "runs that wait: memory of each", count, memory, "bytes",
            goal="under 150" if goals else "", met=memory < 150 if goals else None,
        ),
        Figure(f"{name}, p50", count, p50, "ms", bound, _ALONE, "at most 2.5", p50 <= 2.5 * bound),
        Figure(f"{name}, p95", count, percentile(alone, 0.95), "ms"),
        Figure(f"{name}, p99", count, percentile(alone, 0.99), "ms"),
        *([Figure(f"{name}, p50", count, p50, "ms", other, "DBOS")] if other else []),
        *(_closed_loop(f"{name}, 50 at once", count, together, bolt[1], at) for at in (0.5, 0.95, 0.99)),
    ]  # fmt: skip


def _closed_loop(name: str, count: int, ours: list[float], bolt: list[float], share: float) -> Figure:
    value, other = percentile(ours, share), percentile(bolt, share)
    name = f"{name}, p{int(share * 100)}"
    return Figure(name, count, value, "ms", other, "Bolt alone", "at most 3", value <= 3 * other)


async def _start(of: Engine, count: int) -> None:
    for _ in range(0, count, 500):
        await asyncio.gather(*(of.start("asks", actor=STARTER) for _ in range(500)))
    await of.activity.idle()


async def delivered(of: Engine, count: int) -> list[RequestRecord]:
    """Requests whose messages stand in Slack, as far as the bot knows: a click on them is not a stale one."""
    requests = await of.requests(limit=count)
    wanted = [
        Wanted(f"request:{one.id}", "request", one.id, {"run": one.run_id, "channels": ["C1"]})
        for one in requests
    ]
    await of.deliveries.advance("bench", 0, wanted)
    await asyncio.gather(
        *(of.deliveries.sent(want.key, 1, {"channel": "C1", "ts": want.subject}) for want in wanted)
    )
    return requests


async def singly(of: Engine, click: Click, count: int) -> list[float]:
    """Clicks with nothing else under way: the run before has ended, and nothing of it is left to do."""
    times = []
    for request in await delivered(of, count):
        await of.activity.idle()
        times.append(await _timed(click, request, CLICKER.id))
        await of.until_ended(request.run_id)
    return times


async def _together(of: Engine, click: Click, rounds: int) -> list[float]:
    """Fifty people, each clicking again as soon as the last click's step has begun."""
    waiting = iter(await delivered(of, 50 * rounds))
    times: list[float] = []

    async def clicker(person: str) -> None:
        for request in waiting:
            times.append(await _timed(click, request, person))

    await asyncio.gather(*(clicker(f"U{number}") for number in range(1, 51)))
    return times


async def _timed(click: Click, request: RequestRecord, person: str) -> float:
    """Milliseconds from the click to the first instruction of the step that it approves."""
    step = begun[request.run_id] = asyncio.get_running_loop().create_future()
    send = click(request.id, person)
    began = time.perf_counter()
    await asyncio.sleep(0)  # the others' clicks arrive too before the first is looked at
    await send()
    return float(await step - began) * 1000


async def _bolt_alone(api: SlackApi) -> tuple[list[float], list[float]]:
    """Bolt as it comes, with a listener that does nothing: one at a time, and by fifty in a closed loop."""
    app = AsyncApp(signing_secret=_SECRET, client=api.web, process_before_response=True)

    async def nothing(ack: Any) -> None:
        await ack()

    app.action("signoff:decide:approve")(nothing)

    async def timed(number: int, person: str) -> float:
        body, headers = _signed(f"r{number}", person)
        began = time.perf_counter()
        await asyncio.sleep(0)
        answer = await app.async_dispatch(AsyncBoltRequest(body=body, headers=dict(headers)))
        assert answer.status == 200, answer.body
        return (time.perf_counter() - began) * 1000

    alone = [await timed(number, "U1") for number in range(CLICKS + 20)][20:]
    together: list[float] = []

    async def clicker(person: str) -> None:
        together.extend([await timed(number, person) for number in range(10)])

    await asyncio.gather(*(clicker(f"U{number}") for number in range(1, 51)))
    return alone, together


def _signed(request: str, person: str) -> tuple[str, dict[str, str]]:
    """A click as it comes over HTTP: body and headers."""
    body = urlencode({"payload": json.dumps(body_of(request, person))})
    timestamp = str(int(SystemClock().now().timestamp()))
    signature = SignatureVerifier(_SECRET).generate_signature(timestamp=timestamp, body=body)
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": signature or "",
    }
    return body, headers


def dispatcher(api: SlackApi, identity: Identity, register: Callable[[AsyncApp], None]) -> Click:
    """As `bot.http.server` takes them: found to come from Slack first, then Bolt's."""
    app = build_app(api, identity, register)

    def click(request: str, person: str) -> Callable[[], Awaitable[None]]:
        body, headers = _signed(request, person)

        async def send() -> None:
            assert genuine(headers, body.encode(), _SECRET, SystemClock().now().timestamp())
            answer = await app.async_dispatch(
                AsyncBoltRequest(body=payload_text(body), headers=dict(headers))
            )
            assert answer.status == 200, answer.body

        return send

    return click


async def nothing_lacks(request_id: str) -> str:
    del request_id
    return ""


def context_of(of: Engine, api: SlackApi) -> Context:
    clock = SystemClock()
    people = SlackPeople(api, clock, team_id="T0LOCAL", groups={})
    return Context(of, api, people, clock, BackgroundTasks(), "/workflow", lambda _: None, nothing_lacks)


def body_of(request: str, person: str) -> dict[str, Any]:
    return {
        "type": "block_actions",
        "team": {"id": "T0LOCAL", "domain": "local"},
        "user": {"id": person, "username": person, "team_id": "T0LOCAL"},
        "api_app_id": "A1",
        "token": "t",
        "trigger_id": f"1.{request}",
        "container": {"type": "message", "message_ts": request, "channel_id": "C1", "is_ephemeral": False},
        "channel": {"id": "C1", "name": "deploys"},
        "message": {"ts": request, "text": "?", "blocks": []},
        "response_url": "http://127.0.0.1:9/none",
        "actions": [
            {
                "type": "button",
                "action_id": "signoff:decide:approve",
                "block_id": "b",
                "value": button_values.encode(request, "approve"),
                "action_ts": "1.2",
                "text": {"type": "plain_text", "text": "Approve"},
            }
        ],
    }
