"""SQLite with group commit: one thread writes, taking all waiting writes into one transaction.

The batch forms by itself: while one transaction is being made durable, the next ones wait and are
taken together. A linger would cost a single submitter most of its speed.
"""

import asyncio
import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from engine import faults
from engine.change import Change
from engine.errors import StoreBusy
from engine.store.trouble import explained, is_locked, lock_text

log = logging.getLogger(__name__)
T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]

_LARGEST_BATCH = 2000
_LARGEST_ANSWER = 100
"""Writes answered in one round of the loop: two thousand at once would hold it up for 60 ms."""


PATIENCE = 1.5
"""Seconds for which a person's write waits for another process's lock: they are answered in time then."""
_LOCK_TRY_MS = 200
"""Each try of the writer to get the lock; between two, it answers those whose patience is over."""
_LOCK_NOTED = 2.0
"""Seconds of waiting for a lock after which the log says so."""
_CLOSE_PATIENCE = 3.0


class Refused(Exception):
    """Raised by a write whose guard failed before it changed anything. It alone is undone."""


def connect(path: Path, *, read_only: bool = False, busy_ms: int = 5000) -> sqlite3.Connection:
    """A connection as the store uses it: WAL, every commit on the disk before it is answered."""
    address = f"file:{_quote(path)}?mode={'ro' if read_only else 'rwc'}"
    connection = sqlite3.connect(
        address, uri=True, isolation_level=None, check_same_thread=False, cached_statements=256
    )
    connection.row_factory = sqlite3.Row
    connection.execute(f"PRAGMA busy_timeout = {busy_ms}")
    if not read_only:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA cache_size = -65536")
    return connection


