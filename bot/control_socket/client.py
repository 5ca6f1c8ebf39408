"""Ask the process that serves a database, by the Unix socket beside it (see `bot.control_socket.server`).

Imports the standard library alone, so that a command starts quickly.
"""

import json
import pwd
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.control_socket.path import address, check_server, check_socket, socket_path
from engine import SignoffError

_CHUNK = 256 * 1024
MAX_REQUEST_BYTES = 8 * 1024 * 1024
"""The limit of a run's input is far below it."""


def too_long(size: str) -> str:
    """Return the error of a request that is longer than the limit."""
    return (
        f"The request has {size} bytes, and the running Signoff takes at most {MAX_REQUEST_BYTES:,}. Put "
        "large data into a file or a store that the steps can read, and send only its place."
    )


class NobodyServes(SignoffError):
    """No process listens at the socket."""


class DoorError(SignoffError):
    """The error that the other process answered. `kind` is the class of that error."""

    def __init__(self, kind: str, text: str) -> None:
        self.kind = kind
        super().__init__(text)


def call(database: Path, method: str, params: Mapping[str, Any], seconds: float | None = None) -> Any:
    """Ask the process that serves this database. `seconds`: until it answers; None: as long as it takes.

    Raises `NobodyServes`, `DoorError`, `Untrusted`, and `TimeoutError` for a process that gives no answer.
    """
    path = socket_path(database)
    check_socket(path, database)
    request = json.dumps({"id": 1, "method": method, "params": dict(params)}).encode() + b"\n"
    if len(request) > MAX_REQUEST_BYTES:
        raise DoorError("BadRequest", too_long(f"{len(request):,}"))
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        try:
            with address(path) as short:
                connection.connect(short)
        except OSError as error:
            raise NobodyServes(f"Nobody serves {database} ({error.strerror or error}).") from None
        check_server(connection, path, database)
        connection.settimeout(seconds)
        try:
            connection.sendall(request)
            line = _read_line(connection)
        except TimeoutError:
            raise
        except OSError as error:
            text = f"The running Signoff closed the connection ({error}). Check whether it still runs."
            raise DoorError("Interrupted", text) from None
    if not line:
        text = "The running Signoff ended before it answered. Its log may say why."
        raise DoorError("Interrupted", text)
    answer = json.loads(line)
    if "error" in answer:
        raise DoorError(answer["error"]["kind"], answer["error"]["text"])
    return answer["result"]


def is_listening(database: Path) -> bool:
    """Return whether a process serves this database, even one that is too busy to answer."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.setblocking(False)  # a socket with a full queue has a process too
        try:
            with address(socket_path(database)) as short:
                connection.connect(short)
        except BlockingIOError:
            return True
        except OSError:
            return False
    return True


def _read_line(connection: socket.socket) -> bytes:
    """Read an answer, however long: the process that serves bounds what it says."""
    parts = []
    while part := connection.recv(_CHUNK):
        parts.append(part)
        if part.endswith(b"\n"):
            break
    return b"".join(parts)


def user_name(uid: int) -> str:
    """Return the name of an operating-system user, or the number if the user has no name."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
