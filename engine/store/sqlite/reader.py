"""The reading threads."""

import asyncio
import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

from engine.errors import SignoffError, StoreBroken
from engine.store.files.sqlite_errors import busy, explained, passes
from engine.store.sqlite.condition import Condition
from engine.store.sqlite.connection import P, Query, T, connect
from engine.store.sqlite.handover import Item, call_on_loop, give_results, log_damage, settle_future


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
        self.condition = Condition(path, "not everything can be read", time.monotonic)
        self._loop = asyncio.get_running_loop()
        self._queue: queue.SimpleQueue[list[Item] | None] = queue.SimpleQueue()
        self._waiting: list[Item] = []
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

        self._waiting.append(Item(work, settle_future(future)))
        if len(self._waiting) == 1:
            self._loop.call_soon(self._hand_over)
        return await future

    async def read_at_length(self, query: Query[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """On a thread and a connection of its own: for what reads all there is."""

        def main() -> T:
            try:
                connection = self._connect()
                try:
                    return query(connection, *args, **kwargs)
                finally:
                    connection.close()
            except sqlite3.Error as error:
                raise self._explained(error) from error

        return await asyncio.to_thread(main)

    def _hand_over(self) -> None:
        waiting, self._waiting = self._waiting, []
        if waiting:
            self._queue.put(waiting)

    def _main(self) -> None:
        connection: sqlite3.Connection | None = None
        while (batch := self._queue.get()) is not None:
            for item in batch:
                try:
                    connection = connection or self._connect()
                    item.result = item.work(connection)
                    self.condition.over()
                except Exception as error:
                    item.error = self._explained(error)
                    if connection is not None and isinstance(item.error, SignoffError):
                        connection.close()
                        connection = None
            give_results(self._loop, batch)
        if connection is not None:
            connection.close()

    def _connect(self) -> sqlite3.Connection:
        if missing := self.missing():
            raise busy(missing, "read", by_itself=False)
        return connect(self._path, read_only=True)

    def _explained(self, error: Exception) -> Exception:
        if passes(error):
            self.condition.fail(error)
        explanation = explained(error, self._path, "read")
        if isinstance(explanation, StoreBroken) and explanation.damaged:
            call_on_loop(self._loop, self.on_damage, explanation)
        return explanation

    async def close(self) -> None:
        self._hand_over()
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            await asyncio.to_thread(thread.join)
