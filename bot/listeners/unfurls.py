"""Links to runs that people share: below each, the state of the run, where its readers may see it."""

import logging
from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.listeners.context import Context
from bot.off_the_loop import rendered
from bot.slack.call_results import Sent
from bot.slack.display_names import names_in
from bot.views.message import Message
from bot.views.runs.unfurl import unfurled
from engine import RunDetail, SignoffError

log = logging.getLogger(__name__)

Event = Mapping[str, Any]
_MAX_LINKS = 5


def register(app: AsyncApp, context: Context) -> None:
    @app.event("link_shared")
    async def shared(event: Event) -> None:
        # A link that is still being typed has no readers yet: it comes again when it is posted.
        if event.get("source", "conversations_history") == "conversations_history":
            context.background.start(_unfurl(context, event), "unfurl links to runs")


async def _unfurl(context: Context, event: Event) -> None:
    channel, ts = str(event.get("channel") or ""), str(event.get("message_ts") or "")
    try:
        await context.member(str(event.get("user") or ""))
    except SignoffError:
        return  # a person who may not act learns nothing of a run
    links = [str(link.get("url")) for link in event.get("links") or () if isinstance(link, Mapping)]
    shown: dict[str, Any] = {}
    for link in dict.fromkeys(links[:_MAX_LINKS]):
        detail = await _visible(context, channel, context.pages.run_in(link))
        if detail is not None:
            content = await _content(context, detail)
            shown[link] = {"blocks": list(content.blocks), "fallback": content.text}
    if not shown:
        return
    outcome = await context.api.write("chat.unfurl", {"channel": channel, "ts": ts, "unfurls": shown})
    if not isinstance(outcome, Sent):
        log.warning("links to runs were not unfurled: %s", outcome)


async def _visible(context: Context, channel: str, run_id: str) -> RunDetail | None:
    """Return the run if everybody who reads the channel may see it; else None, as for an unknown one."""
    if not run_id or not channel:
        return None
    try:
        if not await context.engine.audience.may_read(channel, run_id):
            return None
        return await context.engine.detail(run_id, marked=True)
    except SignoffError:
        return None


async def _content(context: Context, detail: RunDetail) -> Message:
    names = await names_in(context.people, detail)
    return await rendered((detail,), unfurled, detail, names, context.clock.now())
