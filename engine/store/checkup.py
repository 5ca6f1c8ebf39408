"""Look through a database at the start: is it whole? For a limited time, since a large one takes minutes."""

import logging
import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from engine.errors import StoreBroken
from engine.store.trouble import damaged, explained

log = logging.getLogger(__name__)

SECONDS = 2.0
_STEPS = 100_000
"""Of SQLite's virtual machine between two looks at the clock."""


def look_through(path: Path, seconds: float = SECONDS) -> None:
    """Raises `StoreBroken` for a file that is damaged, shortened, or lacks its `-wal`; `StoreBusy` where it
    cannot be read now."""
    real = os.path.realpath(path)
    if not os.path.exists(real) or not os.path.getsize(real):
        return
    _check_wal(real)
    try:
        verdict = _quick_check(real, seconds)
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", None) != sqlite3.SQLITE_INTERRUPT:
            raise explained(error, path, "read") from error
        log.info("%s is large: not all of it was looked through within %g s", path, seconds)
        return
    if verdict != "ok":
        raise damaged(path, " ".join(verdict.replace("*** in database main ***", "").split()))


def _check_wal(real: str) -> None:
    """SQLite removes the `-shm` first: one without a `-wal` says that somebody has removed that."""
    if os.path.exists(f"{real}-shm") and not os.path.exists(f"{real}-wal"):
        raise StoreBroken(
            f"{real}-wal is missing: it held the newest transactions, and somebody has removed it. Put it "
            "back. If it is lost, restore the newest backup: signoff db restore BACKUP. To go on without the "
            f"newest transactions, with what the database file itself holds, remove {real}-shm.",
            damaged=True,
        )


def _quick_check(real: str, seconds: float) -> str:
    until = time.monotonic() + seconds
    with closing(sqlite3.connect(real, timeout=1.0)) as connection:
        connection.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        return str(verdict)
