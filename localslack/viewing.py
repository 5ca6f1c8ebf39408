"""Making and changing views, for the methods of views.* and for response_action alike."""

from typing import Any

from localslack import page_records
from localslack.blocks import check_view, complete
from localslack.errors import SlackError, invalid_arguments
from localslack.ids import make_id
from localslack.slack import Slack
from localslack.workspace.records import Json, View

_KEPT = ("private_metadata", "callback_id", "external_id")
_FLAGS = ("notify_on_close", "clear_on_close", "submit_disabled")


def read_view(view: Any, kind: str) -> tuple[Json, list[str]]:
    """The checked fields of a view and the warnings; SlackError when Slack would refuse it."""
    if not isinstance(view, dict):
        raise invalid_arguments("missing required field: view")
    findings = check_view(view, kind)
    if findings.errors:
        raise SlackError("invalid_arguments", response_metadata={"messages": findings.errors})
    if findings.too_long:
        raise SlackError("view_too_large")
    fields: Json = {name: view.get(name) or "" for name in _KEPT}
    fields |= {name: bool(view.get(name)) for name in _FLAGS}
    # A Home has none of them, and they are checked in a modal only.
    fields |= {name: view.get(name) if kind == "modal" else None for name in ("title", "submit", "close")}
    return fields | {"type": kind, "blocks": complete(view["blocks"])}, findings.warnings


def new_view(slack: Slack, user: str, fields: Json) -> View:
    _external_id_free(slack, fields, None)
    return View(id=make_id("V"), user=user, hash=new_hash(slack), **fields)


def change_view(slack: Slack, view: View, fields: Json) -> None:
    """Other content in the same place; what was entered stays where block_id and action_id stay."""
    _external_id_free(slack, fields, view)
    before = view.state["values"]
    for name, value in fields.items():
        setattr(view, name, value)
    view.hash = new_hash(slack)
    view.errors = {}
    kept = {block.get("block_id") for block in view.blocks}
    view.state = {"values": {key: value for key, value in before.items() if key in kept}}


def new_hash(slack: Slack) -> str:
    return f"{slack.workspace.timestamps.next()}.{make_id('', 8).lower()}"


def open_view(slack: Slack, view: View, *, pushed: bool) -> None:
    """Show a new modal, alone or on the stack."""
    if not pushed and slack.modals.stack(view.user):
        clear_views(slack, slack.modals.stack(view.user)[-1])
    slack.modals.push(view)
    publish(slack, "view_pushed" if pushed else "view_opened", view)


def close_view(slack: Slack, view: View) -> None:
    slack.modals.pop(view)
    slack.live.publish("view_closed", _owner(view), lambda person: {"view_id": view.id, "cleared": False})


def clear_views(slack: Slack, view: View) -> list[View]:
    """Close the whole stack."""
    closed = slack.modals.clear(view.user)
    slack.live.publish("view_closed", _owner(view), lambda person: {"view_id": view.id, "cleared": True})
    return closed


def publish(slack: Slack, type: str, view: View) -> None:
    body = {"view": page_records.view(slack, view)}
    slack.live.publish(type, _owner(view), lambda person: body)


def _owner(view: View) -> Any:
    owner = view.user
    return lambda person: person == owner


def _external_id_free(slack: Slack, fields: Json, own: View | None) -> None:
    wanted = fields["external_id"]
    other = slack.modals.find(external_id=wanted) if wanted else None
    homes = (view for view in slack.workspace.homes.values() if wanted and view.external_id == wanted)
    other = other or next(homes, None)
    if other is not None and other is not own:
        raise SlackError("duplicate_external_id")
