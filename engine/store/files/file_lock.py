"""One process owns a database file. The system releases the lock when the process dies.

The lock is on the database file itself, so that a symbolic link, a hard link or a `.lock` file that was
deleted leads to the same lock. It is an open-file-description lock on one byte far behind those that SQLite
locks:

- a classic POSIX lock would be lost whenever any connection to the file is closed in this process;
- flock() on the file would collide with SQLite's own locks where the system makes one kind of the other
  (NFS, BSD).

The `.lock` file beside the database is locked as well, with flock(): older releases look at it, it says which
process holds the database, and it is what is left where the system has no such locks on files. It is never
removed: removing a locked file would let two processes lock two files of one name.
"""

import contextlib
import fcntl
import logging
import os
import struct
import weakref
from collections.abc import Iterator
from pathlib import Path

from engine.errors import NotPossible, StoreBroken, StoreInUse
from engine.private_files import make_folder
from engine.store.files.imprint import IMPRINT_PLACE
from engine.store.files.lock_holder import lock_owner, process
from engine.store.files.sqlite_errors import PASSING_ERRNOS, unwritable

log = logging.getLogger(__name__)

_BYTE = 1 << 62
_OTHER_FILE = "set DATABASE_URL to a file in a folder that this user may write to."
_SET_LOCK: int | None = getattr(fcntl, "F_OFD_SETLK", None)
_GET_LOCK: int | None = getattr(fcntl, "F_OFD_GETLK", None)


_SHARED_FIRST, _SHARED_SIZE = 0x4000_0002, 510
"""The bytes that SQLite locks alone before it brings a `-wal` into the file at a close."""
_SHM_OPEN = 128
"""The byte of the `-shm` file that each connection locks while it is open."""
_TAKEN: "weakref.WeakSet[FileLock]" = weakref.WeakSet()
"""The locks of this process."""


def require_name_in_use(database: Path) -> None:
    """Raises `StoreInUse` where a process has this file open by another name, as a hard link.

    The newest transactions are then in the `-wal` beside that name, and a read by this one would miss them.
    """
    real = os.path.realpath(database)
    # To probe a file that this process has open would give up SQLite's locks on it.
    if any(lock.has_name(real) for lock in _TAKEN):
        return
    if _is_locked(real, _BYTE) and not _is_locked(f"{real}-shm", _SHM_OPEN):
        holder = lock_owner(Path(real), _BYTE)
        raise StoreInUse(
            f"{database} is in use by {process(holder) if holder else 'another process'} by another name, as "
            "a hard link has. The newest transactions are beside that name. Use the name that the process "
            "was started with: see its DATABASE_URL."
        )


def _is_locked(path: str, byte: int) -> bool:
    if _GET_LOCK is None:
        return False
    query = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, byte, 1, 0)
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        (kind,) = struct.unpack_from("h", fcntl.fcntl(file, _GET_LOCK, query))
        return bool(kind != fcntl.F_UNLCK)
    except OSError:  # the file system has no such locks
        return False
    finally:
        os.close(file)


@contextlib.contextmanager
def checkpoint_kept_away(path: Path) -> Iterator[None]:
    """Let the last connection close without merging the `-wal` into the file and removing it.

    Where the system has no such locks, it merges as always.
    """
    if _SET_LOCK is None:
        yield
        return
    file = os.open(os.path.realpath(path), os.O_RDONLY | os.O_CLOEXEC)
    try:
        wanted = struct.pack("hhqqi4x", fcntl.F_RDLCK, os.SEEK_SET, _SHARED_FIRST, _SHARED_SIZE, 0)
        fcntl.fcntl(file, _SET_LOCK, wanted)
        yield
    finally:
        os.close(file)


class FileLock:
    """Taken by `take`, released by `release` or by the end of the process, however that comes."""

    def __init__(self, database: Path) -> None:
        self._real = Path(os.path.realpath(database))
        self.path = self._real.with_name(self._real.name + ".lock")
        self.database = database
        self._files: list[int] = []
        # A child of fork() shares the open files, and with them the lock: it would outlive this process.
        os.register_at_fork(after_in_child=self._forget)

    def has_name(self, real: str) -> bool:
        """Return whether this is the lock on a database by this real path."""
        return bool(self._files) and real == str(self._real)

    def require_covers(self, database: Path) -> None:
        """Raises `NotPossible` where this is not the lock on that file, by whatever path it is reached."""
        if self._covers(database):
            return
        raise NotPossible(
            f"lock: it is not on the file {database}. It was made for {self.database}, and locks the file "
            "that was there when it was taken. Take a FileLock on the file that the engine opens."
        )

    def _covers(self, database: Path) -> bool:
        if len(self._files) < 2:  # it is not taken yet, or the system has no locks on files
            return Path(os.path.realpath(database)) == self._real
        try:
            return os.path.samestat(os.stat(database), os.fstat(self._files[1]))
        except FileNotFoundError:
            return False

    def take(self, *, create: bool = True) -> None:
        """Raises `StoreInUse`, which names the process that holds the file, `StoreBusy` where the disk is
        full or read-only, and `StoreBroken` where this user cannot have the file. `create`: an empty file
        where there is none. Taken already, it stays taken."""
        if self._files:
            return
        try:
            if self._real.exists() and not self._real.is_file():
                raise StoreBroken(f"The database {self.database} is not a regular file: {_OTHER_FILE}")
            make_folder(self.path.parent)
            self._take_beside()
            self._take_database(create)
            _TAKEN.add(self)
        except OSError as error:
            self.release()
            if error.errno not in PASSING_ERRNOS:
                raise StoreBroken(
                    f"The database {self.database} can't be opened ({error.strerror}: {error.filename}). "
                    f"Give the user that Signoff runs as access to it, or {_OTHER_FILE}"
                ) from error
            raise unwritable(self.path.parent, error) from error
        except BaseException:
            self.release()
            raise

    def release(self) -> None:
        """Call it when no connection to the database is open: it closes the file."""
        while self._files:
            os.close(self._files.pop())

    def _take_beside(self) -> None:
        file = self._opened(self.path)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.read(file, IMPRINT_PLACE).decode(errors="replace").strip()
            raise self._in_use(int(holder) if holder.isdigit() else None) from None
        os.pwrite(file, f"{os.getpid()}\n".ljust(IMPRINT_PLACE).encode(), 0)

    def _take_database(self, create: bool) -> None:
        if _SET_LOCK is None or not (create or self._real.exists()):
            return
        file = self._opened(self._real)
        wanted = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, _BYTE, 1, 0)
        try:
            fcntl.fcntl(file, _SET_LOCK, wanted)
        except (BlockingIOError, PermissionError):
            raise self._in_use(lock_owner(self._real, _BYTE)) from None
        except OSError as error:
            log.warning("%s cannot be locked (%s); only %s is", self.database, error, self.path)

    def _opened(self, path: Path) -> int:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._files.append(file)
        return file

    def _in_use(self, holder: int | None) -> StoreInUse:
        if holder == os.getpid():
            return StoreInUse(
                f"{self.database} is in use by this process. Close the engine that has it, release the lock, "
                "or pass the lock that you hold: Engine.open(…, lock=lock)."
            )
        return StoreInUse(
            f"{self.database} is in use by {process(holder) if holder else 'another process'}. "
            "Stop that one first, or set DATABASE_URL to another file."
        )

    def _forget(self) -> None:
        for file in self._files:
            with contextlib.suppress(OSError):
                os.close(file)
        self._files.clear()
