"""Reading as a person: bootstrap, messages, threads, Home, modals, the call log."""

from collections.abc import Mapping

from localslack import page_records, sessions
from localslack.bodies import whole_number
from localslack.control import clocks
from localslack.errors import ControlError
from localslack.people import functions, who
from localslack.slack import Slack
from localslack.workspace.records import Json

Query = Mapping[str, str]


async def bootstrap(slack: Slack, query: Query) -> Json:
    """Everything a page begins with. Without `as` one is the first person who can act."""
    people = (user.id for user in slack.workspace.users.values() if not (user.is_bot or user.deleted))
    person = who.person(slack, query.get("as") or next(people, None))
    workspace, app = slack.workspace, slack.workspace.app
    return {
        "team": {"id": workspace.team.id, "name": workspace.team.name},
        "me": page_records.user(person),
        "users": [page_records.user(user) for user in workspace.users.values()],
        "groups": [page_records.group(group) for group in workspace.groups.values()],
        "channels": [
            page_records.channel(slack, channel, person.id)
            for channel in workspace.channels.values()
            if workspace.sees(person.id, channel)
        ],
        "bot": {
            "user_id": app.bot_user,
            "bot_id": app.bot_id,
            "name": app.name,
            "connected": await slack.delivery.connected(),
        },
        "commands": [
            {"command": item.command, "description": item.description, "usage_hint": item.usage_hint}
            for item in slack.manifest.commands
        ],
        "prompts": [{"title": title, "message": text} for title, text in slack.manifest.prompts],
        "shortcuts": [
            {
                "callback_id": item.callback_id,
                "name": item.name,
                "type": item.kind,
                "description": item.description,
            }
            for item in slack.manifest.shortcuts
        ],
        "clock": clocks.reading(slack),
        "cursor": slack.live.cursor,
    }


async def messages(slack: Slack, query: Query) -> Json:
    person = who.person(slack, query.get("as"))
    channel = who.channel(slack, query.get("channel"), person)
    limit, before = _number(query, "limit", 50, 1, 1000), query.get("before", "")
    listed = [
        message for message in slack.workspace.messages(channel.id) if page_records.listed(message, person.id)
    ]
    if before:
        listed = [message for message in listed if message.ts < before]
    return {
        "messages": [page_records.message(slack, message) for message in listed[-limit:]],
        "has_more": len(listed) > limit,
    }


async def thread(slack: Slack, query: Query) -> Json:
    person = who.person(slack, query.get("as"))
    channel = who.channel(slack, query.get("channel"), person)
    parent = slack.workspace.message(channel.id, query.get("ts", ""))
    if parent is None or parent.ephemeral_to not in (None, person.id):
        raise ControlError(
            "message_not_found", f"there is no message {query.get('ts')!r} in this channel", status=404
        )
    replies = slack.workspace.replies(channel.id, parent.ts)
    shown = [parent] + [reply for reply in replies if reply.ephemeral_to in (None, person.id)]
    session = sessions.at(slack, channel.id, parent.ts)
    return {
        "messages": [page_records.message(slack, message) for message in shown],
        "session": session.as_json() if session else None,
    }


async def home(slack: Slack, query: Query) -> Json:
    person = who.person(slack, query.get("as"))
    view = slack.workspace.homes.get(person.id)
    return {"view": page_records.view(slack, view) if view else None}


async def views(slack: Slack, query: Query) -> Json:
    person = who.person(slack, query.get("as"))
    return {"views": [page_records.view(slack, view) for view in slack.modals.stack(person.id)]}


async def calls(slack: Slack, query: Query) -> Json:
    return {"calls": slack.calls.read(query.get("method", ""), _number(query, "after", 0, 0, 2**62))}


async def limits(slack: Slack, query: Query) -> Json:
    return slack.rates.read()


async def health(slack: Slack, query: Query) -> Json:
    return {"connected": await slack.delivery.connected()}


def _number(query: Query, name: str, default: int, low: int, high: int) -> int:
    text = query.get(name, "")
    if not text:
        return default
    number = whole_number(text)
    if number is None or not low <= number <= high:
        raise ControlError(f"invalid_{name}", f"{name} {text!r} must be a whole number from {low} to {high}")
    return number


READ = {
    "bootstrap": bootstrap,
    "messages": messages,
    "thread": thread,
    "home": home,
    "views": views,
    "calls": calls,
    "limits": limits,
    "health": health,
    "functions": functions.executions,
    "sessions": sessions.listed,
}
