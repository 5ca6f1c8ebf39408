"""Name the process that holds a database's write lock, where the system tells (Linux)."""

import os
from collections.abc import Iterable
from pathlib import Path

_LOCKS = Path("/proc/locks")
_WRITE_BYTE = 120
"""SQLite's WAL_WRITE_LOCK: the byte of the `-shm` file that a writer locks."""


def holder(database: Path) -> str:
    """`Process 4242 (sqlite3)`; empty where that can't be known.

    It reads the list of locks, not the `-shm` file: closing that would drop this process's own locks.
    """
    try:
        inode = os.stat(f"{database}-shm").st_ino
        lines = _LOCKS.read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    pid = writer_in(lines, inode)
    if pid is None or pid == os.getpid():
        return ""
    return f"Process {pid}{_named(pid)}"


def writer_in(lines: Iterable[str], inode: int) -> int | None:
    """The process whose write lock covers the byte, from lines of `/proc/locks`."""
    for line in lines:
        fields = line.split()
        # 12: POSIX  ADVISORY  WRITE 4242 fd:01:1835 120 120
        if len(fields) < 8 or fields[1] != "POSIX" or fields[3] != "WRITE":
            continue
        start, end = fields[6], fields[7]
        covers = int(start) <= _WRITE_BYTE and (end == "EOF" or int(end) >= _WRITE_BYTE)
        if covers and fields[5].rpartition(":")[2] == str(inode) and int(fields[4]) > 0:
            return int(fields[4])
    return None


def _named(pid: int) -> str:
    try:
        return f" ({Path(f'/proc/{pid}/comm').read_text(encoding='utf-8').strip()})"
    except OSError:
        return ""