def _quote(path: Path) -> str:
    return str(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")


Settle = Callable[[Any, Exception | None], None]
Perform = Callable[[sqlite3.Connection, Sequence[Any]], list[Any]]
"""Does the works of one transaction in order; gives what each came to, or the `Refused` that it met."""


def one_by_one(connection: sqlite3.Connection, works: Sequence[Work[Any]]) -> list[Any]:
    """The plain way to perform works that are functions of the connection."""
    return [attempt(work, connection) for work in works]


def attempt(work: Work[T], connection: sqlite3.Connection) -> "T | Refused":
    try:
        return work(connection)
    except Refused as refusal:
        return refusal


class Item:
    """Something asked of a thread, and what it came to. `until`: monotonic seconds at which it gives up."""

    __slots__ = ("done", "error", "result", "settle", "until", "work")

    def __init__(self, work: Any, settle: Settle, until: float | None = None) -> None:
        self.work, self.settle, self.until = work, settle, until
        self.result: Any = None
        self.error: Exception | None = None
        self.done = False


class Locked(Exception):
    """Another connection holds the lock: nothing of this try was done."""


class Transactions:
    """Makes one transaction of a batch, or one of each of its writes where together they can't be made."""

    def __init__(self, connection: sqlite3.Connection, perform: Perform, path: Path) -> None:
        self._connection, self._perform, self._path = connection, perform, path

    def make(self, batch: Sequence[Item]) -> None:
        """Durable, or undone, when it returns; each item knows which.

        Raises `Locked`; items that are not `done` then are as before.
        """
        try:
            results = self._transaction([item.work for item in batch])
        except Locked:
            raise
        except Exception as error:
            if len(batch) == 1:
                batch[0].error, batch[0].done = explained(error, self._path), True
                return
            for item in batch:
                self.make([item])
            return
        for item, result in zip(batch, results, strict=True):
            item.done = True
            if isinstance(result, Refused):
                item.error = result
            else:
                item.result = result

    def _transaction(self, works: list[Any]) -> list[Any]:
        connection = self._connection
        try:
            connection.execute("BEGIN IMMEDIATE")
            results = self._perform(connection, works)
            faults.place("store.written")
            connection.execute("COMMIT")
        except BaseException as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            if is_locked(error):
                raise Locked from error
            raise
        faults.place("store.committed")
        return results


class Writer:
    """The writing thread. Writes are made durable in the order in which they were submitted."""

    def __init__(
        self, path: Path, perform: Perform = one_by_one, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._path, self._perform, self._now = path, perform, now
        self._locked_since: float | None = None
        self._lock_text = ""
        self._noted = 0.0
        self._stopping = False
        self._queue: queue.SimpleQueue[list[Item] | None] = queue.SimpleQueue()
        self._waiting: list[Item] = []
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._main, name="signoff-writer", daemon=True)
        self._thread.start()

    @property
    def lock_problem(self) -> str:
        """Which lock keeps writes waiting, and for how long; empty as a rule. Never blocks."""
        since = self._locked_since
        if since is None:
            return ""
        return (
            f"{self._lock_text}, for {self._now() - since:.0f} s now: nothing can be recorded. "
            "Signoff goes on by itself once the lock is released; end that process if it hangs."
        )

    def submit(self, work: Work[T], patience: float | None = None) -> asyncio.Future[T]:
        """Run `work` in a transaction; the future is done when that is durable.

        `work` may run twice: when another write of its batch breaks the transaction, all of the
        batch are made again one by one. It raises `Refused` before it has changed anything, or
        any other error, which undoes it alone. `patience`: seconds to wait for another process's lock; then
        it raises `StoreBusy`, and is not done later either. None: as long as it takes.
        """
        future: asyncio.Future[T] = self._loop.create_future()
        self.post(work, _settles(future), patience)
        return future

    def post(self, work: Any, settle: Settle, patience: float | None = None) -> None:
        """As `submit`, for those who need no future: `settle` is called on the loop."""
        self._waiting.append(Item(work, settle, None if patience is None else self._now() + patience))
        if len(self._waiting) == 1:
            self._loop.call_soon(self._hand_over)

    def _hand_over(self) -> None:
        """Everything of one round of the loop at once.

        Handed over one by one, the thread would wake at the first and contend with the loop for the
        interpreter while that makes the others: with 50 submitters that cost a third of the speed.
        """
        waiting, self._waiting = self._waiting, []
        if waiting:
            self._queue.put(waiting)

    async def close(self) -> None:
        """Make durable what was submitted, then end the thread; it waits a few seconds for a lock."""
        self._hand_over()
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)

    def _main(self) -> None:
        pending: list[Item] = []
        connection = self._connect(pending)
        if connection is None:
            return
        try:
            transactions = Transactions(connection, self._perform, self._path)
            while pending or not self._stopping:
                pending = self._gather(pending or self._next())
                if pending:
                    pending = self._write(transactions, pending)
            if self._locked_since is None:
                connection.execute("PRAGMA optimize")
        except sqlite3.Error as error:
            log.warning("the database %s was not optimized (%s)", self._path, error)
        finally:
            connection.close()

    def _next(self) -> list[Item]:
        """Sleep until there is something to write, or it is time to stop."""
        first = self._queue.get()
        self._stopping = self._stopping or first is None
        return first or []

    def _connect(self, pending: list[Item]) -> sqlite3.Connection | None:
        """None where it can't be opened: everybody who asked is told why, and the thread ends."""
        while True:
            try:
                connection = connect(self._path, busy_ms=_LOCK_TRY_MS)
            except sqlite3.Error as error:
                if not is_locked(error):
                    self._refuse_all(pending, explained(error, self._path, "opened"))
                    return None
                pending[:] = self._wait_for_lock(pending)
                if self._stopping and not pending:
                    return None
            else:
                self._lock_released()
                return connection

    def _refuse_all(self, pending: list[Item], error: Exception) -> None:
        """Until the store is closed: a write that waits forever would hide the reason."""
        while pending or not self._stopping:
            for item in pending:
                item.error = error
            _answer(self._loop, pending)
            pending = [] if self._stopping else self._next()

    def _write(self, transactions: Transactions, pending: list[Item]) -> list[Item]:
        """One transaction; gives the items that could not be written for another process's lock."""
        batch, later = pending[:_LARGEST_BATCH], pending[_LARGEST_BATCH:]
        try:
            transactions.make(batch)
        except Locked:
            done = [item for item in batch if item.done]
            left = [item for item in batch if not item.done] + later
            _answer(self._loop, done)
            return self._wait_for_lock(left)
        self._lock_released()
        _answer(self._loop, batch)
        return later

    def _wait_for_lock(self, pending: list[Item]) -> list[Item]:
        """Answer those who wait no longer; gives those who do, with those who came meanwhile."""
        now = self._now()
        self._lock_text = lock_text(self._path)
        if self._locked_since is None:
            self._locked_since = self._noted = now
        elif now - self._noted >= _LOCK_NOTED:
            log.warning("%s", self.lock_problem)
            self._noted = now + _LOCK_NOTED * 4
        self._gather(pending)
        until = now + _CLOSE_PATIENCE if self._stopping else None
        for item in pending:
            item.until = until if item.until is None else item.until
        given_up = [item for item in pending if item.until is not None and item.until <= now]
        for item in given_up:
            if isinstance(item.work, Change):
                # What is built on it must not be written either.
                item.work.lineage.broken = True
            item.error = StoreBusy(f"{self._lock_text}, so nothing was recorded. Try again in a moment.")
        _answer(self._loop, given_up)
        return [item for item in pending if item.error is None]

    def _lock_released(self) -> None:
        if self._locked_since is not None:
            waited = self._now() - self._locked_since
            log.log(
                logging.WARNING if waited >= _LOCK_NOTED else logging.INFO,
                "the write lock of %s is free after %.1f s; writing goes on", self._path, waited,
            )  # fmt: skip
        self._locked_since = None

    def _gather(self, batch: list[Item]) -> list[Item]:
        """With what came while the last transaction was made durable."""
        while not self._stopping:
            try:
                more = self._queue.get_nowait()
            except queue.Empty:
                break
            if more is None:
                self._stopping = True
            else:
                batch += more
        return batch


