"""Answers that refuse a request, in words."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from engine import StoreBusy

Handler = Callable[[web.Request], Awaitable[web.Response]]


class Refusal(Exception):
    """An answer that refuses the request, with its HTTP status."""

    def __init__(self, status: int, message: str, field: str = "", *, retry_after: int | None = None) -> None:
        self.status, self.message, self.field = status, message, field
        self.headers = {"Retry-After": str(retry_after)} if retry_after else {}
        super().__init__(message)


def refused(answer: Handler) -> Handler:
    """With every error in words: `{"error": {"field": …, "message": …}}`."""

    async def take(request: web.Request) -> web.Response:
        try:
            return await answer(request)
        except Refusal as refusal:
            error = {"field": refusal.field, "message": refusal.message}
            return web.json_response({"error": error}, status=refusal.status, headers=refusal.headers)
        except StoreBusy as busy:
            return web.json_response({"error": {"field": "", "message": str(busy)}}, status=503)

    return take
