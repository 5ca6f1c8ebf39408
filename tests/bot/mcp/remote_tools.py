"""A remote MCP server of the SDK, an intermediary that cuts lines, and an agent behind the proxy."""

import asyncio
import contextlib
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, BinaryIO

import uvicorn
from aiohttp.abc import AbstractResolver
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.streamable_http import EventCallback, EventId, EventMessage, EventStore, StreamId
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.http.client import Client
from bot.mcp.proxy.proxy import Proxy, ProxySettings
from bot.mcp.proxy.remote_server import RemoteServer, RemoteSettings
from engine.tool_rules import ToolRules


class Events(EventStore):
    """Keeps every event, so that streams can be resumed."""

    def __init__(self) -> None:
        self.kept: list[tuple[StreamId, Any]] = []

    async def store_event(self, stream_id: StreamId, message: Any) -> EventId:
        self.kept.append((stream_id, message))
        return str(len(self.kept))

    async def replay_events_after(
        self, last_event_id: EventId, send_callback: EventCallback
    ) -> StreamId | None:
        at = int(last_event_id)
        stream = self.kept[at - 1][0]
        for number, (of, message) in enumerate(self.kept[at:], at + 1):
            if of == stream and message is not None:
                await send_callback(EventMessage(message, str(number)))
        return stream


class Tools:
    """The server: `calls` are those that it got; `slow` answers when `go` is set."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str]] = []
        self.headers: list[dict[str, str]] = []
        self.permits: list[str] = []
        self.began, self.go = asyncio.Event(), asyncio.Event()
        self.port = 0

    @asynccontextmanager
    async def serving(self, *, events: bool = False, json_response: bool = False) -> AsyncIterator[None]:
        server = MCPServer("tools")

        @server.tool()
        async def drop_table(name: str, ctx: Context[Any, Any]) -> str:
            meta = ctx.request_context.meta
            self.permits.append(str((meta or {}).get("signoff/permit", "")))
            self.calls.append(("drop_table", name))
            return f"dropped {name}"

        @server.tool()
        async def slow(name: str, ctx: Context[Any, Any]) -> str:
            self.calls.append(("slow", name))
            self.began.set()
            await ctx.report_progress(1, 2)
            await self.go.wait()
            return f"slow {name}"

        app = server.streamable_http_app(
            event_store=Events() if events else None, json_response=json_response, retry_interval=50
        )
        config = uvicorn.Config(
            self._noting(app), host="127.0.0.1", port=self.port, log_level="critical", lifespan="on",
            timeout_graceful_shutdown=1,
        )  # fmt: skip
        running = uvicorn.Server(config)
        running.capture_signals = contextlib.nullcontext  # type: ignore[method-assign,assignment]
        task = asyncio.create_task(running.serve())
        while not running.started:
            await asyncio.sleep(0.01)
        self.port = running.servers[0].sockets[0].getsockname()[1]
        try:
            yield
        finally:
            running.should_exit = running.force_exit = True
            await task

    def _noting(self, app: ASGIApp) -> ASGIApp:
        async def noting(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http":
                self.headers.append({name.decode(): value.decode() for name, value in scope["headers"]})
            await app(scope, receive, send)

        return noting


class Cutter:
    """An intermediary between two ends. `cut` closes every connection through it."""

    def __init__(self, port: int) -> None:
        self.upstream, self.port = port, 0
        self._open: set[asyncio.StreamWriter] = set()
        self.connections = 0

    @asynccontextmanager
    async def forwarding(self) -> AsyncIterator["Cutter"]:
        server = await asyncio.start_server(self._forward, "127.0.0.1", self.port)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            self.cut()

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.upstream)
        except OSError:
            writer.close()
            return
        self._open |= {writer, far_writer}
        await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer), return_exceptions=True)
        self._open -= {writer, far_writer}

    def cut(self) -> None:
        for writer in list(self._open):
            writer.transport.abort()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while part := await reader.read(65536):
            writer.write(part)
            await writer.drain()
    finally:
        writer.close()


class Output:
    """The proxy's standard output: the answers by id."""

    def __init__(self) -> None:
        self.answers: dict[Any, asyncio.Future[dict[str, Any]]] = {}
        self.notified = asyncio.Event()

    def write(self, line: bytes) -> None:
        message = json.loads(line)
        if "method" in message:
            self.notified.set()
        elif not (answer := self.of(message["id"])).done():
            answer.set_result(message)

    def flush(self) -> None: ...

    def of(self, id_: Any) -> "asyncio.Future[dict[str, Any]]":
        return self.answers.setdefault(id_, asyncio.get_running_loop().create_future())


class RemoteAgent:
    """An agent behind a proxy in this process."""

    def __init__(self, write: BinaryIO, output: Output) -> None:
        self._write, self._output, self._number = write, output, 0
        self.notified = output.notified

    async def request(self, method: str, **params: Any) -> dict[str, Any]:
        self._number += 1
        self.tell({"id": self._number, "method": method, "params": params})
        return await asyncio.wait_for(asyncio.shield(self._output.of(self._number)), 30)

    def tell(self, message: dict[str, Any]) -> None:
        self._write.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")
        self._write.flush()

    async def call(self, tool: str, **arguments: Any) -> tuple[bool, str]:
        answer = await self.request("tools/call", name=tool, arguments=arguments)
        result = answer["result"]
        return result.get("isError", False), result["content"][0]["text"]


@asynccontextmanager
async def remote_agent(
    client: Client,
    settings: RemoteSettings,
    rules: ToolRules | None = None,
    *,
    wait: float = 25,
    name: str = "",
    names: AbstractResolver | None = None,
) -> AsyncIterator[RemoteAgent]:
    read, write = os.pipe()
    own = ProxySettings((), rules or ToolRules(), "release-gate", name, wait=wait, remote=settings)
    link, output = RemoteServer(settings, names), Output()
    proxy = Proxy(own, client, link, output)  # type: ignore[arg-type]
    with os.fdopen(read, "rb") as reading, os.fdopen(write, "wb") as writing:
        tasks = [asyncio.create_task(proxy.serve_agent(reading)), asyncio.create_task(proxy.serve_server())]
        agent = RemoteAgent(writing, output)
        try:
            info = {"name": "t", "version": "1"}
            await agent.request("initialize", protocolVersion="2025-11-25", capabilities={}, clientInfo=info)
            agent.tell({"method": "notifications/initialized"})
            yield agent
        finally:
            await proxy.close()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await link.close()
            writing.close()
