"""Posting, changing and deleting messages: memory, then file, then everybody who should hear of it."""

import re
from collections.abc import Collection
from dataclasses import replace
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from localslack import page_records, shapes
from localslack.slack import Slack
from localslack.workspace.records import Channel, Json, Message

_EVENT_OF = {"channel": "message.channels", "private": "message.groups", "dm": "message.im"}
_TYPE_OF = {"channel": "channel", "private": "group", "dm": "im"}


async def post(slack: Slack, message: Message) -> Message:
    """Keep a new message durably, then tell the pages and the app. An ephemeral one stays in memory."""
    workspace = slack.workspace
    workspace.add_message(message)
    if message.ephemeral_to is None:
        try:
            await workspace.save(message)
        except Exception:
            workspace.forget_message(message)
            raise
    told_as = "ephemeral" if message.ephemeral_to else "message"
    publish(slack, told_as, message)
    if message.ephemeral_to is None:
        parent = (
            workspace.message(message.channel, message.thread_ts)
            if message.is_reply and message.thread_ts
            else None
        )
        if parent is not None:
            publish(slack, "message_changed", parent)
        _tell_app(slack, message)
    return message


def draft(slack: Slack, channel: str, user: str, text: str, **more: Any) -> Message:
    """A message with a timestamp of its own, not posted yet."""
    return Message(slack.workspace.timestamps.next(), channel, user, text, **more)


def bot_message(slack: Slack, channel: str, text: str, **more: Any) -> Message:
    return draft(slack, channel, slack.workspace.app.bot_user, text, is_bot=True, **more)


async def say_privately(slack: Slack, channel: str, person: str, text: str) -> Message:
    """Post a text of Slack itself to one person (Slackbot, only visible to them)."""
    message = draft(
        slack, channel, page_records.SLACKBOT, text, username="Slackbot", is_bot=True, ephemeral_to=person
    )
    return await post(slack, message)


async def change(slack: Slack, message: Message, **fields: Any) -> Message:
    """Give a message other content."""
    for name, value in fields.items():
        setattr(message, name, value)
    if message.ephemeral_to is not None:
        publish(slack, "ephemeral_replaced", message)
        return message
    await slack.workspace.save(message)
    publish(slack, "message_changed", message)
    channel = slack.workspace.channels[message.channel]
    event = _event(slack, channel) | {"subtype": "message_changed", "hidden": True}
    event |= {"message": shapes.message(slack, message)}
    _emit_message(slack, channel, event)
    return message


async def delete(slack: Slack, message: Message) -> None:
    """Take a message away; the parent of a thread leaves Slack's tombstone."""
    workspace = slack.workspace
    if message.ephemeral_to is not None:
        workspace.forget_message(message)
        _publish_gone(slack, "ephemeral_deleted", message)
        return
    before = shapes.message(slack, message)
    if workspace.thread(message)["reply_count"]:
        message.text, message.blocks, message.attachments = "This message was deleted.", None, None
        message.files, message.metadata, message.subtype = [], None, "tombstone"
        await workspace.save(message)
        publish(slack, "message_changed", message)
    else:
        await workspace.remove_message(message)
        _publish_gone(slack, "message_deleted", message)
        parent = workspace.message(message.channel, message.thread_ts or "")
        if parent is not None and message.is_reply:
            publish(slack, "message_changed", parent)
    channel = workspace.channels[message.channel]
    event = _event(slack, channel) | {"subtype": "message_deleted", "hidden": True}
    _emit_message(slack, channel, event | {"deleted_ts": message.ts, "previous_message": before})


async def replace_ephemeral(slack: Slack, message: Message, **fields: Any) -> Message:
    """An ephemeral message with other content in the same place."""
    changed = replace(message, **fields)
    slack.workspace.forget_message(message)
    slack.workspace.add_message(changed)
    publish(slack, "ephemeral_replaced", changed)
    return changed


def publish(slack: Slack, type: str, message: Message) -> None:
    """Tell the open pages of everybody who sees the message."""
    extra: Json = {}
    if type.startswith("ephemeral_"):
        extra = {"channel": message.channel, "ts": message.ts}
    body = {**extra, "message": page_records.message(slack, message)}
    slack.live.publish(type, _audience(slack, message), lambda person: body)


def _publish_gone(slack: Slack, type: str, message: Message) -> None:
    body = {"channel": message.channel, "ts": message.ts}
    slack.live.publish(type, _audience(slack, message), lambda person: body)


def _audience(slack: Slack, message: Message) -> Any:
    channel = slack.workspace.channels[message.channel]
    if message.ephemeral_to is not None:
        only = message.ephemeral_to
        return lambda person: person == only
    return lambda person: slack.workspace.sees(person, channel)


def _event(slack: Slack, channel: Channel) -> Json:
    ts = slack.workspace.timestamps.next()
    return {
        "type": "message",
        "channel": channel.id,
        "channel_type": _TYPE_OF[channel.kind],
        "event_ts": ts,
        "ts": ts,
    }


def _emit_message(slack: Slack, channel: Channel, event: Json) -> None:
    if slack.workspace.app.bot_user in channel.members:
        slack.events.emit(_EVENT_OF[channel.kind], event)


def _tell_app(slack: Slack, message: Message) -> None:
    channel = slack.workspace.channels[message.channel]
    bot = slack.workspace.app.bot_user
    event = shapes.message(slack, message) | {
        "channel": channel.id,
        "channel_type": _TYPE_OF[channel.kind],
        "event_ts": message.ts,
    }
    if not message.is_bot:
        event |= {"team": slack.workspace.team.id}
    _emit_message(slack, channel, event)
    if not message.is_bot and message.subtype is None:
        _tell_links(slack, channel, message)
    mentioned = re.search(rf"<@{re.escape(bot)}(\|[^>]*)?>", message.text)
    written = not message.is_bot and message.subtype is None
    if mentioned and written and channel.kind != "dm" and bot in channel.members:
        mention = {key: value for key, value in event.items() if key not in ("channel_type",)}
        slack.events.emit("app_mention", mention | {"type": "app_mention"})


_LINK = re.compile(r"https?://[^\s<>|]+")


def links_in(text: str, domains: Collection[str]) -> list[tuple[str, str]]:
    """Return the links in a text that lead to these domains or below them, each with its domain."""
    found = []
    for url in dict.fromkeys(map(unescape, _LINK.findall(text))):
        try:
            host = urlsplit(url).hostname or ""
        except ValueError:
            continue
        if any(host == domain or host.endswith(f".{domain}") for domain in domains):
            found.append((url, host))
    return found


def _tell_links(slack: Slack, channel: Channel, message: Message) -> None:
    """Tell the app of links that lead to its domains."""
    links = links_in(message.text, slack.manifest.unfurl_domains)
    if not links or not slack.manifest.grants("links:read"):
        return
    event: Json = {
        "type": "link_shared",
        "channel": channel.id,
        "is_bot_user_member": slack.workspace.app.bot_user in channel.members,
        "user": message.user,
        "message_ts": message.ts,
        "unfurl_id": f"{channel.id}.{message.ts}",
        "source": "conversations_history",
        "links": [{"domain": domain, "url": url} for url, domain in links],
        "event_ts": message.ts,
    }
    if message.thread_ts:
        event["thread_ts"] = message.thread_ts
    slack.events.emit("link_shared", event)
