"""Shortcuts in Slack's menus: the chooser of workflows, what waits, and a form with a message's text."""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.listeners import start_forms, subcommands
from bot.listeners.context import Caller, Context, FormReply
from bot.listeners.surface import Surface
from bot.slack.message_text import readable_text
from bot.slack.reads import click_budget
from bot.views import command_replies
from bot.views.forms.message_input import SourceMessage
from bot.views.forms.modals import list_modal, notice_modal
from bot.views.message import Message
from engine import SignoffError

Shortcut = Mapping[str, Any]
_MAX_TEXT = 40_000
"""Characters: Slack cuts longer messages itself."""


def register(app: AsyncApp, context: Context) -> None:
    @app.shortcut(re.compile(r"^signoff:"))
    async def chosen(ack: AsyncAck, shortcut: Shortcut) -> None:
        context.learn_channel(shortcut.get("channel") or {})
        with click_budget():
            view = await _window(context, shortcut)
        await ack()
        surface = Surface(
            api=context.api,
            user=shortcut["user"]["id"],
            channel=None,
            trigger=shortcut["trigger_id"],
            response_url=None,
            ephemeral=False,
            view=None,
        )
        context.background.start(surface.open(view), "answer a shortcut")


async def _window(context: Context, shortcut: Shortcut) -> dict[str, Any]:
    """Return the window that answers a shortcut. People's mistakes are answered, not raised."""
    handler = SHORTCUTS.get(shortcut["callback_id"])
    if handler is None or (handler is _run_with_message and shortcut["type"] != "message_action"):
        text = "This shortcut is of another release of Signoff. Use the command instead."
        return notice_modal(command_replies.refused_answer(text, corrected=f"{context.command} help"))
    try:
        await context.member(shortcut["user"]["id"])
        answer = await handler(context, shortcut)
    except SignoffError as error:
        answer = await subcommands.refused(context, error)
    return answer.view if isinstance(answer, FormReply) else notice_modal(answer)


async def _run(context: Context, shortcut: Shortcut) -> FormReply | Message:
    # Slack does not say where a global shortcut was chosen.
    return await start_forms.chooser(context, Caller(shortcut["user"]["id"], None, shortcut["trigger_id"]))


async def _waiting(context: Context, shortcut: Shortcut) -> FormReply:
    return FormReply(list_modal(await subcommands.waiting_answer(context, shortcut["user"]["id"])))


async def _run_with_message(context: Context, shortcut: Shortcut) -> FormReply | Message:
    channel, message = shortcut["channel"], shortcut["message"]
    source = await _source(context, channel["id"], message)
    if not source.text.strip():
        return command_replies.refused_answer(_no_text(message), corrected=f"{context.command} run")
    # The bot is in no conversation between people, so a run that starts there reports to its own channel.
    place = None if channel.get("name") == "directmessage" else channel["id"]
    return await start_forms.chooser(
        context, Caller(shortcut["user"]["id"], place, shortcut["trigger_id"]), source
    )


async def _source(context: Context, channel: str, message: Mapping[str, Any]) -> SourceMessage:
    raw = str(message.get("text") or "")[:_MAX_TEXT]
    text = await readable_text(context.people, raw.encode(errors="replace").decode())
    author = str(message.get("username") or "an app")
    if user := message.get("user"):
        author = await context.people.name(user)
    left_out = len(message.get("files") or ()) + len(message.get("attachments") or ())
    return SourceMessage(text, len(text), _link(context, channel, message), author, left_out)


def _link(context: Context, channel: str, message: Mapping[str, Any]) -> str:
    """Return the address of a message. Slack would give it only for channels that the bot is in."""
    ts, thread = str(message["ts"]), message.get("thread_ts")
    link = f"{context.workspace_url}archives/{channel}/p{ts.replace('.', '')}"
    return f"{link}?thread_ts={thread}&cid={channel}" if thread and thread != ts else link


def _no_text(message: Mapping[str, Any]) -> str:
    what = "a file" if message.get("files") else "an attachment" if message.get("attachments") else ""
    only = f", only {what}" if what else " that Signoff can read"
    return f"This message has no text{only}. Copy what you need, and enter it in the form of a workflow."


Handler = Callable[[Context, Shortcut], Awaitable[FormReply | Message]]
SHORTCUTS: Mapping[str, Handler] = {
    "signoff:run": _run,
    "signoff:waiting": _waiting,
    "signoff:run-with-message": _run_with_message,
}
"""By callback_id, as the manifest has them."""
