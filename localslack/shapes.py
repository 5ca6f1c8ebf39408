"""Records as Slack's Web API and payloads show them."""

from localslack.slack import Slack
from localslack.workspace.records import Channel, File, Group, Json, Message, User, View
from localslack.zones import label, offset


def team(slack: Slack) -> Json:
    return {"id": slack.workspace.team.id, "domain": slack.workspace.team.domain}


def user(slack: Slack, person: User) -> Json:
    """A user object (docs.slack.dev/reference/objects/user-object); people from outside have another team."""
    here = slack.workspace.team.id
    home = "T0OUTSIDE" if person.is_stranger else here
    first, _, last = person.real_name.partition(" ")
    profile: Json = {
        "title": person.title,
        "real_name": person.real_name,
        "real_name_normalized": person.real_name,
        "display_name": person.name,
        "display_name_normalized": person.name,
        "first_name": first,
        "last_name": last,
        "status_text": person.status,
        "status_emoji": "",
        "team": home,
    }
    if slack.manifest.grants("users:read.email") and person.email:
        profile["email"] = person.email
    shape: Json = {
        "id": person.id,
        "team_id": home,
        "name": person.name,
        "deleted": person.deleted,
        "profile": profile,
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": person.updated,
    }
    if person.is_bot:
        profile |= {"api_app_id": slack.workspace.app.id, "bot_id": slack.workspace.app.bot_id}
    if not person.deleted:
        tz, now = person.tz or slack.tz, slack.clock.now()
        shape |= {
            "color": person.color,
            "real_name": person.real_name,
            "tz": tz,
            "tz_label": label(tz, now),
            "tz_offset": offset(tz, now),
            "is_admin": person.is_admin,
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": person.is_restricted,
            "is_ultra_restricted": person.is_ultra_restricted,
            "is_stranger": person.is_stranger,
        }
    return shape


def group(slack: Slack, record: Group, *, users: bool = True) -> Json:
    """A usergroup object."""
    shape: Json = {
        "id": record.id,
        "team_id": slack.workspace.team.id,
        "is_usergroup": True,
        "is_external": False,
        "name": record.name,
        "description": "",
        "handle": record.handle,
        "date_create": record.updated,
        "date_update": record.updated,
        "date_delete": record.updated if record.disabled else 0,
        "auto_type": None,
        "prefs": {"channels": [], "groups": []},
        "user_count": len(record.users),
    }
    return shape | ({"users": list(record.users)} if users else {})


