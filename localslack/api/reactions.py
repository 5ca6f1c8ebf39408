"""reactions.add and reactions.remove."""

import re

from localslack import posting
from localslack.api.call import Call, Method
from localslack.errors import SlackError
from localslack.workspace.records import Json, Message


def _reacted(call: Call) -> tuple[Message, str]:
    name = call.required("name").strip(":")
    if not re.fullmatch(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?", name):
        raise SlackError("invalid_name")
    channel = call.channel()
    message = call.slack.workspace.message(channel.id, call.required("timestamp"))
    if message is None or message.ephemeral_to is not None:
        raise SlackError("message_not_found")
    if not call.is_member(channel):
        raise SlackError("not_in_channel")
    if channel.is_archived:
        raise SlackError("is_archived")
    return message, name


async def _store(call: Call, message: Message, reactions: list[Json]) -> None:
    message.reactions = reactions
    await call.slack.workspace.save(message)
    posting.publish(call.slack, "message_changed", message)


async def add(call: Call) -> Json:
    message, name = _reacted(call)
    bot = call.slack.workspace.app.bot_user
    reactions = [dict(reaction) for reaction in message.reactions]
    current = next((reaction for reaction in reactions if reaction["name"] == name), None)
    if current is None:
        current = {"name": name, "users": [], "count": 0}
        reactions.append(current)
    if bot in current["users"]:
        raise SlackError("already_reacted")
    current["users"] = [*current["users"], bot]
    current["count"] = len(current["users"])
    await _store(call, message, reactions)
    return {}


async def remove(call: Call) -> Json:
    message, name = _reacted(call)
    bot = call.slack.workspace.app.bot_user
    if not any(reaction["name"] == name and bot in reaction["users"] for reaction in message.reactions):
        raise SlackError("no_reaction")
    kept = []
    for reaction in message.reactions:
        users = [person for person in reaction["users"] if not (reaction["name"] == name and person == bot)]
        if users:
            kept.append({"name": reaction["name"], "users": users, "count": len(users)})
    await _store(call, message, kept)
    return {}


METHODS = {
    "reactions.add": Method(add, ("reactions:write",)),
    "reactions.remove": Method(remove, ("reactions:write",)),
}
