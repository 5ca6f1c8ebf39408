"""Answers with charts and sortable tables, and what is sent where the workspace does not take them.

Slack says whether it takes a block only when it is posted, and says nothing of an acknowledgment. So such an
answer goes through its `response_url`. What was refused once is not tried again until the next start.
"""

import logging

from bot.listeners.chart_pictures import shared_picture, with_words, without_picture
from bot.listeners.context import Context
from bot.listeners.surface import Surface
from bot.outbox.problems import SHAPE
from bot.slack.call_results import Rejected, Sent
from bot.views.message import Message

log = logging.getLogger(__name__)

_REFUSED = SHAPE | {"HTTP status 400"}
"""Answers of a `response_url` by which Slack refuses blocks."""


def known_to_fit(context: Context, content: Message) -> Message:
    """Return the answer without blocks that the workspace has refused."""
    while content.instead is not None and content.data_blocks & context.refused_blocks:
        content = content.instead
    return content


async def say(
    context: Context, surface: Surface, content: Message, *, instead: bool = False, public: bool = False
) -> None:
    """Answer as `Surface.say` does; after a refusal of blocks, with what stands in their place."""
    content = await _drawn(context, surface, known_to_fit(context, content), public=public)
    outcome = await surface.say(content, instead=instead, public=public)
    refused: set[str] = set()
    while content.instead is not None and isinstance(outcome, Rejected):
        refused |= content.data_blocks if outcome.code in _REFUSED else set()
        content = await _drawn(context, surface, content.instead, public=public)
        outcome = await surface.say(content, instead=instead, public=public)
    if isinstance(outcome, Sent) and refused:
        context.refused_blocks.update(refused)
        log.info("This workspace refuses blocks (%s): they are shown as text", ", ".join(sorted(refused)))


async def _drawn(context: Context, surface: Surface, content: Message, *, public: bool) -> Message:
    """Return the answer with a picture in place of its chart in text, where a picture can be shared."""
    if content.picture is None:
        return content
    words = await shared_picture(context, surface, content.picture, public=public)
    return with_words(content, words) if words else without_picture(content)
