"""The store's own statements and connections on PostgreSQL, without threads, so that a seed replays a life.

Each process of a life claims the database, and its death cuts its connections: between two transactions,
before the server gets a COMMIT, or before its answer arrives. Before or after a COMMIT, a process that lives
loses its connection too.
"""

import asyncio
import contextlib
import os
import random
import socket
import time
from collections.abc import Sequence
from functools import cache, partial
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

from engine.store.log import sealing
from engine.store.postgres import schema
from engine.store.postgres.claim import HeldClaim
from engine.store.postgres.connection import Connection
from engine.store.postgres.database import ServerDatabase
from engine.store.postgres.reader import PostgresReader
from engine.store.postgres.transactions import Transactions
from engine.store.postgres.writer import PostgresWriter
from engine.store.schema import tables
from engine.store.thread_queue import Item, settle_future
from engine.store.work import P, Query, T, Unwritable
from engine.store.writes import transitions
from tests.lives.inline import SEAL, SEALED, Chance, InlineQueue, InlineStore
from tests.postgres_server import server

_LOST_SHARE = 0.05
"""Share of the transactions whose connection is lost."""
_PATIENCE_SECONDS = 30.0
_NAMES = [table.name for table in tables.RunRow.metadata.sorted_tables]
_OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
  AND (pid = ? OR ? = 0)
"""


class Server:
    """One database for all lives of a process of the tests: each finds it as a new installation's."""

    def __init__(self) -> None:
        self.lost_connections = 0
        self.connection = _disk()
        sealed = _sealed()
        self.connection.driver.execute("; ".join(f'DELETE FROM "{name}"' for name in _NAMES))
        for name, names, rows in sealed:
            marks = ", ".join("?" * len(names))
            listed = ", ".join(f'"{each}"' for each in names)
            self.connection.executemany(f'INSERT INTO "{name}" ({listed}) VALUES ({marks})', rows)

    def open(self, rng: random.Random) -> InlineStore:
        process = _Process(self, rng)
        return InlineStore(process.database, process.writer, process.reader)

    def close(self) -> None:
        """Leave the connection for the next life."""

    def until_ended(self, process: int = 0) -> None:
        """Wait until the server has ended that connection, or all others. A seed replays a life then."""
        until = time.monotonic() + _PATIENCE_SECONDS
        while self.connection.execute(_OTHERS, (process, process)).fetchone()[0]:
            assert time.monotonic() < until, "the server does not end connections that were lost"
            time.sleep(0.001)


class _Process:
    """The connections of one process of Signoff."""

    def __init__(self, disk: Server, rng: random.Random) -> None:
        self.disk, self.rng, self.chance = disk, rng, Chance(rng)
        self.database = ServerDatabase.at(_address())
        self.claim = HeldClaim(self.database)
        self.claim.note()
        self.reader = InlineReader(self)
        self.writer = InlineWriter(self)

    def die(self) -> None:
        """End every connection as the end of a process does: the server is told nothing."""
        self.chance.dead = True
        if self.claim.connection is not None:
            cut(self.claim.connection)
        self.claim.release()
        self.reader.drop()
        self.disk.until_ended()


