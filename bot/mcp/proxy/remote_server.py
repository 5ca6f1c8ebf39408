"""A remote MCP server, over Streamable HTTP.

https://modelcontextprotocol.io/specification/2025-11-25/basic/transports

Each message is one POST, on a connection of its own: an intermediary closes idle ones, and what was sent on a
closed one may have arrived. A request is sent a second time only where the first one cannot have arrived.
A stream that ends before the answer is resumed where it stopped, if the server gives its events ids.
"""

import asyncio
import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver
from mcp.shared.inbound import encode_header_value
from yarl import URL

from bot.mcp.proxy.event_stream import EventStream, EventTooLarge
from bot.mcp.proxy.server_link import MAX_SERVER_BYTES, Lost, ServerLost, Take
from bot.slack.addresses import is_loopback
from engine.addresses import InsideNetwork, PublicResolver, names_public_host

RETRY_SECONDS = 1.0
MAX_OUTAGE_SECONDS = 60.0
"""For which a server that cannot be reached is tried again."""
MAX_RESUME_SECONDS = 300.0
"""For which a stream that brings nothing is resumed."""
_NOTICE_SECONDS = 5.0
_OWN_START = '"signoff:start"'
_VERSION = "io.modelcontextprotocol/protocolVersion"
_NAMED = {"tools/call": "name", "prompts/get": "name", "resources/read": "uri"}
_TIMEOUT = aiohttp.ClientTimeout(total=None, connect=30, sock_read=None)


