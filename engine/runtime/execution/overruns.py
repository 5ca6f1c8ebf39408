"""Overruns: attempts that nothing can stop, their age, and whether they hold every slot."""

from datetime import timedelta

from engine.clock import Clock
from engine.model.values.durations import spoken_duration
from engine.runtime.process.activity import Activity
from engine.runtime.runs.slots import Slots

Key = tuple[str, str, int]
"""Run, step, attempt."""

UNSTOPPABLE = "a plain function cannot be stopped, and it is not tried again until it has ended"
DEAF = "it ignores being cancelled, and it is not tried again until it has ended"
_MAX_NAMED = 5
_STALL_LIMIT = timedelta(minutes=1)


class Overruns:
    """Executing attempts, and those among them that should have ended."""

    def __init__(self, clock: Clock, slots: Slots, activity: Activity) -> None:
        self._clock, self._slots, self._activity = clock, slots, activity
        self._began: dict[Key, float] = {}
        self._overrun: dict[Key, str] = {}

    def __contains__(self, key: Key) -> bool:
        return key in self._overrun

    def begin(self, key: Key) -> float:
        """Note the start of an attempt, in monotonic time."""
        began = self._began[key] = self._clock.monotonic()
        return began

    def age(self, key: Key) -> float:
        """Return the seconds for which an attempt has executed; zero for one that has not begun."""
        now = self._clock.monotonic()
        return now - self._began.get(key, now)

    def executes(self, key: Key) -> bool:
        return key in self._began

    def mark(self, key: Key, why: str) -> None:
        """Note that an attempt should have ended. A clean shutdown and the tests no longer wait for it."""
        if key in self._began and key not in self._overrun:
            self._overrun[key] = why
            self._activity.leave()

    def end(self, key: Key) -> None:
        self._began.pop(key, None)
        if key in self._overrun:
            del self._overrun[key]
            self._activity.enter()

    def texts(self) -> list[str]:
        """Return one sentence for each attempt that nothing can stop."""
        return [
            f"{step} of {run_id}, begun {self._age(self._began[run_id, step, number])} ago: {why}"
            for (run_id, step, number), why in self._overrun.items()
        ]

    def stalled(self) -> str:
        """Return why no step can start, if no slot became free for a minute; usually empty."""
        if self._slots.free or not self._slots.awaited or not self._began:
            return ""
        newest = max(self._began.values())
        if self._clock.monotonic() - newest < _STALL_LIMIT.total_seconds():
            return ""
        oldest = sorted(self._began.items(), key=lambda item: item[1])
        named = "; ".join(
            f"{step} of {run_id}, begun {self._age(began)} ago"
            for (run_id, step, _), began in oldest[:_MAX_NAMED]
        )
        unstoppable = f"; {len(self._overrun)} of them cannot be stopped" if self._overrun else ""
        slots = "the only slot has" if self._slots.size == 1 else f"all {self._slots.size} slots have"
        return (
            f"{slots} been taken for {self._age(newest)}, "
            f"so no other step can start{unstoppable}. "
            f"The oldest {'are ' if len(oldest) > 1 else 'is '}{named}. "
            "Restart Signoff to end them, and give the calls in them timeouts."
        )

    def _age(self, since: float) -> str:
        return spoken_duration(self._clock.monotonic() - since)
