"""An MCP server for AI agents: they ask at gates and read the decisions. They choose no approvers.

It speaks to a Signoff that serves, over `/api/approvals`, with the agent's own token. The SDK is optional:
`make mcp` installs it.
"""

import uuid
from functools import partial
from typing import Annotated, Any

from anyio import to_thread
from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from bot.errors import NotAsked
from bot.http.client import MAX_WAIT_SECONDS, Client

_INSTRUCTIONS = (
    "Ask people before you do something that cannot be undone. request_approval opens a request at a gate "
    "that the operator defined; check_approval reads its state. Go on only when the state is approved. Any "
    "other state (open, rejected, expired, withdrawn) means: do not do it."
)
Wait = Annotated[
    int, Field(ge=0, le=MAX_WAIT_SECONDS, description="Seconds to wait for a decision; ask again for longer.")
]


def serve_agents(url: str, token: str) -> None:
    """Serve on standard input and output until the agent ends it."""
    _server(Client(url, token)).run()


def _server(client: Client) -> MCPServer:
    """Return a server whose tools take and give what the HTTP interface does."""
    server = MCPServer("signoff", instructions=_INSTRUCTIONS)

    @server.tool(
        description="Ask people at a gate. Gives an id and the state: open, approved, rejected, expired."
    )
    async def request_approval(
        gate: Annotated[str, Field(description="Name of the gate, as the operator calls it.")],
        question: Annotated[str, Field(description='One line, like "Delete the table users in staging?"')],
        details: Annotated[str, Field(description="The facts that an approver needs to decide.")] = "",
        link: Annotated[str, Field(description="An http address for the approver to look at.")] = "",
        on_behalf_of: Annotated[
            str, Field(description="The person you act for; approvers see it as unverified.")
        ] = "",
        wait_seconds: Wait = 0,
    ) -> dict[str, Any]:
        body = {
            "gate": gate,
            "question": question,
            "details": details,
            "link": link,
            "on_behalf_of": on_behalf_of,
        }
        return await to_thread.run_sync(partial(_ask, client, body, wait_seconds), abandon_on_cancel=True)

    @server.tool(description="Read the state of a request: open, approved, rejected, expired or withdrawn.")
    async def check_approval(
        id: Annotated[str, Field(description="The id that request_approval gave.")], wait_seconds: Wait = 0
    ) -> dict[str, Any]:
        return await to_thread.run_sync(partial(_read, client, id, wait_seconds), abandon_on_cancel=True)

    return server


def _ask(client: Client, body: dict[str, str], wait_seconds: int) -> dict[str, Any]:
    try:
        answer = client.ask(body, uuid.uuid4().hex)
        return client.read(answer["id"], wait_seconds) if wait_seconds else answer
    except NotAsked as error:
        raise ToolError(str(error)) from None


def _read(client: Client, id_: str, wait_seconds: int) -> dict[str, Any]:
    try:
        return client.read(id_, wait_seconds)
    except NotAsked as error:
        raise ToolError(str(error)) from None
