"""One Socket Mode connection, which is replaced when it has been gone for too long.

The SDK's client tries a refused handshake with the same address forever, and never says so. So a connection
that has been gone for too long is thrown away with all its parts, and made again.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from time import time  # noqa: TID251 - the SDK logs how long an answer took
from typing import Any

from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.slack.quiet_logs import quiet_logger

log = logging.getLogger(__name__)

Hear = Callable[[Mapping[str, Any]], None]


class SocketConnection:
    """`look` at it every few seconds. `heard`: told of every message before it is answered."""

    def __init__(self, app: AsyncApp, app_token: str, ping_every: float, heard: Hear, now: float) -> None:
        self._app, self._app_token, self._ping_every, self._heard = app, app_token, ping_every, heard
        self.up = False
        """Whether it was connected when we last looked or heard from it."""
        self.failures = 0
        """How often in a row it was made again without success."""
        self._gone_since = now
        self._build()

    @property
    def refused(self) -> str:
        """Slack's code while it refuses the app-level token; empty otherwise."""
        return "" if self.up else self._client.refused

    async def look(self, now: float, patience: float) -> None:
        """Note how it stands at `now`; make it again when it was gone for `patience` seconds."""
        if await self._client.is_connected():
            self._prove()
            return
        if self.up:
            self.up, self._gone_since = False, now
        if now - self._gone_since >= patience:
            self.failures += 1
            log.warning("No connection to Slack for %d s: making a new one", patience)
            await self._discard(0.0)
            self._gone_since = now
            self._build()

    async def retire(self, grace: float) -> None:
        """Answer what is in flight, then disconnect; Slack sends the next payload elsewhere."""
        await self._client.idle(grace)
        await self._discard(0.0)

    async def close(self, grace: float) -> None:
        """Take nothing more, give listeners in flight `grace` seconds to answer, then disconnect."""
        await self._discard(grace)

    def _build(self) -> None:
        self._client = _Client(self._app, self._app_token, self._ping_every, self._hear)
        self._connecting = asyncio.create_task(self._client.connect())  # type: ignore[no-untyped-call]

    def _hear(self, message: Mapping[str, Any]) -> None:
        # A hello or an envelope proves the connection before the next look.
        if message.get("type") != "disconnect":
            self._prove()
        self._heard(message)

    def _prove(self) -> None:
        self.up, self.failures = True, 0

    async def _discard(self, grace: float) -> None:
        client, self.up = self._client, False
        client.socket_mode_request_listeners.clear()
        if grace > 0:
            await client.idle(grace)
        client.closed = True  # ends the SDK's own loop, which swallows a cancellation's cause
        self._connecting.cancel()
        await asyncio.gather(self._connecting, return_exceptions=True)
        try:
            await client.close()  # type: ignore[no-untyped-call]
        except Exception as error:
            log.info("The old connection did not close cleanly: %s", type(error).__name__)


class _Client(SocketModeClient):
    """Tells what Slack says of connections, and counts the listeners in flight, which the SDK does not."""

    def __init__(self, app: AsyncApp, app_token: str, ping_every: float, heard: Hear) -> None:
        super().__init__(
            app_token,
            logger=quiet_logger("bot.slack.socket_mode.sdk"),
            web_client=app.client,
            ping_interval=ping_every,
        )
        self._app, self._heard = app, heard
        self.socket_mode_request_listeners.append(self._answer)
        self.refused = ""
        self._in_flight = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def idle(self, grace: float) -> None:
        """Wait until nothing is in flight, at most `grace` seconds."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), grace)

    async def issue_new_wss_url(self) -> str:
        try:
            url = await super().issue_new_wss_url()
        except SlackApiError as error:
            self.refused = str(error.response.get("error", ""))
            raise
        self.refused = ""
        return url

    async def enqueue_message(self, message: str) -> None:
        # Before Slack's close frame is read: the SDK would ask for another connection at once, and again.
        if '"too_many_websockets"' in message and '"disconnect"' in message:
            self.auto_reconnect_enabled = False
        await super().enqueue_message(message)

    async def run_message_listeners(self, message: dict[str, Any], raw_message: str) -> None:
        self._heard(message)
        if message.get("reason") == "too_many_websockets":
            return
        await super().run_message_listeners(message, raw_message)

    async def _answer(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        self._in_flight += 1
        self._idle.clear()
        try:
            began = time()
            response = await run_async_bolt_app(self._app, request)
            await send_async_response(client, request, response, began)
        finally:
            self._in_flight -= 1
            if self._in_flight == 0:
                self._idle.set()
