"""Limits of the web application: connections, requests at a time, and the bodies they send.

A connection that sends nothing is closed, the oldest one first where there are too many, so that thousands
of them keep nobody out. A request for health is answered even when every other place is taken.
"""

import asyncio
import logging
import resource
from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

MAX_CONNECTIONS = 500
MAX_REQUESTS = 400
"""At a time; the rest of the connections is for health checks."""
HEADER_SECONDS = 15.0
"""For the first request of a connection, and between two."""
BODY_SECONDS = 10.0
MAX_BODY_BYTES = 1024 * 1024
"""Bytes. A view of Slack with all its state is at most 250 KB."""
BODIES_IN_MEMORY = 32 * MAX_BODY_BYTES
_TOO_LARGE = "The body is too large; at most {} bytes are read."
HEALTH = ("/healthz", "/readyz")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class WithoutClients(logging.Filter):
    """Leaves out what aiohttp logs of broken requests: they are answered, and a flood fills no log."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        return not isinstance(error, HttpProcessingError | web.RequestPayloadError | ConnectionError)


def http_logger() -> logging.Logger:
    """For aiohttp's server; a fault of a handler is still logged with its traceback."""
    logger = logging.getLogger("bot.http")
    if not any(isinstance(each, WithoutClients) for each in logger.filters):
        logger.addFilter(WithoutClients())
    return logger


class Connections:
    """Counts what is open on one server. Install it with `busy` as the outermost middleware."""

    def __init__(
        self, most: int | None = None, requests: int | None = None, header_seconds: float = HEADER_SECONDS
    ) -> None:
        self.header_seconds = header_seconds
        self._most = most or min(MAX_CONNECTIONS, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 2)
        self._requests = requests or self._most * MAX_REQUESTS // MAX_CONNECTIONS
        self._busy: set[asyncio.BaseProtocol] = set()

    def accepting(self, server: web.Server) -> Callable[[], asyncio.BaseProtocol]:
        """Make the protocol of a new connection, and close idle ones beyond the limit."""

        def accept() -> asyncio.BaseProtocol:
            connected = [connection for connection in server.connections if connection.transport is not None]
            idle = [connection for connection in connected if connection not in self._busy]
            for oldest in idle[: max(len(connected) + 1 - self._most, 0)]:
                oldest.force_close()
            return server()

        return accept

    @web.middleware
    async def busy(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Note that a connection is in use; refuse a request too many, unless it asks for health."""
        if len(self._busy) >= self._requests and request.path not in HEALTH:
            return _too_many()
        self._busy.add(request.protocol)
        try:
            return await handler(request)
        finally:
            self._busy.discard(request.protocol)


def _too_many() -> web.Response:
    error = {"field": "", "message": "Signoff is busy with too many requests. Try again in a few seconds."}
    answer = web.json_response({"error": error}, status=503, headers={"Retry-After": "5"})
    answer.force_close()
    return answer


class BodyRefused(Exception):
    """Why a body was not read, with the status to answer."""

    def __init__(self, status: int, message: str) -> None:
        self.status, self.message = status, message
        super().__init__(message)


class Bodies:
    """Reads bodies: each within its time and size, all of them within `budget` bytes."""

    def __init__(self, budget: int = BODIES_IN_MEMORY, seconds: float = BODY_SECONDS) -> None:
        self._left, self._seconds = budget, seconds

    async def read(self, request: web.Request, most: int = MAX_BODY_BYTES) -> bytes:
        """Return the body, of at most so many bytes. Raises `BodyRefused`."""
        body = bytearray()
        try:
            async with asyncio.timeout(self._seconds):
                async for part in request.content.iter_any():
                    body += part
                    self._take(len(part))
                    if len(body) > most:
                        raise BodyRefused(413, _TOO_LARGE.format(most))
        except TimeoutError:
            raise BodyRefused(408, f"The body did not arrive within {self._seconds:g} s.") from None
        except (web.RequestPayloadError, ConnectionError):
            raise BodyRefused(400, "The body does not match its headers.") from None
        finally:
            self._left += len(body)
        return bytes(body)

    def _take(self, count: int) -> None:
        self._left -= count
        if self._left < 0:
            raise BodyRefused(503, "Signoff is reading too many bodies. Try again in a few seconds.")
