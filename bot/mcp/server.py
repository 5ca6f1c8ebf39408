"""An MCP server for AI agents: they ask at gates and read the decisions. They choose no approvers.

It speaks to a Signoff that serves, over `/api/approvals`, with the agent's own token. The SDK is optional:
`make mcp` installs it.
"""

import sys
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any, cast

import anyio
import mcp_types as types
from anyio import to_thread
from mcp.server import Server, ServerRequestContext
from mcp.server.context import CallNext, HandlerResult
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError

from bot.errors import NotAsked
from bot.http.client import Client
from bot.mcp.messages import Messages
from bot.mcp.tools import (
    TOOLS,
    Arguments,
    CheckApproval,
    GiveBackGrant,
    ListGrants,
    RequestApproval,
    TakePermit,
    UnusableCall,
    read_call,
    shown,
)
from bot.terminal import printed, printed_json
from engine import REFUSALS

_INSTRUCTIONS = (
    "Ask people before you do something that cannot be undone. request_approval opens a request at a gate "
    "that the operator defined; check_approval reads its state. Continue only when the state is approved. "
    f"Any other state (open, {', '.join(REFUSALS)}, withdrawn) means: do not do it. "
    "After changes_requested, change what the comment asks for, and ask again with revises. After responded, "
    "comment is what a person answered, and nothing was approved or rejected."
)
_MAX_METHOD_CHARACTERS = 100
Context = ServerRequestContext[Any, Any]


def serve_agents(url: str, token: str) -> None:
    """Serve on standard input and output until the agent ends it."""
    anyio.run(_serve, _server(Client(url, token)))


async def _serve(server: Server) -> None:
    messages = Messages(sys.stdin.buffer)
    async with stdio_server(stdin=cast("anyio.AsyncFile[str]", messages)) as (read, write):
        messages.answer = write.send
        await server.run(read, write, server.create_initialization_options())


def _server(client: Client) -> Server:
    """Return a server whose tools take and give what the HTTP interface does."""

    async def list_tools(_: Context, __: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        return types.ListToolsResult(tools=_tools())

    async def call_tool(_: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        try:
            call = _call(client, read_call(params.name, params.arguments or {}))
            return _result(await to_thread.run_sync(call, abandon_on_cancel=True))
        except (UnusableCall, NotAsked) as error:
            return types.CallToolResult(content=[types.TextContent(text=printed(error))], is_error=True)

    server: Server = Server(
        "signoff", instructions=_INSTRUCTIONS, on_list_tools=list_tools, on_call_tool=call_tool
    )
    server.middleware.append(_name_what_is_wrong)
    return server


def _tools() -> list[types.Tool]:
    return [
        types.Tool(
            name=name,
            description=description,
            input_schema=model.model_json_schema(),
            output_schema={"type": "object"},
        )
        for name, (model, description) in TOOLS.items()
    ]


def _call(client: Client, arguments: Arguments) -> Callable[[], dict[str, Any]]:
    match arguments:
        case RequestApproval():
            return partial(_ask, client, arguments)
        case CheckApproval():
            return partial(client.read, arguments.id, arguments.wait_seconds)
        case TakePermit():
            return partial(_take, client, arguments)
        case ListGrants():
            return client.grants
        case GiveBackGrant():
            return partial(client.give_back, arguments.id)
    raise NotImplementedError(arguments)


def _ask(client: Client, arguments: RequestApproval) -> dict[str, Any]:
    left_out = {"wait_seconds"} | ({"revises"} if not arguments.revises else set())
    answer = client.ask(arguments.model_dump(exclude=left_out), uuid.uuid4().hex)
    return client.read(answer["id"], arguments.wait_seconds) if arguments.wait_seconds else answer


def _take(client: Client, arguments: TakePermit) -> dict[str, Any]:
    left_out = {"id"} | ({"revises"} if not arguments.revises else set())
    body = arguments.model_dump(exclude=left_out) | {"permit": {}}
    # The same use again returns the same permit, so that a lost answer loses nothing.
    return client.use(arguments.id, body, f"permit-{arguments.id}")


def _result(answer: dict[str, Any]) -> types.CallToolResult:
    text = types.TextContent(text=printed_json(answer, indent=None))
    return types.CallToolResult(content=[text], structured_content=answer)


async def _name_what_is_wrong(ctx: Context, call_next: CallNext) -> HandlerResult:
    """Refuse what the SDK would refuse without a word of what is wrong, or with all of it repeated."""
    if len(ctx.method) > _MAX_METHOD_CHARACTERS:
        raise MCPError(types.METHOD_NOT_FOUND, f"There is no method {shown(ctx.method)}.")
    if ctx.method == "tools/call":
        params = ctx.params or {}
        if not isinstance(params.get("name"), str):
            problem = f"name: {shown(params.get('name'))} is not text. Pass the name of a tool: "
            raise MCPError(types.INVALID_PARAMS, problem + ", ".join(TOOLS))
        if not isinstance(params.get("arguments"), dict | None):
            problem = f"arguments: {shown(params['arguments'])} is not an object. Pass the arguments by name."
            raise MCPError(types.INVALID_PARAMS, problem)
    return await call_next(ctx)
