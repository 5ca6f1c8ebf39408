"""Files and folders for this user alone, whatever the umask is."""

import glob
import os
import stat
from collections.abc import Iterable
from pathlib import Path

__all__ = ["make_file", "make_folder", "of_database", "of_keys", "tighten", "writable_by_others"]

_OTHERS = 0o077
"""Every permission of the group and of everybody else."""
_WRITE_OF_OTHERS = 0o022


def make_folder(folder: Path) -> None:
    """Make a folder and those above it that are missing, each of mode 0700."""
    missing = [folder] if not folder.exists() else []
    missing += [parent for parent in folder.parents if not parent.exists()] if missing else []
    for missing_folder in reversed(missing):
        missing_folder.mkdir(mode=0o700, exist_ok=True)


def make_file(path: Path, *, exclusive: bool = False) -> None:
    """Make an empty file of mode 0600 where there is none. SQLite gives the `-wal` and `-shm` the same."""
    try:
        # A file that is there must not even be opened: closing it drops this process's locks on it.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        if exclusive:
            raise


def tighten(paths: Iterable[Path]) -> list[str]:
    """Close files and folders of this user to everybody else; return what was found, one sentence each.

    What belongs to somebody else is reported and left as it is. Symbolic links are not followed.
    """
    problems = []
    for path in paths:
        try:
            was = path.lstat()
            if stat.S_ISLNK(was.st_mode) or not was.st_mode & _OTHERS:
                continue
            mode = stat.S_IMODE(was.st_mode)
            if was.st_uid == os.geteuid():
                path.chmod(mode & ~_OTHERS)
                problems.append(
                    f"{path} was accessible to other users (mode {mode:04o}); Signoff has restricted it"
                )
            else:
                problems.append(
                    f"{path} is accessible to other users (mode {mode:04o}) and belongs to another "
                    f"user: give it to the user that runs Signoff (chown), or chmod {mode & ~_OTHERS:o} it"
                )
        except OSError as error:
            problems.append(f"{path} could not be restricted to its owner ({error.strerror})")
    return problems


def writable_by_others(folder: Path) -> str:
    """Say that others can write to a folder; empty where they cannot, or where they cannot remove the files
    of its owner (mode +t)."""
    try:
        mode = stat.S_IMODE(folder.stat().st_mode)
    except OSError:
        return ""
    if not mode & _WRITE_OF_OTHERS or mode & stat.S_ISVTX:
        return ""
    return f"{folder} can be written to by other users (mode {mode:04o}), who can replace what is in it"


def of_database(database: Path) -> list[Path]:
    """The database, what SQLite and Signoff keep beside it, and its folder where that is Signoff's own."""
    real = Path(os.path.realpath(database))
    own_folder = [real.parent] if real.parent.name.startswith(".signoff") else []
    return [*own_folder, *sorted(real.parent.glob(glob.escape(real.name) + "*"))]


def of_keys(folder: Path) -> list[Path]:
    """The keys folder and what is in it."""
    return [folder, *sorted(folder.iterdir())] if folder.is_dir() else []
