"""One transaction for a batch of writes, or one for each where the batch as a whole fails."""

import contextlib
import logging
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from engine import faults
from engine.errors import StoreBroken
from engine.store.files.sqlite_errors import (
    UNREADABLE,
    explained,
    passes,
    refused_value,
    rolled_back,
    unreadable,
)
from engine.store.sqlite.connection import Work, any_text, is_undecodable
from engine.store.thread_queue import Item, conclude, interrupted, refuse
from engine.store.work import GuardFailed, T, Unwritable

log = logging.getLogger(__name__)


Perform = Callable[[sqlite3.Connection, Sequence[Any]], list[Any]]
"""As `engine.store.work.Perform`."""
Newest = Callable[[sqlite3.Connection], int]


def one_by_one(connection: sqlite3.Connection, works: Sequence[Work[Any]]) -> list[Any]:
    """The plain way to perform works that are functions of the connection."""
    return [attempt(work, connection) for work in works]


def attempt(work: Work[T], connection: sqlite3.Connection) -> "T | GuardFailed":
    try:
        return work(connection)
    except GuardFailed as refusal:
        return refusal


class Transactions:
    """Makes one transaction of a batch, or one of each of its writes where together they can't be made.

    `newest`: reads a number from the database that never falls. An older copy in the place of the file has
    a lower one.
    """

    def __init__(
        self, connection: sqlite3.Connection, perform: Perform, path: Path, newest: Newest = lambda _: 0
    ) -> None:
        self.connection, self._perform, self._path = connection, perform, path
        self._newest, self._reached = newest, 0

    def make(self, batch: Sequence[Item]) -> None:
        """Durable, or undone, when it returns; each item knows which.

        Raises `Unwritable`; items that are not `done` then are as before.
        """
        try:
            results = self._transaction([item.work for item in batch])
        except Unwritable:
            raise
        except BaseException as error:
            if len(batch) == 1 and is_undecodable(error) and self.connection.text_factory is str:
                with any_text(self.connection):
                    self.make(batch)
                return
            if len(batch) == 1:
                refuse(batch[0], self._explained(error))
                batch[0].done = True
                return
            for item in batch:
                self.make([item])
            return
        conclude(batch, results)

    def _transaction(self, works: list[Any], perform: Perform | None = None) -> list[Any]:
        connection = self.connection
        results: list[Any] | None = None
        try:
            connection.execute("BEGIN IMMEDIATE")
            self.check()
            results = (perform or self._perform)(connection, works)
            reached = self._newest(connection)
            faults.reach("store.written")
            connection.execute("COMMIT")
            self._reached = reached
        except BaseException as error:
            if connection.in_transaction:
                with contextlib.suppress(sqlite3.Error):  # the first error says more
                    connection.execute("ROLLBACK")
            elif results is not None and not isinstance(error, sqlite3.Error):
                log.error("the database was interrupted after it had recorded", exc_info=error)
                return results
            if isinstance(error, Exception) and passes(error):
                raise Unwritable(error) from error
            raise
        faults.reach("store.committed")
        return results

    def check(self) -> None:
        """Raise `StoreBroken` where the database is older than what this process has recorded in it."""
        if (newest := self._newest(self.connection)) < self._reached:
            raise rolled_back(self._path, newest, self._reached)

    def _explained(self, error: BaseException) -> Exception:
        if isinstance(error, Exception) and (refusal := refused_value(self._path, error)):
            return refusal
        if isinstance(error, UNREADABLE):
            log.error("a row of the database cannot be read", exc_info=error)
            return unreadable(self._path, error)
        if isinstance(error, Exception):
            return explained(error, self._path)
        log.error("a write to the database was interrupted, and undone", exc_info=error)
        return interrupted(self._path, error)

    def probe(self) -> None:
        """Write something that changes nothing. Raises `Unwritable`.

        It also takes the place in the WAL of a transaction whose sync has failed: that one would be there
        again after a crash, though people were told that nothing was recorded.
        """
        self._transaction([_rewrite_version], one_by_one)

    def overwrite(self) -> None:
        """As `probe`, where nothing is learned from it."""
        with contextlib.suppress(Unwritable, StoreBroken, sqlite3.Error):
            self.probe()


def _rewrite_version(connection: sqlite3.Connection) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    connection.execute(f"PRAGMA user_version = {version}")
