"""How fast: token buckets for what Slack takes of each method, and the pauses that it asks for.

Slack takes about one post a second in a channel and several hundred a minute in a workspace;
chat.update is Tier 3, fifty a minute (https://docs.slack.dev/apis/web-api/rate-limits/). A burst and what is
refilled in a minute stay below that together: a refused call of a method stops all its calls for a while.
"""

from collections.abc import Iterator
from dataclasses import dataclass

_FOR_PEOPLE = 6
"""Updates of the burst kept for messages with buttons, which must not wait behind a progress display."""
_MAX_KEPT = 2000
_MIN_SLEEP_SECONDS = 0.0001
"""Seconds. No clock is asked to sleep for less."""


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` at once, then `per_second`."""

    burst: float
    per_second: float


POST_IN_CHANNEL = Rate(3, 55 / 60)
POST_IN_WORKSPACE = Rate(20, 5.0)
UPDATE_IN_WORKSPACE = Rate(12, 36 / 60)
UPDATE_OF_PROGRESS = Rate(1, 1.0)
"""Of one message that only shows progress: faster than that nobody reads."""


class Bucket:
    """Tokens may be owed: a call that could not wait makes the next one wait longer."""

    def __init__(self, rate: Rate, now: float) -> None:
        self._rate, self._level, self._at = rate, rate.burst, now

    def take(self, now: float) -> None:
        self._level, self._at = self._now(now) - 1, now

    def wait(self, now: float, reserve: float = 0) -> float:
        """Seconds until one more may be taken that leaves `reserve`."""
        return max(0.0, 1 + reserve - self._now(now)) / self._rate.per_second

    def full(self, now: float) -> bool:
        return self._now(now) >= self._rate.burst

    def _now(self, now: float) -> float:
        return min(self._level + (now - self._at) * self._rate.per_second, self._rate.burst)


class Pace:
    """Of one workspace. `place`: a channel for a post, `channel:ts` for an update.

    `now`: seconds of the monotonic clock, so that a jump of the time of day changes nothing.
    """

    def __init__(self) -> None:
        self._buckets: dict[tuple[str, str], Bucket] = {}
        self._paused: dict[str, float] = {}

    def wait(self, method: str, where: str, now: float, *, progress: bool = False) -> float:
        """Seconds until this call may go out; 0 if at once. `progress`: nobody has to act on it."""
        waits = [until - now for until in self._pauses(method)]
        for bucket, shared in self._of(method, where, now):
            if method == "chat.update" and not progress and not shared:
                continue
            waits.append(bucket.wait(now, _FOR_PEOPLE if progress and shared else 0))
        longest = max(waits, default=0.0)
        return longest if longest > _MIN_SLEEP_SECONDS else 0.0

    def take(self, method: str, where: str, now: float) -> None:
        """This call goes out now."""
        for bucket, _ in self._of(method, where, now):
            bucket.take(now)
        if len(self._buckets) > _MAX_KEPT:
            self._buckets = {key: kept for key, kept in self._buckets.items() if not kept.full(now)}

    def pause(self, method: str, until: float) -> None:
        """Slack wants no more calls of this method before `until`; `*`: of none."""
        self._paused[method] = max(until, self._paused.get(method, until))

    def _pauses(self, method: str) -> Iterator[float]:
        for name in (method, "*"):
            if name in self._paused:
                yield self._paused[name]

    def _of(self, method: str, where: str, now: float) -> Iterator[tuple[Bucket, bool]]:
        if method == "chat.update":
            yield self._bucket(method, "", UPDATE_IN_WORKSPACE, now), True
            yield self._bucket(method, where, UPDATE_OF_PROGRESS, now), False
        else:
            yield self._bucket(method, "", POST_IN_WORKSPACE, now), True
            yield self._bucket(method, where, POST_IN_CHANNEL, now), False

    def _bucket(self, method: str, where: str, rate: Rate, now: float) -> Bucket:
        key = (method, where)
        if key not in self._buckets:
            self._buckets[key] = Bucket(rate, now)
        return self._buckets[key]
