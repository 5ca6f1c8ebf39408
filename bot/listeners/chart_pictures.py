"""Shares the picture of a chart where the workspace refuses Slack's own charts."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace

from bot.graphs.charts import BarChart, chart_png
from bot.listeners import graph_sharing
from bot.listeners.context import Context
from bot.listeners.surface import Surface
from bot.slack.call_results import CallResult, Sent
from bot.views.blocks import section
from bot.views.message import CHART_BLOCK, Block, ChartPicture, Message
from bot.views.requests.full_content import File
from bot.views.wording.text import safe

log = logging.getLogger(__name__)

_SHARE_SECONDS = 15.0
"""The answer waits no longer for its picture: then it shows the chart in text."""


async def shared_picture(context: Context, surface: Surface, chart: ChartPicture, *, public: bool) -> str:
    """Share a chart as a picture. Return where it is, as a sentence; empty where that failed.

    It goes to the channel of a public answer, else to the direct messages of the person.
    """
    place = surface.channel if public else None
    if not graph_sharing.available() or (place and await graph_sharing.shut_out(context, place)):
        return ""
    try:
        async with asyncio.timeout(_SHARE_SECONDS):
            outcome = await _share(context, surface.user, place, chart)
    except Exception as error:  # the package that draws raises errors of its own
        log.warning("A chart is shown in text, because the picture failed (%s)", type(error).__name__)
        return ""
    if not isinstance(outcome, Sent):
        log.warning("A chart is shown in text. %s", graph_sharing.sharing_problem(outcome))
        return ""
    where = "in this conversation" if place else "in your direct messages with Signoff"
    return f"The chart of these runs is a picture {where}."


def with_words(content: Message, words: str) -> Message:
    """Return the message with a sentence in place of its chart in text, and so what stands in its place."""
    instead = content.instead and with_words(content.instead, words)
    return replace(content, blocks=_replaced(content.blocks, words), instead=instead, picture=None)


def without_picture(content: Message) -> Message:
    """Return the message for where no picture can be shared."""
    instead = content.instead and without_picture(content.instead)
    return replace(content, instead=instead, picture=None)


async def _share(context: Context, user: str, place: str | None, chart: ChartPicture) -> CallResult:
    bars = BarChart(chart.title, chart.x_label, chart.y_label, chart.bars)
    picture = await asyncio.to_thread(chart_png, bars)
    file = File(
        f"{chart.name}.png", chart.subject, picture, alt=chart.in_words, comment=safe(chart.comment, 300)
    )
    return await graph_sharing.share_in(context, user, place, file)


def _replaced(blocks: Sequence[Block], words: str) -> tuple[Block, ...]:
    return tuple(section(words, CHART_BLOCK) if is_chart(block) else block for block in blocks)


def is_chart(block: Block) -> bool:
    """Return whether a block is a chart in text."""
    return block.get("block_id") == CHART_BLOCK
