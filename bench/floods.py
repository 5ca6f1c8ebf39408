"""A question among a flood: how long until it is posted, on a local Slack under Slack's rate limits.

The whole bot serves, as `signoff serve` does. One member starts runs as fast as the engine takes them,
without a limit; then another person's run asks, in the same channel and in another one.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bench.figures import Figure
from bench.harness import folder
from bench.peer import Peer
from bot.application import Bot, run_bot
from bot.cli.workflow_files import load
from bot.settings.config import read_settings
from engine import Actor
from localslack import Config, start

_FLOW = """
from signoff import Outcome, Workflow

for name, channel in (("news", "#deploys"), ("ship", "#deploys"), ("page", "#incidents")):
    globals()[name] = flow = Workflow(name, owner="@platform", channel=channel)

    @flow.step
    async def work() -> int:
        return 1

    if name != "news":
        flow.approval(
            "go", ask="Go on?", approvers=["@platform"], expires="1d", advisory=True, after=["work"]
        )
"""
FLOODER, OTHER = Actor("slack", "U01ALICE"), Actor("slack", "U02BOB")
_NEWS, _REQUESTS = 1000, 5000
_GOAL = 5.0
"""Seconds."""


async def measure(peer: Peer) -> list[Figure]:
    async with _bot() as bot:
        quiet = await _seconds_until_asked(bot, "ship")
        await _flood(bot, "news", _NEWS)
        among = await _seconds_until_asked(bot, "ship")
    async with _bot() as bot:
        await _flood(bot, "ship", _REQUESTS)
        same = await _seconds_until_asked(bot, "ship")
        other = await _seconds_until_asked(bot, "page")
    return [
        _figure("a request in the channel that one member floods with runs", _NEWS, among, quiet),
        _figure("a request in a channel with `size` open requests of another person", _REQUESTS, same, quiet),
        _figure("a request in another channel meanwhile", _REQUESTS, other, quiet),
    ]


def _figure(name: str, size: int, seconds: float, quiet: float) -> Figure:
    name, met = f"{name}: until it is posted", seconds < _GOAL
    return Figure(name, size, seconds, "s", quiet, "without a flood", "under 5", met)


@asynccontextmanager
async def _bot() -> AsyncIterator[Bot]:
    with folder() as path:
        slack = await start(Config(rates=True))
        try:
            async with _serving(path, slack.api_url, slack.bot_token, slack.app_token) as bot:
                yield bot
        finally:
            await slack.close()


@asynccontextmanager
async def _serving(path: Path, api_url: str, bot_token: str, app_token: str) -> AsyncIterator[Bot]:
    (path / "flow.py").write_text(_FLOW, encoding="utf-8")
    settings = read_settings(
        {
            "SLACK_BOT_TOKEN": bot_token,
            "SLACK_APP_TOKEN": app_token,
            "SLACK_API_URL": api_url,
            "DATABASE_URL": f"sqlite:///{path}/signoff.db",
            "SIGNOFF_WORKFLOWS": str(path / "flow.py"),
            "SIGNOFF_PORT": "0",
            "SIGNOFF_STARTS_PER_MINUTE": "10000",
            "SIGNOFF_UNFINISHED_RUNS": "10000",
            "SIGNOFF_CALLS_PER_MINUTE": "10000",
        }
    )
    async with run_bot(settings, load(settings), lambda engine: {}) as bot:
        yield bot


async def _flood(bot: Bot, workflow: str, count: int) -> None:
    for begin in range(0, count, 100):
        runs = range(begin, min(begin + 100, count))
        await asyncio.gather(*(bot.engine.start(workflow, actor=FLOODER) for _ in runs))
    await bot.engine.activity.idle()


async def _seconds_until_asked(bot: Bot, workflow: str) -> float:
    began = time.perf_counter()
    run = await bot.engine.start(workflow, actor=OTHER)
    while True:
        for request in await bot.engine.requests(run_id=run.id):
            delivery = await bot.engine.deliveries.get(f"request:{request.id}")
            if delivery is not None and delivery.ref is not None:
                return time.perf_counter() - began
        await asyncio.sleep(0.05)
