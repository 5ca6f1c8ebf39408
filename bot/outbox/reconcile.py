"""Looks for a message of ours whose arrival is in doubt, by the key in its metadata or its file's name."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.outbox.ports import Slack
from bot.outbox.problems import Problem
from bot.outbox.router import Unpostable
from bot.slack.web_api import SlackRefused

_MAX_CLOCK_DIFFERENCE_SECONDS = 3600.0
"""Seconds that Slack's clock and ours may differ, or that ours may have been set back meanwhile. Slack gives
the newest messages first, so looking further back costs only where there is nothing to be found."""
_MAX_PAGES = 50


def opaque(key: str) -> str:
    """Return the mark in a message's metadata. Members can read it, so it says nothing about the run."""
    return hashlib.sha256(f"signoff:{key}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a message belongs. `since`: it can't be older (seconds since the epoch).

    `name`: of the channel in the workflow file; empty in a thread or a direct message.
    """

    channel: str
    thread_ts: str | None
    since: float
    name: str = ""

    def ref(self, data: Mapping[str, Any]) -> dict[str, str]:
        """Return the reference of a message to store, from Slack's answer."""
        # A file that was shared is named by its id: Slack does not say in which message it stands.
        what = "file" if "file" in data else "ts"
        ref = {"channel": str(data["channel"]), what: str(data[what])}
        return {**ref, "thread_ts": self.thread_ts} if self.thread_ts else ref


@dataclass(frozen=True, slots=True)
class Finder:
    """Looks for one message."""

    slack: Slack
    key: str
    event_type: str

    async def find(self, destination: Destination, *, unless: str | None = None) -> str | None:
        """Return the `ts` of the message, or None. `unless`: the `ts` of another message with the key.

        Raises `Unpostable` where the bot may not look, `SlackUnreachable`.
        """
        oldest = f"{max(destination.since - _MAX_CLOCK_DIFFERENCE_SECONDS, 0):.6f}"
        arguments: dict[str, Any] = {
            "channel": destination.channel,
            "oldest": oldest,
            "limit": 200,
            "include_all_metadata": "true",
        }
        method = "conversations.history"
        if destination.thread_ts:
            method, arguments = "conversations.replies", {**arguments, "ts": destination.thread_ts}
        for _ in range(_MAX_PAGES):
            try:
                page = await self.slack.read(method, arguments)
            except SlackRefused as error:
                if error.code in ("thread_not_found", "message_not_found"):
                    return None
                raise Unpostable(Problem(error.code, "", error.rejected.needed)) from None
            for message in page.get("messages") or []:
                if self._is_it(message) and message.get("ts") != unless:
                    return str(message["ts"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return None
            arguments = {**arguments, "cursor": cursor}
        return None

    def _is_it(self, message: Mapping[str, Any]) -> bool:
        metadata = message.get("metadata") or {}
        payload = metadata.get("event_payload") or {}
        if metadata.get("event_type") == self.event_type and payload.get("key") == self.key:
            return True
        return any(self.key in str(file.get("name")) for file in message.get("files") or [])
