"""SQLite with group commit: one thread writes, taking all waiting writes into one transaction.

The batch forms by itself: while one transaction is being made durable, the next ones wait and are
taken together. A linger would cost a single submitter most of its speed.
"""

import asyncio
import logging
import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

from engine.errors import StoreBroken

log = logging.getLogger(__name__)
T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]

_LARGEST_BATCH = 2000


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


class _Item(Generic[T]):
    __slots__ = ("error", "future", "result", "work")

    def __init__(self, work: Work[T], future: asyncio.Future[T]) -> None:
        self.work, self.future = work, future
        self.result: T | None = None
        self.error: Exception | None = None

    def settle(self) -> None:
        if self.future.done():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(cast(T, self.result))


class Writer:
    """The writing thread. Writes are made durable in the order in which they were submitted."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._queue: queue.SimpleQueue[_Item[Any] | None] = queue.SimpleQueue()
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
        self._queue.put(_Item(work, future))
        return future

    async def close(self) -> None:
        """Make durable what was submitted, then end the thread."""
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)

    def _main(self) -> None:
        connection = connect(self._path)
        try:
            while (first := self._queue.get()) is not None:
                batch, stop = self._gather(first)
                self._perform(connection, batch)
                self._answer(batch)
                if stop:
                    break
            connection.execute("PRAGMA optimize")
        finally:
            connection.close()

    def _gather(self, first: _Item[Any]) -> tuple[list[_Item[Any]], bool]:
        batch = [first]
        while len(batch) < _LARGEST_BATCH:
            try:
                item = self._queue.get_nowait()
            except queue.Empty:
                return batch, False
            if item is None:
                return batch, True
            batch.append(item)
        return batch, False

    def _perform(self, connection: sqlite3.Connection, batch: list[_Item[Any]]) -> None:
        try:
            self._transaction(connection, batch)
        except Exception as error:
            if len(batch) == 1:
                batch[0].error = _explained(error, self._path)
                return
            for item in batch:
                item.error = None
                self._perform(connection, [item])

    @staticmethod
    def _transaction(connection: sqlite3.Connection, batch: list[_Item[Any]]) -> None:
        try:
            connection.execute("BEGIN IMMEDIATE")
            for item in batch:
                try:
                    item.result = item.work(connection)
                except Refused as error:
                    item.error = error
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    def _answer(self, batch: list[_Item[Any]]) -> None:
        def settle() -> None:
            for item in batch:
                item.settle()

        try:
            self._loop.call_soon_threadsafe(settle)
        except RuntimeError:  # the loop is gone; what was written stays written
            log.debug("the loop closed before %d writes were answered", len(batch))


class Reader:
    """Reads on threads of their own, so that neither the loop nor the writer waits for them."""

    def __init__(self, path: Path, threads: int = 2) -> None:
        self._path = path
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="signoff-reader")

    async def read(self, work: Work[T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._run, work)

    def _run(self, work: Work[T]) -> T:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = connect(self._path, read_only=True)
            self._connections.append(connection)
        return work(connection)

    async def close(self) -> None:
        await asyncio.to_thread(self._pool.shutdown)
        for connection in self._connections:
            connection.close()


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
