"""A Slack behind the outbox's two calls, on which posts get lost before or after they took effect."""

import asyncio
import random
from collections.abc import Mapping
from typing import Any

from bot.slack.call_results import Ambiguous, CallResult, Limited, Rejected, Sent, Unreached
from bot.slack.web_api import SlackUnreachable
from engine.clock import FakeClock


class FaultySlack:
    """It outlives the bot. `healthy`: no faults any more."""

    def __init__(self, clock: FakeClock, rng: random.Random) -> None:
        self._clock, self._rng = clock, rng
        self.messages: list[dict[str, Any]] = []
        self.healthy = False

    async def _rounds(self) -> None:
        for _ in range(self._rng.randint(0, 3)):
            await asyncio.sleep(0)

    async def write(self, method: str, arguments: Mapping[str, Any]) -> CallResult:
        await self._rounds()
        fate = 1.0 if self.healthy else self._rng.random()
        if fate < 0.06:
            return Ambiguous("cut off before it arrived")
        if fate < 0.10:
            return Limited(self._rng.choice([1, 30]))
        if fate < 0.14:
            return Unreached("no way there")
        outcome = self._post(arguments) if method == "chat.postMessage" else self._update(arguments)
        await self._rounds()
        return Ambiguous("cut off after it arrived") if fate < 0.22 else outcome

    def _post(self, arguments: Mapping[str, Any]) -> CallResult:
        ts = f"{self._clock.now().timestamp():.0f}.{len(self.messages):06d}"
        self.messages.append({**arguments, "ts": ts})
        return Sent({"ok": True, "channel": arguments["channel"], "ts": ts})

    def _update(self, arguments: Mapping[str, Any]) -> CallResult:
        for message in self.messages:
            if (message["channel"], message["ts"]) == (arguments["channel"], arguments["ts"]):
                message.update(arguments)
                return Sent({"ok": True, "channel": arguments["channel"], "ts": arguments["ts"]})
        return Rejected("message_not_found")

    async def upload(self, url: str, content: bytes) -> CallResult:
        return Sent({})

    async def read(
        self, method: str, arguments: Mapping[str, Any] | None = None, *, tries: int = 3
    ) -> Mapping[str, Any]:
        await self._rounds()
        if not self.healthy and self._rng.random() < 0.05:
            raise SlackUnreachable("no way there")
        arguments = arguments or {}
        if method in ("conversations.list", "users.conversations"):
            channel = {"id": "C01WORK", "name": "work", "is_member": True, "is_archived": False}
            return {"channels": [channel]}
        if method == "conversations.open":
            return {"channel": {"id": f"D{arguments['users']}"}}
        thread = arguments.get("ts")
        return {
            "messages": [
                message
                for message in self.messages
                if message["channel"] == arguments["channel"]
                and message.get("thread_ts") == thread
                and float(message["ts"]) >= float(arguments["oldest"])
            ]
        }
