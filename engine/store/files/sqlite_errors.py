"""Meanings of SQLite's errors, with a text for each: most errors pass by themselves, damage does not."""

import errno
import os
import resource
import sqlite3
from pathlib import Path

from engine.errors import Altered, SignoffError, StoreBroken, StoreBusy, Unstorable
from engine.store.files.lock_holder import holder
from engine.store.work import unstorable

_LOCKED = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL})
_FILE_ACCESS = "Give the user that Signoff runs as write access to the file and its folder"
_DISK_ERROR = (
    "Look into the system log. If the system has made the file system read-only, stop Signoff, check the "
    "file system, mount it again and start Signoff. If the disk failed for a moment only, do nothing"
)
_FILE_LIMIT = (
    "If a step set that limit, Signoff puts it back within seconds where the system allows it. If this lasts "
    "longer, restart Signoff without the limit: ulimit -f unlimited"
)
_WRITING = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR})
_PASSING = {
    sqlite3.SQLITE_FULL: ("The disk of the database {path} is full", "Free some space"),
    sqlite3.SQLITE_READONLY: ("The database {path} is read-only", _FILE_ACCESS),
    sqlite3.SQLITE_CANTOPEN: ("The database {path} cannot be opened", _FILE_ACCESS),
    sqlite3.SQLITE_PERM: ("The database {path} is not accessible", _FILE_ACCESS),
    sqlite3.SQLITE_IOERR: ("The disk of the database {path} reports an error", _DISK_ERROR),
    sqlite3.SQLITE_NOMEM: ("There is too little memory for the database {path}", "Free some memory"),
}
"""Problem and remedy by primary result code. No full stops: more text follows."""
_REMEDIES = {
    errno.ENOSPC: "Free some space on its disk",
    errno.EDQUOT: "Free some space, or raise the quota of this user",
    errno.EROFS: "Mount its disk so that it can be written to, or set DATABASE_URL to a file on another disk",
    errno.EIO: "Check its disk: the system log says more",
    errno.ESTALE: "Check the network file system: it has to be mounted again",
}
PASSING_ERRNOS = frozenset(_REMEDIES)
"""The same for files that SQLite does not write."""
_DAMAGED = {
    sqlite3.SQLITE_CORRUPT: "is damaged",
    sqlite3.SQLITE_NOTADB: "is not a SQLite database, or its beginning was overwritten",
    sqlite3.SQLITE_FORMAT: "has a format that cannot be read",
}
_PATTERN_TOO_LONG = "LIKE or GLOB pattern too complex"
_MIN_FREE_BYTES = 512 * 1024
"""Bytes."""
_OTHER_FILE = " If it never was Signoff's database, set DATABASE_URL to another file."
RESTORE = (
    "Keep a copy of the file and of its -wal as they are, then put a backup in its place: "
    "signoff db restore BACKUP."
)


UNREADABLE_SCHEMA = "its schema cannot be read"
"""The detail where the message of SQLite about a damaged schema is not UTF-8, so that the driver raises
`UnicodeDecodeError` in its place."""
UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, OverflowError)
"""Errors of a row that is not what this release writes."""


def unreadable(path: Path, error: Exception) -> Altered:
    """Return the error for a row that nothing more is known of than that it cannot be read."""
    return Altered(
        f"A row of the database {path} cannot be read ({type(error).__name__}): another program changed it. "
        "Signoff does not act on it. Ask the operator to run signoff audit verify."
    )


def refused_value(path: Path, error: Exception) -> Unstorable | None:
    """Return the error for a value that SQLite cannot hold; None for another error.

    The driver goes on with a statement whose text it could not encode. What SQLite says then hides the cause.
    """
    if not isinstance(error, sqlite3.Error):
        return unstorable(error, path)
    if isinstance(error.__context__, UnicodeEncodeError):
        return unstorable(error.__context__, path)
    is_of_a_value = _code(error) == sqlite3.SQLITE_TOOBIG or str(error) == _PATTERN_TOO_LONG
    return unstorable(error, path, str(error)) if is_of_a_value else None


def is_locked(error: BaseException) -> bool:
    """Return whether another connection holds the lock that this one needs; it passes by itself."""
    return _code(error) in _LOCKED


