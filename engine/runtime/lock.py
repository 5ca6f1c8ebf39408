"""One process owns a database file: an advisory lock beside it, which the system lets go when it dies."""

import fcntl
import os
from pathlib import Path

from engine.errors import StoreInUse


class FileLock:
    """Taken by `take`, let go by `release` or by the end of the process, however that comes.

    The lock's file says which process holds it. It is never removed: removing a locked file would let two
    processes lock two files of one name.
    """

    def __init__(self, database: Path) -> None:
        self.path = database.with_name(database.name + ".lock")
        self._database = database
        self._file: int | None = None

    def take(self) -> None:
        """Raises `StoreInUse`, which names the process that holds the file."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.read(file, 32).decode(errors="replace").strip()
            os.close(file)
            who = f"process {holder}" if holder.isdigit() else "another process"
            raise StoreInUse(
                f"{self._database} is in use by {who}. "
                "Stop that one first, or set DATABASE_URL to another file."
            ) from None
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        self._file = file

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
