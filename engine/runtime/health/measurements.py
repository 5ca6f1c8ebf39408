"""Measures workflows for their objectives. Hours that are over are counted once and kept in memory."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from engine.clock import Clock
from engine.kernel.objectives.health import first_hour
from engine.model.definition.spec import ObjectivesSpec
from engine.model.runs.measured import HOUR_SECONDS, Hour, Measured
from engine.store import queries
from engine.store.store import Store

_SETTLED = timedelta(minutes=5)
"""After this time nothing more is recorded with a moment of the hour before."""
_MAX_KEPT = 500
"""Workflows whose hours are kept."""


@dataclass(slots=True)
class _Kept:
    """Counted hours before the hour `next`, and since when the workflow failed at their end."""

    next: int
    hours: dict[int, Hour] = field(default_factory=dict)
    failing_since: datetime | None = None


class Measurements:
    """Measures one workflow at a time."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._kept: dict[tuple[str, ObjectivesSpec], _Kept] = {}
        self._lock = asyncio.Lock()

    async def of(self, workflow: str, spec: ObjectivesSpec) -> Measured:
        """Return what these objectives need."""
        now = self._clock.now()
        async with self._lock:
            kept = await self._up_to_date(workflow, spec, now)
            end = int(now.timestamp() // HOUR_SECONDS) + 1
            live = await self._store.read(
                queries.hour_counts, workflow, spec, kept.next, end, kept.failing_since
            )
            failing, waiting = await self._store.read(queries.waiting_now, workflow)
            return Measured({**kept.hours, **live.hours}, live.failing_since, failing, waiting)

    async def _up_to_date(self, workflow: str, spec: ObjectivesSpec, now: datetime) -> _Kept:
        """Return the kept hours with all hours that are over, and without those before the window."""
        first, key = first_hour(spec, now), (workflow, spec)
        over = int((now - _SETTLED).timestamp() // HOUR_SECONDS)
        kept = self._kept.get(key)
        if kept is None or kept.next > over or kept.next < first:
            kept = _Kept(min(first, over))  # also after the clock was set back
        if kept.next < over:
            counted = await self._store.read_at_length(
                queries.hour_counts, workflow, spec, kept.next, over, kept.failing_since
            )
            hours = {**kept.hours, **counted.hours}
            kept = _Kept(
                over,
                {number: hour for number, hour in hours.items() if number >= first},
                counted.failing_since,
            )
        self._keep(key, kept)
        return kept

    def _keep(self, key: tuple[str, ObjectivesSpec], kept: _Kept) -> None:
        self._kept.pop(key, None)
        self._kept[key] = kept
        if len(self._kept) > _MAX_KEPT:
            del self._kept[next(iter(self._kept))]
