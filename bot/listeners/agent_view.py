"""Slack's stop button on an agent session: it offers to cancel the run, with the rules of `/workflow cancel`.

Source: docs.slack.dev/reference/events/agent_session_stopped. Everybody in the channel can press the button.
"""

import logging
from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.listeners.context import Context
from bot.listeners.subcommands import refused
from bot.outbox.agent_sessions import SET_STATUS, AgentSessions
from bot.slack.call_results import Sent
from bot.views.message import Message
from bot.views.runs.stopping import ended_answer, stop_answer
from engine import SignoffError

log = logging.getLogger(__name__)
Event = Mapping[str, Any]


def register(app: AsyncApp, context: Context) -> None:
    sessions = context.agent_sessions
    if sessions is None:
        return

    @app.event("agent_session_stopped")
    async def stopped(event: Event) -> None:
        context.background.start(_stop(context, sessions, event), "answer the stop button")


async def _stop(context: Context, sessions: AgentSessions, event: Event) -> None:
    channel, thread, user = str(event["channel"]), str(event.get("thread_ts") or ""), str(event["user"])
    row = await context.engine.deliveries.at(channel, thread)
    if row is None or row.kind != "run":
        # A conversation: the answer is there already, or was lost with the process.
        await set_status(context, channel, thread, "active")
        return
    # The button alone changes nothing, so Slack shows again how it is.
    await sessions.resend(row.subject)
    content = await _content(context, user, row.subject)
    body = {"channel": channel, "user": user, "thread_ts": thread, "text": content.text}
    outcome = await context.api.write("chat.postEphemeral", {**body, "blocks": list(content.blocks)})
    if not isinstance(outcome, Sent):
        log.warning("an answer to the stop button did not reach Slack: %s", outcome)


async def _content(context: Context, user: str, run_id: str) -> Message:
    try:
        await context.member(user)
        seen = context.seen_by(user)
        run = (await seen.detail(run_id)).run
        if run.ended_at is not None:
            return ended_answer(run)
        await seen.require_may_cancel(run, "")
        return stop_answer(run)
    except SignoffError as error:
        return await refused(context, error)


async def set_status(context: Context, channel: str, thread: str, status: str, title: str = "") -> None:
    """Set the status of a conversation. Nothing depends on it: Slack ends `processing` after an hour."""
    body = {"channel_id": channel, "thread_ts": thread, "status": status}
    outcome = await context.api.write(SET_STATUS, {**body, "title": title} if title else body)
    if not isinstance(outcome, Sent):
        log.info("the status of a conversation was not set: %s", outcome)
