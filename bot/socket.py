"""Socket Mode that stays connected: a watchdog rebuilds what the SDK would leave broken.

The SDK's client tries a refused handshake with the same address for ever, and never says so. So a
connection that has been gone for too long is thrown away with all its parts, and made anew.
"""

import asyncio
import logging
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from engine import Clock

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Patience:
    """Durations in which the watchdog thinks."""

    look_every: timedelta = timedelta(seconds=2)
    without_connection: timedelta = timedelta(seconds=20)
    """Longer than that and the connection is made anew, with a new address."""
    at_most: timedelta = timedelta(minutes=2)
    """Between two attempts, when they keep failing."""
    ping_every: float = 10.0
    """Seconds."""


class SocketMode:
    """`start`, then `close`; `connected` says how it stands."""

    def __init__(self, app: AsyncApp, app_token: str, clock: Clock, patience: Patience | None = None) -> None:
        self._app, self._app_token, self._clock = app, app_token, clock
        self._patience = patience or Patience()
        self._handler: _Handler | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._watchdog: asyncio.Task[None] | None = None
        self._connected = asyncio.Event()
        self._gone_since: datetime | None = None
        self._failures = 0

    @property
    def connected(self) -> bool:
        """As of the last look."""
        return self._connected.is_set()

    @property
    def rebuilt(self) -> int:
        """How often in a row the connection was made anew without success."""
        return self._failures

    async def until_connected(self) -> None:
        await self._connected.wait()

    async def start(self) -> None:
        """Begin to connect, and keep at it. Call `preflight` before: nothing here raises on a bad token."""
        self._gone_since = self._clock.now()
        self._build()
        self._watchdog = asyncio.create_task(self._watch())

    async def close(self, grace: float = 5.0) -> None:
        """Take nothing more, give listeners in flight `grace` seconds to answer, then disconnect."""
        if self._watchdog is not None:
            self._watchdog.cancel()
            with suppress(asyncio.CancelledError):
                await self._watchdog
        await self._discard(grace)
        self._connected.clear()

    async def _watch(self) -> None:
        while True:
            await self._look()
            await self._clock.sleep_until(self._clock.now() + self._patience.look_every)

    async def _look(self) -> None:
        handler = self._handler
        if handler is not None and await handler.client.is_connected():
            if not self._connected.is_set():
                log.info("Connected to Slack")
            self._connected.set()
            self._gone_since, self._failures = None, 0
            return
        now = self._clock.now()
        if self._connected.is_set():
            log.info("The connection to Slack is gone; waiting for the next one")
            self._connected.clear()
        self._gone_since = self._gone_since or now
        if now - self._gone_since >= self._limit():
            self._failures += 1
            log.warning("No connection to Slack for %d s: making it anew", self._limit().total_seconds())
            await self._discard(0.0)
            self._gone_since = self._clock.now()
            self._build()

    def _limit(self) -> timedelta:
        doubled: timedelta = self._patience.without_connection * float(1 << min(self._failures, 8))
        return min(doubled, self._patience.at_most)

    def _build(self) -> None:
        self._handler = _Handler(self._app, self._app_token, self._patience.ping_every, self._soon)
        self._connecting = asyncio.create_task(self._handler.connect())

    def _soon(self) -> None:
        # The first envelope or hello proves the connection before the watchdog looks again.
        if not self._connected.is_set():
            self._connected.set()
            self._gone_since, self._failures = None, 0

    async def _discard(self, grace: float) -> None:
        handler, self._handler = self._handler, None
        connecting, self._connecting = self._connecting, None
        if handler is None:
            return
        await handler.drain(grace)
        handler.client.closed = True  # ends the SDK's own loop, which swallows a cancellation's cause
        if connecting is not None:
            connecting.cancel()
            await asyncio.gather(connecting, return_exceptions=True)
        try:
            await handler.disconnect()
        except Exception as error:
            log.info("The old connection did not close cleanly: %s", type(error).__name__)


class _Handler(AsyncSocketModeHandler):
    """Counts listeners in flight, which the SDK's `close_async` doesn't wait for."""

    def __init__(self, app: AsyncApp, app_token: str, ping_every: float, proven: Callable[[], None]) -> None:
        super().__init__(app, app_token, logger=_quiet_logger(), ping_interval=ping_every)
        self.client.message_listeners.append(self._heard)
        self._proven = proven
        self._in_flight = 0
        self._empty = asyncio.Event()
        self._empty.set()

    async def handle(self, client: AsyncBaseSocketModeClient, req: SocketModeRequest) -> None:
        self._in_flight += 1
        self._empty.clear()
        try:
            await super().handle(client, req)  # type: ignore[arg-type]
        finally:
            self._in_flight -= 1
            if self._in_flight == 0:
                self._empty.set()

    async def connect(self) -> None:
        await self.client.connect()  # type: ignore[no-untyped-call]

    async def disconnect(self) -> None:
        await self.client.close()  # type: ignore[no-untyped-call]

    async def drain(self, grace: float) -> None:
        """Take no more, and wait for what is being answered."""
        self.client.socket_mode_request_listeners.clear()
        if grace > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._empty.wait(), grace)

    async def _heard(
        self, client: AsyncBaseSocketModeClient, message: dict[str, object], raw: str | None
    ) -> None:
        self._proven()


class _Masked(logging.Filter):
    """The SDK's errors name the socket's address, which is a ticket to our connection."""

    _SECRET = re.compile(r"((?:ticket|link_id|app_id)=)[^&\s'\"]+|\bx(?:ox[a-z]|app)-[\w-]+")

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = self._SECRET.sub(lambda found: f"{found[1] or ''}…", record.getMessage())
        record.args = ()
        if record.exc_info and record.levelno >= logging.ERROR:
            # Its text stands in the message already; the trace holds the address once more.
            record.exc_info = None
            record.exc_text = None
        return True


def _quiet_logger() -> logging.Logger:
    logger = logging.getLogger("bot.socket.sdk")
    if not any(isinstance(found, _Masked) for found in logger.filters):
        logger.addFilter(_Masked())
    return logger
