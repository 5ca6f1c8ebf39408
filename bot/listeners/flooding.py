"""Refuses the commands, clicks and forms of a person who sends too many, and says when to try again."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.listeners.context import Context, slack_actor
from bot.listeners.surface import Surface, clicked
from bot.slack.answers import as_json, first_input
from bot.views import command_replies
from bot.views.forms.modals import notice_modal
from bot.views.message import Message
from engine import TooMany

_IN_WINDOWS = frozenset({"shortcut", "message_action"})
Next = Callable[[], Awaitable[BoltResponse]]


def register(app: AsyncApp, context: Context) -> None:
    """Count each act of a person before its listener: what is refused has no effect, and is always told."""
    app.use(_Counted(context))


class _Counted(AsyncMiddleware):
    """A class, since Bolt puts together two dozen arguments for each call of a function."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def async_process(
        self, *, req: AsyncBoltRequest, resp: BoltResponse, next: Next
    ) -> BoltResponse | None:
        body = req.body
        if not (user := _person(body)):
            return await next()
        try:
            await self._context.engine.call_limits.count(slack_actor(user))
        except TooMany as refused:
            return _answer(self._context, body, str(refused))
        return await next()


def _person(body: Mapping[str, Any]) -> str:
    """Return the person who acts; empty for an event, which has no answer."""
    if "command" in body:
        return str(body.get("user_id") or "")
    if body.get("type") in {"block_actions", "view_submission", *_IN_WINDOWS}:
        return str((body.get("user") or {}).get("id") or "")
    return ""


def _answer(context: Context, body: Mapping[str, Any], text: str) -> BoltResponse:
    content = command_replies.refused_answer(text)
    if "command" in body:
        return as_json({"response_type": "ephemeral", "text": content.text, "blocks": list(content.blocks)})
    if body["type"] == "view_submission":
        # The window stays open, so what was typed in it can be sent again.
        if block := first_input(body):
            return as_json({"response_action": "errors", "errors": {block: text}})
        return as_json({"response_action": "update", "view": notice_modal(content)})
    context.background.start(_told(context, body, content), "say that there were too many clicks")
    return BoltResponse(status=200, body="")


async def _told(context: Context, body: Mapping[str, Any], content: Message) -> None:
    if body["type"] in _IN_WINDOWS:
        await _without_message(context, body).open(notice_modal(content))
    else:
        await clicked(context.api, body).say(content)


def _without_message(context: Context, body: Mapping[str, Any]) -> Surface:
    return Surface(
        api=context.api,
        user=body["user"]["id"],
        channel=None,
        trigger=body.get("trigger_id", ""),
        response_url=None,
        ephemeral=False,
        view=None,
    )
