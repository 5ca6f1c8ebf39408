"""Runs tests of the engine on PostgreSQL: `pytest -p tests.on_postgres tests/engine/runtime`.

Wherever a test opens an SQLite file, it gets a schema of a server that belongs to that file. The same holds
where it changes rows as another program does, and seals them again. A test that copies or accepts a file, or
whose own statements only SQLite knows, is skipped with that reason.
"""

import asyncio
import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn, Self

import psycopg
import pytest

from engine.audit.keys import Keyring
from engine.model.records.change import EventDraft
from engine.runtime import stores
from engine.store import on_postgres, on_sqlite
from engine.store.log import sealing
from engine.store.maintenance import backups
from engine.store.postgres.connection import Connection
from engine.store.postgres.database import ServerDatabase
from engine.store.store import Store
from tests.engine import tampering
from tests.postgres_server import address_of

_FOR_FILES = {
    "tests/engine/runtime/runs/test_overtaken.py": "It holds the writing thread of a file.",
}
"""Tests that build the parts for SQLite by themselves."""
_NOT_KNOWN = (psycopg.ProgrammingError, psycopg.DataError)
"""Errors of statements in the dialect of SQLite, and of values that its columns take and others do not."""


async def open_store(path: Path, keyring: Keyring, now: datetime) -> Store:
    address = await asyncio.to_thread(lambda: address_of(os.path.realpath(path)))
    return await on_postgres.open_store(address, keyring, now)


class OtherProgram(Connection):
    """A connection of a test. Each statement is a transaction of its own."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def commit(self) -> None: ...

    def execute(self, statement: str, parameters: Any = ()) -> Any:
        if statement.startswith("PRAGMA "):
            return None
        if " x'" in statement or "(x'" in statement:
            self.close()
            pytest.skip("Bytes damage a text in SQLite, and PostgreSQL takes them for bits.")
        try:
            return super().execute(statement, parameters)
        except _NOT_KNOWN as error:
            self.close()
            pytest.skip(f"Only SQLite knows this statement of the test: {error.diag.message_primary}.")

    def backup(self, *_: Any) -> NoReturn:
        pytest.skip("It copies the file while steps execute; a server has no file to copy.")


def reseal(folder: Path) -> None:
    """As `tests.engine.tampering.reseal`, for the schema of this folder's file."""
    address = address_of(os.path.realpath(folder / "signoff.db"))
    event = EventDraft("log.sealed", datetime(2026, 1, 5, tzinfo=UTC), tampering.OPERATOR)
    with closing(Connection(address)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        sealing.seal_all(connection, Keyring(folder / "keys").sealing(), event)
        connection.execute("COMMIT")
    (folder / "keys" / f"{ServerDatabase.at(address).name}.checkpoint").unlink(missing_ok=True)


def accept(*_: Any) -> NoReturn:
    pytest.skip("It accepts a file as it is; tests/crash/test_on_postgres.py does so on a server.")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if reason := _FOR_FILES.get(item.nodeid.partition("::")[0]):
            item.add_marker(pytest.mark.skip(reason=reason))


def connect(database: Any, *arguments: Any, **options: Any) -> Any:
    path = Path(os.fspath(database))
    if path.name == "signoff.db" and not (path.exists() and path.stat().st_size):
        return OtherProgram(address_of(os.path.realpath(path)))
    return _connect(database, *arguments, **options)


_connect = sqlite3.connect
sqlite3.connect = connect
stores.open_store = open_store  # type: ignore[attr-defined]
on_sqlite.open_store = open_store
tampering.reseal = reseal
backups.accept = accept  # type: ignore[assignment]
