"""Those who follow the log while it grows fast: how far behind they are, and when they have caught up."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any

from bench.figures import Figure
from bench.harness import PEOPLE, STARTER, asks, engine
from bench.peer import Peer
from bot.outbox.ports import Delivery
from bot.outbox.service import Outbox, OutboxParts
from bot.slack.call_results import CallResult
from engine import Engine, SystemClock


async def measure(peer: Peer) -> list[Figure]:
    del peer
    figures = []
    for runs in (100, 1000, 10_000):
        figures += [await _reading(runs), await _outbox(runs)]
    return figures


async def _burst(of: Engine, runs: int) -> float:
    began = time.perf_counter()
    for start in range(0, runs, 500):
        await asyncio.gather(
            *(of.start("asks", actor=STARTER, channel="C1") for _ in range(min(500, runs - start)))
        )
    await of.activity.idle()
    return time.perf_counter() - began


async def _reading(runs: int) -> Figure:
    """A consumer that only reads, against the time that it takes to make the events."""
    async with engine(asks) as of:
        burst = asyncio.create_task(_burst(of, runs))
        began, cursor, seen = time.perf_counter(), 0, 0
        while seen < runs * 4:
            await of.events.wait(cursor)
            for event in await of.events.read(cursor):
                assert event.seq == cursor + 1
                cursor = event.seq
                seen += 1
        value = time.perf_counter() - began
        return Figure("a burst of runs, read by a consumer", runs, value, "s", await burst, "creating them")


class _Nobody:
    """A Slack that takes calls and never answers: what is measured is what comes before it."""

    async def write(self, method: str, arguments: Mapping[str, Any]) -> CallResult:
        del method, arguments
        await asyncio.get_running_loop().create_future()
        raise AssertionError

    async def upload(self, url: str, content: bytes) -> CallResult:
        return await self.write(url, {"content": content})

    async def read(
        self, method: str, arguments: Mapping[str, Any] | None = None, *, tries: int = 3
    ) -> Mapping[str, Any]:
        del method, arguments, tries
        await asyncio.get_running_loop().create_future()
        raise AssertionError


async def _render(delivery: Delivery, *, plan: bool) -> None:
    del delivery, plan


async def _outbox(runs: int) -> Figure:
    """From a burst to rows that say what every person is to see."""
    async with engine(asks) as of:
        outbox = Outbox(OutboxParts(of.events, of.deliveries, of, PEOPLE, _Nobody(), _render, SystemClock()))
        await outbox.start()
        began = time.perf_counter()
        burst = asyncio.create_task(_burst(of, runs))
        await asyncio.sleep(0)
        took = await burst
        newest = await of.events.newest()
        while await of.deliveries.cursor("slack") < newest:
            await asyncio.sleep(0.005)
        value = time.perf_counter() - began
        await outbox.close(grace=0)
    return Figure("a burst of runs, posted by the outbox", runs, value, "s", took, "creating them")
