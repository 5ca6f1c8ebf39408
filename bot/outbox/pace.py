"""How fast: token buckets for what Slack takes of each method, and the pauses that it asks for.

Slack takes about one post a second in a channel and several hundred a minute in a workspace;
chat.update is Tier 3, fifty a minute (https://docs.slack.dev/apis/web-api/rate-limits/).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

_FOR_PEOPLE = 6
"""Updates of the burst kept for messages with buttons, which must not wait behind a progress display."""
_KEPT = 2000


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` at once, then `per_second`."""

    burst: float
    per_second: float


POST_IN_CHANNEL = Rate(3, 1.0)
POST_IN_WORKSPACE = Rate(20, 5.0)
UPDATE_IN_WORKSPACE = Rate(20, 50 / 60)
UPDATE_OF_PROGRESS = Rate(1, 1.0)
"""Of one message that only shows progress: faster than that nobody reads."""


class Bucket:
    """Tokens may be owed: a call that could not wait makes the next one wait longer."""

    def __init__(self, rate: Rate, now: datetime) -> None:
        self._rate, self._level, self._at = rate, rate.burst, now

    def take(self, now: datetime) -> None:
        self._level, self._at = self._now(now) - 1, now

    def ready_at(self, now: datetime, reserve: float = 0) -> datetime:
        """When one more may be taken that leaves `reserve`; `now` if at once."""
        lacking = 1 + reserve - self._now(now)
        return now if lacking <= 1e-9 else now + timedelta(seconds=lacking / self._rate.per_second)

    def full(self, now: datetime) -> bool:
        return self._now(now) >= self._rate.burst

    def set_back(self, by: timedelta) -> None:
        """The clock was: what it said when a token was last taken, it would now call earlier."""
        self._at -= by

    def _now(self, now: datetime) -> float:
        passed = (now - self._at).total_seconds()
        return min(self._level + passed * self._rate.per_second, self._rate.burst)


class Pace:
    """Of one workspace. `place`: a channel for a post, `channel:ts` for an update."""

    def __init__(self) -> None:
        self._buckets: dict[tuple[str, str], Bucket] = {}
        self._paused: dict[str, datetime] = {}
        self._newest: datetime | None = None
        """The last time that we were told."""

    def ready_at(self, method: str, place: str, now: datetime, *, progress: bool = False) -> datetime:
        """When this call may go out; `now` if at once. `progress`: nobody has to act on it."""
        self._heed_clock(now)
        moments = [now, *self._pauses(method)]
        for bucket, shared in self._of(method, place, now):
            if method == "chat.update" and not progress and not shared:
                continue
            moments.append(bucket.ready_at(now, _FOR_PEOPLE if progress and shared else 0))
        return max(moments)

    def take(self, method: str, place: str, now: datetime) -> None:
        """This call goes out now."""
        self._heed_clock(now)
        for bucket, _ in self._of(method, place, now):
            bucket.take(now)
        if len(self._buckets) > _KEPT:
            self._buckets = {key: kept for key, kept in self._buckets.items() if not kept.full(now)}

    def pause(self, method: str, until: datetime) -> None:
        """Slack wants no more calls of this method before `until`; `*`: of none."""
        self._paused[method] = max(until, self._paused.get(method, until))

    def _heed_clock(self, now: datetime) -> None:
        """A clock that was set back half an hour must not silence a channel for as long."""
        if self._newest is not None and now < self._newest:
            by = self._newest - now
            for bucket in self._buckets.values():
                bucket.set_back(by)
            self._paused = {method: until - by for method, until in self._paused.items()}
        self._newest = now

    def _pauses(self, method: str) -> Iterator[datetime]:
        for name in (method, "*"):
            if name in self._paused:
                yield self._paused[name]

    def _of(self, method: str, place: str, now: datetime) -> Iterator[tuple[Bucket, bool]]:
        if method == "chat.update":
            yield self._bucket(method, "", UPDATE_IN_WORKSPACE, now), True
            yield self._bucket(method, place, UPDATE_OF_PROGRESS, now), False
        else:
            yield self._bucket(method, "", POST_IN_WORKSPACE, now), True
            yield self._bucket(method, place, POST_IN_CHANNEL, now), False

    def _bucket(self, method: str, place: str, rate: Rate, now: datetime) -> Bucket:
        key = (method, place)
        if key not in self._buckets:
            self._buckets[key] = Bucket(rate, now)
        return self._buckets[key]
