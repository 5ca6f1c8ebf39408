"""Work handed to threads, and its results handed back to the loop."""

import asyncio
import contextlib
import logging
import queue
import threading
from collections.abc import Callable, Sequence
from typing import Any, Concatenate

from engine.errors import Altered, StoreBroken
from engine.model.records.change import Change
from engine.store.work import GuardFailed, NamedDatabase, P, Settle, T

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


class QueuedWrites:
    """Hands writes to a thread that executes `_main`; see `engine.store.work.Writes`."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._loop = asyncio.get_running_loop()
        self._queue = WorkQueue(self._loop)
        self._thread = threading.Thread(target=self._main, name="signoff-writer", daemon=True)

    def submit(self, work: Callable[[Any], T], patience: float | None = None) -> asyncio.Future[T]:
        """As `engine.store.work.Writes.submit`."""
        future: asyncio.Future[T] = self._loop.create_future()
        self.post(work, settle_future(future), patience)
        return future

    def post(self, work: Any, settle: Settle, patience: float | None = None) -> None:
        """As `submit`, for those who need no future: `settle` is called on the loop."""
        self._queue.put(Item(work, settle, None if patience is None else self._now() + patience))

    async def close(self, *, keep_claim: bool = False) -> None:
        """As `engine.store.work.Writes.close`."""
        self._queue.stop()
        await asyncio.to_thread(self._thread.join)

    def _main(self) -> None:
        raise NotImplementedError


class QueuedReads:
    """Hands reads to threads that execute `_main`, so that neither the loop nor the writer waits for them.

    What is asked for in one round of the loop goes to one of them together, and comes back together: each
    hand-over costs as much as a small read.
    """

    def __init__(self, threads: int) -> None:
        self.missing: Callable[[], str] = str
        """Says what has become of the files. Another connection would then make new ones in their place."""
        self.on_damage: Callable[[StoreBroken], None] = log_damage
        """Called on the loop when the database turns out to be damaged."""
        self.on_altered: Callable[[Altered], None] = lambda error: None
        """Called on the loop when a query finds rows that another program changed."""
        self._loop = asyncio.get_running_loop()
        self._queue = WorkQueue(self._loop)
        self._threads = [
            threading.Thread(target=self._main, name=f"signoff-reader-{number}", daemon=True)
            for number in range(threads)
        ]

    async def read(self, query: Callable[Concatenate[Any, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """For what takes milliseconds at most: those asked for at the same time wait for each other."""
        future: asyncio.Future[T] = self._loop.create_future()

        def work(connection: Any) -> T:
            return query(connection, *args, **kwargs)

        self._queue.put(Item(work, settle_future(future)))
        return await future

    def skip(self, error: Altered) -> None:
        """Note a row that a list leaves out. Called by a query."""
        call_on_loop(self._loop, self._report, error)

    async def close(self) -> None:
        """Answer what was asked for, then end the threads."""
        self._queue.stop(len(self._threads))
        for thread in self._threads:
            await asyncio.to_thread(thread.join)

    def _report(self, error: Altered) -> None:
        self.on_altered(error)

    def _main(self) -> None:
        raise NotImplementedError


def refuse(item: Item, error: Exception) -> None:
    """Note that an item was not done and will not be."""
    if isinstance(item.work, Change):
        # What is built on it must not be written either.
        item.work.lineage.broken = True
    item.error = error


def conclude(batch: Sequence[Item], results: Sequence[Any]) -> None:
    """Note what the items of a committed transaction came to.

    Before the commit nothing is noted: a transaction that fails for something that passes is made again.
    """
    for item, result in zip(batch, results, strict=True):
        item.done = True
        if isinstance(result, GuardFailed):
            refuse(item, result)
        else:
            item.result = result


def thread_ended(database: NamedDatabase, error: BaseException) -> StoreBroken:
    """Return the error for everybody who asks a thread that has ended unasked."""
    return StoreBroken(
        f"The thread of Signoff that uses the database {database} was ended by {_named(error)}, so nothing "
        "more can be recorded or read. Start Signoff again: what was recorded is kept, and interrupted steps "
        "resume. Look into the log for its cause: a step can raise an error in other threads."
    )


def interrupted(database: NamedDatabase, error: BaseException) -> StoreBroken:
    """Return the error for a single read or write that was ended from outside."""
    return StoreBroken(
        f"The use of the database {database} was interrupted by {_named(error)}, so nothing was done. Try "
        "again. Look into the log for its cause: a step can raise an error in other threads."
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
