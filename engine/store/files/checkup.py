"""Look through a database at the start: is it whole? For a limited time, since a large one takes minutes."""

import logging
import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from engine.errors import StoreBroken
from engine.store.files.imprint import is_untouched
from engine.store.files.sqlite_errors import UNREADABLE_SCHEMA, damaged, explained, is_damaged
from engine.store.files.wal_index import lacks_frames

log = logging.getLogger(__name__)

CHECK_SECONDS = 2.0
_LONG_CHECK_SECONDS = 1_800.0
"""For the look without a `-wal`: the start is refused anyway, and the outcome decides the remedy."""
_CLOCK_CHECK_INTERVAL = 100_000
"""Of SQLite's virtual machine between two looks at the clock."""


def look_through(path: Path, seconds: float = CHECK_SECONDS, *, new: bool = True) -> None:
    """Raises `StoreBroken` for a file that is damaged, shortened, or lacks its `-wal`; `StoreBusy` where it
    cannot be read now. `new`: an empty file is a database that has yet to be made."""
    real = os.path.realpath(path)
    if not os.path.exists(real):
        return
    if not os.path.getsize(real):
        if new:
            return
        raise damaged(path, "another program has emptied it")
    _check_wal(real, connected=not new)
    verdict = _verdict(real, seconds)
    if verdict is None:
        log.info("%s is large: not all of it was looked through within %g s", path, seconds)
    elif verdict:
        raise _explained(path, real, verdict, seconds)


def is_as_left(path: Path) -> bool:
    """Return whether the files are as a killed process left them: the engine may look through them after its
    start. Raises `StoreBroken` where the `-wal` was shortened."""
    real = os.path.realpath(path)
    if not is_untouched(real):
        return False
    _check_wal(real, connected=False)
    return True


def look_before_start(path: Path) -> None:
    """As `look_through`, for files that are not as a killed process left them."""
    if not is_as_left(path):
        look_through(path)


def look_at_wal(path: Path) -> None:
    """As `look_through`, where there is a `-wal` that the file may not belong to: the first connection would
    bring it into the file."""
    if _has_wal(os.path.realpath(path)):
        look_through(path)


def _has_wal(real: str) -> bool:
    wal = f"{real}-wal"
    return os.path.exists(wal) and os.path.getsize(wal) > 0


def _explained(path: Path, real: str, verdict: str | sqlite3.Error, seconds: float) -> Exception:
    wrong = isinstance(verdict, str) or is_damaged(verdict)
    if wrong and _has_wal(real) and _verdict_alone(real, seconds) == "":
        return _foreign_wal(real)
    return damaged(path, verdict) if isinstance(verdict, str) else explained(verdict, path, "read")


def _verdict_alone(real: str, seconds: float) -> str | sqlite3.Error | None:
    """Return the verdict on the file without its `-wal`, however large the file is."""
    verdict = _verdict(real, seconds, alone=True)
    if verdict is not None:
        return verdict
    log.warning(
        "Together with %s-wal, %s is damaged. Looking whether the file alone is intact: it has %s bytes, so "
        "this can take up to %g minutes",
        real, real, f"{os.path.getsize(real):,}", _LONG_CHECK_SECONDS / 60,
    )  # fmt: skip
    return _verdict(real, _LONG_CHECK_SECONDS, alone=True)


def _foreign_wal(real: str) -> StoreBroken:
    return StoreBroken(
        f"{real} is intact, but {real}-wal beside it belongs to another database: the file was replaced "
        f"while that was still there. Move {real}-wal and {real}-shm to another folder and keep them, then "
        "start again. With the file that was here before, they hold its newest transactions.",
        damaged=True,
    )


def _verdict(real: str, seconds: float, *, alone: bool = False) -> str | sqlite3.Error | None:
    """Return the problem, or "" for none; None if the time ran out. `alone`: without its `-wal`."""
    try:
        verdict = _check(real, seconds, alone)
    except sqlite3.DatabaseError as error:
        interrupted = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT
        return None if interrupted else error
    except UnicodeDecodeError:
        return UNREADABLE_SCHEMA
    return "" if verdict == "ok" else " ".join(verdict.replace("*** in database main ***", "").split())


def _check_wal(real: str, *, connected: bool) -> None:
    """SQLite removes the `-shm` first: one without a `-wal` says that somebody has removed that.

    `connected`: this process has the database open, and looks at its `-wal` itself.
    """
    if not connected and lacks_frames(real):
        raise damaged_wal(real)
    if os.path.exists(f"{real}-shm") and not os.path.exists(f"{real}-wal"):
        raise StoreBroken(
            f"{real}-wal is missing: it held the newest transactions, and somebody has removed it. Put it "
            "back. If it is lost, restore the newest backup: signoff db restore BACKUP. To go on without the "
            f"newest transactions, with what the database file itself holds, remove {real}-shm.",
            damaged=True,
        )


def damaged_wal(real: str) -> StoreBroken:
    """Another program has shortened it."""
    return StoreBroken(
        f"{real}-wal was shortened by another program: it lacks transactions that were recorded. Restore the "
        f"newest backup: signoff db restore BACKUP. To go on with what is left, remove {real}-shm.",
        damaged=True,
    )


def _check(real: str, seconds: float, alone: bool) -> str:
    until = time.monotonic() + seconds
    # A connection that may write would bring a foreign -wal into the file when it is closed.
    address = f"{Path(real).as_uri()}?mode=ro" + ("&immutable=1" if alone else "")
    with closing(sqlite3.connect(address, timeout=1.0, uri=True)) as connection:
        connection.set_progress_handler(lambda: time.monotonic() > until, _CLOCK_CHECK_INTERVAL)
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if verdict == "ok":
            # Only this one compares the indexes with the tables: lists would leave out rows without it.
            (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        return str(verdict)
