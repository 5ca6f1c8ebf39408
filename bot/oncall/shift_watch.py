"""Notices changes of shift, so that an open request that nobody can answer any more goes to its owner."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from bot.oncall.schedules import OnCall, OnCallFailed
from engine import Clock

WATCH_INTERVAL = timedelta(minutes=1)


class ShiftWatch:
    """Asks for the schedules that were needed since the start. `changed`: called after a change of shift."""

    def __init__(self, on_call: OnCall, clock: Clock, changed: Callable[[], None]) -> None:
        self._on_call, self._clock, self._changed = on_call, clock, changed
        self._shifts: dict[str, frozenset[str]] = {}

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            await self._clock.sleep(WATCH_INTERVAL)
            await self.look()

    async def look(self) -> None:
        """Compare each shift with the one before. A source that has failed for long has nobody on call."""
        names = sorted(self._on_call.asked)
        found = zip(names, await asyncio.gather(*map(self._shift, names)), strict=True)
        shifts = {name: shift for name, shift in found if shift is not None}
        known, self._shifts = self._shifts, shifts
        if any(shift != known.get(name, shift if shift else None) for name, shift in shifts.items()):
            self._changed()

    async def _shift(self, name: str) -> frozenset[str] | None:
        """Return who is on call; None: it is unknown, and was never known."""
        try:
            return frozenset(await self._on_call.now(name))
        except OnCallFailed:
            return frozenset() if self._on_call.failures.lasts(name) else self._shifts.get(name)
