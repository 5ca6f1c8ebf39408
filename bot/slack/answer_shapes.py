"""The shapes of Slack's answers: a proxy or a login page may answer in Slack's place, with `"ok": true` too.

An answer without its list would otherwise be an empty group, or a message that was never posted.
"""

from collections.abc import Mapping
from typing import Any

_TEXT, _LIST = str, list
_NEEDED: Mapping[str, Mapping[str, type]] = {
    "apps.connections.open": {"url": _TEXT},
    "auth.test": {"team_id": _TEXT, "user_id": _TEXT},
    "chat.getPermalink": {"permalink": _TEXT},
    "chat.postMessage": {"channel": _TEXT, "ts": _TEXT},
    "conversations.history": {"messages": _LIST},
    "conversations.info": {"channel.id": _TEXT},
    "conversations.list": {"channels": _LIST},
    "conversations.members": {"members": _LIST},
    "conversations.open": {"channel.id": _TEXT},
    "conversations.replies": {"messages": _LIST},
    "files.getUploadURLExternal": {"upload_url": _TEXT, "file_id": _TEXT},
    "usergroups.list": {"usergroups": _LIST},
    "usergroups.users.list": {"users": _LIST},
    "users.conversations": {"channels": _LIST},
    "users.info": {"user.id": _TEXT},
    "users.list": {"members": _LIST},
}
"""Fields by method, with a point between levels."""


def lacking(method: str, answer: Mapping[str, Any]) -> str:
    """Name the first field that an answer lacks, or has in another type; empty when all are there."""
    for path, kind in _NEEDED.get(method, {}).items():
        if not isinstance(_at(answer, path), kind):
            return path
    return ""


def _at(answer: Any, path: str) -> Any:
    for name in path.split("."):
        answer = answer.get(name) if isinstance(answer, Mapping) else None
    return answer
