"""Direct messages to the operator about the bot itself. They need no database: it may be what is broken."""

import logging
from collections.abc import Mapping
from typing import Any, Protocol

from bot.slack.call_results import Ambiguous, CallResult, Rejected, Sent
from bot.slack.errors import TOKEN
from bot.slack.scopes import scope_problem

log = logging.getLogger(__name__)

_MAX_KEPT = 20


class SlackWriter(Protocol):
    """Slack's Web API."""

    async def write(self, method: str, arguments: Mapping[str, Any]) -> CallResult: ...


class Operator:
    """Tells the operator, and keeps what cannot be sent yet. `user_id`: None where nobody was named."""

    def __init__(self, slack: SlackWriter, user_id: str | None) -> None:
        self._slack, self._user_id = slack, user_id
        self._channel: str | None = None
        self._kept: dict[str, str] = {}

    async def check(self) -> None:
        """At the start: say in the log when the operator can never be told anything."""
        if self._user_id is not None and self._channel is None:
            await self._open()

    async def tell(self, topic: str, text: str) -> None:
        """Send `text` (mrkdwn) now, or later in the place of what is kept under `topic`."""
        if self._user_id is None:
            return
        self._kept.pop(topic, None)
        self._kept[topic] = text
        while len(self._kept) > _MAX_KEPT:
            self._kept.pop(next(iter(self._kept)))
        await self.send_kept()

    def withdraw(self, topic: str) -> bool:
        """Take back what was not sent yet; False if it was sent, or never told."""
        return self._kept.pop(topic, None) is not None

    async def send_kept(self) -> None:
        """Try again to send what could not be sent."""
        for topic, text in list(self._kept.items()):
            if self._channel is None and not await self._open():
                return
            outcome = await self._slack.write("chat.postMessage", {"channel": self._channel, "text": text})
            if not self._settled(outcome):
                return
            self._kept.pop(topic, None)

    async def _open(self) -> bool:
        outcome = await self._slack.write("conversations.open", {"users": self._user_id})
        if isinstance(outcome, Sent):
            self._channel = str(outcome.data["channel"]["id"])
            return True
        if isinstance(outcome, Rejected) and self._settled(outcome):
            self._kept.clear()
        return False

    def _settled(self, outcome: CallResult) -> bool:
        """Is trying again useless? A post that may have arrived is not repeated."""
        match outcome:
            case Sent() | Ambiguous():
                return True
            case Rejected() if outcome.code not in TOKEN:
                log.error("SIGNOFF_OPERATOR is %s, who cannot be told anything: %s", *self._why(outcome))
                return True
        return False

    def _why(self, refused: Rejected) -> tuple[str | None, str]:
        if refused.code == "missing_scope":
            return self._user_id, scope_problem(refused.needed)
        return self._user_id, (
            f"Slack refuses a direct message to that user ({refused.code}). "
            "Set it to the member id of a person in this workspace (in Slack: profile, ⋮, Copy member ID)."
        )
