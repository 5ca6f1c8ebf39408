"""Imprint of a database: how its files were when the process that owns them had last written to them.

SQLite writes to the file itself only when it brings the `-wal` into it. After a kill, a start that finds the
imprint unchanged knows that nobody else wrote to the file or replaced it, and that the `-wal` beside it is
its own. The imprint stands in the `.lock` file, behind the number of the process. It counts for one boot of
the machine: after a loss of power, the disk may hold something else.
"""

import contextlib
import os
from functools import cache
from pathlib import Path

IMPRINT_PLACE = 32
"""Where it begins in the `.lock` file. Before it stands the number of the process."""
_SIZE = 256
_SALTS = (8, 16)
"""Number and place of the bytes of a `-wal` that SQLite changes when it begins the `-wal` again."""
_BOOT = Path("/proc/sys/kernel/random/boot_id")
_Status = tuple[int, ...]


def is_untouched(real: str) -> bool:
    """Return whether the database and its `-wal` are as their last process left them."""
    try:
        with open(f"{real}.lock", "rb") as lock, open(f"{real}-wal", "rb") as wal:
            stored = os.pread(lock.fileno(), _SIZE, IMPRINT_PLACE)
            now = _text(_status(real), wal.fileno())
    except OSError:
        return False
    return bool(stored.strip()) and stored == now


class Imprint:
    """Kept by the process that owns the database, from its first transaction on."""

    def __init__(self, real: str) -> None:
        self._real, self._files = real, list[int]()
        self._status = _status(real)
        self._stored = b""
        if _boot():
            with contextlib.suppress(OSError):
                self._files.append(os.open(f"{real}.lock", os.O_RDWR | os.O_CLOEXEC))
                self._files.append(os.open(f"{real}-wal", os.O_RDONLY | os.O_CLOEXEC))

    def look(self) -> None:
        """Call before each transaction: what another program has touched needs a look at the next start."""
        with contextlib.suppress(OSError):
            if len(self._files) == 2 and _status(self._real) != self._status:
                self._write(b"")
                self.close()

    def renew(self) -> None:
        """Call after each transaction: it may have brought the `-wal` into the file, or begun it again."""
        if len(self._files) < 2:
            return
        with contextlib.suppress(OSError):
            self._status = _status(self._real)
            now = _text(self._status, self._files[1])
            if now != self._stored:
                self._write(now)

    def _write(self, text: bytes) -> None:
        os.pwrite(self._files[0], text.ljust(_SIZE), IMPRINT_PLACE)
        self._stored = text

    def close(self) -> None:
        while self._files:
            os.close(self._files.pop())


def _status(real: str) -> _Status:
    status = os.stat(real)
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _text(status: _Status, wal: int) -> bytes:
    beside = os.fstat(wal)
    salts = os.pread(wal, *_SALTS).hex()
    parts = (_boot(), *status, beside.st_dev, beside.st_ino, salts or "none")
    return " ".join(map(str, parts)).encode().ljust(_SIZE)


@cache
def _boot() -> str:
    """Return what names this boot of the machine; empty where the system does not say it."""
    try:
        return _BOOT.read_text("ascii").strip()
    except (OSError, ValueError):
        return ""
