"""The way in for the command line while a process serves: a Unix socket beside the database.

A line of JSON a request, `{"id", "method", "params"}`, and a line an answer, `{"id", "result"}` or
`{"id", "error": {"kind", "text"}}`. The system tells who is at the other end; nobody else's word counts.
"""

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson

from bot.control_socket.client import MAX_REQUEST_BYTES, too_long, user_name
from bot.control_socket.path import address, may_enter, peer_uid, socket_path, what_is_at
from bot.control_socket.requests import checked
from engine import Clock
from engine.errors import NotPossible, SignoffError
from engine.private_files import make_folder

log = logging.getLogger(__name__)
Handler = Callable[[dict[str, Any], str], Awaitable[Any]]
"""Takes the parameters and the name of the operating-system user; gives JSON."""

MAX_CLIENTS = 100
_LOOK_INTERVAL = timedelta(seconds=5)
"""Between two looks whether the socket is still in its place."""
LINE_SECONDS = 10.0
"""For a request to arrive; the answer may take as long as it takes."""

_UNKNOWN = "The running Signoff does not know this request: it may be an older release."


class ControlSocket:
    """Serves the handlers at the socket until closed. Open it while holding the database's lock."""

    def __init__(
        self, database: Path, handlers: Mapping[str, Handler], line_seconds: float = LINE_SECONDS
    ) -> None:
        self.path = socket_path(database)
        self._line_seconds = line_seconds
        self._handlers = handlers
        self._server: asyncio.Server | None = None
        self.problem = ""
        """Why no command reaches this process, with the remedy; empty as a rule."""
        self._place: tuple[int, int] | None = None
        """Device and inode of the socket that this process made."""
        self._visitors: dict[asyncio.Task[None], bool] = {}
        """By visitor: it has asked something and waits for the answer, the oldest visitor first."""

    async def open(self) -> None:
        """Listen, for this user alone. A socket that a dead process left behind is taken over.

        Raises `NotPossible` where a folder is in its place.
        """
        make_folder(self.path.parent)
        if self.path.is_dir():
            raise NotPossible(_occupied(self.path, "a folder"))
        self.path.unlink(missing_ok=True)
        await self._listen()

    async def keep(self, clock: Clock) -> None:
        """Look after the socket until cancelled."""
        while True:
            await clock.sleep(_LOOK_INTERVAL)
            await self.look()

    async def look(self) -> None:
        """Make the socket again where it was deleted or is another one. Say what else stands in its place: no
        command reaches this process without it."""
        before = self._server
        if before is None or self._identity() == self._place:
            self.problem = ""
            return
        if in_its_place := what_is_at(self.path):
            self._warn(_occupied(self.path, in_its_place))
            return
        try:
            self.path.unlink(missing_ok=True)
            await self._listen()
        except OSError as error:
            self._warn(
                f"{self.path} was deleted and cannot be made again ({error.strerror}), so no command reaches "
                "this process. Give it write access to the folder."
            )
            return
        self.problem = ""
        before.close()
        log.warning("%s was deleted. Signoff has made it again", self.path)

    def _warn(self, problem: str) -> None:
        if problem != self.problem:
            log.warning("%s", problem)
        self.problem = problem

    def _identity(self) -> tuple[int, int] | None:
        try:
            status = self.path.lstat()
        except OSError:
            return None
        return status.st_dev, status.st_ino

    async def _listen(self) -> None:
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        # The mode must hold from the first moment, not from a chmod after the bind.
        before = os.umask(0o177)
        try:
            with address(self.path) as short:
                listener.bind(short)
        finally:
            os.umask(before)
        self._place = self._identity()
        self._server = await asyncio.start_unix_server(self._visit, sock=listener, limit=MAX_REQUEST_BYTES)

    async def close(self) -> None:
        if self._server is None:
            return
        self._server.close()
        for task in list(self._visitors):
            task.cancel()
        await asyncio.gather(*self._visitors, return_exceptions=True)
        await self._server.wait_closed()
        self._server = None
        if self._identity() == self._place:
            with contextlib.suppress(OSError):  # a disk may have become read-only
                self.path.unlink(missing_ok=True)

    async def _visit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._visitors[task] = False
        self._make_place()
        try:
            uid = peer_uid(_peer(writer))
            if not may_enter(uid, os.geteuid()):
                log.warning("The user %s tried to use the command line's socket and was refused", uid)
                return
            user = user_name(os.getuid() if uid is None else uid)
            while line := await self._line(reader, task):
                writer.write(await self._answer(line, user) + b"\n")
                await writer.drain()
        except asyncio.LimitOverrunError:
            writer.write(orjson.dumps(_error(None, "BadRequest", too_long("too many"))) + b"\n")
        except asyncio.CancelledError:
            log.debug(
                "a visitor of the command line's socket had to go"
            )  # asyncio logs a cancelled task as an error
        except (ConnectionError, ValueError, TimeoutError) as error:
            # Any number of programs of this user may come and go.
            log.debug("the command line hung up: %s", error or "it sent nothing")
        finally:
            self._visitors.pop(task, None)
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def _line(self, reader: asyncio.StreamReader, task: asyncio.Task[None]) -> bytes:
        """A request within its time; while it is waited for, the visitor may have to go."""
        self._visitors[task] = False
        line = await asyncio.wait_for(_read_line(reader), self._line_seconds)
        self._visitors[task] = True
        return line

    def _make_place(self) -> None:
        """End the oldest visitor who asks nothing, where there are too many."""
        if len(self._visitors) > MAX_CLIENTS:
            idle = next((task for task, asks in self._visitors.items() if not asks), None)
            if idle is not None:
                self._visitors.pop(idle)
                idle.cancel()

    async def _answer(self, line: bytes, user: str) -> bytes:
        try:
            request = orjson.loads(line)
            handler = self._handlers[request["method"]]
            params = dict(request.get("params") or {})
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
            return orjson.dumps(_error(None, "BadRequest", _UNKNOWN))
        id_ = request.get("id")
        try:
            return orjson.dumps({"id": id_, "result": await handler(checked(params), user)})
        except SignoffError as error:
            return orjson.dumps(_error(id_, type(error).__name__, str(error)))
        except Exception:
            log.exception("%s failed for %s", request["method"], user)
            text = "The running Signoff could not do this; its log says why."
            return orjson.dumps(_error(id_, "InternalError", text))


def _occupied(path: Path, kind: str) -> str:
    return (
        f"{path} is {kind}, and the command line's socket belongs there, so no command reaches this process. "
        "Move it away."
    )


async def _read_line(reader: asyncio.StreamReader) -> bytes:
    """A line, or what was sent before the end. Raises `LimitOverrunError`."""
    try:
        return await reader.readuntil()
    except asyncio.IncompleteReadError as error:
        return error.partial


def _error(id_: Any, kind: str, text: str) -> dict[str, Any]:
    return {"id": id_, "error": {"kind": kind, "text": text}}


def _peer(writer: asyncio.StreamWriter) -> socket.socket:
    peer: socket.socket = writer.get_extra_info("socket")
    return peer
