"""Addresses of the messages of requests, for lists that do not show all of a request."""

import asyncio
from collections.abc import Mapping, Sequence

from bot.listeners import decisions
from bot.listeners.context import Context
from bot.off_the_loop import rendered
from bot.views.requests.listed import incomplete
from engine import RequestRecord

MAX_LINKS = 15
"""No list shows more requests."""


async def message_links(context: Context, waiting: Sequence[RequestRecord]) -> Mapping[str, str]:
    """Return the address of each message that a list of these requests points to, by the request's id."""
    listed = tuple(waiting[:MAX_LINKS])
    requests = await rendered(listed, incomplete, listed)
    urls = await asyncio.gather(*[decisions.message_url(context, request.id) for request in requests])
    return {request.id: url for request, url in zip(requests, urls, strict=True) if url}
