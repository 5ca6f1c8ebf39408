"""The proxy: it stands between an agent and an MCP server, and lets no call past the rules.

Messages go both ways, one JSON-RPC message a line. What the agent sends is read once, refused if it can be
read in two ways, and written by the proxy, so that the server reads what the proxy read. A call of a tool
reaches the server in the proxy's own words alone: tool and canonical arguments.
"""

import asyncio
import contextlib
import json
import os
import re
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, BinaryIO

from bot.errors import NotAsked
from bot.http.client import Client
from bot.mcp.proxy.approved_calls import ApprovedCalls, StillOpen
from bot.mcp.proxy.call_meta import PERMIT, kept_meta, progress_token
from bot.mcp.proxy.remote_server import RemoteServer, RemoteSettings
from bot.mcp.proxy.server_link import MAX_SERVER_BYTES, LocalServer, ServerLink, ServerLost
from bot.mcp.proxy.server_name import name_of
from bot.mcp.proxy.tool_catalog import ToolCatalog, UnusableCall, has_plain_name
from bot.terminal import printed, printed_json
from bot.tool_calls.daemon_threads import in_thread
from bot.tool_calls.permission import NotApproved, Permission
from bot.tool_calls.tool_call import Server, ToolCall, question_of
from engine.exact_json import AmbiguousJson, Number, canonical, exact, read_message, written
from engine.tool_rules import ToolRules, is_denied, rule_on_call

MAX_MESSAGE_BYTES = 1024 * 1024
"""Largest message of the agent."""
_MAX_PAGES = 100
_PARSE_ERROR, _INVALID_REQUEST, _NO_METHOD, _INVALID_PARAMS = -32700, -32600, -32601, -32602
_METHODS = frozenset({
    "initialize", "ping", "server/discover", "tools/list", "tools/call", "resources/list",
    "resources/templates/list", "resources/read", "resources/subscribe", "resources/unsubscribe",
    "prompts/list", "prompts/get", "completion/complete", "logging/setLevel", "subscriptions/listen",
    "notifications/initialized", "notifications/cancelled", "notifications/progress",
    "notifications/roots/list_changed",
})  # fmt: skip
"""The methods that an agent may use. Another one, or an odd spelling, never reaches the server."""
_FIELDS = frozenset({"jsonrpc", "id", "method", "params", "result", "error"})
_CALL_FIELDS = ("name", "arguments", "_meta")
_OWN_ID = "signoff:"
_NO_ANSWER = -32000
"""For a request whose answer will not come: a code that the protocol leaves to implementations."""


@dataclass(frozen=True, slots=True)
class ProxySettings:
    """Command or address of the server, rules and gate of a proxy.

    `wait`: seconds after which a client is told that nobody has decided yet.
    """

    command: Sequence[str]
    rules: ToolRules
    gate: str
    name: str = ""
    session: str = ""
    wait: float = 25.0
    remote: RemoteSettings | None = None


class _RpcError(Exception):
    def __init__(self, code: int, message: str) -> None:
        self.code = code
        super().__init__(message)


class _ResultUnknown(Exception):
    """A call began, and its result could not be taken."""


def run_proxy(settings: ProxySettings, client: Client) -> int:
    """Serve the agent on standard input and output until it or the server ends. Return the exit code."""
    return asyncio.run(_run(settings, client))


async def _run(settings: ProxySettings, client: Client) -> int:
    link = RemoteServer(settings.remote) if settings.remote else await _started(settings.command)
    proxy = Proxy(settings, client, link, sys.stdout.buffer)
    agent = asyncio.create_task(proxy.serve_agent(sys.stdin.buffer))
    server = asyncio.create_task(proxy.serve_server())
    try:
        await asyncio.wait([agent, server], return_when=asyncio.FIRST_COMPLETED)
    finally:
        await proxy.close()
        for task in (agent, server):
            task.cancel()
        await asyncio.gather(agent, server, return_exceptions=True)
        await link.close()
    if agent.done() and not agent.cancelled():
        if (error := agent.exception()) is not None:
            _note(f"The proxy failed ({type(error).__name__}).")
            return 1
        return 0
    if not server.cancelled() and server.exception() is None:
        _note(server.result())
    return 1


async def _started(command: Sequence[str]) -> LocalServer:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SIGNOFF_")}
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *command, stdin=pipe, stdout=pipe, env=environment, limit=MAX_SERVER_BYTES
    )
    return LocalServer(process)


