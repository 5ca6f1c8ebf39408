"""Socket Mode: tickets, connections, envelopes, acks, disconnects.

Source: docs.slack.dev/apis/events-api/using-socket-mode (d); behavior held against slack_sdk's clients (x).
"""

import asyncio
from collections.abc import Callable
from typing import Any

from aiohttp import WSMsgType, web

from localslack.bodies import parse_json
from localslack.clock import Clock, within
from localslack.delivery.envelope import ACK_SECONDS, Ack, Envelope
from localslack.ids import envelope_id, secret
from localslack.workspace.records import Json

MAX_CONNECTIONS = 10  # (d)
GHOST_SECONDS = 5 * 3600.0  # (i) python-slack-sdk 1940: registrations age out after about five hours
TICKET_SECONDS = 30.0  # (?) how long a wss address can be used for the first time
LEAVE_SECONDS = 10.0  # (?) how long a refreshed connection may stay
REASONS = ("warning", "refresh_requested", "link_disabled")


class SocketMode:
    """The app's open sockets. A payload goes to one of them, in turn; acks count from any of them."""

    def __init__(self, clock: Clock, app_id: str, changed: Callable[[bool], None]) -> None:
        self._clock = clock
        self._app_id = app_id
        self._changed = changed
        self._tickets: dict[str, float] = {}
        self._open: dict[web.WebSocketResponse, web.Request] = {}
        self._ghosts: list[float] = []
        """When each registration ends whose connection is dead."""
        self._pending: dict[str, asyncio.Future[Any]] = {}
        self._turn = 0
        self._leaving: set[asyncio.Task[None]] = set()

    def ticket(self) -> str:
        """A key for one connection."""
        key = secret()
        self._tickets[key] = self._clock.now() + TICKET_SECONDS
        return key

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """The websocket endpoint."""
        until = self._tickets.pop(request.query.get("ticket", ""), 0.0)
        if until < self._clock.now():
            return web.json_response({"ok": False, "error": "invalid_ticket"}, status=403)
        socket = web.WebSocketResponse(heartbeat=30.0, timeout=1.0)
        await socket.prepare(request)
        if self.registered >= MAX_CONNECTIONS:
            await socket.send_json(self._disconnect("too_many_websockets"))
            await socket.close()
            return socket
        await socket.send_json(self._hello())
        self._open[socket] = request
        if len(self._open) == 1:
            self._changed(True)
        try:
            async for message in socket:
                if message.type == WSMsgType.TEXT:
                    self._acknowledge(message.data)
        finally:
            self._remove(socket)
        return socket

    @property
    def registered(self) -> int:
        """How many connections Slack counts, dead ones too."""
        return len(self._open) + self._dead()

    def keep_ghosts(self, count: int) -> None:
        """From now on so many dead connections are registered: what they get is lost and not repeated."""
        self._ghosts = [self._clock.now() + GHOST_SECONDS] * count

    def _dead(self) -> int:
        now = self._clock.now()
        self._ghosts = [until for until in self._ghosts if until > now]
        return len(self._ghosts)

    async def send(self, envelope: Envelope) -> Ack:
        socket = self._next()
        if socket is None and not self._dead():
            return Ack("not_connected")
        if socket is None:
            await self._clock.sleep(ACK_SECONDS)
            return Ack("operation_timeout")
        key = envelope_id()
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._pending[key] = done
        try:
            await socket.send_json(self._wrap(key, envelope))
            body = await within(self._clock, ACK_SECONDS, done)
        except TimeoutError:
            return Ack("operation_timeout")
        except (ConnectionError, RuntimeError):
            return Ack("not_connected")
        finally:
            self._pending.pop(key, None)
        return Ack("ok", body if envelope.accepts_response else None)

    async def connected(self) -> bool:
        return any(not socket.closed for socket in self._open)

    async def disconnect(self, reason: str) -> int:
        """Ask every connection to go.

        `warning` changes nothing yet. After `refresh_requested` nothing more is sent over it, and it is
        closed when the app has not done so in a while. `link_disabled` closes at once.
        """
        sockets = list(self._open)
        for socket in sockets:
            if reason != "warning":
                self._remove(socket)
            try:
                await socket.send_json(self._disconnect(reason))
            except (ConnectionError, RuntimeError):
                continue
            if reason == "refresh_requested":
                task = asyncio.create_task(self._close_later(socket))
                self._leaving.add(task)
                task.add_done_callback(self._leaving.discard)
            elif reason == "link_disabled":
                await socket.close()
        if reason == "link_disabled":
            self._ghosts.clear()
        return len(sockets)

    async def _close_later(self, socket: web.WebSocketResponse) -> None:
        try:
            await self._clock.sleep(LEAVE_SECONDS)
        finally:
            await socket.close(code=1001)

    async def drop(self, *, keep: bool = False) -> int:
        """Cut every connection without a word. `keep`: Slack does not notice, they stay registered."""
        dropped = dict(self._open)
        if keep:
            self.keep_ghosts(self._dead() + len(dropped))
        for socket, request in dropped.items():
            self._remove(socket)
            if request.transport is not None:
                request.transport.abort()
        return len(dropped)

    async def close(self) -> None:
        for task in self._leaving:
            task.cancel()
        await asyncio.gather(*self._leaving, return_exceptions=True)
        for socket in list(self._open):
            await socket.close(code=1001)

    def _next(self) -> web.WebSocketResponse | None:
        """Return whose turn it is among all that are registered; None is a dead one."""
        alive = [socket for socket in self._open if not socket.closed]
        registered = [*alive, *[None] * self._dead()]
        self._turn += 1
        return registered[self._turn % len(registered)] if registered else None

    def _remove(self, socket: web.WebSocketResponse) -> None:
        if socket in self._open:
            del self._open[socket]
            if not self._open:
                self._changed(False)

    def _acknowledge(self, text: str) -> None:
        try:
            message = parse_json(text)
        except ValueError:
            return
        key = message.get("envelope_id") if isinstance(message, dict) else None
        done = self._pending.get(key) if isinstance(key, str) else None
        if done is not None and not done.done():
            done.set_result(message.get("payload"))

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": self.registered + 1,
            "debug_info": {"host": "localslack", "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": self._app_id},
        }

    @staticmethod
    def _disconnect(reason: str) -> Json:
        return {"type": "disconnect", "reason": reason, "debug_info": {"host": "localslack"}}

    @staticmethod
    def _wrap(key: str, envelope: Envelope) -> Json:
        body: Json = {
            "envelope_id": key,
            "type": envelope.kind,
            "payload": envelope.payload,
            "accepts_response_payload": envelope.accepts_response,
        }
        if envelope.kind == "events_api":
            number, reason = envelope.retry or (0, "")
            body |= {"retry_attempt": number, "retry_reason": reason}
        return body
