"""The reading threads on PostgreSQL."""

import asyncio
import contextlib
from collections.abc import Callable

import psycopg

from engine.errors import Altered, StoreBroken
from engine.store.files.sqlite_errors import UNREADABLE
from engine.store.postgres.connection import Connection
from engine.store.postgres.errors import explained, first_line
from engine.store.thread_queue import Item, QueuedReads, call_on_loop
from engine.store.work import P, Query, T


class PostgresReader(QueuedReads):
    """Reads a database on a server. A read whose connection was lost is tried once more on a new one."""

    def __init__(self, connect: Callable[[], Connection], name: str, threads: int = 2) -> None:
        super().__init__(threads)
        self._connect, self._name = connect, name
        self.problem = ""
        """Why nothing can be read now; empty as a rule."""
        for thread in self._threads:
            thread.start()

    async def read_at_length(self, query: Query[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """On a thread and a connection of its own: for what reads all there is."""

        def main() -> T:
            try:
                with contextlib.closing(self._connect()) as connection:
                    return query(connection, *args, **kwargs)
            except (psycopg.Error, *UNREADABLE) as error:
                raise self._explained(error) from error

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
                if connection is not None and (isinstance(error, psycopg.Error) or connection.is_unfit):
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


def _closed(connection: Connection | None) -> None:
    if connection is not None:
        connection.close()
