"""How long sources of schedules have failed: a short failure must not change who is asked."""

from datetime import timedelta

from engine import Clock

LASTING = timedelta(minutes=5)
"""An error that has lasted for so long counts as nobody on call."""
_APART = timedelta(minutes=3)
"""Failures that are further apart are two: nobody knows what was between them."""


class FailureTimes:
    """The first and the last moment of each failure, by the name of a schedule."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failing: dict[str, tuple[float, float]] = {}

    def lasts(self, name: str) -> bool:
        """Note that a source has failed now, and return whether it has failed for long."""
        now = self._clock.monotonic()
        first, last = self._failing.get(name, (now, now))
        if now - last > _APART.total_seconds():
            first = now
        self._failing[name] = (first, now)
        return now - first >= LASTING.total_seconds()

    def ended(self, name: str) -> None:
        """Note that a source has answered."""
        self._failing.pop(name, None)
