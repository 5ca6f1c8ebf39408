"""Shortcuts: global ones, and those in the menu of a message.

Source: docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload
"""

from localslack.errors import ControlError
from localslack.manifest import Shortcut
from localslack.people import payloads, who
from localslack.people.clicking import check, interaction
from localslack.slack import Slack
from localslack.workspace.records import Json, Message, User


async def choose(slack: Slack, body: Json) -> Json:
    """Choose a shortcut of the app. ok once the app acknowledged it."""
    person = who.person(slack, body.get("as"))
    shortcut = _declared(slack, str(body.get("callback_id")))
    kind = "shortcut" if shortcut.kind == "global" else "message_action"
    payload = payloads.base(slack, kind, person) | {
        "callback_id": shortcut.callback_id,
        "action_ts": slack.workspace.timestamps.next(),
    }
    if shortcut.kind == "message":
        message = _message(slack, person, body)
        part = payloads.message_part(slack, message)
        key = slack.responses.give(person.id, message.channel)
        payload |= {
            "channel": part["channel"],
            "message": part["message"],
            "message_ts": message.ts,
            "response_url": f"{slack.url}/response/{key}",
        }
    payload["trigger_id"] = slack.triggers.give(person.id)
    check(await slack.events.request("interaction", interaction(slack, payload)))
    return {}


def _declared(slack: Slack, callback_id: str) -> Shortcut:
    for shortcut in slack.manifest.shortcuts:
        if shortcut.callback_id == callback_id:
            return shortcut
    raise ControlError("no_such_shortcut", f"the manifest has no shortcut {callback_id!r}")


def _message(slack: Slack, person: User, body: Json) -> Message:
    channel = who.channel(slack, body.get("channel"), person)
    message = slack.workspace.message(channel.id, str(body.get("ts")))
    # Slack offers no shortcuts on messages that only one person sees.
    if message is None or message.ephemeral_to is not None:
        raise ControlError("message_not_found", f"there is no message {body.get('ts')!r} in this channel")
    return message
