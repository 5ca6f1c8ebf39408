"""The time of day that transitions are recorded with."""

from datetime import datetime, timedelta

from engine.clock import Clock

MIN_JUMP = timedelta(seconds=5)
"""A smaller difference comes from time servers, which adjust the clock little by little."""
_MIN_JUMP_SECONDS = MIN_JUMP.total_seconds()


class SteadyTime:
    """Follows a jump of the time of day only when all rows do.

    Otherwise a deadline that is written in between would be moved by a jump that it already includes.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.base: datetime | None = None
        """The time of day when the monotonic clock read zero; None before the first check for a jump."""

    def now(self) -> datetime:
        """Return the time of day that the rows go by."""
        now = self._clock.now()
        if self.base is None:
            return now
        passed = self._clock.monotonic()
        jumped = abs((now - self.base).total_seconds() - passed) >= _MIN_JUMP_SECONDS
        return self.base + timedelta(seconds=passed) if jumped else now
