"""A token bucket: how many acts are accepted at once and in the long run. Pure, in time that only grows."""

from dataclasses import dataclass
from datetime import timedelta

from engine.model.people import Actor

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class CallRates:
    """Limits a minute: `per_person` commands, clicks and forms in Slack, `per_token` requests over HTTP."""

    per_person: int = 120
    per_token: int = 600

    def limit(self, actor: Actor) -> int | None:
        """Return the limit of this actor; None for one that has none, as the command line."""
        return {"slack": self.per_person, "api": self.per_token}.get(actor.source)

    def refused(self, actor: Actor, seconds: int) -> str:
        """Return why nothing was done for the actor, and when to try again."""
        what = f"{self.per_token} requests of one token"
        if actor.source == "slack":
            what = f"{self.per_person} commands and clicks of one person"
        return f"Signoff accepts {what} a minute. Nothing was done. Try again in {seconds} s."


@dataclass(frozen=True, slots=True)
class TokenBucket:
    """`tokens` that were left at `at`. It fills evenly: as many a minute as it holds."""

    size: int
    tokens: float
    at: timedelta

    def filled(self, now: timedelta) -> float:
        """Return the tokens at `now`."""
        return min(float(self.size), self.tokens + self.size * max((now - self.at) / _MINUTE, 0.0))

    def wait(self, now: timedelta) -> timedelta:
        """Return the time until there is a token; zero if there is one."""
        return max(1.0 - self.filled(now), 0.0) * _MINUTE / self.size

    def taken(self, now: timedelta) -> "TokenBucket":
        """Return the bucket without the token that is taken at `now`."""
        return TokenBucket(self.size, self.filled(now) - 1.0, now)


def full_bucket(size: int, now: timedelta) -> TokenBucket:
    return TokenBucket(size, float(size), now)
