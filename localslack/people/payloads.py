"""Payloads of commands and interactions (docs.slack.dev/reference/interaction-payloads)."""

from localslack import shapes
from localslack.slack import Slack
from localslack.workspace.records import Channel, Json, Message, User, View


def channel_name(slack: Slack, channel: Channel) -> str:
    """Slack names only public channels; the others by their kind."""
    return {"channel": channel.name, "private": "privategroup", "dm": "directmessage"}[channel.kind]


def base(slack: Slack, kind: str, person: User) -> Json:
    """Return the fields that every interaction has."""
    workspace = slack.workspace
    return {
        "type": kind,
        "user": {
            "id": person.id,
            "username": person.name,
            "name": person.name,
            "team_id": shapes.user(slack, person)["team_id"],
        },
        "api_app_id": workspace.app.id,
        "token": workspace.app.verification_token,
        "team": shapes.team(slack),
        "enterprise": None,
        "is_enterprise_install": False,
    }


def message_part(slack: Slack, message: Message) -> Json:
    """Container, channel and (unless ephemeral) the message itself."""
    channel = slack.workspace.channels[message.channel]
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.ephemeral_to is not None,
    }
    if message.is_reply:
        container["thread_ts"] = message.thread_ts
    part: Json = {"container": container, "channel": {"id": channel.id, "name": channel_name(slack, channel)}}
    if message.ephemeral_to is None:
        part["message"] = shapes.message(slack, message)
    return part


def view_part(slack: Slack, view: View) -> Json:
    return {"container": {"type": "view", "view_id": view.id}, "view": shapes.view(slack, view)}


def command(slack: Slack, person: User, channel: Channel, name: str, text: str) -> Json:
    """A slash command (docs.slack.dev/interactivity/implementing-slash-commands)."""
    workspace = slack.workspace
    return {
        "token": workspace.app.verification_token,
        "team_id": workspace.team.id,
        "team_domain": workspace.team.domain,
        "channel_id": channel.id,
        "channel_name": channel_name(slack, channel),
        "user_id": person.id,
        "user_name": person.name,
        "command": name,
        "text": text,
        "api_app_id": workspace.app.id,
        "is_enterprise_install": "false",
        "response_url": f"{slack.url}/response/{slack.responses.give(person.id, channel.id)}",
        "trigger_id": slack.triggers.give(person.id),
    }
