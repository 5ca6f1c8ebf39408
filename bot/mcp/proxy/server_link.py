"""The link to an MCP server, which takes messages as JSON. One kind is to a server that the proxy starts."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Protocol

MAX_SERVER_BYTES = 64 * 1024 * 1024
"""Largest message of a server."""
_END_SECONDS = 3.0
Take = Callable[[bytes], None]
"""Takes a message of the server."""


class ServerLost(Exception):
    """The answer of the server to a request will not come.

    `reached`: the server may have got the request, so nobody knows whether a tool did its work.
    """

    def __init__(self, text: str, *, reached: bool) -> None:
        self.reached = reached
        super().__init__(text)


Lost = Callable[[str, ServerLost], None]
"""Takes the id of a request, as JSON, whose answer will not come."""


class ServerLink(Protocol):
    """A server behind the proxy."""

    async def send(self, text: str) -> None: ...

    async def serve(self, take: Take, lost: Lost) -> str:
        """Hand over the server's messages until it ends. Return why it ended."""

    async def close(self) -> None: ...


class LocalServer:
    """A server that the proxy started, with one message a line."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def send(self, text: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(text.encode() + b"\n")
        with contextlib.suppress(ConnectionError):  # the end of the server is noticed where it is read
            await self._process.stdin.drain()

    async def serve(self, take: Take, lost: Lost) -> str:
        assert self._process.stdout is not None
        try:
            while line := await self._process.stdout.readline():
                take(line)
        except ValueError:
            return f"The server sent a message of more than {MAX_SERVER_BYTES} bytes."
        return "The MCP server ended."

    async def close(self) -> None:
        """End the server: it is told by the end of its input, and is stopped if it does not heed that."""
        process = self._process
        assert process.stdin is not None
        process.stdin.close()
        for stop in (process.terminate, process.kill):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), _END_SECONDS)
                return
            with contextlib.suppress(ProcessLookupError):
                stop()
        await process.wait()
