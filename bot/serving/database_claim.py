"""The database of the process that serves: its checks before the start, and its release at the end."""

import asyncio
import logging
import os
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Protocol

from bot.settings.database_url import DatabaseLocation
from engine import Clock, Engine, EngineSettings, NotPossible, People, StoreInUse
from engine.database import (
    Expected,
    FileLock,
    check_on_server,
    displace_silent,
    known_name,
    look_before_start,
    settle,
)
from engine.private_files import make_folder

log = logging.getLogger(__name__)


class DatabaseClaim(Protocol):
    """The right of one process to use a database."""

    def open_files(self) -> Collection[Path]:
        """Return the files that a fork must not share."""

    async def open(self, clock: Clock, people: People, settings: EngineSettings) -> Engine:
        """Open the database, once. Raises `StoreInUse`, `StoreBusy` and `StoreBroken`."""

    def release(self, left_behind: Sequence[str]) -> None:
        """Release it. `left_behind`: steps that did not stop."""


def claim_of(location: DatabaseLocation, *, new: bool) -> DatabaseClaim:
    """Check that the database is the expected one. `new`: an empty file may replace one that is gone."""
    if location.server:
        if new:
            raise NotPossible(
                f"--new is for SQLite files, and the database is {location}. Signoff makes the tables in an "
                "empty database by itself. If it refuses one: signoff audit accept --reason …"
            )
        return _ServerClaim(location)
    return _FileClaim(location.place, new=new)


class _FileClaim:
    def __init__(self, path: Path, *, new: bool) -> None:
        self._path, self._new = path, new
        self._expected, self._lock = Expected(path, os.environ), FileLock(path)
        if new:
            settle(path)
        else:
            self._expected.check()

    def open_files(self) -> Collection[Path]:
        real = os.path.realpath(self._path)
        return [Path(real + ending) for ending in ("", "-wal", "-shm", ".lock")]

    async def open(self, clock: Clock, people: People, settings: EngineSettings) -> Engine:
        self._lock.take()
        if self._new and not self._path.exists():
            settings.keyring(self._path).forget(known_name(self._path))
        await asyncio.to_thread(look_before_start, self._path)
        engine = await Engine.open(self._path, clock=clock, people=people, settings=settings, lock=self._lock)
        self._expected.note()
        return engine

    def release(self, left_behind: Sequence[str]) -> None:
        release(self._lock, left_behind)


class _ServerClaim:
    """The server gives the claim to the connection that writes, which ends with the engine or the process."""

    def __init__(self, location: DatabaseLocation) -> None:
        self._location = location
        self._checked = False

    def open_files(self) -> Collection[Path]:
        return ()

    async def open(self, clock: Clock, people: People, settings: EngineSettings) -> Engine:
        await asyncio.to_thread(make_folder, self._location.place.parent)  # for the socket
        try:
            return await Engine.open(self._location.url, clock=clock, people=people, settings=settings)
        except StoreInUse:
            await self._check(settings)
            if not await asyncio.to_thread(displace_silent, self._location.url):
                raise
        log.warning("The process that served gave no sign of life, so this one takes its place")
        return await Engine.open(self._location.url, clock=clock, people=people, settings=settings)

    async def _check(self, settings: EngineSettings) -> None:
        """Refuse at the start what would keep a standby from taking over. Raises `StoreBroken`."""
        if not self._checked:
            keyring = settings.resolved(settings.data_dir.absolute()).keyring(Path())
            await asyncio.to_thread(check_on_server, self._location.url, keyring)
            self._checked = True

    def release(self, left_behind: Sequence[str]) -> None:
        if left_behind:
            log.warning(_LEFT_BEHIND, ", ".join(left_behind))


_LEFT_BEHIND = (
    "%s did not stop. The process ends without waiting for that, and the database stays locked until then; "
    "interrupted steps execute again at the next start"
)


def release(lock: FileLock, left_behind: Sequence[str]) -> None:
    """Release the lock, unless steps still execute: the next process must not run beside them."""
    if left_behind:
        log.warning(_LEFT_BEHIND, ", ".join(left_behind))
    else:
        lock.release()
