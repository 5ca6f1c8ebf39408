"""The slash command: parse, act, answer in the acknowledgment itself."""

import re
from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.listeners import data_answers, subcommands
from bot.listeners.context import Caller, Context, FormReply
from bot.listeners.surface import Surface
from bot.slack.reads import click_budget

_CLOSED = frozenset({"privategroup", "directmessage"})
"""Slack's name for every conversation that is not a public channel."""


def register(app: AsyncApp, context: Context) -> None:
    @app.command(re.compile(rf"^{re.escape(context.command)}$"))
    async def command(ack: AsyncAck, command: Mapping[str, Any]) -> None:
        closed = command.get("channel_name") in _CLOSED
        asker = Caller(command["user_id"], command.get("channel_id"), command["trigger_id"], closed)
        with click_budget():
            answer, public = await subcommands.typed(context, asker, command.get("text", ""))
        if isinstance(answer, FormReply):
            await ack()
            surface = _surface(context, command)
            context.background.start(surface.open(answer.view), "open a form")
            return
        answer = data_answers.known_to_fit(context, answer)
        if answer.instead is not None or answer.picture is not None:
            await ack()
            said = data_answers.say(context, _surface(context, command), answer, public=public)
            context.background.start(said, "answer a command")
        else:
            body = {
                "response_type": "in_channel" if public else "ephemeral",
                "text": answer.text,
                "blocks": list(answer.blocks),
            }
            await ack(**await context.people.channel_references.in_body(body))


def _surface(context: Context, command: Mapping[str, Any]) -> Surface:
    return Surface(
        api=context.api,
        user=command["user_id"],
        channel=command.get("channel_id"),
        trigger=command["trigger_id"],
        response_url=command.get("response_url"),
        ephemeral=False,
        view=None,
    )