class Reader:
    """Reads on threads of their own, so that neither the loop nor the writer waits for them.

    What is asked for in one round of the loop goes to one of them together, and comes back together: each
    hand-over costs as much as a small read.
    """

    def __init__(self, path: Path, threads: int = 2) -> None:
        self._path = path
        self._loop = asyncio.get_running_loop()
        self._queue: queue.SimpleQueue[list[Item] | None] = queue.SimpleQueue()
        self._waiting: list[Item] = []
        self._threads = [
            threading.Thread(target=self._main, name=f"signoff-reader-{number}", daemon=True)
            for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    async def read(self, work: Work[T]) -> T:
        """For what takes milliseconds at most: those asked for at the same time wait for each other."""
        future: asyncio.Future[T] = self._loop.create_future()
        self._waiting.append(Item(work, _settles(future)))
        if len(self._waiting) == 1:
            self._loop.call_soon(self._hand_over)
        return await future

    async def read_at_length(self, work: Work[T]) -> T:
        """On a thread and a connection of its own: for what reads all there is."""

        def main() -> T:
            connection = connect(self._path, read_only=True)
            try:
                return work(connection)
            finally:
                connection.close()

        return await asyncio.to_thread(main)

    def _hand_over(self) -> None:
        waiting, self._waiting = self._waiting, []
        if waiting:
            self._queue.put(waiting)

    def _main(self) -> None:
        connection = connect(self._path, read_only=True)
        try:
            while (batch := self._queue.get()) is not None:
                for item in batch:
                    try:
                        item.result = item.work(connection)
                    except Exception as error:
                        item.error = explained(error, self._path, "read")
                _answer(self._loop, batch)
        finally:
            connection.close()

    async def close(self) -> None:
        self._hand_over()
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            await asyncio.to_thread(thread.join)


def _settles(future: asyncio.Future[Any]) -> Settle:
    def settle(result: Any, error: Exception | None) -> None:
        if future.done():  # whoever waited was cancelled
            return
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)

    return settle


def _answer(loop: asyncio.AbstractEventLoop, batch: list[Item]) -> None:
    def settle(start: int) -> None:
        for item in batch[start : start + _LARGEST_ANSWER]:
            item.settle(item.result, item.error)
        if start + _LARGEST_ANSWER < len(batch):
            loop.call_soon(settle, start + _LARGEST_ANSWER)

    try:
        loop.call_soon_threadsafe(settle, 0)
    except RuntimeError:  # the loop is gone; what was written stays written
        log.debug("the loop closed before %d answers were given", len(batch))
