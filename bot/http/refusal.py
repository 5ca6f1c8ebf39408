"""Answers that refuse a request, in words."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from engine import Altered, SignoffError
from engine.text import without_folders
from engine.tracing import INCOMING_SPAN, INCOMING_TRACE, sender_of, trace_of

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Refusal(Exception):
    """An answer that refuses the request, with its HTTP status."""

    def __init__(self, status: int, message: str, field: str = "", *, retry_after: int | None = None) -> None:
        self.status, self.message, self.field = status, message, field
        self.headers = {"Retry-After": str(retry_after)} if retry_after else {}
        super().__init__(message)

    @classmethod
    def of(
        cls, status: int, error: SignoffError, field: str = "", *, retry_after: int | None = None
    ) -> "Refusal":
        """Return the refusal for an error of the engine, without the paths of the server."""
        return cls(status, without_folders(str(error)), field, retry_after=retry_after)

    def answer(self) -> web.Response:
        error = {"field": self.field, "message": self.message}
        return web.json_response({"error": error}, status=self.status, headers=self.headers)


@web.middleware
async def in_words(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer every error in words: `{"error": {"field": …, "message": …}}`.

    A changed row can be met behind any address, so no handler has to expect it. A run that the request
    starts belongs to the trace that its sender names.
    """
    INCOMING_TRACE.set(trace_of(request.headers.get("traceparent", "")))
    INCOMING_SPAN.set(sender_of(request.headers.get("traceparent", "")))
    try:
        return await handler(request)
    except Refusal as refusal:
        return refusal.answer()
    except SignoffError as problem:
        # Trying again helps where the engine cannot work at the moment, and not where a row was changed.
        status = 409 if isinstance(problem, Altered) else 503
        return Refusal.of(status, problem).answer()
