"""chat.*: posting, changing, deleting (docs.slack.dev/reference/methods/chat.postMessage and its siblings).

unfurl_links and unfurl_media have nothing to act on: no address is ever fetched or unfurled here.
"""

from localslack import membership, posting, shapes
from localslack.api.call import Call, Method
from localslack.api.content import (
    check_together,
    check_update_length,
    content,
    read_attachments,
    read_blocks,
    read_metadata,
)
from localslack.errors import SlackError
from localslack.workspace.records import Channel, Json, Message


async def _target(call: Call) -> Channel:
    """Where to post: a conversation's id, a person's id (their direct messages) or #name."""
    target = call.required("channel")
    workspace = call.slack.workspace
    channel = workspace.channels.get(target) or workspace.channel_named(target.lstrip("#"))
    if channel is None and target in workspace.users:
        if target == workspace.app.bot_user:
            raise SlackError("channel_not_found")
        channel, _ = await membership.open_dm(call.slack, workspace.app.bot_user, target)
    if channel is None or (channel.kind != "channel" and not call.is_member(channel)):
        raise SlackError("channel_not_found")
    if channel.is_archived:
        raise SlackError("is_archived")
    public = channel.kind == "channel" and call.slack.manifest.grants("chat:write.public")
    if not call.is_member(channel) and not public:
        raise SlackError("not_in_channel")
    return channel


def _thread(call: Call, channel: Channel) -> str | None:
    """The thread's first message, also when a reply was named; None outside threads."""
    thread_ts = call.text("thread_ts")
    if not thread_ts:
        return None
    parent = call.slack.workspace.message(channel.id, thread_ts)
    if parent is None or parent.ephemeral_to is not None:
        raise SlackError("thread_not_found")
    return parent.thread_ts or parent.ts


async def post_message(call: Call) -> Json:
    channel = await _target(call)
    fields = content(call)
    thread = _thread(call, channel)
    message = posting.bot_message(
        call.slack,
        channel.id,
        **fields,
        thread_ts=thread,
        broadcast=thread is not None and call.flag("reply_broadcast"),
        metadata=read_metadata(call),
        username=_username(call),
    )
    await posting.post(call.slack, message)
    return {"channel": channel.id, "ts": message.ts, "message": shapes.message(call.slack, message)}


def _username(call: Call) -> str:
    """A name other than the bot's own needs chat:write.customize."""
    name = call.text("username")
    if name:
        call.need("chat:write.customize")
    return name


def _own(call: Call, channel: Channel, ts: str, refusal: str) -> Message:
    message = call.slack.workspace.message(channel.id, ts)
    if message is None or message.ephemeral_to is not None or message.subtype == "tombstone":
        raise SlackError("message_not_found")
    if message.user != call.slack.workspace.app.bot_user:
        raise SlackError(refusal)
    return message


async def update(call: Call) -> Json:
    channel = call.channel()
    message = _own(call, channel, call.required("ts"), "cant_update_message")
    if channel.is_archived:
        raise SlackError("is_inactive")
    window = call.slack.edit_window
    if window is not None and call.slack.clock.now() - float(message.ts) >= window:
        raise SlackError("edit_window_closed")
    blocks, attachments = read_blocks(call), read_attachments(call)
    check_together(blocks, attachments)
    text = call.text("text")
    if not text and not blocks and not attachments:
        raise SlackError("no_text")
    check_update_length(text)
    fields: Json = {"text": text, "blocks": blocks or None}
    if attachments is not None:
        fields["attachments"] = attachments or None
    if call.has("metadata"):
        fields["metadata"] = read_metadata(call)
    if message.is_reply and call.flag("reply_broadcast"):
        fields["broadcast"] = True
    if not blocks:
        fields["edited"] = call.slack.workspace.timestamps.next()
    await posting.change(call.slack, message, **fields)
    body = shapes.message(call.slack, message)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": body}


async def delete(call: Call) -> Json:
    channel = call.channel()
    message = _own(call, channel, call.required("ts"), "cant_delete_message")
    await posting.delete(call.slack, message)
    return {"channel": channel.id, "ts": message.ts}


async def post_ephemeral(call: Call) -> Json:
    channel = call.channel()
    person = call.required("user")
    if channel.is_archived:
        raise SlackError("is_archived")
    if not call.is_member(channel):
        raise SlackError("not_in_channel")
    if person not in call.slack.workspace.users:
        raise SlackError("user_not_found")
    if person not in channel.members:
        raise SlackError("user_not_in_channel")
    fields = content(call)
    message = posting.bot_message(
        call.slack,
        channel.id,
        **fields,
        thread_ts=_thread(call, channel),
        username=_username(call),
        ephemeral_to=person,
    )
    await posting.post(call.slack, message)
    return {"message_ts": message.ts}


async def get_permalink(call: Call) -> Json:
    channel = call.channel()
    ts = call.required("message_ts")
    message = call.slack.workspace.message(channel.id, ts)
    if message is None or message.ephemeral_to is not None:
        raise SlackError("message_not_found")
    link = f"{call.slack.url}/archives/{channel.id}/p{ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


METHODS = {
    "chat.postMessage": Method(post_message, ("chat:write",)),
    "chat.update": Method(update, ("chat:write",)),
    "chat.delete": Method(delete, ("chat:write",)),
    "chat.postEphemeral": Method(post_ephemeral, ("chat:write",)),
    "chat.getPermalink": Method(get_permalink),
}
