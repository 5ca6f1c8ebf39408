"""The engine that the workloads share: on a database of its own, on the disk that is measured."""

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.garbage import GARBAGE_THRESHOLD
from engine import Actor, Clock, Engine, EngineSettings, StaticPeople, StepContext, Workflow
from engine.policies import PolicySet

PEOPLE = StaticPeople(groups={"people": [f"U{number}" for number in range(1, 51)]})
STARTER, CLICKER = Actor("cli", "bench"), Actor("slack", "U1")


@contextmanager
def folder() -> Iterator[Path]:
    with TemporaryDirectory(prefix="signoff-bench-", dir=Path.cwd()) as name:
        yield Path(name)


@asynccontextmanager
async def engine_at(
    path: Path, *workflows: Workflow, clock: Clock | None = None, policies: PolicySet | None = None
) -> AsyncIterator[Engine]:
    """Open an engine as the bot does: garbage collection is rare, and leaves out what is loaded by then."""
    settings = EngineSettings(data_dir=path, parallel=2000, policies=policies)
    engine = await Engine.open(path / "signoff.db", people=PEOPLE, settings=settings, clock=clock)
    for workflow in workflows:
        engine.register(workflow)
    await engine.serve()
    gc.freeze()
    gc.enable()
    gc.set_threshold(GARBAGE_THRESHOLD)
    try:
        yield engine
    finally:
        await engine.close()


@asynccontextmanager
async def engine(*workflows: Workflow, clock: Clock | None = None) -> AsyncIterator[Engine]:
    with folder() as path:
        async with engine_at(path, *workflows, clock=clock) as engine:
            yield engine


class Pauses:
    """The longest time for which the loop did nothing else, in milliseconds.

    `longest_own`: no more of it than this process spent computing, so that others on the machine don't count.
    """

    def __init__(self) -> None:
        self.longest = 0.0
        self.longest_own = 0.0
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Pauses":
        self._task = asyncio.create_task(self._watch())
        await asyncio.sleep(0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._task is not None
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def _watch(self) -> None:
        before, computed_before = time.perf_counter(), time.process_time()
        while True:
            await asyncio.sleep(0)
            now, computed = time.perf_counter(), time.process_time()
            pause, own = (now - before) * 1000, (computed - computed_before) * 1000
            self.longest = max(self.longest, pause)
            self.longest_own = max(self.longest_own, min(pause, own))
            before, computed_before = now, computed


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


begun: dict[str, asyncio.Future[float]] = {}
"""By run: the future of the moment at which the approved step begins."""


@asks.step(when=go.approved)
async def after_it(ctx: StepContext) -> None:
    waiting = begun.pop(ctx.run_id, None)
    if waiting is not None:
        waiting.set_result(time.perf_counter())


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
