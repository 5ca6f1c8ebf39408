"""Surface of a click, and the ways to answer there: a message, an ephemeral one, the Home, a modal."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.slack.call_results import Ambiguous, CallResult, Limited, Rejected, Sent, Unreached
from bot.slack.errors import TOKEN, token_problem
from bot.slack.scopes import scope_problem
from bot.slack.web_api import SlackApi
from bot.views.command_replies import in_list, page_of_list, refused_answer
from bot.views.forms.modals import list_modal, notice_modal
from bot.views.message import Message
from engine import ListPlace

log = logging.getLogger(__name__)


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
    view_hash: str = ""
    """The state of the modal that was clicked in."""
    metadata: str = ""
    """The private metadata of the view."""
    ts: str = ""
    """Timestamp of the clicked message."""
    thread_ts: str | None = None
    """The thread that it is a reply in: Slack answers in the channel unless the answer names it."""
    listed: bool = False
    """It was clicked in a list of requests: an answer to one person, which nothing updates by itself."""
    page: ListPlace | None = None
    """The place behind which the page of that list begins; None for the first page."""

    async def say(
        self, content: Message, *, instead: bool = False, public: bool = False
    ) -> CallResult | None:
        """Send a text to this person alone. `instead`: replaces the ephemeral message that was clicked.

        `public`: to everybody in the channel. Return Slack's answer; None for a window.
        """
        if self.response_url is None:
            await self._show_in_window(content, instead=instead)
            return None
        body: dict[str, Any] = {
            "response_type": "in_channel" if public else "ephemeral",
            "replace_original": instead and self.ephemeral,
            "text": content.text,
            "blocks": list(content.blocks),
        }
        if self.thread_ts:
            body["thread_ts"] = self.thread_ts
        outcome = await self.api.respond(self.response_url, body)
        is_tried_again = isinstance(outcome, Rejected) and content.instead is not None
        if not isinstance(outcome, Sent) and not is_tried_again:
            log.warning("an answer did not reach Slack: %s", _words(outcome))
        return outcome

    async def _show_in_window(self, content: Message, *, instead: bool) -> None:
        if not content.listing:
            await self.open(notice_modal(content.plainest))
        elif instead and self.view == "modal":  # Slack puts at most three windows on top of each other
            await self.update(list_modal(content))
        else:
            await self.open(list_modal(content))

    async def list_again(self, content: Message) -> None:
        """Replace the list that was clicked in: a modal, an ephemeral or a direct message."""
        if self.view == "home":
            return  # it is published again
        if self.view == "modal":
            await self.update(list_modal(content), self.view_id)
            return
        if self.ephemeral:
            await self.say(content, instead=True)
            return
        changed = {
            "channel": self.channel, "ts": self.ts, "text": content.text, "blocks": list(content.blocks)
        }  # fmt: skip
        outcome = await self.api.write("chat.update", changed)
        if not isinstance(outcome, Sent):
            log.warning("a list of requests could not be updated: %s", _words(outcome))

    async def update(self, view: Mapping[str, Any], view_id: str = "") -> None:
        """Update the modal that was clicked in, or another one. One that changed meanwhile stays as it is."""
        sent: dict[str, Any] = {"view_id": view_id or self.view_id, "view": view}
        if self.view_hash and not view_id:
            sent["hash"] = self.view_hash
        outcome = await self.api.write("views.update", sent)
        if not isinstance(outcome, Sent):
            log.warning("a modal could not be changed: %s", _words(outcome))

    async def open(self, view: Mapping[str, Any]) -> None:
        """Open a modal, on top of the one that was clicked in."""
        await self.opened(view)

    async def opened(self, view: Mapping[str, Any]) -> str:
        """Open a modal as `open` does; return its id, empty if it did not open."""
        method = "views.push" if self.view == "modal" else "views.open"
        outcome = await self.api.write(method, {"trigger_id": self.trigger, "view": view})
        if not isinstance(outcome, Sent):
            log.warning("a modal could not be opened: %s", _words(outcome))
            await self._tell_without_window(refused_answer(window_problem(outcome)))
            return ""
        return str((outcome.data.get("view") or {}).get("id") or "")

    async def _tell_without_window(self, content: Message) -> None:
        if self.response_url is not None:
            await self.say(content)
            return
        # A click in the Home or in a window comes with no address for an answer.
        direct = {"channel": self.user, "text": content.text, "blocks": list(content.blocks)}
        outcome = await self.api.write("chat.postMessage", direct)
        if not isinstance(outcome, Sent):
            log.warning("and the person could not be told: %s", _words(outcome))


def clicked(api: SlackApi, body: Mapping[str, Any]) -> Surface:
    """Return the surface of a block_actions payload."""
    container = body.get("container") or {}
    view = body.get("view")
    block_ids = [str(action.get("block_id") or "") for action in body.get("actions") or ()]
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
        view_hash=str(view.get("hash") or "") if view else "",
        metadata=str(view.get("private_metadata") or "") if view else "",
        ts=str(container.get("message_ts") or ""),
        thread_ts=_thread(body),
        listed=any(map(in_list, block_ids)),
        page=next(filter(None, map(page_of_list, block_ids)), None),
    )


def _thread(body: Mapping[str, Any]) -> str | None:
    """Return the thread of the clicked reply; none for a thread's first message, which is in the channel."""
    container, message = body.get("container") or {}, body.get("message") or {}
    thread = container.get("thread_ts") or message.get("thread_ts")
    return str(thread) if thread and thread != container.get("message_ts") else None


_TOO_LATE = frozenset({"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"})
_TOO_LARGE = "It has more content than Slack can show. Use the command line instead: signoff show RUN."


def window_problem(outcome: CallResult) -> str:
    """Return why Slack opened no window, and what the person who clicked can do. Plain text."""
    match outcome:
        case Rejected(code) if code in _TOO_LATE:
            return f"Signoff was too slow: Slack allows three seconds to open a window ({code}). Click again."
        case Rejected(code) if code in TOKEN:
            return f"Signoff cannot open a window. {token_problem(code)} Nothing was recorded."
        case Rejected("missing_scope", _, needed):
            return f"Signoff cannot open a window. {scope_problem(needed)}"
        case Rejected("view_too_large"):
            return f"Signoff cannot open a window (view_too_large). {_TOO_LARGE}"
        case Rejected("push_limit_reached"):
            return "Slack shows at most three windows on top of each other. Close one, then click again."
        case Rejected(code, detail):
            reason = f"{code}: {detail}" if detail else code
            return (
                f"Slack refused the window that Signoff made ({reason}). Clicking again does not help. "
                "Use the command line instead, and report this to the operator."
            )
        case Limited(seconds):
            return f"Slack limits how often windows open (rate limit). Click again in {seconds:g} s."
        case Unreached(why):
            return f"Signoff could not reach Slack to open a window ({why}). Click again in a minute."
        case Ambiguous(why):
            return f"Slack did not confirm that the window opened ({why}). If you see none, click again."
    return ""


def _words(outcome: CallResult) -> str:
    match outcome:
        case Rejected(code, detail):
            return f"{code} {detail}".strip()
        case Ambiguous(why) | Unreached(why):
            return why
        case Limited(seconds):
            return f"rate limit, {seconds:g} s"
    return type(outcome).__name__
