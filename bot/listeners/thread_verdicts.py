"""A short text like `approve` in the thread of an open request: one person reads once how to decide.

Needs `SIGNOFF_READ_THREADS=on` and the events of channels. It decides nothing.
"""

import logging
from collections.abc import Mapping
from typing import Any

from bot.listeners import decisions
from bot.listeners.context import Context
from bot.slack.call_results import Sent
from bot.views.conversation import looks_like_verdict, verdict_answer
from engine import RequestRecord, SignoffError

log = logging.getLogger(__name__)

MAX_REMEMBERED = 10_000
"""Answers that are remembered, so that nobody reads the same twice. A restart forgets them."""


class ThreadVerdicts:
    def __init__(self, context: Context) -> None:
        self._context = context
        self._told: dict[tuple[str, str], None] = {}
        """By person and request, the oldest first. Added before the answer, so that a flood gets one."""

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
            request = await self._open_request(channel, str(event["thread_ts"]))
            if request is None or (key := (user, request.id)) in self._told:
                return
            self._remember(key)
            if not await self._tell(event, user, channel, request):
                self._told.pop(key, None)
        except SignoffError as error:
            log.info("a text in a thread got no answer: %s", error)

    async def _tell(self, event: Mapping[str, Any], user: str, channel: str, request: RequestRecord) -> bool:
        """Return whether the answer reached Slack. A person who may not act gets none."""
        context = self._context
        try:
            await context.member(user)
        except SignoffError as error:
            log.info("a text in a thread got no answer: %s", error)
            return False
        url = await decisions.message_url(context, request.id, channel)
        content = verdict_answer(url, request.policy.choices)
        body = {"channel": channel, "user": user, "thread_ts": event["thread_ts"], "text": content.text}
        outcome = await context.api.write("chat.postEphemeral", {**body, "blocks": list(content.blocks)})
        if not isinstance(outcome, Sent):
            log.warning("an answer to a text in a thread did not reach Slack: %s", outcome)
        return isinstance(outcome, Sent)

    async def _open_request(self, channel: str, ts: str) -> RequestRecord | None:
        """Return the request whose message begins the thread; None where none is open there."""
        row = await self._context.engine.deliveries.at(channel, ts)
        if row is None or row.kind != "request":
            return None
        request = await self._context.engine.request(row.subject)
        if request is None or request.state == "open":
            return request
        on_card = request.kind == "failure" and await self._context.engine.failure_cards.open_count(
            request.id
        )
        return request if on_card else None

    def _remember(self, key: tuple[str, str]) -> None:
        while len(self._told) >= MAX_REMEMBERED:
            del self._told[next(iter(self._told))]
        self._told[key] = None
