"""Save a database whose file was deleted or replaced: SQLite reads the open file until the process ends."""

import logging
import sqlite3
import time
from pathlib import Path

from engine.private import make_file, make_folder

log = logging.getLogger(__name__)


def rescue(connection: sqlite3.Connection, path: Path) -> Path | None:
    """Copy everything that is recorded into a new file beside the deleted one; gives that file."""
    saved = path.with_name(f"{path.name}.saved-{time.strftime('%Y%m%dT%H%M%S')}")
    try:
        make_folder(saved.parent)
        make_file(saved, exclusive=True)
        connection.execute("VACUUM INTO ?", (str(saved),))
    except (OSError, sqlite3.Error) as error:
        log.error("%s was deleted or replaced, and what it held could not be saved: %s", path, error)
        return None
    log.error(
        "%s was deleted or replaced. What it held is saved in %s: bring it back with signoff db restore %s",
        path, saved, saved,
    )  # fmt: skip
    return saved
