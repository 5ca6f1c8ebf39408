"""Copies of a database that are kept before an upgrade changes its tables."""

import contextlib
import glob
import logging
import os
import sqlite3
from datetime import datetime
from pathlib import Path

from engine.errors import StoreBroken, StoreBusy
from engine.store.sqlite.connection import connect
from engine.store.sqlite.copying import PARTIAL, write_copy

log = logging.getLogger(__name__)

MAX_COPIES = 3
"""Copies that are kept beside a database: the newest one of each of the last schemas."""
_RESERVE = 1024 * 1024
"""Bytes that stay free for the upgrade itself."""
_MARK = ".before-upgrade-"


def keep_copy(database: Path, revision: str, to: str, now: datetime) -> Path:
    """Copy a database beside itself before an upgrade from a revision, and remove older copies.

    Nobody else may write to it. Raises `StoreBusy` where the copy cannot be written, `StoreBroken` where the
    database is damaged, and other errors of `sqlite3`.
    """
    real = Path(os.path.realpath(database))
    target = real.with_name(f"{real.name}{_MARK}{revision}-{now:%Y%m%dT%H%M%S}")
    _remove(_named(real, f"*{PARTIAL}"))  # of a start that was killed
    needed = _size(real)
    free = _free(real.parent)
    if free is not None and free < needed + _RESERVE:
        raise _unwritten(database, revision, to, real.parent, _space(needed + _RESERVE, free))
    log.info("Copying the database %s before its upgrade from schema %s to %s", database, revision, to)
    try:
        write_copy(real, target, _sound)
    except OSError as error:
        raise _unwritten(database, revision, to, real.parent, str(error.strerror)) from error
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
            raise
        raise _unwritten(database, revision, to, real.parent, str(error)) from error
    _remove_older(real, target)
    log.info(
        "The database as it was before the upgrade is in %s. To go back, stop Signoff, install the earlier "
        "release, and run: signoff db restore %s",
        target,
        target,
    )
    return target


def _sound(path: Path) -> None:
    with contextlib.closing(connect(path, read_only=True)) as copy:
        (verdict,) = copy.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise StoreBroken(
            f"The copy that Signoff makes before an upgrade is damaged ({verdict}), so nothing was upgraded. "
            "Check the disk and the database: signoff doctor."
        )


def _unwritten(database: Path, revision: str, to: str, folder: Path, why: str) -> StoreBusy:
    return StoreBusy(
        f"The database {database} needs an upgrade from schema {revision} to {to}, and the copy that Signoff "
        f"makes first could not be written to {folder} ({why}). Nothing was changed. Give the folder space "
        "and write access, then start Signoff again. Until then, the earlier release still works."
    )


def _space(needed: int, free: int) -> str:
    return f"it needs {_megabytes(needed)}, and the disk has {_megabytes(free)} left"


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:,.1f} MB"


def _size(database: Path) -> int:
    files = (database, database.with_name(database.name + "-wal"))
    return sum(file.stat().st_size for file in files if file.exists())


def _free(folder: Path) -> int | None:
    try:
        disk = os.statvfs(folder)
    except OSError:
        return None
    return disk.f_bavail * disk.f_frsize


def _remove_older(database: Path, newest: Path) -> None:
    """Keep the newest copy of each schema, of at most `MAX_COPIES` schemas.

    A start that fails again and again keeps one copy, and the copies of earlier upgrades stay.
    """
    by_schema: dict[str, list[Path]] = {}
    for copy in _named(database, "*"):
        by_schema.setdefault(copy.name.rpartition(_MARK)[2].partition("-")[0], []).append(copy)
    latest = [
        newest if newest in copies else max(copies, key=_date) for _, copies in sorted(by_schema.items())
    ]
    kept = {newest, *latest[-MAX_COPIES:]}
    _remove([copy for copies in by_schema.values() for copy in copies if copy not in kept])


def _date(copy: Path) -> str:
    return copy.name.rpartition("-")[2]


def _named(database: Path, end: str) -> list[Path]:
    return [*database.parent.glob(glob.escape(database.name + _MARK) + end)]


def _remove(copies: list[Path]) -> None:
    for copy in copies:
        with contextlib.suppress(OSError):
            copy.unlink()
