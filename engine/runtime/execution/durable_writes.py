"""Durable writes of an executing attempt: they come before its result, from the loop or from a thread."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Generator

from engine.errors import Fatal, UnknownRun
from engine.model.states import IllegalTransition
from engine.runtime.execution.attempt_runs import AttemptRuns
from engine.runtime.runs.live_runs import Build
from engine.store.work import Stale


class DurableWrites:
    """Writes of one attempt. Made on the loop, used from a step's thread too."""

    def __init__(self, runs: AttemptRuns, run_id: str, step: str) -> None:
        self._runs, self._run_id, self._step = runs, run_id, step
        self._loop, self._thread = asyncio.get_running_loop(), threading.get_ident()
        self._writing: set[asyncio.Future[None]] = set()

    def write(self, build: Build, what: str, done: Callable[[], None]) -> Awaitable[None]:
        """Write. In a thread it is durable when this returns; on the loop once it is awaited.

        `what`: what is lost when the attempt no longer counts. `done`: called once it is durable.
        """
        if threading.get_ident() == self._thread:
            return self._begin(build, what, done)

        async def begun() -> None:
            await self._begin(build, what, done)

        asyncio.run_coroutine_threadsafe(begun(), self._loop).result()
        return _Done()

    async def settled(self) -> None:
        """Wait for the writes that the step did not await, and raise what is wrong with them."""
        while self._writing:
            await asyncio.gather(*self._writing)

    def _begin(self, build: Build, what: str, done: Callable[[], None]) -> "asyncio.Future[None]":
        """Hand the write to the store at once, so that it comes before the step's result."""
        durable: asyncio.Future[None] = self._loop.create_future()

        def settled(error: Exception | None) -> None:
            if durable.done():
                return
            if error is None:
                durable.set_result(None)
            else:
                durable.set_exception(error)

        try:
            if not self._runs.post(self._run_id, build, settled):
                durable.set_exception(Stale(self._run_id))
        except IllegalTransition as error:
            raise self._late(what) from error
        writing = asyncio.ensure_future(self._finish(durable, build, what, done))
        self._writing.add(writing)
        writing.add_done_callback(self._writing.discard)
        return writing

    async def _finish(
        self, durable: "asyncio.Future[None]", build: Build, what: str, done: Callable[[], None]
    ) -> None:
        try:
            try:
                await durable
            except Stale:
                await self._runs.apply(self._run_id, build)
        except (IllegalTransition, UnknownRun) as error:
            raise self._late(what) from error
        done()

    def _late(self, what: str) -> Fatal:
        return Fatal(f"This attempt of {self._step} no longer counts, so its {what}.")


class _Done:
    """The result of what has ended already, for a plain function that awaits nothing."""

    def __await__(self) -> Generator[None, None, None]:
        return
        yield
