"""The reading threads."""

import asyncio
import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

from engine.errors import Altered, StoreBroken, StoreBusy
from engine.store.files.sqlite_errors import UNREADABLE, busy, explained, passes, unreadable
from engine.store.sqlite.condition import Condition
from engine.store.sqlite.connection import Query, connect, queried
from engine.store.thread_queue import (
    Item,
    WorkQueue,
    call_on_loop,
    interrupted,
    log_damage,
    settle_future,
    thread_ended,
)
from engine.store.work import P, T

log = logging.getLogger(__name__)


class Reader:
    """Reads on threads of their own, so that neither the loop nor the writer waits for them.

    What is asked for in one round of the loop goes to one of them together, and comes back together: each
    hand-over costs as much as a small read.
    """

    def __init__(self, path: Path, threads: int = 2) -> None:
        self._path = path
        self.missing: Callable[[], str] = str
        """Says what has become of the files. Another connection would then make new ones in their place."""
        self.on_damage: Callable[[StoreBroken], None] = log_damage
        """Called on the loop when the file turns out to be damaged."""
        self.on_altered: Callable[[Altered], None] = lambda error: None
        """Called on the loop when a query finds rows that another program changed."""
        self.condition = Condition(path, "not everything can be read", time.monotonic)
        self._loop = asyncio.get_running_loop()
        self._queue = WorkQueue(self._loop)
        self._threads = [
            threading.Thread(target=self._main, name=f"signoff-reader-{number}", daemon=True)
            for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    async def read(self, query: Query[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """For what takes milliseconds at most: those asked for at the same time wait for each other."""
        future: asyncio.Future[T] = self._loop.create_future()

        def work(connection: sqlite3.Connection) -> T:
            return query(connection, *args, **kwargs)

        self._queue.put(Item(work, settle_future(future)))
        return await future

    @property
    def problem(self) -> str:
        """Return why something cannot be read now; empty if there is no reason."""
        return str(self._queue.ended or self.condition.text)

    async def read_at_length(self, query: Query[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """On a thread and a connection of its own: for what reads all there is."""

        def main() -> T:
            try:
                connection = self._connect(any_text=True)
                try:
                    return query(connection, *args, **kwargs)
                finally:
                    connection.close()
            except (sqlite3.Error, *UNREADABLE) as error:
                raise self._explained(error) from error
            except (SystemExit, KeyboardInterrupt) as error:  # these would end the loop that waits
                raise interrupted(self._path, error) from error

        return await asyncio.to_thread(main)

    def _main(self) -> None:
        try:
            self._answer_reads()
        except BaseException as error:
            ended = thread_ended(self._path, error)
            log.critical("%s", ended, exc_info=error)
            self._queue.end(ended)
            call_on_loop(self._loop, self._tell, ended)

    def _answer_reads(self) -> None:
        connection: sqlite3.Connection | None = None
        while (batch := self._queue.get()) is not None:
            for item in batch:
                try:
                    connection = connection or self._connect()
                    item.result = queried(connection, item.work)
                    self.condition.over()
                except BaseException as error:
                    item.error = self._explained(error)
                    if connection is not None and isinstance(item.error, StoreBusy | StoreBroken):
                        connection.close()
                        connection = None
            self._queue.give(batch)
        if connection is not None:
            connection.close()

    def _connect(self, *, any_text: bool = False) -> sqlite3.Connection:
        if missing := self.missing():
            raise busy(missing, "read", by_itself=False)
        return connect(self._path, read_only=True, any_text=any_text)

    def _explained(self, error: BaseException) -> Exception:
        if not isinstance(error, Exception):
            log.error("a read of the database was interrupted", exc_info=error)
            return interrupted(self._path, error)
        if isinstance(error, UNREADABLE):
            log.error("a row of the database cannot be read", exc_info=error)
            error = unreadable(self._path, error)
        if isinstance(error, Altered):
            call_on_loop(self._loop, self._report, error)
            return error
        if passes(error):
            self.condition.fail(error)
        explanation = explained(error, self._path, "read")
        if isinstance(explanation, StoreBroken) and explanation.damaged:
            call_on_loop(self._loop, self._tell, explanation)
        return explanation

    def skip(self, error: Altered) -> None:
        """Note a row that a list leaves out. Called by a query."""
        call_on_loop(self._loop, self._report, error)

    def _report(self, error: Altered) -> None:
        self.on_altered(error)

    def _tell(self, error: StoreBroken) -> None:
        self.on_damage(error)

    async def close(self) -> None:
        self._queue.stop(len(self._threads))
        for thread in self._threads:
            await asyncio.to_thread(thread.join)
