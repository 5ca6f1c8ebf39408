"""Payloads of every kind that Slack sends, each with parts that are missing or of another shape."""

import copy
import random
from collections.abc import Iterator
from typing import Any

from bot.listeners.button_clicks import _HANDLERS
from bot.listeners.modals import _SUBMITS
from bot.listeners.shortcuts import SHORTCUTS
from bot.slack.payloads import EVENTS, UNUSED

ODD: list[Any] = [
    "", " ", "x" * 5000, "\ud800", "\x00", "é", "²", None, True, -1, 1e308, 10**400, float("nan"), [], {},
    [[]], {"a": {"b": []}}, ["x"] * 300,
    [None], {"id": 5}, {"type": []}, "signoff:decide", "1|\ud800.go|approve",
]  # fmt: skip
TEXTS = ("help", "list", "run ask", "approvals", "show 1", "away until tomorrow to @bob", "stats", "x", "")
VALUES = ("1|ask.1.go|approve", "1|x|reject", "2|x|y", "", "1|a,b|c", "1|ask|-")
_PERSON = {
    "id": "U01ALICE", "name": "alice", "real_name": "Alice", "team_id": "T0LOCAL", "updated": 5,
    "profile": {"display_name": "Alice"}, "enterprise_user": {"teams": ["T0LOCAL"]},
}  # fmt: skip
_GROUP = {"id": "S01ONCALL", "handle": "on-call", "users": ["U01ALICE"], "user_count": 1}
_EVENT: dict[str, dict[str, Any]] = {
    "app_home_opened": {"user": "U01ALICE", "tab": "home"},
    "channel_created": {"channel": {"id": "C9", "name": "new"}},
    "channel_rename": {"channel": {"id": "C9", "name": "newer"}},
    "group_rename": {"channel": {"id": "G9", "name": "newer"}},
    "subteam_created": {"subteam": _GROUP},
    "subteam_updated": {"subteam": _GROUP},
    "subteam_members_changed": {
        "subteam_id": "S01ONCALL", "added_users": ["U01ALICE"], "added_users_count": 1, "removed_users": [],
    },
    "team_join": {"user": _PERSON},
    "user_change": {"user": _PERSON},
}  # fmt: skip
_KINDS = sorted({*EVENTS, "reaction_added"} - {"app_uninstalled", "tokens_revoked"})
"""Without the two that end the token, which is said as an error."""
_WRITTEN = {"user": "U01ALICE", "channel": "C05DEPLOYS", "channel_type": "im", "text": "hi", "ts": "1.2"}


class OddPayloads:
    """Payloads of one seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def payload(self) -> dict[str, Any]:
        pick = self.random.choice
        body: dict[str, Any] = pick(
            [self._command, self._click, self._form, self._event, self._event, self._shortcut, self._other]
        )()
        for _ in range(self.random.choice([0, 1, 1, 2, 3])):
            self._harm(body)
        return body

    def _harm(self, body: dict[str, Any]) -> None:
        place, key = self.random.choice(list(_places(body)))
        if self.random.random() < 0.3:
            del place[key]
        else:
            place[key] = copy.deepcopy(self.random.choice(ODD))

    def _command(self) -> dict[str, Any]:
        return {
            "command": "/workflow", "text": self.random.choice(TEXTS), "user_id": "U01ALICE",
            "team_id": "T0LOCAL", "channel_id": "C05DEPLOYS", "channel_name": "deploys", "trigger_id": "1.2",
        }  # fmt: skip

    def _interaction(self, kind: str) -> dict[str, Any]:
        return {
            "type": kind, "user": {"id": "U01ALICE", "team_id": "T0LOCAL"}, "team": {"id": "T0LOCAL"},
            "channel": {"id": "C05DEPLOYS", "name": "deploys"}, "trigger_id": "1.2",
        }  # fmt: skip

    def _view(self) -> dict[str, Any]:
        entered = {"type": "plain_text_input", "value": "no"}
        names = ("comment", "confirm", "code", "field:text")
        return {
            "id": "V1", "type": "modal", "callback_id": self.random.choice([*_SUBMITS]), "hash": "1",
            "private_metadata": self.random.choice(VALUES),
            "state": {"values": {name: {name: entered} for name in names}},
            "blocks": [{"type": "input", "block_id": "field:text",
                        "element": {"type": "plain_text_input", "action_id": "field:text"}}],
        }  # fmt: skip

    def _click(self) -> dict[str, Any]:
        action: dict[str, Any] = {
            "action_id": self.random.choice([*_HANDLERS]), "block_id": "b",
            "value": self.random.choice(VALUES),
        }  # fmt: skip
        if self.random.random() < 0.3:
            action["selected_option"] = {"value": self.random.choice(VALUES)}
        place = {"message_ts": "1.2", "is_ephemeral": True}
        body = {**self._interaction("block_actions"), "actions": [action], "container": place, "message": {}}
        return body | ({"view": self._view()} if self.random.random() < 0.3 else {})

    def _form(self) -> dict[str, Any]:
        kind = self.random.choice(["view_submission", "view_submission", "view_closed"])
        return {**self._interaction(kind), "view": self._view()}

    def _event(self) -> dict[str, Any]:
        kind = self.random.choice(_KINDS)
        event = copy.deepcopy({"type": kind, **_EVENT.get(kind, _WRITTEN)})
        return {
            "type": "event_callback", "team_id": "T0LOCAL", "event_id": "E1", "event": event,
            "authorizations": [{"team_id": "T0LOCAL", "user_id": "U0", "is_bot": True}],
        }  # fmt: skip

    def _shortcut(self) -> dict[str, Any]:
        kind = self.random.choice(["shortcut", "message_action"])
        message = {"ts": "1.2", "text": "see <@U02BOB> in <#C9|x>", "user": "U02BOB", "files": [{}]}
        callback = self.random.choice([*SHORTCUTS])
        return {**self._interaction(kind), "callback_id": callback, "message": message}

    def _other(self) -> dict[str, Any]:
        kind = self.random.choice([*sorted(UNUSED), "url_verification", "x"])
        named = {
            "callback_id": "signoff:decide",
            "action_id": "signoff:decide",
            "submission": {},
            "value": "x",
        }
        return {**self._interaction(kind), **named, "actions": [{"name": "a", "value": "b"}]}


def _places(part: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every place in a body where something can be missing or odd."""
    entries = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for key, inner in list(entries):
        yield part, key
        yield from _places(inner)
