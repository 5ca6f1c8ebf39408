"""Keeps the health of triggers: it outlives a restart, and people are told of its changes by events."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from engine.clock import Clock
from engine.kernel.schedules import source_health
from engine.kernel.schedules.trigger_words import describe
from engine.model.definition.trigger_spec import ObservedSpec
from engine.model.notices.trouble import NO_TROUBLE, Trouble
from engine.model.people import ENGINE
from engine.model.records.change import EventDraft
from engine.store import queries
from engine.store.store import Store
from engine.triggers.refusals import refused_event

FAILING, RESTORED, FITS = "trigger.failing", "trigger.restored", "trigger.fits"
_Changed = tuple[Trouble, list[EventDraft]]
_Change = Callable[[Trouble], _Changed]


class TriggerHealth:
    """Writes only what changes."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    async def failing(self, workflow: str, spec: ObservedSpec, problem: str) -> None:
        """The source cannot be read, or its facts wait."""
        change = partial(_failing, workflow=workflow, spec=spec, problem=problem, now=self._clock.now())
        if await self._changes(workflow, spec.key, change):
            await self._store.change_trouble(workflow, spec.key, change)

    async def reading(self, workflow: str, spec: ObservedSpec) -> None:
        """The source is read."""
        change = partial(_reading, workflow=workflow, spec=spec, now=self._clock.now())
        if await self._changes(workflow, spec.key, change):
            await self._store.change_trouble(workflow, spec.key, change)

    async def since(self, workflow: str, key: str) -> datetime | None:
        """Return since when the source starts nothing; None while it is read."""
        row = await self._store.read(queries.schedule, workflow, key)
        return row.trouble.since if row else None

    async def refused(self, workflow: str, key: str, reason: str, *, is_told: bool = False) -> None:
        """A fact starts no run because it does not fit. `is_told`: its event is written already."""
        now = self._clock.now()
        events = [] if is_told else [refused_event(workflow, key, reason, now)]
        await self._store.change_trouble(
            workflow, key, lambda before: (source_health.misfit(before, reason, now), events)
        )

    async def skipped(self, workflow: str, key: str) -> None:
        """The run of a fact is skipped because runs of the workflow overlap."""
        now = self._clock.now()
        await self._store.change_trouble(
            workflow, key, lambda before: (source_health.skipped(before, now), [])
        )

    async def fits(self, workflow: str, key: str) -> None:
        """A fact fits."""
        change = partial(_fitting, workflow=workflow, key=key, now=self._clock.now())
        if await self._changes(workflow, key, change):
            await self._store.change_trouble(workflow, key, change)

    async def _changes(self, workflow: str, key: str, change: _Change) -> bool:
        """Look first: nothing is written for a healthy trigger."""
        row = await self._store.read(queries.schedule, workflow, key)
        before = row.trouble if row else NO_TROUBLE
        return change(before)[0] != before


def _failing(before: Trouble, *, workflow: str, spec: ObservedSpec, problem: str, now: datetime) -> _Changed:
    after = source_health.failing(before, problem, now)
    if before.told or not after.told:
        return after, []
    return after, [_event(FAILING, workflow, spec, now, after.since, problem=after.problem)]


def _reading(before: Trouble, *, workflow: str, spec: ObservedSpec, now: datetime) -> _Changed:
    events = [_event(RESTORED, workflow, spec, now, before.since)] if before.told else []
    return source_health.reading(before, now), events


def _fitting(before: Trouble, *, workflow: str, key: str, now: datetime) -> _Changed:
    events = []
    if before.misfits:
        since = before.misfit_since or before.misfit_at
        data = {"workflow": workflow, "key": key, "misfits": before.misfits}
        events = [EventDraft(FITS, now, ENGINE, data={**data, "since": since and since.isoformat()})]
    return source_health.fitting(before), events


def _event(
    name: str,
    workflow: str,
    spec: ObservedSpec,
    now: datetime,
    since: datetime | None,
    **more: str,
) -> EventDraft:
    described = {"workflow": workflow, "key": spec.key, "description": describe(spec)}
    return EventDraft(name, now, ENGINE, data={**described, "since": since and since.isoformat(), **more})
