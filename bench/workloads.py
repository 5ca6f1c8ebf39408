"""What is measured. Each workload makes its own database, on the disk that it is to speak of."""

import asyncio
import statistics
import time
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.figures import Figure
from bench.raw import commits_a_second
from engine import Actor, Engine, EngineSettings, StaticPeople, Workflow

PEOPLE = StaticPeople(groups={"people": ["U1"]})
STARTER, CLICKER = Actor("cli", "bench"), Actor("slack", "U1")
five = Workflow("five", owner="@people")


@five.step
async def a() -> int:
    return 1


@five.step
async def b(a: int) -> int:
    return a


@five.step
async def c(b: int) -> int:
    return b


@five.step
async def d(c: int) -> int:
    return c


@five.step
async def e(d: int) -> int:
    return d


asks = Workflow("asks", owner="@people")
go = asks.approval("go", ask="Go?", approvers=["@people"], expires="30d")


@asks.step(when=go.approved)
async def after_it() -> float:
    return time.perf_counter()


def wide(width: int) -> Workflow:
    """One step, `width` side by side, one that joins them."""
    flow = Workflow(f"wide{width}", owner="@people")

    @flow.step
    async def first() -> int:
        return 1

    for number in range(width):

        @flow.step(name=f"s{number}")
        async def side(first: int) -> int:
            return first

    @flow.step(after=[f"s{number}" for number in range(width)])
    async def join() -> int:
        return 1

    return flow


@asynccontextmanager
async def engine(*workflows: Workflow) -> AsyncIterator[Engine]:
    with TemporaryDirectory(prefix="signoff-bench-", dir=Path.cwd()) as folder:
        path = Path(folder)
        found = await Engine.open(
            path / "signoff.db", people=PEOPLE, settings=EngineSettings(data_dir=path, parallel=2000)
        )
        for workflow in workflows:
            found.register(workflow)
        await found.serve()
        yield found
        await found.close()


class Ends:
    """Knows when runs end, as any consumer of the log does."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._ended: dict[str, asyncio.Event] = {}

    async def of(self, run_id: str) -> None:
        """Return when this run has ended."""
        await self._ended.setdefault(run_id, asyncio.Event()).wait()
        del self._ended[run_id]

    async def watch(self) -> None:
        cursor = 0
        while True:
            await self._engine.events.wait(cursor)
            for event in await self._engine.events.read(cursor, 2000):
                cursor = event.seq
                if event.type == "run.succeeded" and event.run_id:
                    self._ended.setdefault(event.run_id, asyncio.Event()).set()


async def five_steps(at_once: int, runs: int) -> Figure:
    async with engine(five) as of:
        ends = Ends(of)
        watching = asyncio.create_task(ends.watch())

        async def worker(count: int) -> None:
            for _ in range(count):
                run = await of.start("five", actor=STARTER)
                await ends.of(run.id)

        began = time.perf_counter()
        await asyncio.gather(*(worker(runs // at_once) for _ in range(at_once)))
        seconds = time.perf_counter() - began
        watching.cancel()
    with TemporaryDirectory(prefix="signoff-bench-", dir=Path.cwd()) as folder:
        raw = await commits_a_second(Path(folder), at_once, runs * 5)
    value = runs * 5 / seconds
    goal = "at least 1/6 of raw" if at_once == 50 else ""
    met = value >= raw / 6 if goal else None
    return Figure("five small steps, in all", at_once, value, "steps/s", raw, goal, met)


async def one_alone(runs: int) -> Figure:
    async with engine(five) as of:
        times = []
        for _ in range(runs):
            began = time.perf_counter()
            run = await of.start("five", actor=STARTER)
            await of.activity.idle()
            times.append(time.perf_counter() - began)
            assert (await of.detail(run.id)).run.state == "succeeded"
    with TemporaryDirectory(prefix="signoff-bench-", dir=Path.cwd()) as folder:
        raw = 5000 / await commits_a_second(Path(folder), 1, runs * 5)
    value = statistics.median(times) * 1000
    return Figure(
        "five steps alone, p50", runs, value, "ms", raw, "within 2.5 of five commits", value <= 2.5 * raw
    )


async def waiting(count: int) -> list[Figure]:
    async with engine(asks) as of:
        # What the first runs of a process bring into memory stays, however many there are.
        await asyncio.gather(*(of.start("asks", actor=STARTER) for _ in range(500)))
        await of.activity.idle()
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(count // 500):
            await asyncio.gather(*(of.start("asks", actor=STARTER) for _ in range(500)))
        await of.activity.idle()
        memory = (tracemalloc.get_traced_memory()[0] - before) / count
        tracemalloc.stop()
        clicks = []
        for request in await of.requests(limit=200):
            began = time.perf_counter()
            await of.decide(request.id, "approve", actor=CLICKER)
            await of.activity.idle()
            step = next(one for one in (await of.detail(request.run_id)).steps if one.step == "after_it")
            clicks.append(float(step.output) - began)
    ordered = sorted(clicks)
    return [
        Figure("waiting runs: memory of each", count, memory, "bytes", None, "under 150", memory < 150),
        Figure("click to next step, p50", count, statistics.median(clicks) * 1000, "ms"),
        Figure("click to next step, p95", count, ordered[int(len(ordered) * 0.95)] * 1000, "ms"),
    ]


async def fan_out(width: int) -> Figure:
    async with engine(wide(width)) as of:
        times = []
        for _ in range(5):
            began = time.perf_counter()
            await of.start(f"wide{width}", actor=STARTER)
            await of.activity.idle()
            times.append(time.perf_counter() - began)
    value = min(times) * 1000
    goal = "within 8 ms" if width == 100 else ""
    return Figure(
        "one, many side by side, and join", width, value, "ms", None, goal, value <= 8 if goal else None
    )