def passes(error: BaseException) -> bool:
    """Return whether the same try may succeed later: a lock, a full or read-only disk, a disk error."""
    return isinstance(error, sqlite3.DatabaseError) and (is_locked(error) or _code(error) in _PASSING)


def is_damaged(error: BaseException) -> bool:
    """Return whether the file itself is at fault, so that no later try can succeed."""
    return isinstance(error, sqlite3.DatabaseError) and _code(error) in _DAMAGED


def problem(error: BaseException, path: Path) -> str:
    """Name what is in the way, for an error that `passes`; no full stop."""
    if is_locked(error):
        return lock_text(path)
    return f"{_passing(error, path)[0].format(path=path)} ({error})"


def remedy(error: BaseException, path: Path) -> str:
    """Return what ends an error that `passes`: an imperative without a full stop."""
    return "End that process if it hangs" if is_locked(error) else _passing(error, path)[1]


def _passing(error: BaseException, path: Path) -> tuple[str, str]:
    code = _code(error)
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)[0]
    if code in _WRITING and limit != resource.RLIM_INFINITY and has_disk_space(path):
        text = f"This process may write no file beyond {limit} bytes (RLIMIT_FSIZE), so the database {{path}}"
        return f"{text} cannot grow", _FILE_LIMIT
    # The memory that readers share cannot grow on a full disk: SQLite calls that an error of the disk.
    return _PASSING[
        sqlite3.SQLITE_FULL if code == sqlite3.SQLITE_IOERR and not has_disk_space(path) else code
    ]


def busy(what_is_wrong: str, what: str = "recorded", *, by_itself: bool = True) -> StoreBusy:
    """Return the error for a person whose act met a problem that passes.

    by_itself: soon, as a lock does. Everything else lasts until the operator has removed its cause.
    """
    remedy = "Try again in a moment" if by_itself else "Tell the operator. Try again once this is fixed"
    return StoreBusy(f"{what_is_wrong}, so nothing was {what}. {remedy}.")


def unwritable(path: object, error: OSError) -> StoreBusy:
    """Return the error for a file or a folder that the system cannot write, with one of `PASSING_ERRNOS`."""
    remedy = _REMEDIES[error.errno or 0]
    return StoreBusy(f"{path} cannot be written to ({error.strerror}), so nothing was recorded. {remedy}.")


def explained(error: Exception, path: Path, what: str = "written") -> Exception:
    """Return the error that the engine raises for one of SQLite's; other errors are returned as they are."""
    if not isinstance(error, sqlite3.DatabaseError) or isinstance(error, sqlite3.IntegrityError):
        return error
    explanation: SignoffError
    if passes(error):
        explanation = busy(problem(error, path), what, by_itself=is_locked(error))
    elif is_damaged(error):
        explanation = damaged(path, str(error), _DAMAGED[_code(error)])
    else:
        explanation = StoreBroken(f"The database {path} could not be {what} ({error}). Look into the log.")
    explanation.__cause__ = error
    return explanation


def damaged(path: Path, detail: str, how: str = "is damaged") -> StoreBroken:
    """Return the error for a file that nothing can be read from or written to safely."""
    other = "" if how != _DAMAGED[sqlite3.SQLITE_NOTADB] else _OTHER_FILE
    return StoreBroken(f"The database {path} {how} ({detail}). {RESTORE}{other}", damaged=True)


def rolled_back(path: Path, newest: int, recorded: int) -> StoreBroken:
    """Return the error for an older copy that was written into the file while this process used it."""
    return StoreBroken(
        f"The database {path} was overwritten by an older copy while Signoff runs: its log ends at event "
        f"{newest:,}, and event {recorded:,} was recorded. What was recorded in between is lost. {RESTORE}",
        damaged=True,
    )


def has_disk_space(path: Path) -> bool:
    """Return whether the disk has room for more than the smallest write, which may succeed on a full one."""
    try:
        disk = os.statvfs(path if os.path.exists(path) else path.parent)
    except OSError:
        return True
    return disk.f_bavail * disk.f_frsize >= _MIN_FREE_BYTES


def lock_text(path: Path) -> str:
    """Name the lock and, where the system tells, the process that holds it; no full stop."""
    return f"{holder(path) or 'Another process'} holds the write lock of the database {path}"


def _code(error: BaseException) -> int:
    """The primary result code; extended ones carry it in their low byte."""
    return (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
