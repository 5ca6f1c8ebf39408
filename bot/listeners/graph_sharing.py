"""Draws a graph and shares it in Slack, or tells the person why that failed."""

import asyncio
import logging
from dataclasses import asdict, replace

from bot.graphs import pictures
from bot.graphs.pictures import INSTALL, available
from bot.graphs.words import in_words
from bot.listeners.context import Context
from bot.outbox.file_sharing import share_file
from bot.outbox.reconcile import Destination
from bot.slack.call_results import CallResult, Limited, Rejected, Sent, Unreached
from bot.slack.errors import TOKEN, token_problem
from bot.slack.scopes import scope_problem
from bot.slack.web_api import SlackApi, SlackBusy, SlackRefused, SlackUnreachable
from bot.views.answers.graph_answer import graph_in_text
from bot.views.message import Message
from bot.views.requests.full_content import MAX_ALT, File
from bot.views.wording.text import safe
from engine import Drawing, PeopleUnavailable

__all__ = ["available", "in_text", "missing_renderer", "share", "share_in", "sharing_problem", "shut_out"]

log = logging.getLogger(__name__)


async def share(context: Context, user: str, channel: str | None, name: str, drawing: Drawing) -> None:
    """Share the picture in a channel; None: in the direct messages of this person."""
    try:
        picture = await asyncio.to_thread(pictures.png, asdict(drawing))
    except Exception:  # the package that draws raises errors of its own
        log.exception("the graph of %s could not be drawn", name)
        problem = "The package mmdr failed. The log has the details for the operator."
        await _tell(context, user, name, drawing, f"The graph of {name} could not be drawn. {problem}")
        return
    title = f"Graph of {name}"
    alt = f"{title}. {'; '.join(in_words(asdict(drawing)))}"[:MAX_ALT]
    file = File(f"{name}.png", name, picture, alt=alt, comment=safe(title, 200))
    outcome = await share_in(context, user, channel, file)
    if not isinstance(outcome, Sent):
        log.warning("the graph of %s could not be shared: %s", name, outcome)
        problem = f"The graph of {name} could not be shared. {sharing_problem(outcome)}"
        await _tell(context, user, name, drawing, problem)


async def shut_out(context: Context, channel: str) -> str:
    """Return why no picture can be shared in a channel, and the remedy; empty where nothing is known of that.

    Slack takes a message of a bot in any public channel, and a file only where the bot is a member.
    """
    try:
        record = await context.people.channels.by_id(channel)
    except PeopleUnavailable:
        return ""
    if not record or record.get("is_member") is False:
        return sharing_problem(Rejected("not_in_channel"))
    return ""


async def share_in(
    context: Context, user: str, channel: str | None, file: File, thread: str | None = None
) -> CallResult:
    """Share a file in a channel or a thread of it; channel None: in direct messages of this person."""
    try:
        channel = channel or await _direct_channel(context.api, user)
        place = Destination(channel, thread, context.clock.now().timestamp())
        return await share_file(context.api, place, file)
    except SlackRefused as error:
        return error.rejected
    except SlackBusy as error:
        return Limited(error.seconds)
    except SlackUnreachable as error:
        return Unreached(str(error))


async def _direct_channel(api: SlackApi, user: str) -> str:
    opened = await api.read("conversations.open", {"users": user})
    return str(opened["channel"]["id"])


async def _tell(context: Context, user: str, name: str, drawing: Drawing, problem: str) -> None:
    content = in_text(name, drawing, problem)
    sent = {"channel": user, "text": content.text, "blocks": list(content.blocks)}
    outcome = await context.api.write("chat.postMessage", sent)
    if not isinstance(outcome, Sent):
        log.warning("and the person could not be told: %s", outcome)


def missing_renderer(name: str, drawing: Drawing) -> Message:
    """Return the graph in text, and the command for the operator. It can be shared."""
    problem = (
        "Signoff cannot draw here: the package mmdr is missing. Ask the operator to run this in the "
        f"environment of Signoff: {INSTALL}"
    )
    return replace(in_text(name, drawing, problem), refusal=False)


def in_text(name: str, drawing: Drawing, problem: str) -> Message:
    """Return the reason why the picture is missing, and the graph in text."""
    return graph_in_text(name, in_words(asdict(drawing)), problem)


def sharing_problem(outcome: CallResult) -> str:
    """Return why Slack did not take a file, and what the person can do. Plain text."""
    match outcome:
        case Rejected("not_in_channel" | "channel_not_found" as code):
            return (
                f"Signoff is not in this conversation ({code}). "
                "Type /invite @signoff there, then send the command again."
            )
        case Rejected("missing_scope", _, needed):
            return scope_problem(needed)
        case Rejected(code) if code in TOKEN:
            return token_problem(code)
        case Rejected(code, detail):
            reason = f"{code}: {detail}" if detail else code
            return f"Slack refused the file ({reason}). Report this to the operator."
        case Limited(seconds):
            return f"Slack limits how often files are shared. Send the command again in {seconds:g} s."
    return "Slack did not answer. Check whether the picture arrived. If not, send the command again."