def channel(slack: Slack, record: Channel) -> Json:
    """A conversation object as the bot sees it."""
    bot = slack.workspace.app.bot_user
    shape: Json = {"id": record.id, "created": record.created, "is_org_shared": False}
    if record.kind == "dm":
        others = [person for person in record.members if person != bot]
        return shape | {
            "is_im": True,
            "is_archived": False,
            "user": others[0] if others else bot,
            "is_user_deleted": bool(others) and slack.workspace.users[others[0]].deleted,
            "priority": 0,
        }
    private = record.kind == "private"
    return shape | {
        "name": record.name,
        "name_normalized": record.name,
        "is_channel": not private,
        "is_group": private,
        "is_im": False,
        "is_mpim": False,
        "is_private": private,
        "is_archived": record.is_archived,
        "is_general": record.name == "general",
        "is_shared": False,
        "is_ext_shared": False,
        "is_member": bot in record.members,
        "creator": record.creator,
        "context_team_id": slack.workspace.team.id,
        "topic": {"value": record.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "num_members": len(record.members),
    }


def message(slack: Slack, record: Message, *, metadata: bool = True, thread: bool = True) -> Json:
    """A message as history, answers and payloads carry it."""
    workspace = slack.workspace
    shape: Json = {"type": "message", "user": record.user, "text": record.text, "ts": record.ts}
    if record.subtype:
        shape["subtype"] = record.subtype
    if record.is_bot:
        shape |= {"bot_id": workspace.app.bot_id, "app_id": workspace.app.id, "team": workspace.team.id}
        shape["bot_profile"] = bot(slack)
    if record.username:
        shape["username"] = record.username
    if record.blocks:
        shape["blocks"] = record.blocks
    if record.attachments:
        shape["attachments"] = record.attachments
    if record.files:
        files = (workspace.files.get(key) for key in record.files)
        shape["files"] = [file(slack, item) for item in files if item is not None]
    if record.edited:
        shape["edited"] = {"user": record.user, "ts": record.edited}
    if record.reactions:
        shape["reactions"] = record.reactions
    if record.metadata and metadata:
        shape["metadata"] = record.metadata
    return shape | (_thread(slack, record) if thread else {})


def _thread(slack: Slack, record: Message) -> Json:
    if record.is_reply and record.thread_ts is not None:
        parent = slack.workspace.message(record.channel, record.thread_ts)
        shape: Json = {"thread_ts": record.thread_ts, "parent_user_id": parent.user if parent else ""}
        if record.broadcast:
            shape["subtype"] = "thread_broadcast"
        return shape
    replies = slack.workspace.thread(record)
    if not replies["reply_count"]:
        return {}
    return {
        "thread_ts": record.ts,
        "reply_count": replies["reply_count"],
        "reply_users": replies["reply_users"],
        "reply_users_count": len(replies["reply_users"]),
        "latest_reply": replies["latest_reply"],
        "is_locked": False,
        "subscribed": False,
    }


def bot(slack: Slack) -> Json:
    app = slack.workspace.app
    return {
        "id": app.bot_id,
        "app_id": app.id,
        "user_id": app.bot_user,
        "name": app.name,
        "deleted": False,
        "updated": 0,
        "icons": {},
        "team_id": slack.workspace.team.id,
    }


def file(slack: Slack, record: File) -> Json:
    """A file object; its address needs no token here (loopback only)."""
    public: Json = {}
    private: Json = {}
    for channel_id, stamps in record.shares.items():
        known = slack.workspace.channels.get(channel_id)
        side = public if known is not None and known.kind == "channel" else private
        side[channel_id] = [{"ts": stamp} for stamp in stamps]
    shares = {key: value for key, value in (("public", public), ("private", private)) if value}
    url = file_url(slack, record)
    return {
        "id": record.id,
        "created": record.created,
        "timestamp": record.created,
        "name": record.name,
        "title": record.title,
        "mimetype": record.mimetype,
        "filetype": record.name.rpartition(".")[2] if "." in record.name else "text",
        "user": record.user,
        "size": record.size,
        "mode": "hosted",
        "is_external": False,
        "is_public": bool(public),
        "alt_txt": record.alt,
        "url_private": url,
        "url_private_download": url,
        "permalink": url,
        "channels": list(public),
        "groups": [channel_id for channel_id in private if not channel_id.startswith("D")],
        "ims": [channel_id for channel_id in private if channel_id.startswith("D")],
        "shares": shares,
    }


def file_url(slack: Slack, record: File) -> str:
    return f"{slack.url}/files/{record.id}/{record.name}"


def view(slack: Slack, record: View) -> Json:
    """A view object as the methods of views.* and the payloads carry it."""
    app, home = slack.workspace.app, slack.workspace.team.id
    shape: Json = {
        "id": record.id,
        "team_id": home,
        "type": record.type,
        "blocks": record.blocks,
        "private_metadata": record.private_metadata,
        "callback_id": record.callback_id,
        "state": record.state,
        "hash": record.hash,
        "title": record.title or {"type": "plain_text", "text": "View Title", "emoji": True},
        "clear_on_close": record.clear_on_close,
        "notify_on_close": record.notify_on_close,
        "close": record.close,
        "submit": record.submit,
        "previous_view_id": record.previous,
        "root_view_id": record.root or record.id,
        "app_id": app.id,
        "external_id": record.external_id,
        "app_installed_team_id": home,
        "bot_id": app.bot_id,
    }
    return shape
