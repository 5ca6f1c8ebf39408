"""Runs tests of the engine on PostgreSQL: `pytest -p tests.on_postgres tests/engine/runtime`.

Wherever a test opens an SQLite file, it gets a schema of a server that belongs to that file.
"""

import asyncio
import os
from datetime import datetime
from pathlib import Path

from engine.audit.keys import Keyring
from engine.runtime import stores
from engine.store import on_postgres
from engine.store.store import Store
from tests.postgres_server import address_of


async def open_store(path: Path, keyring: Keyring, now: datetime) -> Store:
    address = await asyncio.to_thread(lambda: address_of(os.path.realpath(path)))
    return await on_postgres.open_store(address, keyring, now)


stores.open_store = open_store  # type: ignore[attr-defined]
