"""Bad messages of an agent over MCP: each is answered, shortly, with what to do."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.bot.http.test_api import ROOT

DEEP = b"[" * 100_000 + b"]" * 100_000
LONG = "x" * 100_000
NOT_JSON = {
    b"{nonsense": (None, "can't be read as JSON (key must be a string at line 1 column 2)"),
    b'{"jsonrpc":"2.0","id":7,"method":"ping","params":' + DEEP: (7, "nested too deeply"),
    b'{"params":{"id":3,"x":' + DEEP + b'},"method":"ping","id":"a]b"}': ("a]b", "nested too deeply"),
    b'{"jsonrpc":"2.0","id":8,"method":"ping","params":{"a":"\\ud800"}}': (8, "can't be read as JSON"),
    b'{"jsonrpc":"2.0","id":"\\ud800","method":"ping"}': (None, "can't be read as JSON"),
    b'{"jsonrpc":"2.0","id":9,"method":"ping","params":"' + b"x" * 2**21 + b'"}': (9, "larger than 1048576"),
    b'{"id":10,"\xff":1}': (10, "not UTF-8"),
    b"[]": (None, "not a JSON-RPC request"),
    b'{"jsonrpc":"1.0","id":11,"method":"ping"}': (11, "not a JSON-RPC request"),
    b'{"jsonrpc":"2.0","id":12,"method":5}': (12, "not a JSON-RPC request"),
    b'{"jsonrpc":"2.0","id":{"id":1},"method":"ping"}': (None, "id: it is neither text nor a whole number"),
}
WRONG_CALLS: list[tuple[Any, Any, str]] = [
    (
        "check_approval",
        {"id": "x", "waitseconds": 5},
        'There is no argument "waitseconds". The arguments are',
    ),
    ("request_approval", {"gate": "g", "Question": "Ship?"}, 'There is no argument "Question"'),
    ("check_approval", {"id": "x", "a\u202eb": 5}, 'There is no argument "a\\u202eb"'),
    ("check_approval", {"id": "x", LONG: 5}, 'There is no argument "xxx'),
    ("check_approval", {}, "id: is missing. Pass it: The id that request_approval returned."),
    ("check_approval", {"id": 5}, "id: 5 is not text. Pass a string."),
    ("request_approval", {"gate": [LONG], "question": "Ship?"}, 'gate: ["xxx'),
    ("check_approval", {"id": "x", "wait_seconds": 51}, "51 is not a whole number from 0 to 50."),
    ("check_approval", {"id": "x", "wait_seconds": True}, "true is not a whole number"),
    ("check_approval", {"id": "x", "wait_seconds": "soon"}, '"soon" is not a whole number'),
    ("check_approval", {"id": LONG}, "is not the id of a request"),
    ("check_approval", [], "arguments: [] is not an object. Pass the arguments by name."),
    (LONG, {}, "The tools are: request_approval, check_approval, take_permit, list_grants, give_back_grant."),
    (5, {}, "name: 5 is not text."),
]


class Agent:
    """A client of the real process that can send any bytes."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process, self._ids = process, iter(range(100, 1000))

    async def send(self, line: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + b"\n")
        await self.process.stdin.drain()

    async def answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        answer: dict[str, Any] = json.loads(await self.process.stdout.readline())
        return answer

    async def request(self, method: str, params: Any) -> str:
        """Return the answer to one request, which is short."""
        id_ = next(self._ids)
        message = {"jsonrpc": "2.0", "id": id_, "method": method, "params": params}
        await self.send(json.dumps(message).encode())
        answer = await self.answer()
        assert answer["id"] == id_
        said = json.dumps(answer.get("error") or answer["result"])
        assert len(said) < 1000
        return str(
            answer["error"]["message"] if "error" in answer else answer["result"]["content"][0]["text"]
        )


@pytest.fixture
async def agent() -> AsyncIterator[Agent]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "mcp", "--url", "http://127.0.0.1:1"),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "SIGNOFF_TOKEN": "token", "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    agent = Agent(process)
    await agent.send(
        b'{"jsonrpc":"2.0","id":"i","method":"initialize","params":{"protocolVersion":"2025-06-18",'
        b'"capabilities":{},"clientInfo":{"name":"test","version":"1"}}}'
    )
    await agent.answer()
    await agent.send(b'{"jsonrpc":"2.0","method":"notifications/initialized"}')
    yield agent
    assert process.stdin is not None
    process.stdin.close()
    said, complained = await process.communicate()
    assert (process.returncode, said, complained) == (0, b"", b"")


async def test_a_message_that_cannot_be_read_is_answered(agent: Agent) -> None:
    for line, (id_, text) in NOT_JSON.items():
        await agent.send(line)
        answer = await agent.answer()
        assert answer["id"] == id_, line[:80]
        assert text in answer["error"]["message"]
        assert len(answer["error"]["message"]) < 200
    assert "could not be reached" in await agent.request(
        "tools/call", {"name": "check_approval", "arguments": {"id": "x"}}
    )


async def test_a_wrong_call_is_answered_with_the_argument_its_value_and_the_remedy(agent: Agent) -> None:
    for tool, arguments, text in WRONG_CALLS:
        assert text in await agent.request("tools/call", {"name": tool, "arguments": arguments})
    assert 'There is no method "xxx' in await agent.request(LONG, {})
