"""How many runs one person, token or trigger may start, so that no flood stops the work of others. Pure."""

from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta

from engine.model.people import Actor

WINDOW = timedelta(minutes=1)
LIMITED = frozenset({"slack", "api", "webhook"})
"""Sources of actors with a limit. Schedules have limits of their own; the command line is the operator's."""

HELD_BACK = frozenset({"query", "file"})
"""Sources whose facts can wait where they are: only their unfinished runs are limited."""

_NAMED = {"webhook": "webhook", "api": "token"}


@dataclass(frozen=True, slots=True)
class StartLimits:
    """Limits of one person or token: `per_minute` starts, and `open_runs` that have not ended."""

    per_minute: int = 60
    open_runs: int = 500

    def too_many_open(self, actor: Actor, count: int) -> str:
        """Return why the actor may start nothing until runs end; empty if the actor may."""
        if count < self.open_runs:
            return ""
        return (
            f"{_whose(actor)} {count} unfinished {_what(actor)}, and the limit is {self.open_runs}. "
            "Wait until some end, or cancel some. "
            "The operator can cancel all of them with signoff cancel --started-by."
        )

    def too_many_now(self, actor: Actor, after: timedelta) -> str:
        """Return why the actor may start nothing for the time `after`."""
        seconds = max(1, round(after.total_seconds()))
        return (
            f"{_whose(actor)} started {self.per_minute} {_what(actor)} within a minute, and more are not "
            f"accepted. Try again in {seconds} s."
        )


def _whose(actor: Actor) -> str:
    if actor.source == "slack":
        return "You have"
    return f"The {_NAMED.get(actor.source, 'trigger')} {actor.id} has"


def _what(actor: Actor) -> str:
    return "requests" if actor.source == "api" else "runs"


@dataclass(slots=True)
class RecentStarts:
    """When each person or token started runs within the last minute, by a clock that only grows."""

    per_minute: int
    _times: dict[Actor, deque[timedelta]] = field(default_factory=dict)

    def wait(self, actor: Actor, now: timedelta) -> timedelta:
        """Return the time until the actor may start another run; zero: at once."""
        recent = [time for time in self._times.get(actor, ()) if _within(time, now)]
        return WINDOW - (now - recent[-self.per_minute]) if len(recent) >= self.per_minute else timedelta()

    def count(self, actor: Actor, now: timedelta) -> None:
        """Count a run that the actor starts now."""
        for other, times in list(self._times.items()):
            while times and not _within(times[0], now):
                times.popleft()
            if not times:
                del self._times[other]
        self._times.setdefault(actor, deque()).append(now)


def _within(time: timedelta, now: timedelta) -> bool:
    """Within the last minute."""
    return now - WINDOW < time
