"""Work handed to a thread, and its results handed back to the loop."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Any

from engine.errors import StoreBroken
from engine.store.sqlite.connection import T

log = logging.getLogger(__name__)


_MAX_ANSWERED = 100
"""Writes answered in one round of the loop: two thousand at once would hold it up for 60 ms."""


Settle = Callable[[Any, Exception | None], None]


class Item:
    """Something asked of a thread, and what it came to. `until`: monotonic seconds at which it gives up."""

    __slots__ = ("done", "error", "result", "settle", "until", "work")

    def __init__(self, work: Any, settle: Settle, until: float | None = None) -> None:
        self.work, self.settle, self.until = work, settle, until
        self.result: Any = None
        self.error: Exception | None = None
        self.done = False


def log_damage(error: StoreBroken) -> None:
    log.error("%s", error)


def settle_future(future: asyncio.Future[Any]) -> Settle:
    def settle(result: Any, error: Exception | None) -> None:
        if future.done():  # the waiting task was cancelled
            return
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)

    return settle


def give_results(loop: asyncio.AbstractEventLoop, batch: list[Item]) -> None:
    def settle(start: int) -> None:
        for item in batch[start : start + _MAX_ANSWERED]:
            item.settle(item.result, item.error)
        if start + _MAX_ANSWERED < len(batch):
            loop.call_soon(settle, start + _MAX_ANSWERED)

    try:
        loop.call_soon_threadsafe(settle, 0)
    except RuntimeError:  # the loop is gone; what was written stays written
        log.debug("the loop closed before %d answers were given", len(batch))


def call_on_loop(loop: asyncio.AbstractEventLoop, function: Callable[[T], None], argument: T) -> None:
    with contextlib.suppress(RuntimeError):  # the loop is gone
        loop.call_soon_threadsafe(function, argument)
