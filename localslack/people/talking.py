"""People's messages and slash commands."""

import re

from localslack import membership, posting
from localslack.delivery.envelope import Envelope
from localslack.errors import ControlError
from localslack.people import payloads, who
from localslack.people.answers import answer_with_ack
from localslack.people.writing import encode
from localslack.slack import Slack
from localslack.workspace.records import Channel, Json, User

_UNKNOWN = (
    "is not a valid command. In Slack, all messages that start with the “/” character "
    "are interpreted as commands."
)


async def write(slack: Slack, body: Json) -> Json:
    """Send the composer's text: a message or a command."""
    person = who.person(slack, body.get("as"))
    channel = who.joined(slack, body.get("channel"), person)
    text, thread = body.get("text"), body.get("thread_ts")
    with_app = channel.kind == "dm" and slack.workspace.app.bot_user in channel.members
    if with_app and not slack.manifest.messages_tab:
        raise ControlError("messages_tab_disabled", "Sending messages to this app has been turned off.")
    if not isinstance(text, str) or not text.strip():
        raise ControlError("no_text", "text is missing; write something")
    if len(text) > 12_000:
        raise ControlError("msg_too_long", f"text has {len(text)} characters; people can send 12000")
    if re.match(r"/[^\s/]", text):
        await _slash(slack, person, channel, text, in_thread=bool(thread))
        return {"kind": "command"}
    parent = slack.workspace.message(channel.id, str(thread)) if thread else None
    if thread and parent is None:
        raise ControlError("thread_not_found", f"there is no message {thread!r} in this channel")
    root = (parent.thread_ts or parent.ts) if parent else None
    message = posting.draft(slack, channel.id, person.id, encode(slack, person.id, text), thread_ts=root)
    await posting.post(slack, message)
    return {"kind": "message", "ts": message.ts}


async def _slash(slack: Slack, person: User, channel: Channel, text: str, *, in_thread: bool) -> None:
    name, _, rest = text.partition(" ") if "\n" not in text.split(" ")[0] else text.partition("\n")
    arguments = rest.strip()
    if in_thread:
        await posting.say_privately(
            slack, channel.id, person.id, f"{name} is not supported in threads. Sorry!"
        )
        return
    if name in BUILT_IN:
        await _built_in(slack, person, channel, name, arguments)
        return
    command = slack.manifest.command(name)
    if command is None:
        await posting.say_privately(slack, channel.id, person.id, f"{name} {_UNKNOWN}")
        return
    encoded = encode(slack, person.id, arguments, names=command.should_escape)
    payload = payloads.command(slack, person, channel, name, encoded)
    ack = await slack.events.request("command", Envelope("slash_commands", payload, accepts_response=True))
    failure = {"ok": "", "not_connected": "dispatch_failed"}.get(ack.outcome, ack.outcome)
    failure = failure or await answer_with_ack(slack, person.id, channel.id, ack.body)
    if failure:
        await posting.say_privately(slack, channel.id, person.id, f'{name} failed with the error "{failure}"')


BUILT_IN = ("/invite", "/remove", "/leave")


async def _built_in(slack: Slack, person: User, channel: Channel, name: str, arguments: str) -> None:
    """The few commands of Slack itself that a bot's advice may name."""
    if channel.kind == "dm":
        await posting.say_privately(slack, channel.id, person.id, f"{name} works in channels only.")
        return
    if name == "/leave":
        await membership.leave(slack, channel, person.id)
        return
    invited = slack.workspace.user_named(arguments.lstrip("@").strip())
    if invited is None:
        hint = f"{name} {arguments}".strip()
        bot = slack.workspace.app.bot_name
        text = f"“{hint}” names nobody here. Write {name} @name, for example {name} @{bot}."
        await posting.say_privately(slack, channel.id, person.id, text)
    elif (invited.id in channel.members) == (name == "/invite"):
        state = "already in this channel" if name == "/invite" else "not in this channel"
        await posting.say_privately(slack, channel.id, person.id, f"{invited.real_name} is {state}.")
    elif name == "/invite":
        await membership.join(slack, channel, invited.id, person.id)
    else:
        await membership.leave(slack, channel, invited.id)
