"""Where something was clicked, and how to answer there: a message, an ephemeral one, the Home, a modal."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.slackapi import Ambiguous, Outcome, Rejected, Sent, SlackApi, Unreached
from bot.views.message import Message
from bot.views.modals import notice_modal

log = logging.getLogger(__name__)

TOO_LATE = "Slack gives three seconds to open a window, and that was not enough just now. Click again."


@dataclass(frozen=True, slots=True)
class Surface:
    """One act of one person, as Slack describes it. Ways to answer it that may fail say so in the log."""

    api: SlackApi
    user: str
    channel: str | None
    trigger: str
    response_url: str | None
    ephemeral: bool
    view: str | None
    """`home`, `modal`, or None for a message."""
    view_id: str = ""
    ts: str = ""
    """Of the message that was clicked."""
    thread_ts: str | None = None
    """The thread that it is a reply in: Slack answers in the channel unless the answer names it."""

    async def say(self, content: Message, *, instead: bool = False) -> None:
        """A word for this person alone. `instead`: in the place of the ephemeral message that was clicked."""
        if self.response_url is None:
            await self.open(notice_modal(content))
            return
        body: dict[str, Any] = {
            "response_type": "ephemeral",
            "replace_original": instead and self.ephemeral,
            "text": content.text,
            "blocks": list(content.blocks),
        }
        if self.thread_ts:
            body["thread_ts"] = self.thread_ts
        outcome = await self.api.respond(self.response_url, body)
        if not isinstance(outcome, Sent):
            log.warning("an answer did not reach Slack: %s", _words(outcome))

    async def open(self, view: Mapping[str, Any]) -> None:
        """Open a modal, on top of the one that was clicked in."""
        method = "views.push" if self.view == "modal" else "views.open"
        outcome = await self.api.write(method, {"trigger_id": self.trigger, "view": view})
        if not isinstance(outcome, Sent):
            log.warning("a modal could not be opened: %s", _words(outcome))
            if self.response_url is not None:
                await self.say(Message(TOO_LATE))


def clicked(api: SlackApi, body: Mapping[str, Any]) -> Surface:
    """The surface of a block_actions payload."""
    container = body.get("container") or {}
    view = body.get("view")
    channel = (body.get("channel") or {}).get("id")
    return Surface(
        api=api,
        user=body["user"]["id"],
        channel=channel,
        trigger=body.get("trigger_id", ""),
        response_url=body.get("response_url"),
        ephemeral=bool(container.get("is_ephemeral")),
        view=view["type"] if view else None,
        view_id=view["id"] if view else "",
        ts=str(container.get("message_ts") or ""),
        thread_ts=_thread(body),
    )


def _thread(body: Mapping[str, Any]) -> str | None:
    """The thread in which the clicked message is a reply. The first message of a thread is in the channel."""
    container, message = body.get("container") or {}, body.get("message") or {}
    thread = container.get("thread_ts") or message.get("thread_ts")
    return str(thread) if thread and thread != container.get("message_ts") else None


def _words(outcome: Outcome) -> str:
    match outcome:
        case Rejected(code, detail):
            return f"{code} {detail}".strip()
        case Ambiguous(why) | Unreached(why):
            return why
    return type(outcome).__name__
