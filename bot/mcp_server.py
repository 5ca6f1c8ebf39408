"""An MCP server for AI agents: they ask at gates and look what people said. They choose no approvers.

It speaks to a Signoff that serves, over `/api/approvals`, with the agent's own token. The SDK is optional:
`make mcp` installs it.
"""

import uuid
from typing import Annotated, Any

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from bot.http.client import POLL, Client, NotAsked

_INSTRUCTIONS = (
    "Ask people before you do what can't be undone. request_approval opens a question at a gate that the "
    "operator defined; check_approval says how it stands. Go on only when the state is approved. Anything "
    "else (open, rejected, expired, withdrawn) means: do not do it."
)
Wait = Annotated[
    int, Field(ge=0, le=POLL, description="Seconds to wait for an answer; ask again for longer.")
]


def server(url: str, token: str) -> MCPServer:
    """Its tools take and give what the HTTP interface does."""
    made = MCPServer("signoff", instructions=_INSTRUCTIONS)

    @made.tool(
        description="Ask people at a gate. Gives an id and the state: open, approved, rejected, expired."
    )
    async def request_approval(
        gate: Annotated[str, Field(description="Name of the gate, as the operator calls it.")],
        question: Annotated[str, Field(description='One line, as "Delete the table users in staging?"')],
        details: Annotated[str, Field(description="What one needs to decide.")] = "",
        link: Annotated[str, Field(description="An http address to look at.")] = "",
        on_behalf_of: Annotated[str, Field(description="For whom; people see it as unverified.")] = "",
        wait_seconds: Wait = 0,
    ) -> dict[str, Any]:
        body = {
            "gate": gate,
            "question": question,
            "details": details,
            "link": link,
            "on_behalf_of": on_behalf_of,
        }
        try:
            async with Client(url, token) as client:
                found = await client.ask(body, uuid.uuid4().hex)
                return await client.read(found["id"], wait_seconds) if wait_seconds else found
        except NotAsked as error:
            raise ToolError(str(error)) from None

    @made.tool(description="How a question stands: open, approved, rejected, expired or withdrawn.")
    async def check_approval(
        id: Annotated[str, Field(description="What request_approval gave.")], wait_seconds: Wait = 0
    ) -> dict[str, Any]:
        try:
            async with Client(url, token) as client:
                return await client.read(id, wait_seconds)
        except NotAsked as error:
            raise ToolError(str(error)) from None

    return made
