"""A click and a window that no message offers."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_bolt.request.async_request import AsyncBoltRequest

from tests.conftest import spoken

Team = Any
Forge = Callable[[str, str, str], Awaitable[str]]
GENERAL = "C01GENERAL"


@pytest.fixture
async def forge(team: Team) -> AsyncIterator[Forge]:
    """Sends the bot a click that no message offers, and gives what the person is told."""
    told: asyncio.Queue[str] = asyncio.Queue()

    async def take(request: web.Request) -> web.Response:
        told.put_nowait(str(spoken(await request.json())))
        return web.Response()

    application = web.Application()
    application.router.add_post("/", take)
    async with TestServer(application) as server:

        async def click(person: str, action_id: str, value: str) -> str:
            body = {
                "type": "block_actions",
                "user": {"id": person},
                "team": {"id": "T0LOCAL"},
                "channel": {"id": GENERAL, "name": "general"},
                "container": {"type": "message", "channel_id": GENERAL, "message_ts": "1.2"},
                "trigger_id": "forged",
                "response_url": str(server.make_url("/")),
                "actions": [
                    {
                        "type": "button",
                        "action_ts": "1",
                        "block_id": "b",
                        "action_id": action_id,
                        "value": value,
                    }
                ],
            }
            request = AsyncBoltRequest(body=body, mode="socket_mode")
            await team.bot.workspace.dispatch(request)
            return await told.get()

        yield click
