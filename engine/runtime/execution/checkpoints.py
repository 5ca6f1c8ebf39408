"""Checkpoints of one attempt: values that a step makes durable while it executes, and those kept before."""

import asyncio
import threading
from collections.abc import Awaitable, Generator, Iterator, Mapping
from functools import partial
from typing import Any

import orjson

from engine import faults
from engine.errors import Fatal, UnknownRun
from engine.kernel.shapes import checkpoints
from engine.model.checkpoint import CheckpointRecord
from engine.model.states import IllegalTransition
from engine.runtime.runs.live_runs import Build, LiveRuns
from engine.store.writes.transitions import Stale


class Checkpoints(Mapping[str, Any]):
    """The kept values by key. Made on the loop, used from a step's thread too."""

    def __init__(
        self, runs: LiveRuns, run_id: str, step: str, attempt: int, kept: Mapping[str, CheckpointRecord]
    ) -> None:
        self._runs, self._run_id, self._step, self._attempt = runs, run_id, step, attempt
        self._texts = {key: checkpoint.value for key, checkpoint in kept.items()}
        self._loop, self._thread = asyncio.get_running_loop(), threading.get_ident()
        self._saving: set[asyncio.Future[None]] = set()

    def __getitem__(self, key: str) -> Any:
        # Decoded at each read: a step that changes a value in place changes no checkpoint.
        return orjson.loads(self._texts[key])

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._texts))

    def __len__(self) -> int:
        return len(self._texts)

    def save(self, key: str, value: Any) -> Awaitable[None]:
        """Keep the value. In a thread it is durable when this returns; on the loop once it is awaited."""
        text = checkpoints.encode(self._step, key, value)
        if threading.get_ident() == self._thread:
            return self._begin(key, text)

        async def begun() -> None:
            await self._begin(key, text)

        asyncio.run_coroutine_threadsafe(begun(), self._loop).result()
        return _Done()

    async def saved(self) -> None:
        """Wait for the checkpoints that the step did not await, and raise what is wrong with them."""
        while self._saving:
            await asyncio.gather(*self._saving)

    def _begin(self, key: str, text: str) -> "asyncio.Future[None]":
        """Hand the checkpoint to the store at once, so that it comes before the step's result."""
        build = partial(checkpoints.save, step=self._step, attempt=self._attempt, key=key, value=text)
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
            raise _late(self._step) from error
        saving = asyncio.ensure_future(self._finish(durable, build, key, text))
        self._saving.add(saving)
        saving.add_done_callback(self._saving.discard)
        return saving

    async def _finish(self, durable: "asyncio.Future[None]", build: Build, key: str, text: str) -> None:
        try:
            try:
                await durable
            except Stale:
                await self._runs.apply(self._run_id, build)
        except (IllegalTransition, UnknownRun) as error:
            raise _late(self._step) from error
        faults.reach("checkpoint.kept")
        self._texts[key] = text


def _late(step: str) -> Fatal:
    return Fatal(f"This attempt of {step} no longer counts, so its checkpoint was not kept.")


class _Done:
    """The result of what has ended already, for a plain function that awaits nothing."""

    def __await__(self) -> Generator[None, None, None]:
        return
        yield
