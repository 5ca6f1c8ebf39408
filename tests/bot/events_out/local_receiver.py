"""A local receiver of events, which checks each signature and keeps what it takes."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.http.callbacks import signature

SECRET = "a-secret-of-the-receiver-1f0c"


@dataclass
class LocalReceiver:
    """`status`: of its answers. `taken`: every event, also those that come again."""

    url: str = ""
    status: int = 204
    answer_headers: dict[str, str] = field(default_factory=dict)
    taken: list[dict[str, Any]] = field(default_factory=list)
    calls: int = 0
    called: asyncio.Event = field(default_factory=asyncio.Event)

    def types(self) -> list[str]:
        return [event["data"]["event"] for event in self.taken]

    async def take(self, request: web.Request) -> web.Response:
        self.calls += 1
        self.called.set()
        body = await request.read()
        timestamp = int(request.headers["X-Signoff-Timestamp"])
        assert request.headers["X-Signoff-Signature"] == signature(SECRET, timestamp, body)
        assert request.content_type == "application/cloudevents+json"
        if self.status < 300:
            event = json.loads(body)
            assert request.headers["X-Signoff-Delivery"] == event["id"]
            self.taken.append(event)
        return web.Response(status=self.status, headers=self.answer_headers)


@asynccontextmanager
async def local_receiver() -> AsyncIterator[LocalReceiver]:
    receiver = LocalReceiver()
    app = web.Application()
    app.router.add_post("/events", receiver.take)
    async with TestServer(app) as server:
        receiver.url = str(server.make_url("/events"))
        yield receiver