class InlineWriter(PostgresWriter):
    """The writer's contract without its thread."""

    def __init__(self, process: _Process) -> None:
        self._process, self._chance, self._rng = process, process.chance, process.rng
        self._claim, self._database = process.claim, process.database
        self._plain = transitions.performing(SEAL)
        self._transactions = Transactions(process.claim, process.database, self._perform)
        self._loop = asyncio.get_running_loop()
        self._now, self._failing = time.monotonic, None
        self._inline = InlineQueue(self._loop, self._hand_over)
        self._queue = self._inline
        self._pending: list[Item] = []
        self._loses = ""
        """Part of the next transaction that is lost: its `rows`, its `commit`, or the `answer` to that."""

    def _hand_over(self) -> None:
        self._chance.later(self._commit)

    def _perform(self, connection: Any, works: Sequence[Any]) -> list[Any]:
        if self._loses == "rows":
            self._loses = ""
            cut(connection)
        results = self._plain(connection, works)
        if self._loses:
            cut(connection, answers=self._loses == "answer")
            self._loses = ""
        return results

    def _commit(self) -> None:
        self._pending += self._inline.take()
        if self._pending:
            if self._rng.random() < _LOST_SHARE:
                self._loses = self._rng.choice(["rows", "commit", "answer"])
            self._write_pending()

    def _write_pending(self) -> None:
        batch, process = self._pending, self._claim.process
        try:
            self._transactions.make(batch)
        except Unwritable:
            self._process.disk.lost_connections += 1
            self._process.disk.until_ended(process)
            self._chance.later(self._write_pending_again)
        done, self._pending = [one for one in batch if one.done], [one for one in batch if not one.done]
        self._chance.later(lambda: [item.settle(item.result, item.error) for item in done])

    def _write_pending_again(self) -> None:
        self._pending += self._inline.take()
        if self._pending:
            self._write_pending()

    def crash(self, *, committed: bool) -> None:
        """The process dies: between two transactions, or while it commits one."""
        between = self._rng.random() < 0.5
        self._chance.dead = not between
        if not between:
            self._loses = "answer" if committed else "commit"
        if committed or not between:
            self._pending += self._inline.take()
            if self._pending:
                self._write_pending()
        self._process.die()

    async def close(self, *, keep_claim: bool = False) -> None:
        raise NotImplementedError("a process of a life is killed")


class InlineReader(PostgresReader):
    """The reader's contract without threads: what it answers may be old by the time that it arrives."""

    def __init__(self, process: _Process) -> None:
        self._connect = partial(Connection, process.database.address, read_only=True)
        self._name, self.problem = str(process.database), ""
        self._chance, self._loop = process.chance, asyncio.get_running_loop()
        self._connection: Connection | None = None

    async def read(self, query: Query[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        future: asyncio.Future[T] = self._loop.create_future()
        item = Item(lambda connection: query(connection, *args, **kwargs), settle_future(future))

        def answer() -> None:
            self._connection = self._answer(item, self._connection)
            self._chance.later(lambda: item.settle(item.result, item.error))

        self._chance.later(answer)
        return await future

    async def read_at_length(self, query: Query[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.read(query, *args, **kwargs)

    async def close(self) -> None:
        raise NotImplementedError("a process of a life is killed")

    def drop(self) -> None:
        if self._connection is not None:
            cut(self._connection)
            self._connection.close()


def cut(connection: Connection, *, answers: bool = False) -> None:
    """Cut a connection. `answers`: the server still gets what is sent, but nothing arrives from it."""
    with socket.socket(fileno=os.dup(connection.driver.pgconn.socket)) as line, contextlib.suppress(OSError):
        line.shutdown(socket.SHUT_RD if answers else socket.SHUT_RDWR)


@cache
def _address() -> str:
    """Return the address of a database of this process, which has the tables and is sealed."""
    name = f"lives_{os.getpid()}"
    with psycopg.connect(server().get_uri(), autocommit=True) as administration:
        administration.execute(f"CREATE DATABASE {name}")
    address = make_conninfo(server().get_uri(), dbname=name)
    connection = Connection(address)
    with contextlib.closing(connection), connection.driver.transaction():
        schema.create(connection)
        # SQLite has this column in each table. The invariants ask in which order people decided.
        connection.execute("ALTER TABLE decision ADD COLUMN rowid BIGINT GENERATED ALWAYS AS IDENTITY")
        sealing.seal_all(connection, SEAL, SEALED)
    return address


@cache
def _disk() -> Connection:
    return Connection(_address())


@cache
def _sealed() -> list[tuple[str, list[str], list[Any]]]:
    """Return the rows of a new installation: table, columns and values."""
    found = []
    for name in _NAMES:
        rows = _disk().execute(f'SELECT * FROM "{name}"').fetchall()
        if rows:
            found.append((name, rows[0].keys(), [tuple(row) for row in rows]))
    return found
