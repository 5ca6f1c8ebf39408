"""Runs tests of the engine on PostgreSQL: `pytest -p tests.on_postgres tests/engine/runtime`.

Wherever a test opens an SQLite file, it gets a schema of a server that belongs to that file. The same holds
where it changes rows as another program does. Statements that only SQLite knows fail there.
"""

import asyncio
import os
import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from engine.audit.keys import Keyring
from engine.runtime import stores
from engine.store import on_postgres
from engine.store.postgres.connection import Connection
from engine.store.store import Store
from tests.postgres_server import address_of


async def open_store(path: Path, keyring: Keyring, now: datetime) -> Store:
    address = await asyncio.to_thread(lambda: address_of(os.path.realpath(path)))
    return await on_postgres.open_store(address, keyring, now)


class OtherProgram(Connection):
    """A connection of a test. Each statement is a transaction of its own."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def commit(self) -> None: ...


def connect(database: Any, *arguments: Any, **options: Any) -> Any:
    path = Path(os.fspath(database))
    if path.name == "signoff.db" and not (path.exists() and path.stat().st_size):
        return OtherProgram(address_of(os.path.realpath(path)))
    return _connect(database, *arguments, **options)


_connect = sqlite3.connect
sqlite3.connect = connect
stores.open_store = open_store  # type: ignore[attr-defined]
