"""A short text like `approve` in the thread of an open request, or of a run with open requests.

The person reads once how to decide. In a run's thread, only a person for whom a request of the run waits.

Needs `SIGNOFF_READ_THREADS=on` and the events of channels. It decides nothing.
"""

import logging
from collections.abc import Mapping
from typing import Any

from bot.http.spent import Spent
from bot.listeners import decisions
from bot.listeners.context import Context
from bot.slack.call_results import Sent
from bot.views.conversation import looks_like_verdict, run_verdict_answer, verdict_answer
from bot.views.message import Message
from engine import Delivery, SignoffError

log = logging.getLogger(__name__)

REMEMBERED_SECONDS = 30 * 86_400.0
"""For so long nobody reads the same answer twice, also after a restart."""
MAX_LINKS, MAX_WAITING = 5, 1_000
"""Requests of a run that are named, and requests of a person among which they are looked for."""


class ThreadVerdicts:
    def __init__(self, context: Context) -> None:
        self._context = context
        self._told = context.spent or Spent(context.clock)
        """A name for each person and request. Spent before the answer, so that a flood gets one."""

    def concerns(self, event: Mapping[str, Any]) -> bool:
        """Return whether a message of a channel may be such a text. Costs nothing: every message comes here.

        Texts of bots, edits and deletions have a `subtype` or a `bot_id`. A reply that a person also sends to
        the channel has the subtype `thread_broadcast`.
        """
        plain = event.get("subtype") in (None, "", "thread_broadcast")
        by_a_person = bool(event.get("user")) and not event.get("bot_id") and plain
        in_a_thread = event.get("thread_ts") not in (None, "", event.get("ts"))
        return (
            self._context.read_threads
            and by_a_person
            and in_a_thread
            and event.get("channel_type") in ("channel", "group")
            and looks_like_verdict(str(event.get("text") or ""))
        )

    async def answer(self, event: Mapping[str, Any]) -> None:
        user, channel = str(event["user"]), str(event["channel"])
        try:
            row = await self._context.engine.deliveries.at(channel, str(event["thread_ts"]))
            concerned = await self._concerned(row) if row else ""
            name = f"verdict {user} {concerned}"
            if row is None or not concerned or not await self._told.spend(name, REMEMBERED_SECONDS):
                return
            if not await self._tell(event, user, channel, row):
                await self._told.give_back(name)
        except SignoffError as error:
            log.info("a text in a thread got no answer: %s", error)

    async def _tell(self, event: Mapping[str, Any], user: str, channel: str, row: Delivery) -> bool:
        """Return whether the answer reached Slack. A person who may not act gets none."""
        context = self._context
        try:
            await context.member(user)
            content = await self._content(user, channel, row)
        except SignoffError as error:
            log.info("a text in a thread got no answer: %s", error)
            return False
        if content is None:
            return False
        body = {"channel": channel, "user": user, "thread_ts": event["thread_ts"], "text": content.text}
        outcome = await context.api.write("chat.postEphemeral", {**body, "blocks": list(content.blocks)})
        if not isinstance(outcome, Sent):
            log.warning("an answer to a text in a thread did not reach Slack: %s", outcome)
        return isinstance(outcome, Sent)

    async def _content(self, user: str, channel: str, row: Delivery) -> Message | None:
        """Return how to decide; None where no request of the run waits for this person."""
        context = self._context
        if row.kind == "request":
            request = await context.engine.request(row.subject)
            url = await decisions.message_url(context, row.subject, channel)
            return verdict_answer(url, request.policy.choices) if request else None
        waiting = await context.engine.waiting_for(user, MAX_WAITING)
        asked = [request for request in waiting if request.run_id == row.subject]
        links = [(each.ask, await decisions.message_url(context, each.id)) for each in asked[:MAX_LINKS]]
        return run_verdict_answer(links, len(asked)) if asked else None

    async def _concerned(self, row: Delivery) -> str:
        """Return what is open in a thread that begins with this message; empty where nothing is.

        A run has another answer with each request that is its oldest open one.
        """
        if row.kind == "run":
            oldest = await self._context.engine.requests(run_id=row.subject, limit=1)
            return f"{row.subject} {oldest[0].id}" if oldest else ""
        return row.subject if row.kind == "request" and await self._is_open(row.subject) else ""

    async def _is_open(self, request_id: str) -> bool:
        """Return whether the request is open, or one on its card is."""
        request = await self._context.engine.request(request_id)
        if request is None or request.state == "open":
            return request is not None
        on_card = request.kind == "failure" and await self._context.engine.failure_cards.open_count(
            request.id
        )
        return bool(on_card)
