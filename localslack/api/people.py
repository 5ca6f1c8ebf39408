"""users.*, usergroups.*, bots.info, team.info, auth.test, apps.connections.open, apps.manifest.export."""

from localslack import shapes
from localslack.api.call import Call, Method, page
from localslack.errors import SlackError
from localslack.workspace.records import Json


async def users_info(call: Call) -> Json:
    person = call.slack.workspace.users.get(call.required("user"))
    if person is None:
        raise SlackError("user_not_found")
    if person.is_hidden:
        raise SlackError("user_not_visible")
    return {"user": shapes.user(call.slack, person)}


async def users_list(call: Call) -> Json:
    shown = [person for person in call.slack.workspace.users.values() if not person.is_hidden]
    some, metadata = page(shown, call)
    members = [shapes.user(call.slack, person) for person in some]
    return {"members": members, "cache_ts": int(call.slack.clock.now()), **metadata}


async def users_by_email(call: Call) -> Json:
    email = call.required("email").lower()
    for person in call.slack.workspace.users.values():
        if person.email and person.email.lower() == email and not person.deleted:
            return {"user": shapes.user(call.slack, person)}
    raise SlackError("users_not_found")


async def usergroups_list(call: Call) -> Json:
    disabled = call.flag("include_disabled")
    groups = [group for group in call.slack.workspace.groups.values() if disabled or not group.disabled]
    users = call.flag("include_users")
    return {"usergroups": [shapes.group(call.slack, group, users=users) for group in groups]}


async def usergroups_users(call: Call) -> Json:
    group = call.slack.workspace.groups.get(call.required("usergroup"))
    if group is None or (group.disabled and not call.flag("include_disabled")):
        raise SlackError("no_such_subteam")
    people = call.slack.workspace.users
    return {"users": [person for person in group.users if not people[person].deleted]}


async def bots_info(call: Call) -> Json:
    bot = call.text("bot") or call.slack.workspace.app.bot_id
    if bot != call.slack.workspace.app.bot_id:
        raise SlackError("bot_not_found")
    return {"bot": shapes.bot(call.slack)}


async def team_info(call: Call) -> Json:
    team = call.slack.workspace.team
    if call.text("team", team.id) != team.id:
        raise SlackError("team_not_found")
    return {"team": {"id": team.id, "name": team.name, "domain": team.domain, "email_domain": "", "icon": {}}}


async def auth_test(call: Call) -> Json:
    workspace = call.slack.workspace
    return {
        "url": f"{call.slack.url}/",
        "team": workspace.team.name,
        "user": workspace.app.bot_name,
        "team_id": workspace.team.id,
        "user_id": workspace.app.bot_user,
        "bot_id": workspace.app.bot_id,
        "is_enterprise_install": False,
    }


async def connections_open(call: Call) -> Json:
    """A websocket address for one connection."""
    socket = call.slack.socket
    if socket is None:
        raise SlackError("socket_mode_not_enabled")
    base = call.slack.url.replace("http://", "ws://", 1)
    return {"url": f"{base}/socket?ticket={socket.ticket()}&app_id={call.slack.workspace.app.id}"}


async def manifest_export(call: Call) -> Json:
    """The manifest of the app (docs.slack.dev/reference/methods/apps.manifest.export)."""
    if call.required("app_id") != call.slack.workspace.app.id or call.slack.manifest.content is None:
        raise SlackError("invalid_app_id")
    return {"manifest": call.slack.manifest.content}


METHODS = {
    "users.info": Method(users_info, ("users:read",)),
    "users.list": Method(users_list, ("users:read",)),
    "users.lookupByEmail": Method(users_by_email, ("users:read.email",)),
    "usergroups.list": Method(usergroups_list, ("usergroups:read",)),
    "usergroups.users.list": Method(usergroups_users, ("usergroups:read",)),
    "bots.info": Method(bots_info, ("users:read",)),
    "team.info": Method(team_info, ("team:read",)),
    "auth.test": Method(auth_test),
    "apps.connections.open": Method(connections_open, takes="app"),
    "apps.manifest.export": Method(manifest_export, takes="config"),
}
