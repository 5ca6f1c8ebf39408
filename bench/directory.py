"""A large directory under Slack's rate tiers: calls for clicks, for a change of a group, and for a channel.

A local Slack with 5,000 people, 300 groups and 30,000 channels. Each of its answers takes a quarter of a
second more, as over a network. Clicks come through the real Bolt dispatcher, the first of them before anybody
was looked up.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from bench.clicks import Click, dispatcher, nothing_lacks
from bench.figures import Figure
from bench.harness import STARTER, folder
from bench.peer import Peer
from bot import listeners
from bot.background import BackgroundTasks
from bot.listeners import Context
from bot.slack.people import SlackPeople
from bot.slack.preflight import preflight
from bot.slack.web_api import SlackApi
from engine import Engine, Group, PeopleUnavailable, SystemClock, Workflow
from localslack import Config, start
from localslack.large import large_workspace

_CLICKS, _SECONDS_APART = 60, 2.0
_LATENCY = 0.25
_GROUP = "@team-0"
_OPEN = 200


class _Distant:
    """Reads of a Slack that is a network away."""

    def __init__(self, api: SlackApi) -> None:
        self._api = api

    async def read(
        self, method: str, arguments: Mapping[str, Any] | None = None, *, tries: int = 3
    ) -> Mapping[str, Any]:
        await asyncio.sleep(_LATENCY)
        return await self._api.read(method, arguments, tries=tries)


@dataclass(frozen=True, slots=True)
class _Bot:
    engine: Engine
    people: SlackPeople
    click: Click


async def measure(peer: Peer) -> list[Figure]:
    async with _bot() as bot:
        return [*await _clicks(bot), *await _group_change(bot), *await _channel(bot)]


@asynccontextmanager
async def _bot() -> AsyncIterator[_Bot]:
    flow = Workflow("all", owner="@team-1")
    flow.approval("go", ask="Go?", approvers=[_GROUP], quorum="all", expires="30d", advisory=True)
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        path = stack.enter_context(folder())
        slack = await start(Config(workspace=large_workspace(), rates=True))
        stack.push_async_callback(slack.close)
        api = await stack.enter_async_context(SlackApi(slack.bot_token, base_url=slack.api_url))
        people = SlackPeople(_Distant(api), clock, team_id="T0LOCAL")
        stack.push_async_callback(people.close)
        engine = await Engine.open(path / "signoff.db", people=people, clock=clock)
        stack.push_async_callback(engine.close)
        engine.register(flow)
        people.start()
        await engine.serve()
        context = Context(
            engine, api, people, clock, BackgroundTasks(), "/workflow", lambda _: None, nothing_lacks
        )
        yield _Bot(
            engine,
            people,
            dispatcher(api, await preflight(api), lambda app: listeners.register(app, context)),
        )


async def _clicks(bot: _Bot) -> list[Figure]:
    """One person of the group after the other, all on one request."""
    run = await bot.engine.start("all", actor=STARTER)
    (request,) = await bot.engine.requests(run_id=run.id)
    sends = [bot.click(request.id, f"U9{number:06}") for number in range(_CLICKS)]
    slowest = 0.0
    for send in sends:
        began = time.perf_counter()
        await send()
        took = time.perf_counter() - began
        slowest = max(slowest, took)
        await asyncio.sleep(max(0.0, _SECONDS_APART - took))
    decided = await bot.engine.request(request.id)
    assert decided is not None
    made_calls = Counter(bot.people.reads.calls)
    calls = sum(made_calls.values()) / _CLICKS
    each = f"a click in a group of 150, all needed, {60 / _SECONDS_APART:.0f} a minute"
    refused = _CLICKS - len(decided.decisions)
    return [
        Figure(f"{each}: refused", _CLICKS, refused, "clicks", goal="none", met=refused == 0),
        Figure(f"{each}: calls to Slack", _CLICKS, calls, "a click", goal="at most 2", met=calls <= 2),
        Figure(f"{each}: slowest ack", _CLICKS, slowest, "s", goal="under 3", met=slowest < 3),
        *(Figure(f"of these, {name}", _CLICKS, count, "calls") for name, count in made_calls.items()),
    ]


async def _group_change(bot: _Bot) -> list[Figure]:
    for _ in range(_OPEN):
        await bot.engine.start("all", actor=STARTER)
    await bot.engine.activity.idle()
    before = Counter(bot.people.reads.calls)
    event = {"subteam_id": "S9000000", "removed_users": ["U9000149"], "removed_users_count": 1}
    bot.people.user_groups.members_changed(event)
    await bot.engine.approver_review.review()
    calls = sum((bot.people.reads.calls - before).values())
    name = "a change of a group, `size` open requests reviewed: calls to Slack"
    return [Figure(name, _OPEN, calls, "calls", goal="at most 5", met=calls <= 5)]


async def _channel(bot: _Bot) -> list[Figure]:
    """The last of them, which the bot is not in: asked for again each second, as the outbox would."""
    before, began = Counter(bot.people.reads.calls), time.perf_counter()
    group: Any = None
    while group is None:
        try:
            group = await bot.people.resolve("#room-29999")
        except PeopleUnavailable:
            await asyncio.sleep(1.0)
    assert isinstance(group, Group)
    took, calls = time.perf_counter() - began, bot.people.reads.calls - before
    name = "a channel by its name, the last of `size`"
    return [
        Figure(f"{name}: time until it is found", 30_000, took, "s"),
        Figure(f"{name}: calls to Slack", 30_000, sum(calls.values()), "calls"),
    ]
