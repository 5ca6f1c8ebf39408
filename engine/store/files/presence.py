"""Is the file that was opened still the one under its name? SQLite itself writes on to a deleted one."""

import os
from pathlib import Path

_SUFFIXES = ("", "-wal", "-shm")
"""The database and what belongs to it while it is open."""
_SMALLEST_PAGE = 512
"""Bytes of the smallest page that SQLite knows."""


class Presence:
    """Notes the files of an open database once, and compares: by device and inode."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._files = [f"{os.path.realpath(path)}{suffix}" for suffix in _SUFFIXES]
        self._noted = [_identity(file) for file in self._files]
        self._had_pages = not self._is_empty()

    @property
    def lost(self) -> bool:
        """Return whether the database or its `-wal` is gone or replaced, so that what it holds may end
        with it."""
        return any(_identity(self._files[place]) != self._noted[place] for place in (0, 1))

    @property
    def emptied(self) -> str:
        """Say that another program emptied the database file in its place; empty as a rule.

        Nothing may open it then: SQLite removes the `-wal` of an empty file.
        """
        if not self._had_pages or not self._is_empty():
            return ""
        return f"{self._files[0]} was emptied by another program while Signoff runs"

    def _is_empty(self) -> bool:
        try:
            return os.stat(self._files[0]).st_size < _SMALLEST_PAGE
        except OSError:
            return False

    def keep_wal(self, name: str) -> str:
        """Give our `-wal` a second name, which stays when SQLite removes the first; return the second."""
        os.link(self._files[1], f"{name}-wal")
        return f"{name}-wal"

    @property
    def content(self) -> tuple[int, int] | None:
        """Size and time of change of the database file: another program may write into it."""
        try:
            status = os.stat(self._files[0])
        except OSError:
            return None
        return status.st_size, status.st_mtime_ns

    def set_wal_aside(self, name: str) -> None:
        """Take our `-wal` and `-shm` away from another database that now has our name: SQLite would read
        them as that one's."""
        for file, noted in list(zip(self._files, self._noted, strict=True))[1:]:
            if noted is not None and _identity(file) == noted:
                os.rename(file, name + file.removeprefix(self._files[0]))

    def problem(self) -> tuple[str, str] | None:
        """Return what happened to the files and the remedy; None if all are in place."""
        for file, noted in zip(self._files, self._noted, strict=True):
            if noted is None:
                continue
            identity = _identity(file)
            if identity is None:
                return f"{file} was deleted or moved away while Signoff runs", _PUT_BACK
            if identity != noted:
                return f"{file} was replaced by another file while Signoff runs", _PUT_BACK
        return (self.emptied, _RESTORE) if self.emptied else None


_PUT_BACK = (
    "If it is lost, stop Signoff by SIGTERM or Ctrl-C: it then saves what it still holds. Otherwise put the "
    "same file back in its place"
)


_RESTORE = (
    "Stop Signoff: it then keeps the -wal under a second name. Put the newest backup in the place of the file"
)


def _identity(file: str) -> tuple[int, int] | None:
    try:
        status = os.stat(file)
    except OSError:
        return None
    return status.st_dev, status.st_ino
