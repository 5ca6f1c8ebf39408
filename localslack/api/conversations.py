"""conversations.*: which there are, who is in them, opening and joining."""

from localslack import membership, shapes
from localslack.api.call import Call, Method, page, scope_for
from localslack.errors import SlackError, invalid_arguments
from localslack.workspace.records import Channel, Json

_KINDS = {"public_channel": "channel", "private_channel": "private", "im": "dm"}


async def open_conversation(call: Call) -> Json:
    """Direct messages with one person; group direct messages do not exist here (`users` with several ids)."""
    slack, people = call.slack, call.listing("users")
    if call.has("channel"):
        channel = call.channel()
        if channel.kind != "dm":
            raise SlackError("method_not_supported_for_channel_type")
        return {"no_op": True, "already_open": True, "channel": _opened(call, channel)}
    if not people:
        raise SlackError("users_list_not_supplied")
    call.need("im:write")
    for person in people:
        if person not in slack.workspace.users:
            raise SlackError("user_not_found")
    if len(people) > 1:
        raise SlackError(
            "not_enough_users" if len(set(people)) == 1 else "method_not_supported_for_channel_type"
        )
    if people[0] == slack.workspace.app.bot_user:
        raise SlackError("cannot_dm_bot")
    if slack.workspace.users[people[0]].deleted:
        raise SlackError("user_disabled")
    channel, new = await membership.open_dm(slack, slack.workspace.app.bot_user, people[0])
    known = {} if new else {"no_op": True, "already_open": True}
    return {**known, "channel": _opened(call, channel)}


def _opened(call: Call, channel: Channel) -> Json:
    return shapes.channel(call.slack, channel) if call.flag("return_im") else {"id": channel.id}


async def info(call: Call) -> Json:
    channel = call.channel()
    call.need(scope_for(channel, "read"))
    shape = shapes.channel(call.slack, channel)
    if not call.flag("include_num_members"):
        shape.pop("num_members", None)
    return {"channel": shape}


def _listed(call: Call, mine: bool) -> Json:
    kinds = []
    for name in call.listing("types") or ["public_channel"]:
        if name not in (*_KINDS, "mpim"):
            raise SlackError("invalid_types")
        call.need(f"{ {'public_channel': 'channels', 'private_channel': 'groups'}.get(name, name) }:read")
        kinds.append(_KINDS.get(name, name))
    visible = [
        channel
        for channel in call.slack.workspace.channels.values()
        if channel.kind in kinds
        and (call.is_member(channel) or (channel.kind == "channel" and not mine))
        and not (channel.is_archived and call.flag("exclude_archived"))
    ]
    some, metadata = page(visible, call)
    return {"channels": [shapes.channel(call.slack, channel) for channel in some], **metadata}


async def list_conversations(call: Call) -> Json:
    return _listed(call, mine=False)


async def users_conversations(call: Call) -> Json:
    user = call.text("user") or call.slack.workspace.app.bot_user
    if user != call.slack.workspace.app.bot_user:
        if user not in call.slack.workspace.users:
            raise SlackError("user_not_found")
        answer = _listed(call, mine=False)
        channels = call.slack.workspace.channels
        answer["channels"] = [c for c in answer["channels"] if user in channels[c["id"]].members]
        return answer
    return _listed(call, mine=True)


async def members(call: Call) -> Json:
    channel = call.channel()
    call.need(scope_for(channel, "read"))
    some, metadata = page(channel.members, call)
    return {"members": some, **metadata}


def _joinable(call: Call) -> Channel:
    channel = call.channel()
    if channel.kind == "dm":
        raise SlackError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackError("is_archived")
    return channel


async def join(call: Call) -> Json:
    channel = _joinable(call)
    if channel.kind != "channel":
        raise SlackError("method_not_supported_for_channel_type")
    if call.is_member(channel):
        call.warn("already_in_channel")
    else:
        await membership.join(call.slack, channel, call.slack.workspace.app.bot_user)
    return {"channel": shapes.channel(call.slack, channel)}


async def invite(call: Call) -> Json:
    channel = _joinable(call)
    family = "groups" if channel.kind == "private" else "channels"
    call.need(f"{family}:write.invites", f"{family}:write", "channels:manage")
    people = call.listing("users")
    if not people:
        raise invalid_arguments("missing required field: users")
    if not call.is_member(channel):
        raise SlackError("not_in_channel")
    for person in people:
        if person == call.slack.workspace.app.bot_user:
            raise SlackError("cant_invite_self")
        if person not in call.slack.workspace.users:
            raise SlackError("user_not_found")
        if person in channel.members:
            raise SlackError("already_in_channel")
    for person in people:
        await membership.join(call.slack, channel, person, call.slack.workspace.app.bot_user)
    return {"channel": shapes.channel(call.slack, channel)}


METHODS = {
    "conversations.open": Method(open_conversation),
    "conversations.info": Method(info),
    "conversations.list": Method(list_conversations),
    "conversations.members": Method(members),
    "conversations.join": Method(join, ("channels:join",)),
    "conversations.invite": Method(invite),
    "users.conversations": Method(users_conversations),
}
