"""One transaction of PostgreSQL for a batch of writes, or one for each where the batch as a whole fails."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from engine import faults
from engine.errors import StoreBroken, StoreInUse
from engine.store.postgres.claim import HeldClaim, TakenOver
from engine.store.postgres.connection import NEWEST_EVENT, Connection, NotCommitted
from engine.store.postgres.database import ServerDatabase
from engine.store.postgres.errors import explained, is_standby, passes
from engine.store.thread_queue import Item, conclude, refuse
from engine.store.work import Perform, Unwritable

_FORGOTTEN = (
    "The database {} no longer knows whether it recorded this. Look whether it did before you try again."
)


class Transactions:
    """Makes one transaction of a batch, or one of each of its writes where together they can't be made."""

    def __init__(self, claim: HeldClaim, database: ServerDatabase, perform: Perform) -> None:
        self._claim, self._database, self._perform = claim, database, perform
        self._unsure: _Unsure | None = None

    @property
    def unsure(self) -> Sequence[Item]:
        """Items of a transaction whose COMMIT got no answer: they get theirs once it is known."""
        return self._unsure.batch if self._unsure else ()

    def make(self, batch: Sequence[Item]) -> None:
        """Durable, or undone, when it returns; each item knows which.

        Raises `Unwritable`; items that are not `done` then are as before.
        """
        self._learn()
        batch = [item for item in batch if not item.done]
        if not batch:
            return
        try:
            results = self._transaction([item.work for item in batch])
        except _Unanswered as lost:
            self._unsure = _Unsure(lost.begun, batch, lost.results)
            raise Unwritable(lost.error) from lost.error
        except (Unwritable, TakenOver):
            raise
        except Exception as error:
            if len(batch) == 1:
                refuse(batch[0], explained(error, str(self._database)))
                batch[0].done = True
                return
            for item in batch:
                self.make([item])
            return
        conclude(batch, results)

    def release(self) -> None:
        """Give the claim on the database back."""
        self._claim.release()

    def _learn(self) -> None:
        """Learn how the transaction ended whose COMMIT got no answer. Raises `Unwritable`."""
        if (unsure := self._unsure) is None:
            return
        try:
            status = _status(self._connected(), unsure.begun)
        except psycopg.Error as error:
            self._claim.drop()
            raise Unwritable(error) from error
        if status == "in progress":
            raise Unwritable(psycopg.OperationalError("the server is still ending the last transaction"))
        self._unsure = None
        if status == "committed":
            self._claim.newest_event = max(self._claim.newest_event, unsure.begun.newest_known)
            conclude(unsure.batch, unsure.results)
        elif status != "aborted":  # too long ago for the server to remember
            for item in unsure.batch:
                refuse(item, StoreBroken(_FORGOTTEN.format(self._database)))
                item.done = True

    def _transaction(self, works: Sequence[Any]) -> list[Any]:
        results: list[Any] | None = None
        committing, begun = False, _Begun()
        try:
            connection = self._connected()
            timeline = connection.timeline
            begin = connection.begin_together()
            results = self._perform(connection, works)
            newest, number = begin.fetchone()
            begun = _Begun(str(number), newest, connection.wrote_events, timeline)
            faults.reach("store.written")
            committing = True
            connection.commit_together()
        except Unwritable:
            raise
        except BaseException as error:
            if results is not None and committing and not isinstance(error, NotCommitted):
                self._claim.drop()
                if isinstance(error, Exception):
                    raise _Unanswered(error, begun, results) from error
                raise
            self._roll_back()
            cause = error.error if isinstance(error, NotCommitted) else error
            if isinstance(cause, Exception) and passes(cause):
                if is_standby(cause):
                    self._claim.drop()  # the next connection finds the primary
                raise Unwritable(cause) from cause
            if cause is error:
                raise
            raise cause from None
        self._claim.newest_event = max(self._claim.newest_event, begun.newest_known)
        faults.reach("store.committed")
        return results

    def _connected(self) -> Connection:
        try:
            return self._claim.connected()
        except StoreInUse as error:
            raise Unwritable(error) from error

    def _roll_back(self) -> None:
        try:
            connection = self._claim.connection
            if connection is not None:
                connection.roll_back()
        except psycopg.Error:
            self._claim.drop()


@dataclass(frozen=True, slots=True)
class _Begun:
    """A transaction. `newest`: the number of the newest event before it."""

    number: str = ""
    newest: int = 0
    has_events: bool = False
    timeline: str = ""

    @property
    def newest_known(self) -> int:
        """Return the number of an event that is there once it is committed."""
        return self.newest + self.has_events


def _status(connection: Connection, begun: _Begun) -> str | None:
    """Return `committed`, `aborted` or `in progress`; None where the server does not remember.

    Its events tell it, where it has some: a standby that took over may have given its number to another one.
    Without events nothing tells it there.
    """
    if not begun.has_events and connection.timeline != begun.timeline:
        return None
    try:
        query = "SELECT pg_xact_status(CAST(CAST(? AS TEXT) AS xid8))"
        (status,) = connection.execute(query, (begun.number,)).fetchone()
    except psycopg.errors.InvalidParameterValue:  # a number that the server has not given yet
        status = "aborted"
    if status == "in progress" or not begun.has_events:
        return str(status) if status else None
    (newest,) = connection.execute(NEWEST_EVENT).fetchone()
    return "committed" if newest > begun.newest else "aborted"


@dataclass(frozen=True, slots=True)
class _Unsure:
    begun: _Begun
    batch: Sequence[Item]
    results: list[Any]


class _Unanswered(Exception):
    """Nobody here knows how COMMIT ended."""

    def __init__(self, error: Exception, begun: _Begun, results: list[Any]) -> None:
        self.error, self.begun, self.results = error, begun, results
