"""Addresses of the messages of requests, for lists that do not show all of a request."""

import asyncio
from collections.abc import Mapping

from bot.listeners import decisions
from bot.listeners.context import Context
from bot.off_the_loop import rendered
from bot.views.requests.listed import incomplete
from engine import FoundRequests

MAX_LINKS = 15
"""No list shows more requests."""


async def message_links(context: Context, waiting: FoundRequests) -> Mapping[str, str]:
    """Return the address of each message that a list of these requests points to, by the request's id.

    A request on a card has the message of the first request on it.
    """
    listed = waiting.requests[:MAX_LINKS]
    requests = await rendered(listed, incomplete, listed)
    shown = [waiting.cards[each.id].leader.id if each.id in waiting.cards else each.id for each in requests]
    urls = await asyncio.gather(*[decisions.message_url(context, request_id) for request_id in shown])
    return {request.id: url for request, url in zip(requests, urls, strict=True) if url}
