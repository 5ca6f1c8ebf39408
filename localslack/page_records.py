"""Records as the page and the tests read them (the control interface's shapes)."""

from typing import Any

from localslack.shapes import file_url
from localslack.slack import Slack
from localslack.workspace.records import Channel, File, Group, Json, Message, User, View

SLACKBOT = "USLACKBOT"


def user(person: User) -> Json:
    names = [word for word in person.real_name.split() if word]
    initials = "".join(word[0] for word in (names[:1] + names[1:][-1:])).upper()
    return {
        "id": person.id,
        "name": person.name,
        "real_name": person.real_name,
        "title": person.title,
        "color": person.color,
        "initials": initials,
        "deleted": person.deleted,
        "is_bot": person.is_bot,
        "is_restricted": person.is_restricted or person.is_ultra_restricted,
        "status": person.status,
    }


def group(record: Group) -> Json:
    return {"id": record.id, "handle": record.handle, "name": record.name, "users": list(record.users)}


def channel(slack: Slack, record: Channel, person: str) -> Json:
    other = None
    name = record.name
    if record.kind == "dm":
        other = next((member for member in record.members if member != person), person)
        name = slack.workspace.users[other].real_name
    return {
        "id": record.id,
        "name": name,
        "kind": record.kind,
        "members": list(record.members),
        "topic": record.topic,
        "is_archived": record.is_archived,
        "joined": person in record.members,
        "dm_with": other,
        "unread": unread(slack, record, person),
        "latest": _latest(slack, record, person),
    }


def unread(slack: Slack, record: Channel, person: str) -> int:
    """Messages since the person last read here, not their own, no replies in threads, no arrivals."""
    newer = slack.workspace.newer(record.id, record.reads.get(person, "0"))
    counted = (m for m in newer if listed(m, person) and m.user != person and m.subtype != "channel_join")
    return sum(1 for _ in counted)


def _latest(slack: Slack, record: Channel, person: str) -> str:
    """The `ts` of the newest message that this person sees in the channel; empty without one."""
    newest = reversed(slack.workspace.messages(record.id))
    return next((m.ts for m in newest if listed(m, person) and m.subtype != "channel_join"), "")


def listed(message: Message, person: str) -> bool:
    """Return whether a message stands in the channel itself for this person."""
    if message.ephemeral_to not in (None, person):
        return False
    return not message.is_reply or message.broadcast


def message(slack: Slack, record: Message) -> Json:
    workspace = slack.workspace
    author = workspace.users.get(record.user)
    name = record.username or (author.real_name if author else "Slackbot")
    files = (workspace.files.get(key) for key in record.files)
    return {
        "ts": record.ts,
        "channel": record.channel,
        "user": record.user,
        "username": name,
        "is_bot": record.is_bot,
        "text": record.text,
        "blocks": _with_addresses(slack, record.blocks),
        "attachments": _with_addresses(slack, record.attachments),
        "thread_ts": record.thread_ts,
        **workspace.thread(record),
        "edited": record.edited is not None,
        "ephemeral_to": record.ephemeral_to,
        "files": [file(slack, item) for item in files if item is not None],
        "reactions": record.reactions,
        "deleted": record.subtype == "tombstone",
        "metadata": record.metadata,
        "broadcast": record.broadcast,
    }


def file(slack: Slack, record: File) -> Json:
    return {
        "id": record.id,
        "name": record.name,
        "title": record.title,
        "mimetype": record.mimetype,
        "size": record.size,
        "url": file_url(slack, record),
        "is_image": record.is_image,
        "alt": record.alt,
    }


def view(slack: Slack, record: View) -> Json:
    return {
        "id": record.id,
        "type": record.type,
        "callback_id": record.callback_id,
        "title": _plain(record.title),
        "submit": _plain(record.submit),
        "close": _plain(record.close),
        "blocks": _with_addresses(slack, record.blocks),
        "private_metadata": record.private_metadata,
        "hash": record.hash,
        "state": record.state,
        "errors": record.errors,
        "stack_depth": slack.modals.depth(record),
        "notify_on_close": record.notify_on_close,
    }


def _plain(text: Json | None) -> str | None:
    return None if text is None else str(text.get("text", ""))


def _with_addresses(slack: Slack, value: Any) -> Any:
    """The blocks with the address of each uploaded image beside its id, as the page needs it."""
    if isinstance(value, list):
        return [_with_addresses(slack, item) for item in value]
    if not isinstance(value, dict):
        return value
    copy = {key: _with_addresses(slack, item) for key, item in value.items()}
    reference = value.get("slack_file")
    stored_file = slack.workspace.files.get(str(reference.get("id"))) if isinstance(reference, dict) else None
    if stored_file is not None:
        copy["slack_file"] = {"id": stored_file.id, "url": file_url(slack, stored_file)}
        copy.setdefault("image_url", file_url(slack, stored_file))
    return copy
