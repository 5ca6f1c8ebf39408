"""conversations.history and conversations.replies."""

import base64

from localslack import shapes
from localslack.api.call import Call, Method, scope_for
from localslack.errors import SlackError
from localslack.workspace.records import Channel, Json, Message

_DEFAULT, _MOST = 100, 999  # (d) methods/conversations.history


def _readable(call: Call) -> Channel:
    channel = call.channel()
    call.need(scope_for(channel, "history"))
    if not call.is_member(channel):
        raise SlackError("not_in_channel")
    return channel


def _moment(call: Call, name: str, error: str) -> float | None:
    text = call.text(name)
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        raise SlackError(error) from None


def _between(call: Call, messages: list[Message]) -> list[Message]:
    """Those within oldest and latest; the bounds themselves only with `inclusive`."""
    oldest = _moment(call, "oldest", "invalid_ts_oldest")
    latest = _moment(call, "latest", "invalid_ts_latest")
    inclusive = call.flag("inclusive")

    def fits(ts: float) -> bool:
        after = oldest is None or ts > oldest or (inclusive and ts == oldest)
        before = latest is None or ts < latest or (inclusive and ts == latest)
        return after and before

    return [message for message in messages if fits(float(message.ts))]


def _cursor(call: Call) -> str:
    encoded = call.text("cursor")
    if not encoded:
        return ""
    try:
        text = base64.b64decode(encoded, validate=True).decode()
    except ValueError:  # no base64, or no text in it
        raise SlackError("invalid_cursor") from None
    if not text.startswith("next_ts:"):
        raise SlackError("invalid_cursor")
    return text.removeprefix("next_ts:")


def _metadata(following: str) -> Json:
    if not following:
        return {}
    cursor = base64.b64encode(f"next_ts:{following}".encode()).decode()
    return {"response_metadata": {"next_cursor": cursor}}


async def history(call: Call) -> Json:
    """Newest first; replies in threads are left out, except those sent to the channel too."""
    channel = _readable(call)
    limit = call.number("limit", _DEFAULT, 1, _MOST, "invalid_limit")
    shown = [
        message
        for message in call.slack.workspace.messages(channel.id)
        if message.ephemeral_to is None and (not message.is_reply or message.broadcast)
    ]
    newest_first = _between(call, shown)[::-1]
    start = _cursor(call)
    if start:
        newest_first = [message for message in newest_first if message.ts <= start]
    some, rest = newest_first[:limit], newest_first[limit:]
    full = call.flag("include_all_metadata")
    return {
        "messages": [shapes.message(call.slack, message, metadata=full) for message in some],
        "has_more": bool(rest),
        "pin_count": 0,
        **_metadata(rest[0].ts if rest else ""),
    }


async def replies(call: Call) -> Json:
    """The parent, then its replies, oldest first."""
    channel = _readable(call)
    parent = call.slack.workspace.message(channel.id, call.required("ts"))
    if parent is None or parent.ephemeral_to is not None:
        raise SlackError("thread_not_found")
    limit = call.number("limit", 1000, 1, 1000, "invalid_limit")
    in_thread = call.slack.workspace.replies(channel.id, parent.ts)
    thread = _between(call, [message for message in in_thread if message.ephemeral_to is None])
    start = _cursor(call)
    if start:
        thread = [message for message in thread if message.ts >= start]
    some, rest = thread[:limit], thread[limit:]
    full = call.flag("include_all_metadata")
    shown = [parent, *some] if not start else some
    return {
        "messages": [shapes.message(call.slack, message, metadata=full) for message in shown],
        "has_more": bool(rest),
        **_metadata(rest[0].ts if rest else ""),
    }


METHODS = {
    "conversations.history": Method(history),
    "conversations.replies": Method(replies),
}
