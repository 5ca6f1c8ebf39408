"""Joining and leaving, and telling the pages and the app of it."""

from localslack import page_records, posting, shapes
from localslack.slack import Slack
from localslack.workspace.records import Channel, Group, User


async def open_dm(slack: Slack, first: str, second: str) -> tuple[Channel, bool]:
    """The direct messages between two people; True when they are new."""
    channel, new = await slack.workspace.open_dm(first, second, slack.clock.now())
    if new:
        publish_channel(slack, channel)
    return channel, new


async def join(slack: Slack, channel: Channel, person: str, inviter: str = "") -> None:
    """Make a person a member; says so in the channel and sends member_joined_channel."""
    channel.members.append(person)
    await slack.workspace.save(channel)
    publish_channel(slack, channel)
    text = f"<@{person}> has joined the channel"
    await posting.post(slack, posting.draft(slack, channel.id, person, text, subtype="channel_join"))
    if _concerns_bot(slack, channel, person):
        event = {"type": "member_joined_channel", "user": person, **_place(slack, channel)}
        slack.events.emit("member_joined_channel", event | ({"inviter": inviter} if inviter else {}))


async def leave(slack: Slack, channel: Channel, person: str) -> None:
    """Take a person out of a channel."""
    concerns = _concerns_bot(slack, channel, person)
    channel.members.remove(person)
    await slack.workspace.save(channel)
    publish_channel(slack, channel, also=person)
    if concerns:
        event = {"type": "member_left_channel", "user": person, **_place(slack, channel)}
        slack.events.emit("member_left_channel", event)
    if person == slack.workspace.app.bot_user:
        kind = "group_left" if channel.kind == "private" else "channel_left"
        ts = slack.workspace.timestamps.next()
        slack.events.emit(kind, {"type": kind, "channel": channel.id, "event_ts": ts})


async def archive(slack: Slack, channel: Channel, person: str) -> None:
    channel.is_archived = True
    await slack.workspace.save(channel)
    publish_channel(slack, channel)
    private = channel.kind == "private"
    event = {"type": "group_archive" if private else "channel_archive", "channel": channel.id, "user": person}
    slack.events.emit(str(event["type"]), event | {"event_ts": slack.workspace.timestamps.next()})


async def rename(slack: Slack, channel: Channel, name: str) -> None:
    """Give a channel another name; sends channel_rename, of a private channel group_rename."""
    channel.name = name
    await slack.workspace.save(channel)
    publish_channel(slack, channel)
    kind = "group_rename" if channel.kind == "private" else "channel_rename"
    renamed = {"id": channel.id, "name": name, "created": channel.created}
    ts = slack.workspace.timestamps.next()
    slack.events.emit(kind, {"type": kind, "channel": renamed, "event_ts": ts})


async def unarchive(slack: Slack, channel: Channel, person: str) -> None:
    channel.is_archived = False
    await slack.workspace.save(channel)
    publish_channel(slack, channel)
    kind = "group_unarchive" if channel.kind == "private" else "channel_unarchive"
    event = {"type": kind, "channel": channel.id, "user": person}
    slack.events.emit(kind, event | {"event_ts": slack.workspace.timestamps.next()})


async def change_group(slack: Slack, group: Group, users: list[str], disabled: bool | None = None) -> None:
    """Give a group other members, or disable it; sends subteam_members_changed and subteam_updated."""
    before, now = group.updated, int(slack.clock.now())
    added = [person for person in users if person not in group.users]
    removed = [person for person in group.users if person not in users]
    group.users, group.updated = users, now
    group.disabled = group.disabled if disabled is None else disabled
    await slack.workspace.save(group)
    _publish_group(slack, group)
    event = {
        "type": "subteam_members_changed",
        "subteam_id": group.id,
        "team_id": slack.workspace.team.id,
        "date_previous_update": before,
        "date_update": now,
        "added_users": added,
        "added_users_count": len(added),
        "removed_users": removed,
        "removed_users_count": len(removed),
        "event_ts": slack.workspace.timestamps.next(),
    }
    if added or removed:
        slack.events.emit("subteam_members_changed", event)
    updated = {"type": "subteam_updated", "subteam": shapes.group(slack, group)}
    slack.events.emit("subteam_updated", updated | {"event_ts": slack.workspace.timestamps.next()})


async def add_group(slack: Slack, group: Group) -> None:
    """Keep a new group; sends subteam_created."""
    group.updated = int(slack.clock.now())
    slack.workspace.groups[group.id] = group
    await slack.workspace.save(group)
    _publish_group(slack, group)
    event = {"type": "subteam_created", "subteam": shapes.group(slack, group)}
    slack.events.emit("subteam_created", event | {"event_ts": slack.workspace.timestamps.next()})


def _publish_group(slack: Slack, group: Group) -> None:
    body = {"group": page_records.group(group)}
    slack.live.publish("group", lambda viewer: True, lambda viewer: body)


async def add_user(slack: Slack, person: User) -> None:
    """Keep a new person, who joins #general; sends team_join."""
    person.updated = int(slack.clock.now())
    slack.workspace.users[person.id] = person
    await slack.workspace.save(person)
    body = {"user": page_records.user(person)}
    slack.live.publish("user", lambda viewer: True, lambda viewer: body)
    event = {"type": "team_join", "user": shapes.user(slack, person), "cache_ts": person.updated}
    slack.events.emit("team_join", event | {"event_ts": slack.workspace.timestamps.next()})
    general = slack.workspace.channel_named("general")
    if general is not None and not general.is_archived:
        await join(slack, general, person.id)


async def change_user(slack: Slack, person: User) -> None:
    """Keep a changed person; sends user_change."""
    person.updated = int(slack.clock.now())
    await slack.workspace.save(person)
    body = {"user": page_records.user(person)}
    slack.live.publish("user", lambda viewer: True, lambda viewer: body)
    ts = slack.workspace.timestamps.next()
    event = {
        "type": "user_change",
        "user": shapes.user(slack, person),
        "cache_ts": person.updated,
        "event_ts": ts,
    }
    slack.events.emit("user_change", event)


def publish_channel(slack: Slack, channel: Channel, also: str = "") -> None:
    """Tell the pages of everybody who sees the channel (and one more who just left it)."""
    slack.live.publish(
        "channel",
        lambda person: person == also or slack.workspace.sees(person, channel),
        lambda person: {"channel": page_records.channel(slack, channel, person)},
    )


def _concerns_bot(slack: Slack, channel: Channel, person: str) -> bool:
    return slack.workspace.app.bot_user in (person, *channel.members)


def _place(slack: Slack, channel: Channel) -> dict[str, str]:
    return {
        "channel": channel.id,
        "channel_type": "G" if channel.kind == "private" else "C",
        "team": slack.workspace.team.id,
        "event_ts": slack.workspace.timestamps.next(),
    }
