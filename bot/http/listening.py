"""Serves a web application on a port."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from bot.errors import ConfigError
from bot.http.limits import Connections, Handler, http_logger
from bot.http.refusal import Refusal


@web.middleware
async def _plain_bodies(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A compressed megabyte can hold a gigabyte: bodies are taken as they are, or not at all."""
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("", "identity"):
        what = "Send the body as it is: Signoff takes none with a Content-Encoding."
        return Refusal(415, what, "Content-Encoding").answer()
    return await handler(request)


@web.middleware
async def _known_addresses(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse an unknown address or method like every other mistake."""
    try:
        return await handler(request)
    except web.HTTPMethodNotAllowed as error:
        allowed = ", ".join(sorted(error.allowed_methods))
        refused = Refusal(405, f"This address takes {allowed}.").answer()
        refused.headers["Allow"] = allowed
        return refused
    except web.HTTPNotFound:
        return Refusal(404, "There is nothing at this address.").answer()


@asynccontextmanager
async def listening(
    application: web.Application, host: str, port: int, connections: Connections | None = None
) -> AsyncIterator[int]:
    """Serve an application; gives the port. Raises `ConfigError` when it is taken."""
    connections = connections or Connections()
    application.middlewares.insert(0, _known_addresses)
    application.middlewares.insert(0, _plain_bodies)
    application.middlewares.insert(0, connections.busy)
    runner = web.AppRunner(
        application,
        access_log=None,
        logger=http_logger(),
        shutdown_timeout=2.0,
        keepalive_timeout=connections.header_seconds,
        lingering_time=1.0,
        auto_decompress=False,  # on the loop, and also while the body of a refused request is thrown away
    )
    await runner.setup()
    assert runner.server is not None
    try:
        accept = connections.accepting(runner.server)
        server = await asyncio.get_running_loop().create_server(accept, host, port)
    except OSError as error:
        await runner.cleanup()
        what = f"is {port}, which can't be used on {host} ({error.strerror}). Set another one."
        raise ConfigError([("SIGNOFF_PORT", what)]) from None
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await runner.cleanup()
