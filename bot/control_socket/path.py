"""Where the socket is, and who may be at its two ends.

The socket is always beside the database file, in a folder that its owner chose, however long the path is. An
address of a socket holds about a hundred bytes, so a longer path is reached by a link in a new private folder
that exists for the moment of the call: nobody else can prepare that.
"""

import hashlib
import os
import socket
import stat
import struct
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from engine import SignoffError
from engine.regular_files import kind_of_mode

_MAX_ADDRESS_BYTES = 100
"""Bytes: `sun_path` holds 107 and a null on Linux, 103 elsewhere."""
_MAX_NAME_LENGTH = 40
_ROOT = 0


class Untrusted(SignoffError):
    """The other end of a socket, or the socket itself, belongs to another user."""


def socket_path(database: Path) -> Path:
    """Beside the database file itself, by whatever name that is reached."""
    real = Path(os.path.realpath(database))
    name = f"{real.name}.sock"
    if len(os.fsencode(name)) > _MAX_NAME_LENGTH:
        name = f"{hashlib.sha256(os.fsencode(real.name)).hexdigest()[:24]}.sock"
    return real.with_name(name)


@contextmanager
def address(path: Path) -> Iterator[str]:
    """A name for the socket that fits into an address; it holds for this block."""
    if len(os.fsencode(path)) <= _MAX_ADDRESS_BYTES:
        yield str(path)
        return
    with tempfile.TemporaryDirectory(prefix="signoff-") as folder:  # of mode 0700
        link = Path(folder) / "d"
        link.symlink_to(path.parent, target_is_directory=True)
        yield str(link / path.name)


def check_socket(path: Path, database: Path) -> None:
    """Before the command line connects. Raises `Untrusted`; a missing socket is not an error here."""
    try:
        status = path.lstat()
    except OSError:
        return
    if in_its_place := what_is_at(path):
        raise Untrusted(
            f"{path} is {in_its_place}, and the socket of the serving process belongs there. Move it away. "
            "A process that serves then makes the socket again within seconds."
        )
    if status.st_uid not in trusted(database):
        raise Untrusted(
            f"{path} is a socket of another user ({status.st_uid}). Remove it, and keep the database in a "
            "folder that only its user can write to."
        )


def what_is_at(path: Path) -> str:
    """Say what stands in the place of the socket, as `a folder`; empty for a socket and for nothing."""
    try:
        mode = path.lstat().st_mode
    except OSError:
        return ""
    return "" if stat.S_ISSOCK(mode) else kind_of_mode(mode)


def check_server(peer: socket.socket, path: Path, database: Path) -> None:
    """Once the command line is connected, before it says anything. Raises `Untrusted`."""
    uid = peer_uid(peer)
    if uid is not None and uid not in trusted(database):
        raise Untrusted(f"{path} is served by another user ({uid}), so nothing was asked there.")


def may_enter(peer: int | None, own: int) -> bool:
    """Return whether a user may ask the process that serves. None: unknown, so the mode 0600 has decided."""
    return peer is None or peer in (own, _ROOT)


def trusted(database: Path) -> frozenset[int]:
    """Users that may serve this database for the one who asks: themselves, and for root the owner of
    the file, or of its folder."""
    own = os.geteuid()
    if own != _ROOT:
        return frozenset({own})
    for path in (database, database.parent):  # a database on a server has no file here, and a folder
        with suppress(OSError):
            return frozenset({own, path.stat().st_uid})
    return frozenset({own})


def peer_uid(peer: socket.socket) -> int | None:
    """The user at the other end, as the kernel has it; None where it does not tell."""
    if not hasattr(socket, "SO_PEERCRED"):
        return None
    _, uid, _ = struct.unpack("3i", peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    return int(uid)
