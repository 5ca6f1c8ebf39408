"""The reading threads."""

import asyncio
import logging
import sqlite3
import time
from pathlib import Path

from engine.errors import Altered, StoreBroken, StoreBusy
from engine.store.files.sqlite_errors import UNREADABLE, busy, explained, passes, refused_value, unreadable
from engine.store.sqlite.condition import Condition
from engine.store.sqlite.connection import Query, connect, queried
from engine.store.thread_queue import QueuedReads, call_on_loop, interrupted, thread_ended
from engine.store.work import P, T

log = logging.getLogger(__name__)


class Reader(QueuedReads):
    """Reads an SQLite file. `threads`: how many read at the same time."""

    def __init__(self, path: Path, threads: int = 2) -> None:
        super().__init__(threads)
        self._path = path
        self.condition = Condition(path, "not everything can be read", time.monotonic)
        for thread in self._threads:
            thread.start()

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
        if refusal := refused_value(self._path, error):
            return refusal
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

    def _tell(self, error: StoreBroken) -> None:
        self.on_damage(error)
