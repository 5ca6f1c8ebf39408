"""`GET /metrics`: the metrics, for those who have the token where there is one."""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

PATH = "/metrics"
_UNAUTHORIZED = (
    "Send the header Authorization: Bearer TOKEN, with the value of SIGNOFF_METRICS_TOKEN as the token."
)


@dataclass(frozen=True, slots=True)
class MetricsDoor:
    """`text`: returns the metrics. `token`: empty where none is needed."""

    text: Callable[[], Awaitable[bytes]]
    content_type: str
    token: str

    async def answer(self, request: web.Request) -> web.Response:
        given = request.headers.get("Authorization", "").encode()
        if self.token and not hmac.compare_digest(given, f"Bearer {self.token}".encode()):
            body = {"error": _UNAUTHORIZED}
            return web.json_response(body, status=401, headers={"WWW-Authenticate": "Bearer"})
        return web.Response(body=await self.text(), headers={"Content-Type": self.content_type})
