"""How often one person or token may call Signoff, so that no flood keeps others waiting."""

import logging
import math
from datetime import timedelta

from engine.clock import Clock
from engine.errors import SignoffError, TooMany
from engine.kernel.resources.token_bucket import CallRates, TokenBucket, full_bucket
from engine.model.people import Actor
from engine.model.records.change import EventDraft
from engine.store.store import Store

log = logging.getLogger(__name__)

WINDOW = timedelta(minutes=1)
"""A refusal is told once in this time for each person or token."""
_SWEEP = 1_000


class CallLimits:
    """Counts calls in memory, by a clock that only grows. A restart begins with full buckets."""

    def __init__(self, store: Store, clock: Clock, rates: CallRates | None) -> None:
        self._store, self._clock, self._rates = store, clock, rates
        self._buckets: dict[Actor, TokenBucket] = {}
        self._told: dict[Actor, timedelta] = {}

    async def count(self, actor: Actor) -> None:
        """Count a call that the actor makes now. Raises `TooMany`: the call has no effect then."""
        if self._rates is None or (size := self._rates.limit(actor)) is None:
            return
        caller = Actor(actor.source, actor.id)
        now = timedelta(seconds=self._clock.monotonic())
        bucket = self._buckets.get(caller) or full_bucket(size, now)
        if wait := bucket.wait(now):
            seconds = max(1, math.ceil(wait.total_seconds()))
            await self._tell(caller, size, now)
            raise TooMany(self._rates.refused(caller, seconds), seconds)
        self._buckets[caller] = bucket.taken(now)
        if len(self._buckets) > _SWEEP:
            self._forget(now)

    async def _tell(self, caller: Actor, limit: int, now: timedelta) -> None:
        """Record the first refusal of a window. A refusal stands, too, where it cannot be recorded."""
        told = self._told.get(caller)
        if told is not None and now - told < WINDOW:
            return
        self._told[caller] = now
        log.warning("%s:%s reached the limit of %d calls a minute", caller.source, caller.id, limit)
        try:
            await self._store.append(
                EventDraft("calls.limited", self._clock.now(), caller, data={"limit": limit})
            )
        except SignoffError as error:
            log.warning("and that could not be recorded: %s", error)

    def _forget(self, now: timedelta) -> None:
        """Forget callers whose buckets are full again."""
        self._buckets = {who: one for who, one in self._buckets.items() if one.filled(now) < one.size}
        self._told = {who: at for who, at in self._told.items() if now - at < WINDOW}