@dataclass(frozen=True, slots=True)
class RemoteSettings:
    """`headers`: with their secrets. `private`: the server may be inside this machine's networks."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    private: bool = False


class RemoteServer:
    """Sends messages to a server, and hands over what it answers."""

    def __init__(self, settings: RemoteSettings, names: AbstractResolver | None = None) -> None:
        """`names`: looks names up; by default, the system does."""
        self._settings, self._url = settings, URL(settings.url)
        host = (self._url.host or "").lower()
        self._inside_allowed = settings.private or is_loopback(host)
        resolver = PublicResolver({host} if self._inside_allowed else (), names)
        self._http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(resolver=resolver, force_close=True, limit=0),
            timeout=_TIMEOUT,
            auto_decompress=False,
            trust_env=False,
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        self._take: Take = lambda message: None
        self._lost: Lost = lambda id_, error: None
        self._tasks: set[asyncio.Task[None]] = set()
        self._requests: dict[str, tuple[asyncio.Task[None], bool]] = {}
        """By id, as JSON: requests under way, and whether closing their stream cancels them."""
        self._session = self._version = self._start = ""
        self._listening: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()

    async def serve(self, take: Take, lost: Lost) -> str:
        self._take, self._lost = take, lost
        await asyncio.Event().wait()
        return ""

    async def send(self, text: str) -> None:
        """Send a message. What becomes of a request is told through `serve`."""
        message = json.loads(text)
        method, is_request = message.get("method"), "id" in message and "method" in message
        if method == "notifications/cancelled":
            id_ = json.dumps((message.get("params") or {}).get("requestId"))
            task, closes = self._requests.get(id_, (None, False))
            if task is not None and closes:
                task.cancel()
                return
        if method == "initialize":
            self._start, self._session, self._version = text, "", ""
        task = asyncio.create_task(self._deliver(message, text, is_request))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        if is_request:
            id_ = json.dumps(message["id"])
            self._requests[id_] = (task, bool(_version_of(message)))
            task.add_done_callback(lambda _: self._requests.pop(id_, None))
        else:
            # Notifications stay in their order with what follows.
            await asyncio.wait({task}, timeout=_NOTICE_SECONDS)

    async def _deliver(self, message: Mapping[str, Any], text: str, is_request: bool) -> None:
        id_ = json.dumps(message["id"]) if is_request else ""
        try:
            await self._post(message, text, id_)
        except ServerLost as lost:
            if is_request:
                self._lost(id_, lost)
        if message.get("method") == "notifications/initialized":
            self._listen()

    async def _post(self, message: Mapping[str, Any], text: str, id_: str) -> None:
        """Send a message, and hand over what is answered. Raises `ServerLost`."""
        session = self._session
        answer = await self._answer("POST", self._headers(message), text.encode())
        if answer.status == 404 and session and message.get("method") != "initialize":
            # The server forgot the session, for instance as it was started again: it did nothing.
            answer.close()
            await self._begin_again(session)
            answer = await self._answer("POST", self._headers(message), text.encode())
        try:
            await self._read(answer, id_, message.get("method") == "initialize")
        finally:
            answer.close()

    async def _read(self, answer: aiohttp.ClientResponse, id_: str, starts: bool = False) -> None:
        if starts:
            self._session = answer.headers.get("Mcp-Session-Id", "")
        self._check(answer, id_)
        if not id_ or answer.status >= 400:
            return
        if answer.content_type == "text/event-stream":
            await self._read_stream(answer, id_)
            return
        body = await _body(answer)
        if not self._hand_over(body, id_):
            raise ServerLost("The server answered with something else than a message.", reached=True)

    def _check(self, answer: aiohttp.ClientResponse, id_: str) -> None:
        """Raises `ServerLost`."""
        if 300 <= answer.status < 400:
            raise ServerLost(
                "The server redirects to another address. Give that address to --server.", reached=False
            )
        if answer.status >= 400 and id_:
            told = f"The server answered {answer.status}."
            raise ServerLost(told, reached=answer.status >= 500)
        if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise ServerLost("The server answered with compressed data.", reached=True)

    async def _read_stream(self, answer: aiohttp.ClientResponse, id_: str) -> None:
        """Read a stream until the answer to a request. Raises `ServerLost`."""
        stream, loop = EventStream(MAX_SERVER_BYTES), asyncio.get_running_loop()
        until = loop.time() + MAX_RESUME_SECONDS
        while True:
            before = stream.last_id
            try:
                if await self._events(answer, stream, id_):
                    return
            finally:
                answer.close()
            if stream.last_id != before:
                until = loop.time() + MAX_RESUME_SECONDS
            if not stream.last_id or loop.time() > until:
                raise ServerLost("The connection ended before the server answered.", reached=True)
            await asyncio.sleep(RETRY_SECONDS if stream.retry is None else min(stream.retry, 60))
            headers = {"Last-Event-ID": encode_header_value(stream.last_id)}
            answer = await self._answer("GET", self._headers({}) | headers)
            if answer.content_type != "text/event-stream" or answer.status != 200:
                answer.close()
                raise ServerLost("The server does not resume its answer.", reached=True)
            stream = EventStream.resumed(stream)

    async def _events(self, answer: aiohttp.ClientResponse, stream: EventStream, id_: str) -> bool:
        """Hand over events until the stream ends. Return whether the answer to this request was there."""
        with contextlib.suppress(aiohttp.ClientError, TimeoutError, OSError):
            async for part in answer.content.iter_any():
                try:
                    for event in stream.feed(part):
                        if self._hand_over(event.data, id_):
                            return True
                except EventTooLarge:
                    raise ServerLost("The server sent a message that is too large.", reached=True) from None
        return False

    def _hand_over(self, body: bytes, id_: str) -> bool:
        """Take a message. Return whether it is the answer to this request."""
        try:
            message = json.loads(body)
        except (ValueError, RecursionError):
            return False
        if not isinstance(message, dict):
            return False
        answers = "method" not in message and json.dumps(message.get("id")) == id_
        result = message.get("result")
        if answers and isinstance(result, dict) and "protocolVersion" in result and not self._version:
            self._version = str(result["protocolVersion"])
        if id_ != _OWN_START:
            self._take(body)
        return answers

    async def _answer(
        self, method: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> aiohttp.ClientResponse:
        """Return the beginning of an answer. Raises `ServerLost`.

        A server that cannot be reached is tried again: it got nothing.
        """
        if not (self._inside_allowed or names_public_host(self._url.host or "")):
            raise _inside()
        loop = asyncio.get_running_loop()
        until = loop.time() + MAX_OUTAGE_SECONDS
        while True:
            try:
                return await self._http.request(
                    method, self._url, data=body, headers=headers, allow_redirects=False
                )
            except aiohttp.ClientConnectorError as error:
                if isinstance(error.os_error, InsideNetwork):
                    raise _inside() from None
                if isinstance(error, aiohttp.ClientSSLError) or loop.time() > until:
                    raise ServerLost("The server cannot be reached.", reached=False) from None
                await asyncio.sleep(RETRY_SECONDS)
            except (aiohttp.ClientError, TimeoutError, OSError):
                raise ServerLost("The connection ended before the server answered.", reached=True) from None

    def _headers(self, message: Mapping[str, Any]) -> dict[str, str]:
        params = message.get("params")
        method, version = str(message.get("method", "")), _version_of(message)
        named = params.get(_NAMED.get(method, "")) if isinstance(params, dict) else None
        headers = {
            "Accept": "application/json, text/event-stream",
            "Accept-Encoding": "identity",
            "Content-Type": "application/json",
            "Mcp-Session-Id": self._session,
            "Mcp-Protocol-Version": version or self._version,
            # From the release of 2026 on, a server compares these with the message.
            "Mcp-Method": method if version else "",
            "Mcp-Name": encode_header_value(named) if version and isinstance(named, str) else "",
        }
        return {name: value for name, value in headers.items() if value} | dict(self._settings.headers)

    # The session

    async def _begin_again(self, session: str) -> None:
        """Start a session in the place of one that the server forgot. Raises `ServerLost`."""
        async with self._starting:
            if self._session != session:
                return
            start = json.loads(self._start) | {"id": json.loads(_OWN_START)}
            self._session = self._version = ""
            try:
                await self._post(start, json.dumps(start), _OWN_START)
                told = {"jsonrpc": "2.0", "method": "notifications/initialized"}
                await self._post(told, json.dumps(told), "")
            except ServerLost as lost:
                self._session = session
                raise ServerLost(str(lost), reached=False) from None
        self._listen()

    def _listen(self) -> None:
        """Read what the server sends by itself, such as a new list of tools."""
        if self._listening is not None:
            self._listening.cancel()
        if self._session:
            self._listening = asyncio.create_task(self._listened())

    async def _listened(self) -> None:
        stream = EventStream(MAX_SERVER_BYTES)
        while True:
            headers = self._headers({}) | ({"Last-Event-ID": stream.last_id} if stream.last_id else {})
            try:
                answer = await self._answer("GET", headers)
                try:
                    if answer.status != 200 or answer.content_type != "text/event-stream":
                        return  # the server has no such stream, or forgot the session
                    await self._events(answer, stream, "")
                finally:
                    answer.close()
            except ServerLost as lost:
                if not lost.reached:
                    return
            await asyncio.sleep(RETRY_SECONDS if stream.retry is None else min(stream.retry, 60))
            stream = EventStream.resumed(stream)

    async def close(self) -> None:
        tasks = [*self._tasks, *([self._listening] if self._listening else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        with contextlib.suppress(aiohttp.ClientError, TimeoutError, OSError):
            if self._session:
                async with asyncio.timeout(2):
                    headers = self._headers({})
                    (await self._http.delete(self._url, headers=headers, allow_redirects=False)).close()
        await self._http.close()


def _version_of(message: Mapping[str, Any]) -> str:
    """Return the version of the protocol that a message names itself, as from 2026 on; else an empty text."""
    params = message.get("params")
    meta = params.get("_meta") if isinstance(params, dict) else None
    version = meta.get(_VERSION) if isinstance(meta, dict) else None
    return version if isinstance(version, str) and version.isascii() and version.isprintable() else ""


async def _body(answer: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    try:
        async for part in answer.content.iter_any():
            body += part
            if len(body) > MAX_SERVER_BYTES:
                raise ServerLost("The server sent a message that is too large.", reached=True)
    except (aiohttp.ClientError, TimeoutError, OSError):
        raise ServerLost("The connection ended before the server answered.", reached=True) from None
    return bytes(body)


def _inside() -> ServerLost:
    return ServerLost(
        "The server is inside this machine's networks. Start the proxy with --private to allow that.",
        reached=False,
    )
