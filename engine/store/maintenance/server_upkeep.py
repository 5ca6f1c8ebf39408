"""Upkeep of a database on a server while no process serves it."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg

from engine.audit.keys import Keyring
from engine.errors import NotPossible, StoreBroken
from engine.model.people import Actor
from engine.store.files.sqlite_errors import UNREADABLE
from engine.store.log import opening
from engine.store.maintenance.diagnosis import log_problem, unreadable
from engine.store.postgres import claim, schema
from engine.store.postgres.connection import Connection
from engine.store.postgres.database import ServerDatabase
from engine.store.postgres.errors import explained
from engine.store.writes import acceptance
from engine.store.writes.acceptance import Acceptor

_COUNT_RUNS = "SELECT count(*) FROM (SELECT 1 FROM run LIMIT 10001) AS counted"
_LAST_DECISION = "SELECT max(at) FROM decision WHERE actor LIKE 'slack:%'"


@dataclass(frozen=True, slots=True)
class ServerState:
    """State of a database on a server. `version`: of the server. `size`: in bytes.

    `problem`: why a start refuses or pauses it, or what was changed beside its runs; empty if nothing.
    `decided`: when a person last decided in Slack.
    """

    version: str
    empty: bool = False
    problem: str = ""
    runs: int = 0
    size: int = 0
    decided: datetime | None = None


def accept(address: str, keyring: Keyring, now: datetime, actor: Actor, reason: str) -> None:
    """Take a database as it is for what was recorded; its log says so.

    Raises `NotPossible`, `StoreInUse`, `StoreBusy` and `StoreBroken`.
    """
    database, by = ServerDatabase.at(address), Acceptor.of(actor, reason)
    with _explaining(database), _claim(database) as connection:
        if not schema.has_tables(connection):
            raise NotPossible(f"The database {database} has no tables of Signoff.")
        schema.migrate(database, connection)
        acceptance.accept(database, connection, keyring, now, by)


def displace(address: str) -> bool:
    """End the sessions of a process that gives no sign of life; return whether there was one.

    Raises `StoreBusy` and `StoreBroken`.
    """
    database = ServerDatabase.at(address)
    with _explaining(database):
        return claim.displace(database)


def state(address: str, keyring: Keyring) -> ServerState:
    """Look at a database without a change to it. Raises `StoreBusy` and `StoreBroken`."""
    database = ServerDatabase.at(address)
    with _explaining(database), contextlib.closing(Connection(address, read_only=True)) as connection:
        version = str(connection.execute("SELECT current_setting('server_version')").fetchone()[0])
        if not schema.has_tables(connection):
            return ServerState(version, empty=True)
        connection.execute("BEGIN")
        try:
            schema.check_release(database, connection)
            problem = log_problem(connection, database, keyring)
        except StoreBroken as error:
            return ServerState(version, problem=str(error))
        except UNREADABLE as error:
            return ServerState(version, problem=unreadable(database, error))
        (runs,) = connection.execute(_COUNT_RUNS).fetchone()
        (size,) = connection.execute("SELECT pg_database_size(current_database())").fetchone()
        (at,) = connection.execute(_LAST_DECISION).fetchone()
        decided = None if at is None else datetime.fromtimestamp(at / 1_000_000, UTC)
        return ServerState(version, problem=problem, runs=runs, size=size, decided=decided)


def check(address: str, keyring: Keyring) -> None:
    """Look whether this release could open or upgrade the database with these keys, and change nothing.

    Raises `KeyLost`, `StoreBusy` and `StoreBroken`.
    """
    database = ServerDatabase.at(address)
    with _explaining(database), contextlib.closing(Connection(address, read_only=True)) as connection:
        if schema.has_tables(connection):
            schema.check_usable(database, connection)
            opening.existing_seal(database, keyring, connection)


@contextlib.contextmanager
def _claim(database: ServerDatabase) -> Iterator[Connection]:
    connection = claim.claim(database)
    try:
        yield connection
    finally:
        claim.release(connection)


@contextlib.contextmanager
def _explaining(database: ServerDatabase) -> Iterator[None]:
    try:
        yield
    except psycopg.Error as error:
        raise explained(error, str(database)) from error
