"""Channels, direct messages, people and groups, changed by hand."""

import re
from dataclasses import fields

from localslack import membership, page_records
from localslack.errors import ControlError
from localslack.ids import make_id
from localslack.people import who
from localslack.slack import Slack
from localslack.workspace.records import Channel, Json, User
from localslack.zones import is_zone


def _named(slack: Slack, channel_id: object) -> Channel:
    channel = who.channel(slack, channel_id)
    if channel.kind == "dm":
        raise ControlError(
            "method_not_supported_for_channel_type", "direct messages have no membership to change"
        )
    return channel


def _anybody(slack: Slack, user_id: object) -> User:
    user = slack.workspace.users.get(str(user_id))
    if user is None:
        raise ControlError("user_not_found", f"user {user_id!r} is not in this workspace")
    return user


async def join(slack: Slack, body: Json) -> Json:
    person = who.person(slack, body.get("as"))
    channel = _named(slack, who.channel(slack, body.get("channel"), person).id)
    if channel.is_archived:
        raise ControlError("is_archived", f"#{channel.name} is archived")
    if person.id not in channel.members:
        await membership.join(slack, channel, person.id)
    return {"channel": page_records.channel(slack, channel, person.id)}


async def leave(slack: Slack, body: Json) -> Json:
    person = who.person(slack, body.get("as"))
    channel = _named(slack, body.get("channel"))
    if person.id not in channel.members:
        raise ControlError("not_in_channel", f"{person.real_name} is not in #{channel.name}")
    await membership.leave(slack, channel, person.id)
    return {}


async def create(slack: Slack, body: Json) -> Json:
    person = who.person(slack, body.get("as"))
    name = _free_name(slack, body)
    kind = "private" if body.get("private") else "channel"
    now = int(slack.clock.now())
    channel = Channel(make_id("C"), name, kind, [person.id], created=now, creator=person.id)
    slack.workspace.channels[channel.id] = channel
    await slack.workspace.save(channel)
    membership.publish_channel(slack, channel)
    if kind == "channel":
        about = {"id": channel.id, "name": name, "created": now, "creator": person.id}
        event = {"type": "channel_created", "channel": about, "event_ts": slack.workspace.timestamps.next()}
        slack.events.emit("channel_created", event)
    return {"channel": page_records.channel(slack, channel, person.id)}


async def rename(slack: Slack, body: Json) -> Json:
    await membership.rename(slack, _named(slack, body.get("channel")), _free_name(slack, body))
    return {}


def _free_name(slack: Slack, body: Json) -> str:
    name = str(body.get("name") or "")
    if not re.fullmatch(r"[a-z0-9_-]{1,80}", name):
        text = f"name {name!r} may have lowercase letters, digits, - and _, at most 80"
        raise ControlError("invalid_name", text)
    if slack.workspace.channel_named(name) is not None:
        raise ControlError("name_taken", f"there is a channel #{name} already")
    return name


async def invite(slack: Slack, body: Json) -> Json:
    channel, person = _named(slack, body.get("channel")), _anybody(slack, body.get("user"))
    if person.id not in channel.members:
        await membership.join(slack, channel, person.id)
    return {}


async def kick(slack: Slack, body: Json) -> Json:
    channel, person = _named(slack, body.get("channel")), _anybody(slack, body.get("user"))
    if person.id not in channel.members:
        raise ControlError("not_in_channel", f"{person.real_name} is not in #{channel.name}")
    await membership.leave(slack, channel, person.id)
    return {}


async def archive(slack: Slack, body: Json) -> Json:
    channel = _named(slack, body.get("channel"))
    if not channel.is_archived:
        await membership.archive(slack, channel, str(body.get("as") or channel.creator))
    return {}


async def unarchive(slack: Slack, body: Json) -> Json:
    channel = _named(slack, body.get("channel"))
    if channel.is_archived:
        await membership.unarchive(slack, channel, str(body.get("as") or channel.creator))
    return {}


async def open_dm(slack: Slack, body: Json) -> Json:
    person, other = who.person(slack, body.get("as")), _anybody(slack, body.get("user"))
    channel, _ = await membership.open_dm(slack, person.id, other.id)
    return {"channel": page_records.channel(slack, channel, person.id)}


async def mark_read(slack: Slack, body: Json) -> Json:
    person = who.person(slack, body.get("as"))
    channel, ts = who.channel(slack, body.get("channel"), person), str(body.get("ts") or "")
    if not re.fullmatch(r"\d+\.\d{6}", ts):
        raise ControlError("invalid_ts", f"ts {ts!r} must be a message's ts")
    channel.reads[person.id] = max(ts, channel.reads.get(person.id, "0"))
    await slack.workspace.save(channel)
    counts = {"channel": channel.id, "unread": page_records.unread(slack, channel, person.id)}
    slack.live.publish("read", lambda viewer: viewer == person.id, lambda viewer: counts)
    return {}


_TEXTS = ("name", "real_name", "title", "email", "color", "status", "tz")
_FLAGS = tuple(
    field.name for field in fields(User) if field.type in ("bool", bool) and field.name != "is_bot"
)


async def change_user(slack: Slack, body: Json) -> Json:
    person = _anybody(slack, body.get("id"))
    changes = {key: value for key, value in body.items() if key not in ("id", "as")}
    for key, value in changes.items():
        wanted = bool if key in _FLAGS else str if key in _TEXTS else None
        if wanted is None:
            raise ControlError("invalid_field", f"{key} can't be changed; {', '.join(_TEXTS + _FLAGS)} can")
        if not isinstance(value, wanted):
            raise ControlError(f"invalid_{key}", f"{key} {value!r} must be a {wanted.__name__}")
    if (tz := changes.get("tz")) and not is_zone(tz):
        raise ControlError("invalid_tz", f"tz {tz!r} is not a time zone; give one such as Europe/Berlin")
    for key, value in changes.items():
        setattr(person, key, value)
    await membership.change_user(slack, person)
    return {"user": page_records.user(person)}


async def change_group(slack: Slack, body: Json) -> Json:
    group = slack.workspace.groups.get(str(body.get("id")))
    users, disabled, handle = body.get("users"), body.get("disabled"), body.get("handle")
    if group is None:
        raise ControlError("group_not_found", f"group {body.get('id')!r} is not in this workspace")
    if users is None and (isinstance(disabled, bool) or handle):
        users = list(group.users)
    if not isinstance(users, list):
        raise ControlError("invalid_users", "users must be a list of user ids")
    people = [_anybody(slack, user).id for user in users]
    group.handle = str(handle or group.handle)
    await membership.change_group(slack, group, people, bool(disabled) if disabled is not None else None)
    return {"group": page_records.group(group)}
