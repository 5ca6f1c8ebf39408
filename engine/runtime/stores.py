"""Opens the database of an engine: an SQLite file, or a database on a PostgreSQL server."""

import asyncio
import logging
import os
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

from engine.errors import NotPossible
from engine.private_files import of_database, of_keys, tighten, writable_by_others
from engine.runtime.settings import EngineSettings, database_path, is_server
from engine.store.files.file_lock import FileLock
from engine.store.on_sqlite import open_store
from engine.store.postgres import require_driver
from engine.store.store import Store

log = logging.getLogger(__name__)


class Opened:
    """An open store, the settings with absolute folders, and the engine's own lock on a file."""

    def __init__(self, store: Store, settings: EngineSettings, own_lock: FileLock | None) -> None:
        self.store, self.settings, self.own_lock = store, settings, own_lock

    async def close(self) -> None:
        await self.store.close()
        if self.own_lock is not None:
            self.own_lock.release()


async def opened(
    database: str | Path, settings: EngineSettings | None, lock: FileLock | None, now: datetime
) -> Opened:
    """Open it, and bring its schema up to date. `lock`: the caller's, on the same file.

    Raises `StoreInUse`, `StoreBusy`, `StoreBroken`, and `NotPossible` where `lock` is on another file.
    """
    if is_server(database):
        return await _on_server(str(database), settings, lock, now)
    path = database_path(database).absolute()
    settings = (settings or EngineSettings(data_dir=path.parent / "data")).resolved(path.parent)
    taken = lock or FileLock(path)
    async with AsyncExitStack() as undo:
        if lock is None:
            undo.callback(taken.release)
        taken.require_covers(path)
        taken.take()
        store = await open_store(path, settings.keyring(path), now)
        undo.push_async_callback(store.close)
        await asyncio.to_thread(_tighten, of_database(path), path.parent, settings)
        undo.pop_all()
    return Opened(store, settings, taken if lock is None else None)


async def _on_server(
    address: str, settings: EngineSettings | None, lock: FileLock | None, now: datetime
) -> Opened:
    if lock is not None:
        raise NotPossible("lock: a database on a server has no file. Leave it out; the server has a lock.")
    require_driver()
    from engine.store import on_postgres  # noqa: PLC0415 - an extra

    settings = settings or EngineSettings(data_dir=Path("data"))
    settings = settings.resolved(settings.data_dir.absolute())
    store = await on_postgres.open_store(address, settings.keyring(Path()), now)
    await asyncio.to_thread(_tighten, [], settings.data_dir, settings)
    return Opened(store, settings, None)


def _tighten(database: list[Any], folder: Path, settings: EngineSettings) -> None:
    """Close to others what they could change. The log says what was changed, and what cannot be."""
    keys = of_keys(settings.keys_dir) if settings.keys_dir else []
    data = settings.data_dir
    findings = tighten([*database, *keys, *([data] if writable_by_others(data) else [])])
    real = Path(os.path.realpath(folder))
    if problem := writable_by_others(real):
        findings.append(f"{problem}. If nobody else needs it: chmod 700 {real}")
    for finding in findings:
        log.warning("%s", finding)
