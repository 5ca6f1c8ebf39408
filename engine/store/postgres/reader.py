"""The reading threads on PostgreSQL."""

import asyncio
import logging
import threading
from collections.abc import Callable
from typing import Any

import psycopg

from engine.errors import Altered, StoreBroken
from engine.store.files.sqlite_errors import UNREADABLE
from engine.store.postgres.connection import Connection
from engine.store.postgres.errors import explained, first_line
from engine.store.thread_queue import Item, WorkQueue, call_on_loop, log_damage, settle_future
from engine.store.work import P, Query, T

log = logging.getLogger(__name__)


class PostgresReader:
    """As `engine.store.sqlite.reader.Reader`."""

    def __init__(self, connect: Callable[[], Connection], name: str, threads: int = 2) -> None:
        self._connect, self._name = connect, name
        self.missing: Callable[[], str] = str
        self.on_damage: Callable[[StoreBroken], None] = log_damage
        self.on_altered: Callable[[Altered], None] = lambda error: None
        self.problem = ""
        """Why something cannot be read now; empty if there is no reason."""
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

        def work(connection: Any) -> T:
            return query(connection, *args, **kwargs)

        self._queue.put(Item(work, settle_future(future)))
        return await future

    async def read_at_length(self, query: Query[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """On a thread and a connection of its own: for what reads all there is."""

        def main() -> T:
            connection: Any = self._connect()
            try:
                return query(connection, *args, **kwargs)
            except (psycopg.Error, *UNREADABLE) as error:
                raise self._explained(error) from error
            finally:
                connection.close()

        return await asyncio.to_thread(main)

    def _main(self) -> None:
        connection: Connection | None = None
        while (batch := self._queue.get()) is not None:
            for item in batch:
                connection = self._answer(item, connection)
            self._queue.give(batch)
        if connection is not None:
            connection.close()

    def _answer(self, item: Item, connection: Connection | None) -> Connection | None:
        """Do one read, on a new connection where the last one is lost."""
        for last in (False, True):
            fresh = connection is None
            try:
                connection = connection or self._connect()
                item.result = item.work(connection)
                self.problem = ""
            except psycopg.OperationalError as error:
                _closed(connection)
                connection = None
                if fresh or last:
                    item.error = self._explained(error)
                    return None
            except BaseException as error:
                item.error = self._explained(error)
                if connection is not None and (connection.driver.closed or connection.in_transaction):
                    _closed(connection)
                    return None
                return connection
            else:
                return connection
        return connection

    def _explained(self, error: BaseException) -> Exception:
        if isinstance(error, Altered):
            call_on_loop(self._loop, self._report, error)
            return error
        if isinstance(error, psycopg.OperationalError):
            self.problem = f"The database {self._name} can't be read: {first_line(error)}"
        return explained(error, self._name) if isinstance(error, Exception) else StoreBroken(str(error))

    def skip(self, error: Altered) -> None:
        """Note a row that a list leaves out. Called by a query."""
        call_on_loop(self._loop, self._report, error)

    def _report(self, error: Altered) -> None:
        self.on_altered(error)

    async def close(self) -> None:
        self._queue.stop(len(self._threads))
        for thread in self._threads:
            await asyncio.to_thread(thread.join)


def _closed(connection: Connection | None) -> None:
    if connection is not None:
        connection.close()
