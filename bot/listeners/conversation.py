"""Answers to what people write to the bot, in a mention or a direct message. They decide nothing."""

import logging
from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.listeners.agent_view import set_status
from bot.listeners.context import Caller, Context
from bot.listeners.subcommands import answer as answer_command
from bot.listeners.subcommands import refused, waiting_answer
from bot.listeners.thread_verdicts import ThreadVerdicts
from bot.slack.call_results import Sent
from bot.slash.arguments import COMMANDS
from bot.views.conversation import (
    asks_for_runs,
    asks_to_start,
    asks_what_waits,
    conversation_answer,
    conversation_title,
    start_answer,
)
from bot.views.message import Message
from engine import SignoffError

log = logging.getLogger(__name__)

Event = Mapping[str, Any]


def register(app: AsyncApp, context: Context) -> None:
    verdicts = ThreadVerdicts(context)
    answering: set[str] = set()
    """People whose last text is being answered: a flood of texts gets one answer at a time."""

    async def answer(event: Event) -> None:
        user = str(event["user"])
        if user in answering:
            return
        answering.add(user)
        try:
            if context.agent_sessions is not None and event.get("channel_type") == "im":
                await _converse(context, event)
            else:
                await _send(context, event, await _content(context, event))
        finally:
            answering.discard(user)

    @app.event("app_mention")
    async def mentioned(event: Event) -> None:
        if _by_a_person(event):
            context.background.start(answer(event), "answer a mention")

    @app.event("message")
    async def written(event: Event) -> None:
        if event.get("channel_type") == "im" and _by_a_person(event):
            context.background.start(answer(event), "answer a direct message")
        elif verdicts.concerns(event):
            context.background.start(verdicts.answer(event), "answer a text in a thread")


def _by_a_person(event: Event) -> bool:
    """Return whether a person wrote it: not a bot, and not Slack about an edit or a deletion."""
    return (
        bool(event.get("user")) and not event.get("bot_id") and event.get("subtype") in (None, "file_share")
    )


async def _converse(context: Context, event: Event) -> None:
    """Answer in the thread of what was written, which is a session: Slack shows that Signoff works."""
    text, thread = str(event.get("text") or ""), str(event.get("thread_ts") or event["ts"])
    channel = str(event["channel"])
    await set_status(context, channel, thread, "processing", conversation_title(text))
    try:
        await _send(context, {**event, "thread_ts": thread}, await _content(context, event))
    finally:
        await set_status(context, channel, thread, "active")


async def _content(context: Context, event: Event) -> Message:
    user, text = str(event["user"]), str(event.get("text") or "")
    try:
        await context.member(user)
        if asks_to_start(text):
            return start_answer()
        if asks_for_runs(text):
            found = await answer_command(context, Caller(user, str(event["channel"]), ""), "runs mine")
            assert isinstance(found, Message)  # no window opens for a list
            return found
        if asks_what_waits(text, context.command, COMMANDS):
            return conversation_answer(text, await waiting_answer(context, user), context.command, COMMANDS)
        workflows = [each.name for each in await context.seen_by(user).workflows()]
        return conversation_answer(text, None, context.command, COMMANDS, workflows)
    except SignoffError as error:
        return await refused(context, error)


async def _send(context: Context, event: Event, content: Message) -> None:
    """Answer where it was written: to this person alone in a channel."""
    body = {"channel": event["channel"], "text": content.text, "blocks": list(content.blocks)}
    if event.get("thread_ts"):
        body["thread_ts"] = event["thread_ts"]
    direct = event.get("channel_type") == "im"
    method = "chat.postMessage" if direct else "chat.postEphemeral"
    outcome = await context.api.write(method, body if direct else {**body, "user": event["user"]})
    if not isinstance(outcome, Sent):
        log.warning("an answer to a text did not reach Slack: %s", outcome)
