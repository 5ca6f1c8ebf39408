"""Name the process that holds a database's write lock, where the system tells (Linux)."""

import os
from collections.abc import Collection, Iterable
from pathlib import Path

_LOCKS = Path("/proc/locks")
_WRITE = ("WRITE",)
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
        pid = _holder_of(file, wanted, lines)
        if pid is not None and pid != os.getpid():
            return f"Process {pid}{_named(pid)}"
    return ""


def opener(database: Path) -> str:
    """`process 4242 (signoff)`: who has the database open, by SQLite's own locks; empty where unknown."""
    try:
        lines = _LOCKS.read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    pid = _holder_of(os.path.realpath(database), _FILE_LOCKS, lines, ("READ", "WRITE"))
    return "" if pid is None else f"process {pid}{_named(pid)}"


def _holder_of(file: str, wanted: range, lines: list[str], kinds: Collection[str] = _WRITE) -> int | None:
    try:
        return holder_in(lines, os.stat(file).st_ino, wanted, kinds)
    except OSError:
        return None


def holder_in(
    lines: Iterable[str], inode: int, wanted: range = _WAL_WRITE_LOCK, kinds: Collection[str] = _WRITE
) -> int | None:
    """The process whose lock covers one of these bytes, from lines of `/proc/locks`."""
    for line in lines:
        fields = line.split()
        # 12: POSIX  ADVISORY  WRITE 4242 fd:01:1835 120 120
        if len(fields) < 8 or fields[1] != "POSIX" or fields[3] not in kinds:
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
