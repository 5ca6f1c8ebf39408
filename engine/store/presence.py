"""Is the file that was opened still the one under its name? SQLite itself writes on to a deleted one."""

import os
from pathlib import Path

_SUFFIXES = ("", "-wal", "-shm")
"""The database and what belongs to it while it is open."""


class Presence:
    """Notes the files of an open database once, and compares: by device and inode."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._files = [f"{os.path.realpath(path)}{suffix}" for suffix in _SUFFIXES]
        self._noted = [_identity(file) for file in self._files]

    @property
    def deleted(self) -> bool:
        """Whether the database has no name any more, so that it ends with this process."""
        return not os.path.exists(self._files[0])

    def problem(self) -> tuple[str, str] | None:
        """What has become of the files, and the remedy; None as a rule."""
        for file, noted in zip(self._files, self._noted, strict=True):
            if noted is None:
                continue
            found = _identity(file)
            if found is None:
                return f"{file} was deleted or moved away while Signoff runs", _PUT_BACK
            if found != noted:
                return f"{file} was replaced by another file while Signoff runs", _PUT_BACK
        return None


_PUT_BACK = (
    "If it is lost, stop Signoff by SIGTERM or Ctrl-C: it then saves what it still holds. Otherwise put the "
    "same file back in its place"
)


def _identity(file: str) -> tuple[int, int] | None:
    try:
        found = os.stat(file)
    except OSError:
        return None
    return found.st_dev, found.st_ino
