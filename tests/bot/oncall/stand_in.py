"""A local HTTP server that stands in for an on-call service, with the answers that the test gives."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass
class StandIn:
    """`answer`: JSON, bytes, or a status. `asked`: path, query and headers of each request."""

    url: str = ""
    answer: Any = None
    pages: list[Any] = field(default_factory=list)
    """Answers in a row, before `answer`."""
    asked: list[tuple[str, dict[str, str], dict[str, str]]] = field(default_factory=list)
    hangs: bool = False

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append((request.raw_path, dict(request.query), dict(request.headers)))
        if self.hangs:
            await asyncio.Event().wait()
        answer = self.pages.pop(0) if self.pages else self.answer
        if isinstance(answer, int):
            return web.Response(status=answer, headers={"Location": "/elsewhere"})
        if isinstance(answer, bytes):
            return web.Response(body=answer)
        return web.json_response(answer)


@asynccontextmanager
async def stand_in() -> AsyncIterator[StandIn]:
    service = StandIn()
    application = web.Application()
    application.router.add_get("/{path:.*}", service.handle)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    service.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield service
    finally:
        await runner.cleanup()
