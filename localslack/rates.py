"""Slack's rate tiers for the methods that read: so many calls a minute of each method, then 429.

Source: docs.slack.dev/apis/web-api/rate-limits (d). Slack allows short bursts beyond a tier and does not say
how long; here a tier is a sliding minute.
"""

import math
from collections import deque
from collections.abc import Mapping

from localslack.clock import Clock
from localslack.errors import SlackError

TIER_2, TIER_3, TIER_4 = 20, 50, 100
CALLS_A_MINUTE: Mapping[str, int] = {
    "conversations.list": TIER_2,
    "usergroups.list": TIER_2,
    "usergroups.users.list": TIER_2,
    "users.list": TIER_2,
    "bots.info": TIER_3,
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
        self._calls: dict[str, deque[float]] = {}

    def count(self, method: str) -> None:
        """Raise SlackError ratelimited with Retry-After for a call beyond the method's tier."""
        most = CALLS_A_MINUTE.get(method)
        if most is None or not self._enforced:
            return
        now = self._clock.now()
        calls = self._calls.setdefault(method, deque())
        while calls and calls[0] <= now - _WINDOW:
            calls.popleft()
        if len(calls) >= most:
            wait = max(1, math.ceil(calls[0] + _WINDOW - now))
            raise SlackError("ratelimited", status=429, headers={"Retry-After": str(wait)})
        calls.append(now)
