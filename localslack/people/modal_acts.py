"""Submitting and closing modals, and opening Home."""

from typing import Any

from localslack import membership, page_records, shapes, viewing
from localslack.errors import ControlError, SlackError
from localslack.people import elements, payloads, who
from localslack.people.clicking import check, interaction
from localslack.people.modals import MAX_STACK
from localslack.slack import Slack
from localslack.workspace.records import Json, User, View


def _open_view(slack: Slack, body: Json) -> tuple[User, View]:
    person = who.person(slack, body.get("as"))
    view = slack.modals.find(str(body.get("view_id")))
    if view is None or view.user != person.id:
        raise ControlError("view_not_found", f"{person.real_name} has no view {body.get('view_id')!r} open")
    return person, view


async def submit(slack: Slack, body: Json) -> Json:
    """Send a modal: Slack's own checks first, then the app, then what the app wants done with it."""
    person, view = _open_view(slack, body)
    view.state = elements.state(view.blocks, view.state, body.get("state"))
    missing = elements.complaints(view.blocks, view.state)
    if missing:
        return _with_errors(slack, view, missing)
    payload = payloads.base(slack, "view_submission", person) | {
        "trigger_id": slack.triggers.give(person.id, view.id),
        "view": shapes.view(slack, view),
        "response_urls": [],
    }
    ack = await slack.events.request("interaction", interaction(slack, payload, accepts_response=True))
    check(ack)
    return _perform(slack, view, ack.body)


def _perform(slack: Slack, view: View, response: Any) -> Json:
    """The response_action (docs.slack.dev/surfaces/modals)."""
    body = response if isinstance(response, dict) else {}
    action = body.get("response_action")
    if slack.modals.find(view.id) is None:  # the app or a second submission closed it meanwhile
        return {"result": "closed"}
    if action is None:
        viewing.close_view(slack, view)
        return {"result": "closed"}
    if action == "clear":
        viewing.clear_views(slack, view)
        return {"result": "cleared"}
    if action == "errors":
        return _with_errors(slack, view, _errors(view, body.get("errors")))
    if action not in ("update", "push"):
        raise ControlError("invalid_response_action", f"the app answered response_action {action!r}")
    try:
        fields, _ = viewing.read_view(body.get("view"), "modal")
        return _show(slack, view, action, fields)
    except SlackError as error:
        messages = error.extra.get("response_metadata", {}).get("messages", [])
        text = f"the app's view was refused: {error.code} {' '.join(messages)}".strip()
        raise ControlError("invalid_view", text) from None


def _show(slack: Slack, view: View, action: str, fields: Json) -> Json:
    if action == "update":
        viewing.change_view(slack, view, fields)
        viewing.publish(slack, "view_updated", view)
        return {"result": "updated", "view": page_records.view(slack, view)}
    if len(slack.modals.stack(view.user)) >= MAX_STACK:
        raise ControlError("push_limit_reached", f"the app pushed a view onto a stack of {MAX_STACK}")
    pushed = viewing.new_view(slack, view.user, fields)
    viewing.open_view(slack, pushed, pushed=True)
    return {"result": "pushed", "view": page_records.view(slack, pushed)}


def _errors(view: View, errors: Any) -> dict[str, str]:
    """The app's errors, which must belong to input blocks of the view."""
    inputs = {block["block_id"] for block in view.blocks if block.get("type") == "input"}
    if not isinstance(errors, dict) or not errors:
        raise ControlError("invalid_errors", "the app answered response_action errors without errors")
    strange = [key for key in errors if key not in inputs]
    if strange:
        raise ControlError(
            "invalid_errors", f"the app's errors name {strange[0]!r}, which is not an input block of the view"
        )
    return {key: str(text) for key, text in errors.items()}


def _with_errors(slack: Slack, view: View, errors: dict[str, str]) -> Json:
    view.errors = errors
    viewing.publish(slack, "view_updated", view)
    return {"result": "errors", "errors": errors, "view": page_records.view(slack, view)}


async def close(slack: Slack, body: Json) -> Json:
    """Close the view, or with `clear` everything that is open; view_closed where the view asks for it."""
    person, view = _open_view(slack, body)
    clear = bool(body.get("clear")) or view.clear_on_close
    if clear:
        closed = viewing.clear_views(slack, view)
    else:
        viewing.close_view(slack, view)
        closed = [view]
    for closed_view in reversed(closed):
        if closed_view.notify_on_close:
            payload = payloads.base(slack, "view_closed", person)
            payload |= {"view": shapes.view(slack, closed_view), "is_cleared": clear}
            check(await slack.events.request("interaction", interaction(slack, payload)))
    return {}


async def open_home(slack: Slack, body: Json) -> Json:
    """The person looks at the app's Home: app_home_opened."""
    person = who.person(slack, body.get("as"))
    channel, _ = await membership.open_dm(slack, slack.workspace.app.bot_user, person.id)
    view = slack.workspace.homes.get(person.id)
    event: Json = {
        "type": "app_home_opened",
        "user": person.id,
        "channel": channel.id,
        "tab": "home",
        "event_ts": slack.workspace.timestamps.next(),
    }
    slack.events.emit("app_home_opened", event | ({"view": shapes.view(slack, view)} if view else {}))
    return {}
