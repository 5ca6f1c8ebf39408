"""views.*: modals and Home (docs.slack.dev/reference/methods/views.open and its siblings)."""

from localslack import shapes, viewing
from localslack.api.call import Call, Method
from localslack.errors import SlackError, invalid_arguments
from localslack.people.modals import MAX_STACK
from localslack.workspace.records import Json, View


def _fields(call: Call, kind: str) -> Json:
    view = call.structure("view", "invalid_arguments")
    fields, warnings = viewing.read_view(view, kind)
    call.warn(*warnings)
    return fields


def _trigger(call: Call) -> str:
    return call.text("interactivity_pointer") or call.required("trigger_id")


async def open_view(call: Call) -> Json:
    trigger_id, fields = _trigger(call), _fields(call, "modal")
    trigger = call.slack.triggers.take(trigger_id)
    view = viewing.new_view(call.slack, trigger.user, fields)
    viewing.open_view(call.slack, view, pushed=False)
    return {"view": shapes.view(call.slack, view)}


async def push(call: Call) -> Json:
    trigger_id, fields = _trigger(call), _fields(call, "modal")
    trigger = call.slack.triggers.take(trigger_id)
    stack = call.slack.modals.stack(trigger.user)
    if trigger.view is None or not any(view.id == trigger.view for view in stack):
        raise SlackError("invalid_trigger_id")
    if len(stack) >= MAX_STACK:
        raise SlackError("push_limit_reached")
    view = viewing.new_view(call.slack, trigger.user, fields)
    viewing.open_view(call.slack, view, pushed=True)
    return {"view": shapes.view(call.slack, view)}


async def update(call: Call) -> Json:
    view_id, external_id = call.text("view_id"), call.text("external_id")
    if not view_id and not external_id:
        call.required("view_id")
    view = call.slack.modals.find(view_id, external_id) or _home(call, view_id, external_id)
    if view is None:
        raise SlackError("not_found")
    fields = _fields(call, view.type)
    _same(call, view)
    viewing.change_view(call.slack, view, fields)
    if view.type == "home":
        await call.slack.workspace.save(view)
    viewing.publish(call.slack, "home" if view.type == "home" else "view_updated", view)
    return {"view": shapes.view(call.slack, view)}


def _home(call: Call, view_id: str, external_id: str) -> View | None:
    for view in call.slack.workspace.homes.values():
        if view.id == view_id or (external_id and view.external_id == external_id):
            return view
    return None


def _same(call: Call, view: View) -> None:
    hash_sent = call.text("hash")
    if hash_sent and hash_sent != view.hash:
        raise SlackError("hash_conflict")


async def publish(call: Call) -> Json:
    slack, user = call.slack, call.required("user_id")
    if user not in slack.workspace.users:
        raise invalid_arguments("invalid `user_id`")
    if not slack.manifest.home_tab:
        raise SlackError("not_enabled")
    fields = _fields(call, "home")
    view = slack.workspace.homes.get(user)
    if view is None:
        view = viewing.new_view(slack, user, fields)
        slack.workspace.homes[user] = view
    else:
        _same(call, view)
        viewing.change_view(slack, view, fields)
    await slack.workspace.save(view)
    viewing.publish(slack, "home", view)
    return {"view": shapes.view(slack, view)}


METHODS = {
    "views.open": Method(open_view),
    "views.push": Method(push),
    "views.update": Method(update),
    "views.publish": Method(publish),
}
