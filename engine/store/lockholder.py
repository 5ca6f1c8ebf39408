"""Name the process that holds a database's write lock, where the system tells (Linux)."""

import os
from collections.abc import Iterable
from pathlib import Path

_LOCKS = Path("/proc/locks")
_WAL_WRITE_LOCK = range(120, 121)
"""The byte of the `-shm` file that a writer locks."""
_FILE_LOCKS = range(0x40000000, 0x40000200)
"""The bytes of the database file that a writer locks where there is no `-shm`."""


def holder(database: Path) -> str:
    """`Process 4242 (sqlite3)`; empty where that can't be known.

    It reads the list of locks, not the files: closing one of them would drop this process's own locks.
    """
    try:
        lines = _LOCKS.read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    real = os.path.realpath(database)
    for file, wanted in ((f"{real}-shm", _WAL_WRITE_LOCK), (real, _FILE_LOCKS)):
        pid = _writer_of(file, wanted, lines)
        if pid is not None and pid != os.getpid():
            return f"Process {pid}{_named(pid)}"
    return ""


def _writer_of(file: str, wanted: range, lines: list[str]) -> int | None:
    try:
        return writer_in(lines, os.stat(file).st_ino, wanted)
    except OSError:
        return None


def writer_in(lines: Iterable[str], inode: int, wanted: range = _WAL_WRITE_LOCK) -> int | None:
    """The process whose write lock covers one of these bytes, from lines of `/proc/locks`."""
    for line in lines:
        fields = line.split()
        # 12: POSIX  ADVISORY  WRITE 4242 fd:01:1835 120 120
        if len(fields) < 8 or fields[1] != "POSIX" or fields[3] != "WRITE":
            continue
        start, end = fields[6], fields[7]
        covers = int(start) < wanted.stop and (end == "EOF" or int(end) >= wanted.start)
        if covers and fields[5].rpartition(":")[2] == str(inode) and int(fields[4]) > 0:
            return int(fields[4])
    return None


def _named(pid: int) -> str:
    try:
        return f" ({Path(f'/proc/{pid}/comm').read_text(encoding='utf-8').strip()})"
    except OSError:
        return ""