class Proxy:
    """Messages between an agent and a server."""

    def __init__(
        self,
        settings: ProxySettings,
        client: Client,
        link: ServerLink,
        output: BinaryIO,
    ) -> None:
        self._settings, self._link, self._output = settings, link, output
        command, url = tuple(settings.command), settings.remote.url if settings.remote else ""
        self._server = Server(settings.name or url or name_of(command), command, url)
        self._catalog: ToolCatalog | None = None
        self._calls: dict[str, asyncio.Task[None]] = {}
        """By the id of the agent's request, as JSON."""
        self._listings: set[str] = set()
        self._awaited: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._number = 0
        permission = Permission(client, settings.session)
        self._approved = ApprovedCalls(permission, settings.wait)

    # From the agent

    async def serve_agent(self, stream: BinaryIO) -> None:
        """Handle the agent's messages until it closes the stream."""
        while line := await in_thread(partial(stream.readline, MAX_MESSAGE_BYTES + 1)):
            if len(line) > MAX_MESSAGE_BYTES:
                while line and not line.endswith(b"\n"):
                    line = await in_thread(partial(stream.readline, MAX_MESSAGE_BYTES))
                self._refuse(
                    "null", _INVALID_REQUEST, f"The message is larger than {MAX_MESSAGE_BYTES} bytes."
                )
            elif line.strip():
                await self._from_agent(line)

    async def _from_agent(self, line: bytes) -> None:
        try:
            message = read_message(line.decode())
        except AmbiguousJson as error:
            self._refuse(_id_in(line), _INVALID_REQUEST, str(error))
            return
        except ValueError:
            remedy = "Send one JSON object a line, in UTF-8. Batches are not supported."
            self._refuse("null", _PARSE_ERROR, f"The message cannot be read. {remedy}")
            return
        id_ = written(message.get("id"))
        try:
            await self._handle(message, id_)
        except _RpcError as error:
            if "id" in message and "method" in message:
                self._refuse(id_, error.code, str(error))
            else:
                _note(f"A message of the agent was dropped: {error}")

    async def _handle(self, message: dict[str, Any], id_: str) -> None:
        if unknown := set(message) - _FIELDS:
            problem = f"{_brief(min(unknown))} is not a field of a message. Leave it out."
            raise _RpcError(_INVALID_REQUEST, problem)
        method = message.get("method")
        if "method" not in message:
            await self._link.send(written(message))  # the answer to a request of the server
            return
        if not isinstance(method, str) or method not in _METHODS:
            raise _RpcError(_NO_METHOD, f"The proxy knows no method {_brief(method)}.")
        if "id" in message and (not isinstance(message["id"], str | Number) or id_.startswith(f'"{_OWN_ID}')):
            raise _RpcError(_INVALID_REQUEST, "id: Pass a text or a whole number.")
        if method == "tools/call":
            if "id" not in message:
                raise _RpcError(_INVALID_REQUEST, "tools/call needs an id.")
            if id_ in self._calls:
                raise _RpcError(_INVALID_REQUEST, "A call with this id is under way. Use another id.")
            task = self._calls[id_] = asyncio.create_task(self._call(message, id_))
            task.add_done_callback(lambda _: self._calls.pop(id_, None))
            return
        if method == "notifications/cancelled":
            params = message.get("params")
            cancelled = written(params.get("requestId")) if isinstance(params, dict) else ""
            if (call := self._calls.get(cancelled)) is not None:
                call.cancel()
                return
        if method == "tools/list":
            self._listings.add(id_)
        await self._link.send(written(message))

    # Calls of tools

    async def _call(self, message: dict[str, Any], id_: str) -> None:
        try:
            answer = await self._answer(message.get("params"))
        except _RpcError as error:
            self._refuse(id_, error.code, str(error))
        except (UnusableCall, AmbiguousJson, NotApproved) as refused:
            self._tell(id_, str(refused))
        except NotAsked as problem:
            self._tell(id_, f"Nobody could be asked: {printed(problem)} The tool was not called.")
        except StillOpen as still:
            asked = f" Request {still.id}." if still.id else ""
            self._tell(
                id_,
                "The call waits for people, and nobody has decided yet. The tool was not called. Make the "
                f"same call again to wait on; nobody is asked twice.{asked}",
            )
        except ServerLost as lost:
            self._tell(id_, f"{lost} The tool was not called.")
        except _ResultUnknown:
            self._tell(
                id_,
                "The answer was lost after the tool was called. It is not known whether the tool did its "
                "work. Find out before you call it again.",
            )
        except Exception as error:  # whatever it was, the agent must not wait forever
            _note(f"A call failed ({type(error).__name__}).")
            self._tell(id_, "The proxy failed. The tool was not called.")
        else:
            self._write(f'{{"jsonrpc":"2.0","id":{id_},{answer}}}')

    async def _answer(self, params: Any) -> str:
        """Return the rest of the answer to a call: `"result":…` or `"error":…`."""
        if not isinstance(params, dict) or not isinstance(params.get("name"), str):
            raise _RpcError(_INVALID_PARAMS, "name: Pass the name of a tool.")
        for field, value in params.items():
            if field not in _CALL_FIELDS and value is not None:
                problem = f"{_brief(field)} is not supported by the proxy. Pass name and arguments."
                raise _RpcError(_INVALID_PARAMS, problem)
        tool, meta = params["name"], params.get("_meta")
        meta = meta if isinstance(meta, dict) else {}
        kept, token = kept_meta(meta), progress_token(meta)
        given = {} if params.get("arguments") is None else params["arguments"]
        if not isinstance(given, dict):
            raise _RpcError(_INVALID_PARAMS, "arguments: Pass an object.")
        # From here on there is one text, which is judged, shown and sent.
        text = canonical(exact(given))
        arguments = json.loads(text)
        (await self._known(tool, kept)).check(tool, arguments)
        ruling = rule_on_call(self._settings.rules, tool, self._server.name, arguments)
        call = ToolCall(self._server, tool, text, ruling.reason)
        if ruling.effect == "deny":
            why = f" {ruling.reason}" if ruling.reason else ""
            raise UnusableCall(f"The rules of the proxy deny this call.{why} The tool was not called.")
        if ruling.effect == "allow":
            return await self._make(call, kept if token is None else {**kept, "progressToken": token})
        question = question_of(call, self._settings.gate)
        told = self._progress(token)
        return await self._approved.call(call, question, told, partial(self._make, call, kept))

    def _progress(self, token: str | int | None) -> Callable[[str], Awaitable[None]]:
        count = 0

        async def tell(request: str) -> None:
            nonlocal count
            count += 1
            if token is None:
                return
            params = f'"progressToken":{json.dumps(token)},"progress":{count}'
            text = json.dumps(f"Waiting for an approval. Request {request}.")
            self._write(
                f'{{"jsonrpc":"2.0","method":"notifications/progress","params":{{{params},"message":{text}}}}}'
            )

        return tell

    async def _known(self, tool: str, meta: dict[str, Any]) -> ToolCatalog:
        """Return the tools of the server, read again if the tool is not among those read before."""
        if self._catalog is None or tool not in self._catalog:
            self._catalog = await self._read_catalog(meta)
        return self._catalog

    async def _read_catalog(self, meta: dict[str, Any]) -> ToolCatalog:
        tools: list[Any] = []
        cursor: Any = None
        for _ in range(_MAX_PAGES):
            params = {"_meta": meta} if meta else {}
            answer = await self._request(
                "tools/list", written(params if cursor is None else {**params, "cursor": cursor})
            )
            result = answer.get("result")
            if not isinstance(result, dict) or not isinstance(result.get("tools"), list):
                raise UnusableCall("The server does not list its tools, so nothing can be called.")
            tools += result["tools"]
            cursor = result.get("nextCursor")
            if cursor is None:
                return ToolCatalog(tools)
        raise UnusableCall(f"The server lists its tools on more than {_MAX_PAGES} pages.")

    async def _make(self, call: ToolCall, meta: dict[str, Any], permit: str = "") -> str:
        """Make a call at the server with exactly these arguments, and return the rest of its answer.

        `permit`: of an approved call, which the server can verify. Raises `_ResultUnknown`.
        """
        meta = {**meta, PERMIT: permit} if permit else meta
        rest = f',"_meta":{written(meta)}' if meta else ""
        params = f'{{"name":{json.dumps(call.tool)},"arguments":{call.arguments}{rest}}}'
        try:
            answer = await self._request("tools/call", params)
            part = "error" if "error" in answer else "result"
            return f'"{part}":{json.dumps(answer.get(part))}'
        except ServerLost as lost:
            if lost.reached:
                raise _ResultUnknown from lost
            raise
        except Exception as error:
            _note(f"The result of a call could not be taken ({type(error).__name__}).")
            raise _ResultUnknown from error

    async def _request(self, method: str, params: str) -> dict[str, Any]:
        self._number += 1
        id_ = f"{_OWN_ID}{self._number}"
        answer = self._awaited[id_] = asyncio.get_running_loop().create_future()
        try:
            await self._link.send(f'{{"jsonrpc":"2.0","id":"{id_}","method":"{method}","params":{params}}}')
            received: dict[str, Any] = await answer
            return received
        except asyncio.CancelledError:
            with contextlib.suppress(Exception):
                cancelled = f'{{"requestId":"{id_}","reason":"The client cancelled the call."}}'
                await self._link.send(
                    f'{{"jsonrpc":"2.0","method":"notifications/cancelled","params":{cancelled}}}'
                )
            raise
        finally:
            self._awaited.pop(id_, None)

    # From the server

    async def serve_server(self) -> str:
        """Handle the server's messages until it ends. Return why it ended."""
        return await self._link.serve(self._from_server, self._lost)

    def _lost(self, id_: str, lost: ServerLost) -> None:
        """Tell the one who waits for it that an answer will not come. `id_`: of the request, as JSON."""
        if (awaited := self._awaited.get(json.loads(id_) if id_.startswith('"') else "")) is not None:
            if not awaited.done():
                awaited.set_exception(lost)
            return
        self._listings.discard(id_)
        if not id_.startswith(f'"{_OWN_ID}'):
            self._refuse(id_, _NO_ANSWER, str(lost))

    def _from_server(self, line: bytes) -> None:
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):
            message = None
        if not isinstance(message, dict):
            if line.strip():
                _note("The server wrote a line that is not a message. It was dropped.")
            return
        if "method" in message:
            if message["method"] == "notifications/tools/list_changed":
                self._catalog = None
        elif (awaited := self._awaited.get(str(message.get("id")))) is not None:
            if not awaited.done():
                awaited.set_result(message)
            return
        elif str(message.get("id")).startswith(_OWN_ID):
            return  # nobody waits for it any more
        elif (id_ := json.dumps(message.get("id"))) in self._listings:
            self._listings.discard(id_)
            self._write(json.dumps(self._visible(message)))
            return
        self._write(json.dumps(message))

    def _visible(self, message: dict[str, Any]) -> dict[str, Any]:
        """Leave out the tools that can never be called."""
        result = message.get("result")
        if isinstance(result, dict) and isinstance(result.get("tools"), list):
            rules = self._settings.rules
            result["tools"] = [
                tool
                for tool in result["tools"]
                if has_plain_name(tool) and not is_denied(rules, tool["name"])
            ]
        return message

    # Writing

    def _write(self, text: str) -> None:
        """Send a message to the agent."""
        self._output.write(text.encode() + b"\n")
        self._output.flush()

    def _tell(self, id_: str, text: str) -> None:
        """Answer a call with a result that says why the tool was not called."""
        # Releases of the protocol from 2026 need the type; earlier ones ignore it.
        result = {"resultType": "complete", "content": [{"type": "text", "text": text}], "isError": True}
        self._write(f'{{"jsonrpc":"2.0","id":{id_},"result":{json.dumps(result)}}}')

    def _refuse(self, id_: str, code: int, text: str) -> None:
        self._write(f'{{"jsonrpc":"2.0","id":{id_},"error":{json.dumps({"code": code, "message": text})}}}')

    async def close(self) -> None:
        """Stop waiting. What was asked stays open at the gate."""
        calls = list(self._calls.values())
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        await self._approved.close()


def _id_in(line: bytes) -> str:
    """Return the id of a message that is refused, as JSON; `null` if it cannot be told."""
    found = re.findall(rb'"id"\s*:\s*("[^"\\\\]{0,200}"|-?\d{1,18})', line)
    return found[0].decode() if len(found) == 1 else "null"


def _brief(value: Any) -> str:
    text = written(value)
    return printed_json(text[1:-1][:60] if isinstance(value, str) else text[:60], indent=None)


def _note(text: str) -> None:
    print(f"signoff mcp proxy: {text}", file=sys.stderr, flush=True)
