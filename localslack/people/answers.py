"""The app's answers through a response_url or with the ack of a command."""

from typing import Any

from localslack import posting
from localslack.api.call import Call
from localslack.api.content import content
from localslack.errors import SlackError
from localslack.people.grants import ResponseUrl
from localslack.slack import Slack
from localslack.workspace.records import Json, Message


async def answer(slack: Slack, place: ResponseUrl, body: Json) -> None:
    """Post, replace or delete as `body` says. SlackError when the content is refused.

    Source: docs.slack.dev/interactivity/handling-user-interaction (message responses).
    """
    call = Call(slack, "response_url", body)
    original = _original(slack, place)
    if call.flag("delete_original"):
        if original is None:
            raise SlackError("message_not_found", status=404)
        await posting.delete(slack, original)
        return
    fields = content(call)
    if original is not None and call.flag("replace_original"):
        if original.ephemeral_to is not None:
            await posting.replace_ephemeral(slack, original, **fields)
        else:
            await posting.change(slack, original, **fields)
        return
    kind = call.text("response_type", "ephemeral")
    if kind not in ("ephemeral", "in_channel"):
        raise SlackError("invalid_response_type", status=400)
    # As Slack does: the answer to a click in a thread goes to the channel unless it names the thread.
    thread = call.text("thread_ts") or None
    only = place.user if kind == "ephemeral" else None
    more: Json = {"thread_ts": thread, "ephemeral_to": only}
    await posting.post(slack, posting.bot_message(slack, place.channel, **fields, **more))


def _original(slack: Slack, place: ResponseUrl) -> Message | None:
    return slack.workspace.message(place.channel, place.ts) if place.ts else None


async def answer_with_ack(slack: Slack, person: str, channel: str, body: Any) -> str:
    """Show the content of a command's ack. Returns the error's code if Slack would refuse it, else ""."""
    if body in (None, "", {}):
        return ""
    content_of = body if isinstance(body, dict) else {"text": str(body)}
    place = ResponseUrl("ack", person, channel, None, False, 0.0)
    try:
        await answer(slack, place, content_of)
    except SlackError as error:
        return error.code
    return ""
