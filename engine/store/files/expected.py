"""Remembers that there was a database at a path, so that an empty one does not silently take its place.

The `.lock` file beside the database is one sign. The other is a small file in the user's state folder, which
is still there when the whole folder of the database is not.
"""

import contextlib
import hashlib
import logging
import os
from collections.abc import Mapping
from pathlib import Path

from engine.errors import StoreBroken
from engine.private_files import make_folder, tighten
from engine.store.files.rescue import left_wal, saved_files

log = logging.getLogger(__name__)


class Expected:
    """For one database. Without a state folder that can be written, only the sign beside it counts."""

    def __init__(self, database: Path, environ: Mapping[str, str]) -> None:
        self._real = Path(os.path.realpath(database))
        self._beside = self._real.with_name(self._real.name + ".lock")
        self._outside = _state_folder(environ) / hashlib.sha256(os.fsencode(self._real)).hexdigest()[:32]

    def check(self) -> None:
        """Raise `StoreBroken` if the database is gone, or if the file is older than the lost database."""
        saved = saved_files(self._real)
        with contextlib.suppress(OSError):
            if self._real.stat().st_size > 0:
                self._check_saved(saved)
                return
        deleted = self._beside.exists() and not self._real.exists()
        kept = left_wal(self._real) if self._real.exists() else None
        if not deleted and not self._outside.exists() and kept is None:
            return
        backup = str(saved[-1]) if saved else "BACKUP"
        raise StoreBroken(
            f"There was a database {self._real}, and it is gone or empty. If its folder was moved or its "
            f"disk is not mounted, fix that. If it was deleted: signoff db restore {backup}. To start "
            f"with an empty database instead: signoff serve --new.{self._left(kept)}"
        )

    def _left(self, kept: Path | None) -> str:
        """Say what is left of a file that was emptied in its place, and its use."""
        if kept is None:
            return ""
        return (
            f" Keep {kept}: it may hold transactions that are newer than your last backup. They come back if "
            "a snapshot of the disk has the database file as it was just before: put that in the place of "
            f"the file, and copy the kept file to {self._real}-wal. It does not fit a backup by signoff db "
            "backup."
        )

    def _check_saved(self, saved: list[Path]) -> None:
        if saved:
            raise StoreBroken(
                f"{self._real} was deleted or replaced while Signoff ran. Its content is in "
                f"{saved[-1]}, and the file in its place may be older. Restore it: "
                f"signoff db restore {saved[-1]}. To go on without it, move that file to another folder."
            )

    def note(self) -> None:
        """There is one now."""
        with contextlib.suppress(OSError):
            make_folder(self._outside.parent)
            for finding in tighten([self._outside.parent.parent, self._outside.parent]):
                log.warning("%s", finding)
            self._outside.write_text(f"{self._real}\n", encoding="utf-8")


def _state_folder(environ: Mapping[str, str]) -> Path:
    """Return the state folder, by the XDG Base Directory Specification."""
    base = environ.get("XDG_STATE_HOME") or os.path.join(os.path.expanduser("~"), ".local", "state")
    return Path(base) / "signoff" / "databases"
