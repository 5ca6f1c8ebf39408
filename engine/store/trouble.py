"""What SQLite's errors mean, and the words for each: a lock is waited for, everything else ends the store."""

import sqlite3
from pathlib import Path

from engine.errors import StoreBroken
from engine.store.lockholder import holder

_LOCKED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_REMEDIES = {
    sqlite3.SQLITE_FULL: "Its disk is full. Free some space, then start Signoff again.",
    sqlite3.SQLITE_READONLY: "The file is read-only for this user. "
    "Give the user write access to the file and to its folder, then start Signoff again.",
    sqlite3.SQLITE_CANTOPEN: "The file or its folder cannot be opened. "
    "Give the user write access to both, then start Signoff again.",
    sqlite3.SQLITE_PERM: "Give the user write access to the file and its folder, then start Signoff again.",
    sqlite3.SQLITE_IOERR: "The disk reported an error. "
    "Check the disk and the system log, then start Signoff again.",
    sqlite3.SQLITE_CORRUPT: "The file is damaged. Restore a backup with signoff db restore.",
    sqlite3.SQLITE_NOTADB: "The file is not a SQLite database. Restore a backup with signoff db restore.",
}
_OTHERWISE = "Check the disk and the permissions of the folder, then start Signoff again."


def is_locked(error: BaseException) -> bool:
    """Whether another connection holds the lock that this one needs; it passes by itself."""
    return _code(error) in _LOCKED


def explained(error: Exception, path: Path, what: str = "written") -> Exception:
    """Return the error that the engine raises for one of SQLite's; other errors are returned as they are."""
    if not isinstance(error, sqlite3.DatabaseError) or isinstance(error, sqlite3.IntegrityError):
        return error
    if is_locked(error):
        broken = StoreBroken(f"{lock_text(path)}, so it could not be {what}. Try again once it is released.")
    else:
        remedy = _REMEDIES.get(_code(error), _OTHERWISE)
        broken = StoreBroken(f"The database {path} could not be {what} ({error}). {remedy}")
    broken.__cause__ = error
    return broken


def lock_text(path: Path) -> str:
    """Name the lock and, where the system tells, the process that holds it; no full stop."""
    return f"{holder(path) or 'Another process'} holds the write lock of the database {path}"


def _code(error: BaseException) -> int:
    """The primary result code; extended ones carry it in their low byte."""
    return (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
