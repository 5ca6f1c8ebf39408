"""SQLite with group commit: one thread writes, taking all waiting writes into one transaction.

The batch forms by itself: while one transaction is being made durable, the next ones wait and are
taken together. A linger would cost a single submitter most of its speed.
"""

import asyncio
import logging
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from engine import faults
from engine.errors import StoreBroken

log = logging.getLogger(__name__)
T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]

_LARGEST_BATCH = 2000
_LARGEST_ANSWER = 100
"""Writes answered in one round of the loop: two thousand at once would hold it up for 60 ms."""


class Refused(Exception):
    """Raised by a write whose guard failed before it changed anything. It alone is undone."""


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """A connection as the store uses it: WAL, every commit on the disk before it is answered."""
    address = f"file:{_quote(path)}?mode={'ro' if read_only else 'rwc'}"
    connection = sqlite3.connect(
        address, uri=True, isolation_level=None, check_same_thread=False, cached_statements=256
    )
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA busy_timeout = 5000")
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
    """Something asked of a thread, and what it came to."""

    __slots__ = ("error", "result", "settle", "work")

    def __init__(self, work: Any, settle: Settle) -> None:
        self.work, self.settle = work, settle
        self.result: Any = None
        self.error: Exception | None = None


class Transactions:
    """Makes one transaction of a batch, or one of each of its writes where together they can't be made."""

    def __init__(self, connection: sqlite3.Connection, perform: Perform, path: Path) -> None:
        self._connection, self._perform, self._path = connection, perform, path

    def make(self, batch: Sequence[Item]) -> None:
        """Durable, or undone, when it returns; each item knows which."""
        try:
            results = self._transaction([item.work for item in batch])
        except Exception as error:
            if len(batch) == 1:
                batch[0].error = _explained(error, self._path)
                return
            for item in batch:
                self.make([item])
            return
        for item, result in zip(batch, results, strict=True):
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
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        faults.place("store.committed")
        return results


class Writer:
    """The writing thread. Writes are made durable in the order in which they were submitted."""

    def __init__(self, path: Path, perform: Perform = one_by_one) -> None:
        self._path, self._perform = path, perform
        self._queue: queue.SimpleQueue[list[Item] | None] = queue.SimpleQueue()
        self._waiting: list[Item] = []
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._main, name="signoff-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Work[T]) -> asyncio.Future[T]:
        """Run `work` in a transaction; the future is done when that is durable.

        `work` may run twice: when another write of its batch breaks the transaction, all of the
        batch are made again one by one. It raises `Refused` before it has changed anything, or
        any other error, which undoes it alone.
        """
        future: asyncio.Future[T] = self._loop.create_future()
        self.post(work, _settles(future))
        return future

    def post(self, work: Any, settle: Settle) -> None:
        """As `submit`, for those who need no future: `settle` is called on the loop."""
        self._waiting.append(Item(work, settle))
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
        """Make durable what was submitted, then end the thread."""
        self._hand_over()
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)

    def _main(self) -> None:
        connection = connect(self._path)
        try:
            transactions = Transactions(connection, self._perform, self._path)
            while (first := self._queue.get()) is not None:
                batch, stop = self._gather(first)
                transactions.make(batch)
                _answer(self._loop, batch)
                if stop:
                    break
            connection.execute("PRAGMA optimize")
        finally:
            connection.close()

    def _gather(self, batch: list[Item]) -> tuple[list[Item], bool]:
        """What came while the last transaction was made durable."""
        while len(batch) < _LARGEST_BATCH:
            try:
                more = self._queue.get_nowait()
            except queue.Empty:
                return batch, False
            if more is None:
                return batch, True
            batch += more
        return batch, False


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
                        item.error = error
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


def _explained(error: Exception, path: Path) -> Exception:
    if not isinstance(error, sqlite3.OperationalError | sqlite3.DatabaseError):
        return error
    if isinstance(error, sqlite3.IntegrityError):
        return error
    broken = StoreBroken(
        f"The database {path} could not be written ({error}). "
        "Check that its disk has room and that its folder can be written to, then start again."
    )
    broken.__cause__ = error
    return broken
