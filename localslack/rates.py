"""Slack's rate limits: so many calls a minute of each method, then 429. Posts are counted by channel.

Source: docs.slack.dev/apis/web-api/rate-limits (d). Slack allows short bursts beyond a limit and does not say
how long; here a limit is a sliding minute.
"""

import math
from collections import Counter, deque
from collections.abc import Mapping

from localslack.clock import Clock
from localslack.errors import SlackError
from localslack.workspace.records import Json

TIER_2, TIER_3, TIER_4 = 20, 50, 100
_POSTS = "chat.postMessage"
CALLS_A_MINUTE: Mapping[str, int] = {
    "conversations.list": TIER_2,
    "usergroups.list": TIER_2,
    "usergroups.users.list": TIER_2,
    "users.list": TIER_2,
    "bots.info": TIER_3,
    _POSTS: 60,
    "chat.unfurl": TIER_3,
    "chat.update": TIER_3,
    "conversations.history": TIER_3,
    "conversations.info": TIER_3,
    "conversations.replies": TIER_3,
    "team.info": TIER_3,
    "users.conversations": TIER_3,
    "users.lookupByEmail": TIER_3,
    "conversations.members": TIER_4,
    "files.info": TIER_4,
    "users.info": TIER_4,
}
_WINDOW = 60.0


class Rates:
    """Counts the calls of each method. `enforced`: a call beyond its tier is refused."""

    def __init__(self, clock: Clock, enforced: bool) -> None:
        self._clock, self._enforced = clock, enforced
        self._calls: dict[tuple[str, str], deque[float]] = {}
        self._refused: Counter[str] = Counter()

    def count(self, method: str, channel: str = "") -> None:
        """Raise SlackError ratelimited with Retry-After for a call beyond the method's limit."""
        most = CALLS_A_MINUTE.get(method)
        if most is None:
            return
        now = self._clock.now()
        calls = self._within_a_minute(method, channel if method == _POSTS else "")
        if len(calls) >= most and self._enforced:
            self._refused[method] += 1
            wait = max(1, math.ceil(calls[0] + _WINDOW - now))
            raise SlackError("ratelimited", status=429, headers={"Retry-After": str(wait)})
        calls.append(now)

    def _within_a_minute(self, method: str, channel: str) -> deque[float]:
        calls, earliest = self._calls.setdefault((method, channel), deque()), self._clock.now() - _WINDOW
        while calls and calls[0] <= earliest:
            calls.popleft()
        return calls

    def read(self) -> Json:
        """Return each method that was called: the calls of the last minute, its limit, and the refusals.

        The calls of chat.postMessage are those of the channel with the most.
        """
        calls: Counter[str] = Counter()
        for method, channel in self._calls:
            calls[method] = max(calls[method], len(self._within_a_minute(method, channel)))
        methods = [
            {
                "method": method,
                "calls": calls[method],
                "most": CALLS_A_MINUTE[method],
                "refused": self._refused[method],
            }
            for method in sorted(calls)
        ]
        return {"enforced": self._enforced, "methods": methods}
