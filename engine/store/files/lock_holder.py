"""Name the process that holds a lock of a database, where the system tells (Linux)."""

import contextlib
import os
from collections.abc import Iterable, Iterator
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
        pid = _holder_of(file, wanted, lines)
        if pid is not None and pid != os.getpid():
            return f"P{process(pid)[1:]}"
    return ""


def lock_owner(database: Path, byte: int) -> int | None:
    """Return the id of the process that holds the lock on this byte of the file; None where unknown.

    The list of locks names no process for a lock of an open file; the open files of each process do.
    """
    try:
        status = os.stat(database)
        processes = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return None
    for pid in processes:
        if any(_locks_byte(line, status.st_ino, byte) for line in _locks_of(pid, status)):
            return pid
    return None


def _locks_of(pid: int, file: os.stat_result) -> Iterator[str]:
    """Yield the locks of a process on a file, as far as this user may see them."""
    try:
        descriptors = os.listdir(f"/proc/{pid}/fd")
    except OSError:
        return
    for number in descriptors:
        # One that was closed meanwhile has no lock.
        with contextlib.suppress(OSError):
            if os.path.samestat(os.stat(f"/proc/{pid}/fd/{number}"), file):
                text = Path(f"/proc/{pid}/fdinfo/{number}").read_text(encoding="utf-8")
                yield from (line for line in text.splitlines() if line.startswith("lock:"))


def _locks_byte(line: str, inode: int, byte: int) -> bool:
    # lock:	1: OFDLCK ADVISORY  WRITE -1 fd:01:1835 4611686018427387904 4611686018427387904
    fields = line.split()
    return (
        len(fields) == 9
        and (fields[2], fields[4], fields[7]) == ("OFDLCK", "WRITE", str(byte))
        and fields[6].rpartition(":")[2] == str(inode)
    )


def _holder_of(file: str, wanted: range, lines: list[str]) -> int | None:
    try:
        return holder_in(lines, os.stat(file).st_ino, wanted)
    except OSError:
        return None


def holder_in(lines: Iterable[str], inode: int, wanted: range = _WAL_WRITE_LOCK) -> int | None:
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


def process(pid: int) -> str:
    """`process 4242 (signoff)`, with the name where the system tells."""
    try:
        return f"process {pid} ({Path(f'/proc/{pid}/comm').read_text(encoding='utf-8').strip()})"
    except OSError:
        return f"process {pid}"
