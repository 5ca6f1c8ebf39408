"""The local Slack over real sockets, for everything in the bot that talks to Slack."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from localslack import Config, Server, start


class LocalSlack:
    """The local Slack over sockets: what people see there, and faults on demand."""

    def __init__(self, server: Server, http: aiohttp.ClientSession) -> None:
        self.server, self._http = server, http

    async def control(self, path: str, **body: Any) -> Any:
        async with self._http.post(f"{self.server.url}/control/{path}", json=body) as answer:
            found = await answer.json()
        assert found["ok"], found
        return found

    async def read(self, path: str, **query: str) -> Any:
        async with self._http.get(f"{self.server.url}/control/{path}", params=query) as answer:
            found = await answer.json()
        assert found["ok"], found
        return found

    async def fault(self, method: str, kind: str, **more: Any) -> None:
        await self.control("fault", method=method, kind=kind, **more)

    def armed(self) -> bool:
        """Return whether a fault waits for its call. A call that hangs is in no list of calls yet."""
        return bool(self.server._slack.faults.armed)

    async def messages(self, channel: str, person: str = "U01ALICE") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.read("messages", channel=channel, **{"as": person}))[
            "messages"
        ]
        return [message for message in found if message["is_bot"]]

    async def texts(self, channel: str, person: str = "U01ALICE") -> list[str]:
        return [message["text"] for message in await self.messages(channel, person)]

    async def thread(self, channel: str, ts: str) -> list[str]:
        found = await self.read("thread", channel=channel, ts=ts, **{"as": "U01ALICE"})
        return [message["text"] for message in found["messages"][1:]]

    async def direct(self, person: str) -> list[str]:
        channels = (await self.read("bootstrap", **{"as": person}))["channels"]
        ids = [found["id"] for found in channels if found.get("dm_with") == "U0SIGNOFF"]
        return await self.texts(ids[0], person) if ids else []

    async def calls(self, method: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.read("calls", method=method))["calls"]
        return found


@pytest.fixture
async def local(tmp_path: Path) -> AsyncIterator[LocalSlack]:
    server = await start(Config(data=tmp_path / "slack"))
    async with aiohttp.ClientSession() as http:
        yield LocalSlack(server, http)
    await server.close()
