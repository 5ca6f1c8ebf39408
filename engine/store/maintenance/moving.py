"""Moves an installation from an SQLite file to a database on a server, with its whole log."""

import contextlib
import sqlite3
import time
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import orjson
import psycopg
import sqlalchemy as sa

from engine.audit.keys import Keyring
from engine.audit.seal import Seal
from engine.errors import NotPossible, StoreBroken, StoreInUse
from engine.model.people import Actor
from engine.model.records.change import EventDraft
from engine.model.text.wording import count
from engine.store.files.checkup import look_at_wal
from engine.store.files.file_lock import FileLock
from engine.store.log import opening
from engine.store.maintenance.backups import paused_text
from engine.store.postgres import claim, schema
from engine.store.postgres.connection import Connection
from engine.store.postgres.database import ServerDatabase
from engine.store.postgres.errors import explained, first_line
from engine.store.queries import integrity
from engine.store.schema import tables
from engine.store.schema.migrate import migrate
from engine.store.sqlite.connection import connect
from engine.store.work import Connection as AnyConnection
from engine.store.writes import facts

_UNKNOWN = (
    "The connection to the database {} was lost when the copy was complete, and the server cannot be reached "
    "now ({}). The file is paused. When the server can be reached, set DATABASE_URL to it and run signoff "
    "doctor. If it has no tables of Signoff, nothing was moved: set DATABASE_URL back, and run signoff db "
    "resume."
)
_END_SECONDS, _RETRY_SECONDS = 5.0, 0.2
"""For the server to end a lost connection, with its transaction."""
_ROWS_AT_ONCE = 1000
_SET_SEQUENCE = "SELECT setval(pg_get_serial_sequence('event', 'seq'), (SELECT max(seq) FROM log))"


@dataclass(frozen=True, slots=True)
class Moved:
    """Extent of an installation that was moved."""

    runs: int
    events: int


@dataclass(frozen=True, slots=True)
class Mover:
    """The person who moves an installation, and the moment."""

    actor: Actor
    now: datetime


def move(path: Path, address: str, keyring: Keyring, by: Mover) -> Moved:
    """Copy everything to an empty database, check the copy, and pause the file.

    Nobody may have either open. Where it fails, the file is not paused, unless the error says so. Raises
    `NotPossible`, `StoreInUse`, `StoreBusy` and `StoreBroken`.
    """
    database = ServerDatabase.at(address)
    if not path.exists():
        raise NotPossible(f"There is no database {path}. Name the folder that has signoff.db: --data DIR.")
    lock = FileLock(path)
    lock.take(create=False)
    try:
        look_at_wal(path)
        migrate(path, by.now)
        opened = opening.look(path, keyring, by.now, partial(connect, path, any_text=True))
        if opened.problem:
            raise StoreBroken(f"{opened.problem} Nothing was moved.")
        connection = claim.claim(database)
        try:
            with contextlib.closing(connect(path, any_text=True)) as source:
                return _move(source, path, connection, database, keyring, opened.seal, by)
        finally:
            claim.release(connection)
    except psycopg.Error as error:
        raise explained(error, str(database)) from error
    finally:
        lock.release()


def _move(
    source: sqlite3.Connection,
    path: Path,
    target: Connection,
    database: ServerDatabase,
    keyring: Keyring,
    seal: Seal,
    by: Mover,
) -> Moved:
    if schema.has_tables(target):
        raise NotPossible(f"The database {database} has tables of Signoff already. Name an empty one.")
    moved = EventDraft("installation.moved", by.now, by.actor, data={"from": path.name, "to": str(database)})
    is_paused = False
    try:
        with target.driver.transaction():
            schema.create(target)
            source.execute("BEGIN IMMEDIATE")
            _check_paused(source)
            _check(source, seal, f"The database {path}")
            for table in tables.RunRow.metadata.sorted_tables:
                _copy(source, target, table)
            target.execute(_SET_SEQUENCE)
            extent = _check(target, seal, f"The copy in the database {database}")
            facts.append_event(target, moved, seal)
            mark = opening.checkpoint(target, by.now)
            # From here on the file is paused: the two never execute the same runs.
            facts.note(source, "paused", {"moved": str(database), "at": by.now.isoformat()}, [moved], seal)
            source.execute("COMMIT")
            is_paused = True
    except psycopg.OperationalError:
        if not is_paused or not _has_arrived(database, target.process):
            _undo(source, seal, by, is_paused=is_paused)
            raise
    opening.keep(mark, database, keyring, seal)
    return extent


def _has_arrived(database: ServerDatabase, lost: int) -> bool:
    """Return whether the copy was complete when the connection `lost` ended. Raises `StoreBroken`."""
    until = time.monotonic() + _END_SECONDS
    while True:
        try:
            connection = claim.claim(database, lost)
        except (psycopg.Error, StoreInUse) as error:
            if time.monotonic() > until:
                raise StoreBroken(_UNKNOWN.format(database, first_line(error))) from error
            time.sleep(_RETRY_SECONDS)
        else:
            break
    try:
        return schema.has_tables(connection)
    finally:
        claim.release(connection)


def _undo(source: sqlite3.Connection, seal: Seal, by: Mover, *, is_paused: bool) -> None:
    """End the pause of the file, where there is one: nothing was moved."""
    if is_paused:
        source.execute("BEGIN IMMEDIATE")
        facts.note(source, "paused", None, [EventDraft("installation.resumed", by.now, by.actor)], seal)
        source.execute("COMMIT")


def _check_paused(connection: sqlite3.Connection) -> None:
    row = connection.execute("SELECT value FROM installation WHERE name = 'paused'").fetchone()
    if row:
        raise NotPossible(f"{paused_text(orjson.loads(row[0]))} Nothing was moved.")


def _check(connection: AnyConnection, seal: Seal, what: str) -> Moved:
    """Hold every row against the log. Raises `StoreBroken` where anything is not as it was recorded."""
    audit = integrity.audit_within(connection, seal)
    if audit.findings:
        finding = audit.findings[0]
        more = f", and {count(len(audit.findings) - 1, 'more finding')}" if len(audit.findings) > 1 else ""
        raise StoreBroken(
            f"{what} is not as its log recorded it ({finding.run_id or 'installation'} {finding.problem}"
            f"{more}). Nothing was moved. signoff audit verify names everything."
        )
    return Moved(audit.runs, audit.events)


def _copy(source: sqlite3.Connection, target: Connection, table: sa.Table) -> None:
    names = [column.name for column in table.columns]
    listed = ", ".join(f'"{name}"' for name in names)
    order = (
        "rowid"
        if table.name in schema.WITH_ROWID
        else ", ".join(f'"{column.name}"' for column in table.primary_key.columns)
    )
    values = ", ".join("?" for _ in names)
    insert = f'INSERT INTO "{table.name}" ({listed}) VALUES ({values})'  # noqa: S608
    rows = source.execute(f'SELECT {listed} FROM "{table.name}" ORDER BY {order}')  # noqa: S608
    while batch := rows.fetchmany(_ROWS_AT_ONCE):
        try:
            target.executemany(insert, [tuple(row) for row in batch])
        except psycopg.DataError as error:
            raise StoreBroken(
                f"A row of the table {table.name} cannot be stored on PostgreSQL: {first_line(error)}. "
                "Nothing was moved."
            ) from error
