"""New people and groups, made by hand."""

import re
import unicodedata

from localslack import membership, page_records
from localslack.errors import ControlError
from localslack.ids import make_id
from localslack.people import who
from localslack.slack import Slack
from localslack.workspace.records import Group, Json, User

_COLORS = ("2e8b74", "b3476b", "6a5cb8", "b8762e", "3f7fb5", "7a8b2e")
_HANDLE = re.compile(r"[a-z0-9._-]{1,80}")


async def create_user(slack: Slack, body: Json) -> Json:
    """Add a full member, who joins #general."""
    real_name = " ".join(str(body.get("real_name") or "").split())
    if not 0 < len(real_name) <= 80:
        raise ControlError("invalid_real_name", f"real_name {real_name[:100]!r} must have 1 to 80 characters")
    if any(user.real_name.lower() == real_name.lower() for user in slack.workspace.users.values()):
        raise ControlError("name_taken", f"there is a person called {real_name} already")
    color = _COLORS[len(slack.workspace.users) % len(_COLORS)]
    person = User(make_id("U"), _free_handle(slack, real_name), real_name, color=color)
    await membership.add_user(slack, person)
    return {"user": page_records.user(person)}


def _free_handle(slack: Slack, real_name: str) -> str:
    """Return the name by which people mention somebody: `zoe` for Zoë Ångström, `zoe2` if it is taken."""
    letters = unicodedata.normalize("NFKD", real_name.split()[0]).encode("ascii", "ignore").decode()
    first = re.sub(r"[^a-z0-9._-]", "", letters.lower()) or "person"
    number = 1
    while _is_taken(slack, name := first if number == 1 else f"{first}{number}"):
        number += 1
    return name


def _is_taken(slack: Slack, name: str) -> bool:
    return slack.workspace.user_named(name) is not None or slack.workspace.group_named(name) is not None


async def create_group(slack: Slack, body: Json) -> Json:
    """Add a group with the person who makes it in it."""
    person, handle = who.person(slack, body.get("as")), str(body.get("handle") or "")
    if not _HANDLE.fullmatch(handle):
        text = f"handle {handle[:100]!r} may have small letters, digits, dots, - and _, at most 80"
        raise ControlError("invalid_handle", text)
    if _is_taken(slack, handle):
        raise ControlError("handle_taken", f"there is a person or a group @{handle} already")
    name = handle.replace("-", " ").replace("_", " ").capitalize()
    group = Group(make_id("S"), handle, name, [person.id])
    await membership.add_group(slack, group)
    return {"group": page_records.group(group)}
