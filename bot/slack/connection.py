"""One Socket Mode connection, which is replaced when it has been gone for too long.

The SDK's client tries a refused handshake with the same address forever, and never says so. So a connection
that has been gone for too long is thrown away with all its parts, and made again.
"""

import asyncio
import json
import logging
import struct
from collections.abc import Callable, Mapping
from contextlib import suppress
from time import time  # noqa: TID251 - the SDK logs how long an answer took
from typing import Any, Protocol, cast

from aiohttp import ClientError, WSCloseCode, WSMsgType
from slack_bolt import BoltResponse
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.quiet_logs import quiet_logger

log = logging.getLogger(__name__)

_GOODBYE_SECONDS = 1.0
"""For Slack to read that a connection ends, and for the listeners of what it sent until then."""
_BROKEN_OFF = (
    "A connection to Slack broke off. What Slack sent to it in its last seconds may be lost: Slack does not "
    "repeat clicks and commands. It warns the person, who must click again if the message does not "
    "change."
)
_UNANSWERED = (
    "A click or a command was handled, and its answer could not be given: the connection to Slack ended "
    "meanwhile. Slack warns the person, and the message shows the result."
)

_UNREADABLE = (ValueError, TypeError, AttributeError, LookupError, RecursionError)
_UNREADABLE_TEXT = "A message of Slack's could not be read (%s) and was ignored"

Hear = Callable[[Mapping[str, Any]], None]


class SlackApp(Protocol):
    """Answers what Slack sends: Bolt's application, or what relays to another process."""

    @property
    def client(self) -> AsyncWebClient: ...

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse: ...


class SocketConnection:
    """`look` at it every few seconds. `heard`: told of every message before it is answered."""

    def __init__(self, app: SlackApp, app_token: str, ping_every: float, heard: Hear, now: float) -> None:
        self._app, self._app_token, self._ping_every, self._heard = app, app_token, ping_every, heard
        self.up = False
        """It was connected when we last looked or heard from it."""
        self.failures = 0
        """How often in a row it was made again without success."""
        self._gone_since = now
        self._announced = False
        """Slack has said that it ends this connection."""
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
            if not self._announced:
                log.warning("%s", _BROKEN_OFF)
        if now - self._gone_since >= patience:
            self.failures += 1
            log.warning("No connection to Slack for %d s: making a new one", patience)
            await self._discard()
            self._gone_since = now
            self._build()

    async def retire(self, grace: float) -> None:
        """Answer what is in flight, then disconnect; Slack sends the next payload elsewhere.

        What arrives until Slack has read the goodbye is handled too, since Slack repeats none of it. It has
        no answer then: the person sees Slack's warning, and the message shows the result.
        """
        await self._client.idle(max(grace - 2 * _GOODBYE_SECONDS, grace / 2))
        await self._client.say_goodbye(_GOODBYE_SECONDS)
        await self._client.idle(min(_GOODBYE_SECONDS, grace))
        await self._discard()

    def _build(self) -> None:
        self._client = _Client(self._app, self._app_token, self._ping_every, self._hear)
        self._connecting = asyncio.create_task(self._client.connect())  # type: ignore[no-untyped-call]

    def _hear(self, message: Mapping[str, Any]) -> None:
        # A hello or an envelope proves the connection before the next look.
        self._announced = message.get("type") == "disconnect"
        if not self._announced:
            self._prove()
        self._heard(message)

    def _prove(self) -> None:
        self.up, self.failures = True, 0

    async def _discard(self) -> None:
        client, self.up = self._client, False
        client.socket_mode_request_listeners.clear()
        client.closed = True  # ends the SDK's own loop, which swallows a cancellation's cause
        self._connecting.cancel()
        await asyncio.gather(self._connecting, return_exceptions=True)
        try:
            await client.close()  # type: ignore[no-untyped-call]
        except Exception as error:
            log.info("The old connection did not close cleanly: %s", type(error).__name__)


def _unreadable(message: str) -> str:
    """Return why a text frame cannot be a message of Slack's; empty if it can."""
    if not message.startswith("{"):
        return ""  # a word of the connection itself, which the SDK passes over
    try:
        content = json.loads(message)
    except (ValueError, RecursionError) as error:
        return type(error).__name__
    if not isinstance(content.get("type", ""), str):
        return "type"
    if "envelope_id" in content:
        if not isinstance(content["envelope_id"], str):
            return "envelope_id"
        if not isinstance(content.get("payload"), dict):
            return "payload"
    return ""


async def _set(event: asyncio.Event) -> None:
    event.set()


class _Client(SocketModeClient):
    """Tells what Slack says of connections, and counts the listeners in flight, which the SDK does not."""

    def __init__(self, app: SlackApp, app_token: str, ping_every: float, heard: Hear) -> None:
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

    async def say_goodbye(self, seconds: float) -> None:
        """Ask Slack to send nothing more, and hand on what it has sent before it read that."""
        session = self.current_session
        self.auto_reconnect_enabled = False
        if session is None or session.closed:
            return
        read = asyncio.Event()
        self.on_close_listeners.append(lambda _: _set(read))
        with suppress(TimeoutError, ClientError, ConnectionError):
            async with asyncio.timeout(seconds):
                await session.send_frame(struct.pack("!H", WSCloseCode.OK), WSMsgType.CLOSE)
                await read.wait()
        while not self.message_queue.empty():
            await asyncio.sleep(0)
        await asyncio.sleep(0)  # the last one's task begins

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
        if problem := _unreadable(message):
            log.warning(_UNREADABLE_TEXT, problem)
            return
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
            try:
                response = await run_async_bolt_app(cast(AsyncApp, self._app), request)
            except _UNREADABLE as error:
                # Listeners' errors are answered by Bolt: what comes through is a body that Bolt cannot read.
                log.warning(_UNREADABLE_TEXT, type(error).__name__)
                return
            try:
                await send_async_response(client, request, response, began)
            except (ClientError, ConnectionError):
                log.warning("%s", _UNANSWERED)
        finally:
            self._in_flight -= 1
            if self._in_flight == 0:
                self._idle.set()
