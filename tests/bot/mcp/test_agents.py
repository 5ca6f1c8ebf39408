"""An agent over MCP, as its own process, against the real HTTP interface."""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters
from mcp.types import CallToolResult, TextContent

from bot.mcp.tools import TOOLS
from tests.bot.http.test_api import ROOT, Outside
from tests.bot.http.test_api import outside as outside


@asynccontextmanager
async def agent(outside: Outside) -> AsyncIterator[Client]:
    environment = {**os.environ, "SIGNOFF_TOKEN": outside.token, "PYTHONPATH": str(ROOT)}
    command = ["-m", "bot", "mcp", "--url", outside.url]
    async with Client(StdioServerParameters(command=sys.executable, args=command, env=environment)) as client:
        yield client


async def call(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    found: dict[str, Any] = result.structured_content
    content: dict[str, Any] = found.get("result", found)
    return content


def text_of(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


async def test_an_agent_is_approved_rejected_and_expired(outside: Outside) -> None:
    async with agent(outside) as client:
        tools = {one.name: one for one in (await client.list_tools()).tools}
        assert set(tools) == set(TOOLS)
        assert not {name for name in tools if "decide" in name}
        assert "approvers" not in tools["request_approval"].input_schema["properties"]
        asked = [
            await call(client, "request_approval", gate="release-gate", question=f"Ship {number}?")
            for number in range(3)
        ]
        assert {one["state"] for one in asked} == {"open"}
        await outside.answer(asked[0]["id"], "approve")
        await outside.answer(asked[1]["id"], "reject", "not today")
        outside.clock.advance(timedelta(hours=1))
        found = [await call(client, "check_approval", id=one["id"], wait_seconds=30) for one in asked]
        assert [one["state"] for one in found] == ["approved", "rejected", "expired"]
        assert (found[0]["by"], found[1]["comment"]) == (["U1"], "not today")
        first = {"id": asked[0]["id"], "gate": "release-gate", "question": "Ship 0?"}
        taken = [await call(client, "take_permit", **first) for _ in range(2)]
        assert taken[0]["permit"] == taken[1]["permit"]
        changed = await client.call_tool("take_permit", first | {"question": "Ship 1?"})
        assert (changed.is_error, "not what was asked" in text_of(changed)) == (True, True)


async def test_an_agent_is_told_what_is_wrong(outside: Outside) -> None:
    async with agent(outside) as client:
        refused = await client.call_tool("request_approval", {"gate": "money-gate", "question": "Pay?"})
        assert refused.is_error
        assert "ci may not ask at" in text_of(refused)
        refused = await client.call_tool("check_approval", {"id": "nothing"})
        assert refused.is_error
        assert "has no request with the id" in text_of(refused)


async def test_an_agent_is_not_told_all_of_a_huge_name(outside: Outside) -> None:
    async with agent(outside) as client:
        refused = await client.call_tool("request_approval", {"gate": "g" * 100_000, "question": "Pay?"})
        assert "ci may not ask at 'gggg" in text_of(refused)
        assert len(text_of(refused)) < 300
    status, answer = await outside.call("POST", json={"g" * 100_000: 1})
    assert (status, len(answer["error"]["field"]) < 100) == (400, True)
