"""Clicks and choices: block_actions, and the options of external menus (block_suggestion)."""

from typing import Any

from localslack.delivery.envelope import Ack, Envelope
from localslack.errors import ControlError
from localslack.people import elements, payloads, who
from localslack.slack import Slack
from localslack.workspace.records import Json, Message, User, View

_SELECTED = (
    "value", "rich_text_value", "selected_option", "selected_options", "selected_user", "selected_users",
    "selected_channel", "selected_channels", "selected_conversation", "selected_conversations",
    "selected_date", "selected_time", "selected_date_time",
)  # fmt: skip
_SHOWN = ("text", "style", "placeholder", "url")


async def act(slack: Slack, body: Json) -> Json:
    """One click or choice. ok once the app acknowledged it."""
    person = who.person(slack, body.get("as"))
    holder = _holder(slack, person, body.get("container"))
    block, element = _element(holder, body)
    action = _action(slack, block, element, body)
    payload = payloads.base(slack, "block_actions", person) | {"actions": [action]}
    if isinstance(holder, View):
        holder.state = elements.state(holder.blocks, holder.state, body.get("state"), _chosen(action))
        payload |= payloads.view_part(slack, holder)
        payload["trigger_id"] = slack.triggers.give(person.id, holder.id)
    else:
        payload |= payloads.message_part(slack, holder)
        payload["state"] = elements.state(_blocks(holder), body.get("state"), _chosen(action))
        payload["trigger_id"] = slack.triggers.give(person.id)
        key = slack.responses.give(
            person.id,
            holder.channel,
            ts=holder.ts,
            ephemeral=holder.ephemeral_to is not None,
        )
        payload["response_url"] = f"{slack.url}/response/{key}"
    check(await slack.events.request("interaction", interaction(slack, payload)))
    return {}


def interaction(slack: Slack, payload: Json, *, accepts_response: bool = False) -> Envelope:
    if not slack.manifest.interactivity:
        raise ControlError(
            "interactivity_disabled", "settings.interactivity.is_enabled of the manifest is off"
        )
    return Envelope("interactive", payload, accepts_response=accepts_response)


def check(ack: Ack) -> None:
    """ControlError when the app did not acknowledge."""
    if ack.outcome == "operation_timeout":
        raise ControlError("operation_timeout", "the app did not acknowledge within 3 seconds")
    if ack.outcome == "not_connected":
        raise ControlError("not_connected", "the app is not connected")
    if ack.outcome == "http_error":
        raise ControlError("http_error", "the app answered with an HTTP error")


async def suggest(slack: Slack, body: Json) -> Json:
    """The options of an external_select for what was typed."""
    person = who.person(slack, body.get("as"))
    holder = _holder(slack, person, body.get("container"))
    block, element = _element(holder, body)
    if not str(element["type"]).endswith("external_select"):
        raise ControlError("no_such_element", f"{element['type']} takes no options from the app")
    payload = payloads.base(slack, "block_suggestion", person)
    part = (
        payloads.view_part(slack, holder)
        if isinstance(holder, View)
        else payloads.message_part(slack, holder)
    )
    payload |= part | {
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "value": str(body.get("value") or ""),
    }
    ack = await slack.events.request("interaction", interaction(slack, payload, accepts_response=True))
    check(ack)
    answer = ack.body if isinstance(ack.body, dict) else {}
    return {"options": answer.get("options") or [], "option_groups": answer.get("option_groups") or []}


def _holder(slack: Slack, person: User, container: Any) -> Message | View:
    """The message or view acted on, if this person has it before them."""
    if not isinstance(container, dict) or container.get("type") not in ("message", "view"):
        raise ControlError(
            "invalid_container", "container needs type message (channel, ts) or view (view_id)"
        )
    if container["type"] == "view":
        view = slack.modals.find(str(container.get("view_id")))
        home = slack.workspace.homes.get(person.id)
        if view is None and home is not None and home.id == container.get("view_id"):
            view = home
        if view is None or view.user != person.id:
            raise ControlError(
                "view_not_found", f"{person.real_name} has no view {container.get('view_id')!r} open"
            )
        return view
    channel = who.channel(slack, container.get("channel"), person)
    if channel.is_archived:
        raise ControlError("is_archived", f"#{channel.name} is archived; nothing in it can be clicked")
    message = slack.workspace.message(channel.id, str(container.get("ts")))
    if message is None or message.ephemeral_to not in (None, person.id):
        raise ControlError(
            "message_not_found", f"there is no message {container.get('ts')!r} for this person"
        )
    return message


def _blocks(holder: Message | View) -> list[Json]:
    blocks = list(holder.blocks or [])
    if isinstance(holder, Message):
        for attachment in holder.attachments or []:
            blocks += attachment.get("blocks") or []
    return blocks


def _element(holder: Message | View, body: Json) -> tuple[Json, Json]:
    block_id, action_id = str(body.get("block_id")), str(body.get("action_id"))
    pair = elements.find(_blocks(holder), block_id, action_id)
    if pair is None:
        raise ControlError("no_such_element", f"block {block_id!r} no longer has an element {action_id!r}")
    return pair


def _action(slack: Slack, block: Json, element: Json, body: Json) -> Json:
    """One entry of `actions`: the element's identity and what was chosen."""
    kind = element["type"]
    action: Json = {"type": kind, "action_id": element["action_id"], "block_id": block["block_id"]}
    action |= {name: element[name] for name in _SHOWN if name in element}
    if kind in ("button", "workflow_button", "icon_button"):
        if "value" in element:
            action["value"] = element["value"]
    else:
        action |= {name: body[name] for name in _SELECTED if name in body}
        key = elements.VALUE_KEYS.get(kind)
        if key is not None and key not in action and kind != "feedback_buttons":
            raise ControlError("no_value", f"a {kind} needs {key}")
        _offered(element, action)
    action["action_ts"] = slack.workspace.timestamps.next()
    return action


def _offered(element: Json, action: Json) -> None:
    """Check that the choice from a fixed list is in the list."""
    offered = list(element.get("options") or [])
    for group in element.get("option_groups") or []:
        offered += group.get("options") or []
    if not offered:
        return
    values = [option.get("value") for option in offered]
    chosen = [action.get("selected_option"), *(action.get("selected_options") or [])]
    for option in chosen:
        if option is not None and (not isinstance(option, dict) or option.get("value") not in values):
            raise ControlError("no_such_option", f"{option!r} is none of the options")


def _chosen(action: Json) -> Json:
    """An action as an entry of a state, to lay over what was entered before."""
    return {"values": {action["block_id"]: {action["action_id"]: action}}}
