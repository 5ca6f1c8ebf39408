"""Save a database whose file was deleted or replaced: SQLite reads the open file until the process ends."""

import glob
import logging
import os
import sqlite3
import time
from pathlib import Path

from engine.private_files import make_file, make_folder

log = logging.getLogger(__name__)


def saved_files(database: Path) -> list[Path]:
    """Return the saved files that were not restored yet, oldest first."""
    real = Path(os.path.realpath(database))
    candidates = real.parent.glob(f"{glob.escape(real.name)}.saved-*")
    return sorted(file for file in candidates if ".left-" not in file.name and file.stat().st_size)


def left_wal(database: Path) -> Path | None:
    """Return the newest `-wal` that was kept when another program emptied the database file; None if there
    is none. The `-wal` beside a saved file is not meant: that file has its transactions."""
    real = Path(os.path.realpath(database))
    kept = sorted(real.parent.glob(f"{glob.escape(real.name)}.saved-*.left-wal"))
    alone = [file for file in kept if not file.with_name(file.name.removesuffix(".left-wal")).exists()]
    return alone[-1] if alone else None


def settle(database: Path) -> None:
    """A backup was restored, or a start without any was asked for: what was saved is only kept now."""
    for saved in saved_files(database):
        os.rename(saved, saved.with_name(saved.name.replace(".saved-", ".kept-")))


def saved_name(path: Path) -> Path:
    """Name for what is saved now, beside the database."""
    return path.with_name(f"{path.name}.saved-{time.strftime('%Y%m%dT%H%M%S')}")


def rescue(connection: sqlite3.Connection, path: Path) -> Path | None:
    """Copy everything that is recorded into a new file beside the deleted one; gives that file."""
    path = Path(os.path.realpath(path))
    saved = saved_name(path)
    try:
        make_folder(saved.parent)
        make_file(saved, exclusive=True)
        connection.execute("VACUUM INTO ?", (str(saved),))
    except (OSError, sqlite3.Error) as error:
        log.error("%s was deleted or replaced, and its content could not be saved: %s", path, error)
        if not isinstance(error, FileExistsError):
            saved.unlink(missing_ok=True)
        return None
    log.error(
        "%s or its -wal was deleted or replaced. Its content is saved in %s: restore it with signoff db "
        "restore %s",
        path, saved, saved,
    )  # fmt: skip
    return saved
