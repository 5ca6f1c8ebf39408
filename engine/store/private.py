"""Files and folders for this user alone, whatever the umask is."""

import os
from pathlib import Path


def make_folder(folder: Path) -> None:
    """Make a folder and those above it that are missing, each of mode 0700."""
    missing = [folder] if not folder.exists() else []
    missing += [parent for parent in folder.parents if not parent.exists()] if missing else []
    for one in reversed(missing):
        one.mkdir(mode=0o700, exist_ok=True)


def make_file(path: Path, *, exclusive: bool = False) -> None:
    """Make an empty file of mode 0600 where there is none. SQLite gives the `-wal` and `-shm` the same."""
    try:
        # A file that is there must not even be opened: closing it drops this process's locks on it.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        if exclusive:
            raise
