"""An agent behind `signoff mcp proxy`, which is a process of its own, as is the MCP server."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.bot.http.test_api import ROOT, Outside

RULES = """
rules:
  - tool: "read_*"
    allow: Reading changes nothing.
  - tool: drop_table
    when: arguments.name == "users"
    deny: Nobody drops the users.
  - tool: secret_*
    deny: It is for people.
"""


class Agent:
    """Raw JSON-RPC over the proxy's standard input and output."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path, go: Path) -> None:
        self.process, self.log, self.go = process, log, go
        self.notifications: list[dict[str, Any]] = []
        self._answers: dict[Any, asyncio.Future[dict[str, Any]]] = {}
        self._number = 0
        self._reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self.process.stdout is not None
        while line := await self.process.stdout.readline():
            message = json.loads(line)
            if "method" in message:
                self.notifications.append(message)
            else:
                self._answer(message["id"]).set_result(message)

    def _answer(self, id_: Any) -> "asyncio.Future[dict[str, Any]]":
        return self._answers.setdefault(id_, asyncio.get_running_loop().create_future())

    def write(self, text: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(text.encode() + b"\n")

    async def send(self, text: str, id_: Any = None) -> dict[str, Any]:
        """Send a line as it is, and return the answer to `id_`."""
        self.write(text)
        return await asyncio.wait_for(self._answer(id_), 60)

    async def request(self, method: str, **params: Any) -> dict[str, Any]:
        self._number += 1
        message = {"jsonrpc": "2.0", "id": self._number, "method": method, "params": params}
        return await self.send(json.dumps(message), self._number)

    def cancel(self) -> None:
        """Cancel the newest request, as a client does whose time is over."""
        params = {"requestId": self._number}
        self.write(json.dumps({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": params}))

    async def raw_call(self, tool: str, arguments: str) -> dict[str, Any]:
        """Call a tool with the arguments as JSON, as they are."""
        self._number += 1
        params = f'{{"name":{json.dumps(tool)},"arguments":{arguments}}}'
        line = f'{{"jsonrpc":"2.0","id":{self._number},"method":"tools/call","params":{params}}}'
        return await self.send(line, self._number)

    async def call(self, tool: str, **arguments: Any) -> tuple[bool, str]:
        """Call a tool. Return whether it failed, and the text."""
        return told(await self.raw_call(tool, json.dumps(arguments)))

    def made(self) -> list[Any]:
        """Return the calls that the server got."""
        return [json.loads(line) for line in self.log.read_text().splitlines()] if self.log.exists() else []

    async def until_made(self, count: int) -> None:
        while len(self.made()) < count:
            await asyncio.sleep(0.02)

    async def ended(self) -> None:
        """Read what is left of the output of a proxy that ended."""
        await self._reader

    def kill(self) -> None:
        self.process.kill()


def told(answer: dict[str, Any]) -> tuple[bool, str]:
    result = answer["result"]
    return result.get("isError", False), result["content"][0]["text"]


@asynccontextmanager
async def proxied(
    outside: Outside, folder: Path, *options: str, rules: str = RULES, odd: tuple[str, ...] = ()
) -> AsyncIterator[Agent]:
    """Start a proxy and an agent. The folder keeps the log of the server for the proxy that comes next."""
    (folder / "rules.yaml").write_text(rules)
    log, go = folder / "calls", folder / "go"
    server = [sys.executable, str(Path(__file__).with_name("tool_server.py")), str(log), str(go)]
    own = [
        "--gate",
        "release-gate",
        "--rules",
        str(folder / "rules.yaml"),
        "--url",
        outside.url,
        "--name",
        "db",
    ]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "mcp", "proxy", *own, *options, "--", *server),
        *([json.dumps(odd)] if odd else []),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "SIGNOFF_TOKEN": outside.token, "PYTHONPATH": str(ROOT)},
    )
    agent = Agent(process, log, go)
    try:
        await agent.request(
            "initialize", protocolVersion="2025-06-18", capabilities={}, clientInfo={"name": "t"}
        )
        yield agent
    finally:
        assert process.stdin is not None
        process.stdin.close()
        if process.returncode is None:
            await asyncio.wait_for(process.wait(), 30)
        agent._reader.cancel()
