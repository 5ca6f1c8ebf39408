"""Work handed to threads, and its results handed back to the loop."""

import asyncio
import contextlib
import logging
import queue
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.errors import StoreBroken
from engine.model.change import Change
from engine.store.work import Settle, T

log = logging.getLogger(__name__)


_MAX_ANSWERED = 100
"""Writes answered in one round of the loop: two thousand at once would hold it up for 60 ms."""


class Item:
    """Something asked of a thread, and what it came to. `until`: monotonic seconds at which it gives up."""

    __slots__ = ("done", "error", "result", "settle", "until", "work")

    def __init__(self, work: Any, settle: Settle, until: float | None = None) -> None:
        self.work, self.settle, self.until = work, settle, until
        self.result: Any = None
        self.error: Exception | None = None
        self.done = False


class WorkQueue:
    """Hands items to threads and answers each once, also when a thread ends before it has answered.

    A thread takes lists of items with `get`, and calls `give` or `end`. All else belongs to the loop.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._queue: queue.SimpleQueue[list[Item] | None] = queue.SimpleQueue()
        self.get, self.get_nowait = self._queue.get, self._queue.get_nowait
        self.waiting: list[Item] = []
        self._unanswered: dict[Item, None] = {}
        self.ended: StoreBroken | None = None
        """Why a thread has ended, so that nothing more is taken; None as a rule."""

    def put(self, item: Item) -> None:
        self.waiting.append(item)
        if len(self.waiting) == 1:
            self._loop.call_soon(self.hand_over)

    def hand_over(self) -> None:
        """Everything of one round of the loop at once.

        Handed over one by one, the thread would wake at the first and contend with the loop for the
        interpreter while that makes the others: with 50 submitters that cost a third of the speed.
        """
        waiting, self.waiting = self.waiting, []
        if not waiting:
            return
        for item in waiting:
            self._unanswered[item] = None
        if self.ended is not None:
            self._refuse(self.ended)
        else:
            self._queue.put(waiting)

    def stop(self, threads: int = 1) -> None:
        """Let the threads end after what was handed over."""
        self.hand_over()
        for _ in range(threads):
            self._queue.put(None)

    def give(self, batch: list[Item]) -> None:
        """Answer these items."""
        try:
            self._loop.call_soon_threadsafe(self._settle, batch, 0)
        except RuntimeError:  # the loop is gone; what was written stays written
            log.debug("the loop closed before %d answers were given", len(batch))

    def end(self, error: StoreBroken) -> None:
        """A thread ends unasked: refuse what nobody has answered, and everything from now on."""
        call_on_loop(self._loop, self._refuse, error)

    def _settle(self, batch: list[Item], start: int) -> None:
        for item in batch[start : start + _MAX_ANSWERED]:
            if item not in self._unanswered:
                continue
            del self._unanswered[item]
            try:
                item.settle(item.result, item.error)
            except Exception:
                log.exception("an answer of the database was not taken; the others are given")
        if start + _MAX_ANSWERED < len(batch):
            self._loop.call_soon(self._settle, batch, start + _MAX_ANSWERED)

    def _refuse(self, error: StoreBroken) -> None:
        self.ended = self.ended or error
        unanswered = list(self._unanswered)
        for item in unanswered:
            if not item.done:
                refuse(item, error)
        self._settle(unanswered, 0)


def refuse(item: Item, error: Exception) -> None:
    """Note that an item was not done and will not be."""
    if isinstance(item.work, Change):
        # What is built on it must not be written either.
        item.work.lineage.broken = True
    item.error = error


def thread_ended(path: Path, error: BaseException) -> StoreBroken:
    """Return the error for everybody who asks a thread that has ended unasked."""
    return StoreBroken(
        f"The thread of Signoff that uses the database {path} was ended by {_named(error)}, so nothing more "
        "can be recorded or read. Start Signoff again: what was recorded is kept, and interrupted steps "
        "resume. Look into the log for its cause: a step can raise an error in other threads."
    )


def interrupted(path: Path, error: BaseException) -> StoreBroken:
    """Return the error for a single read or write that was ended from outside."""
    return StoreBroken(
        f"The use of the database {path} was interrupted by {_named(error)}, so nothing was done. Try again. "
        "Look into the log for its cause: a step can raise an error in other threads."
    )


def _named(error: BaseException) -> str:
    text = str(error)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


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


def call_on_loop(loop: asyncio.AbstractEventLoop, function: Callable[[T], None], argument: T) -> None:
    with contextlib.suppress(RuntimeError):  # the loop is gone
        loop.call_soon_threadsafe(function, argument)
