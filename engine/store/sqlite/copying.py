"""A checked copy of a database file that others may use meanwhile."""

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

from engine.private_files import make_file
from engine.store.sqlite.connection import connect
from engine.store.work import T

PARTIAL = ".partial"
"""End of the name of a copy that is not complete yet."""


def write_copy(database: Path, target: Path, check: Callable[[Path], T]) -> T:
    """Copy a database as of one moment, and return what `check` says of the copy.

    Raises `OSError`, `sqlite3.Error`, and what `check` raises.

    `VACUUM INTO` reads within one transaction; the backup interface would start again at each write of
    another process. The copy gets its name when it is complete, checked and on the disk.
    """
    partial = target.with_name(target.name + PARTIAL)
    partial.unlink(missing_ok=True)
    make_file(partial, exclusive=True)
    try:
        with contextlib.closing(connect(database, read_only=True)) as source:
            source.execute("VACUUM INTO ?", (str(partial),))
        checked = check(partial)
        to_disk(partial)
        os.rename(partial, target)
        to_disk(target.parent)
    finally:
        partial.unlink(missing_ok=True)
    return checked


def to_disk(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
