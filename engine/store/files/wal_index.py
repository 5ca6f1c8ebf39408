"""Notices when another program has shortened the `-wal`.

SQLite itself reads zeros in the place of what is gone, and brings them into the file at its next checkpoint.
The `-shm` says how many frames the `-wal` has. Its header, as SQLite documents it ("WAL-mode File Format"),
has the size of a page at byte 14 and the number of the last frame at byte 16. SQLite makes the `-wal` longer
before it raises that number, and lowers the number before it makes the `-wal` shorter.
"""

import os
import struct

_WAL_HEADER, _FRAME_HEADER = 32, 24
_NUMBERS = struct.Struct("=HI")
"""Size of a page and number of the last frame."""
_HEADER = 48
_MAX_PAGE_SIZE = 65_536
"""Is stored as 1."""


class WalIndex:
    """Keeps the `-shm` open: closing any descriptor of a file gives up this process's locks on it."""

    def __init__(self, real: str) -> None:
        self._wal = f"{real}-wal"
        self._file = os.open(f"{real}-shm", os.O_RDONLY | os.O_CLOEXEC)

    def close(self) -> None:
        """Call it when no connection to the database is open."""
        os.close(self._file)

    @property
    def lacks_frames(self) -> bool:
        """Return whether the `-wal` ends before its last frame does."""
        head = os.pread(self._file, _HEADER, 0)
        if len(head) < _HEADER:
            return False
        stored, last = map(int, _NUMBERS.unpack_from(head, 14))
        page = _MAX_PAGE_SIZE if stored == 1 else stored
        try:
            size = os.stat(self._wal).st_size
        except OSError:
            return False  # that it is gone is said elsewhere
        return last > 0 and size < _WAL_HEADER + last * (_FRAME_HEADER + page)


def lacks_frames(real: str) -> bool:
    """The same for a database to which this process has no connection."""
    try:
        index = WalIndex(real)
    except OSError:
        return False
    try:
        return index.lacks_frames
    finally:
        index.close()
