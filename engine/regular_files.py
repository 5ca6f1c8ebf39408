"""Files that a person names: read if they are regular files, else refused by what they are.

Opening a named pipe waits for its other end, and reading a device may never end.
"""

import errno
import os
import stat
from pathlib import Path

__all__ = ["expanded", "kind_of_file", "kind_of_mode", "read_bytes"]

_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFLNK: "a link",
    stat.S_IFREG: "a file",
}


def expanded(path: str | Path) -> Path:
    """Return the path with `~` and `~name` as the folder that they stand for.

    Raises `OSError` where that is not known, as for the name of nobody on this machine.
    """
    try:
        return Path(path).expanduser()
    except RuntimeError:
        start = Path(path).parts[0]
        raise OSError(errno.ENOENT, f"the home folder {start} is not known") from None


def kind_of_file(path: Path) -> str:
    """Say what stands at a path in the place of a regular file, as `a folder`. Empty for a regular file and
    for nothing. Raises `OSError` where it cannot be looked at."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        try:
            mode = path.lstat().st_mode
        except FileNotFoundError:
            return ""
    if stat.S_ISLNK(mode):
        return "a link to a file that is missing"
    return "" if stat.S_ISREG(mode) else kind_of_mode(mode)


def kind_of_mode(mode: int) -> str:
    """Return the kind of what has this mode, with its article."""
    return _KINDS.get(stat.S_IFMT(mode), "of an unknown kind")


def read_bytes(path: Path) -> bytes:
    """Return the content of a regular file. Raises `OSError`, which names the file and what is wrong."""
    kind = kind_of_file(path)
    if kind:
        raise _refused(path, kind)
    # Without waiting: a pipe may have taken its place since.
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise _refused(path, kind_of_file(path))
        return file.read()


def _refused(path: Path, kind: str) -> OSError:
    return OSError(errno.EINVAL, f"it is {kind}, not a file", str(path))
