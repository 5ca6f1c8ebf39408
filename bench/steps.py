"""Runs of small steps: alone, many at a time, side by side."""

import asyncio
import statistics
import time

from bench.figures import Figure
from bench.harness import STARTER, engine, five, folder, wide
from bench.peer import Peer
from bench.raw import commits_a_second

WIDTHS = (10, 100, 4000)


async def measure(peer: Peer) -> list[Figure]:
    figures = await _alone(400, peer)
    for at_once, runs in ((1, 400), (50, 6000), (500, 8000)):
        figures += await _many(at_once, runs, peer)
    for width in WIDTHS:
        figures += await _fan_out(width, peer)
    return figures


async def _alone(runs: int, peer: Peer) -> list[Figure]:
    async with engine(five) as of:
        times = []
        for _ in range(runs):
            began = time.perf_counter()
            run = await of.start("five", actor=STARTER)
            await of.until_ended(run.id)
            times.append(time.perf_counter() - began)
    with folder() as path:
        raw = 5000 / await commits_a_second(path, 1, runs * 5)
    value = statistics.median(times) * 1000
    name = "a run of five steps alone, p50"
    return [
        Figure(name, 1, value, "ms", raw, "five raw commits", "at most 2.5", value <= 2.5 * raw),
        Figure(name, 1, value, "ms", peer.value("five steps alone, p50", 100), "DBOS"),
    ]


async def _many(at_once: int, runs: int, peer: Peer) -> list[Figure]:
    async with engine(five) as of:

        async def worker(count: int) -> None:
            for _ in range(count):
                run = await of.start("five", actor=STARTER)
                await of.until_ended(run.id)

        began = time.perf_counter()
        await asyncio.gather(*(worker(runs // at_once) for _ in range(at_once)))
        value = runs * 5 / (time.perf_counter() - began)
    with folder() as path:
        raw = await commits_a_second(path, at_once, runs * 5)
    other = peer.value("five small steps, in all", at_once)
    goals = at_once == 50
    name = "runs of five steps, `size` of them at a time"
    return [
        Figure(
            name, at_once, value, "steps/s", raw, "raw group commit",
            "at least 1/6" if goals else "", value >= raw / 6 if goals else None,
        ),
        Figure(
            name, at_once, value, "steps/s", other, "DBOS",
            "at least 25" if goals and other else "", value >= 25 * other if goals and other else None,
        ),
    ]  # fmt: skip


async def _fan_out(width: int, peer: Peer) -> list[Figure]:
    async with engine(wide(width)) as of:
        times = []
        for _ in range(40 if width <= 100 else 2):
            began = time.perf_counter()
            run = await of.start(f"wide{width}", actor=STARTER)
            await of.until_ended(run.id)
            times.append(time.perf_counter() - began)
    value = statistics.median(times) * 1000
    goal, met = ("within 8 ms", value <= 8) if width == 100 else ("", None)
    other = peer.value("one, many side by side, and join", width)
    return [
        Figure(
            "`size` steps side by side, and a join",
            width,
            value,
            "ms",
            other,
            "DBOS" if other else "",
            goal,
            met,
        )
    ]
