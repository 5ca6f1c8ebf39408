"""Schedules: rows that say which triggers are on and when each fires next, and the fires of the clock."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Container, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from engine import faults
from engine.clock import Clock
from engine.errors import NotPossible, SignoffError, UnknownWorkflow
from engine.kernel.schedules import cron, fires, slowdown
from engine.kernel.schedules.trigger_words import describe
from engine.model.definition.spec import Definition
from engine.model.definition.trigger_spec import (
    TIMED,
    CronSpec,
    EverySpec,
    FactSpec,
    TimeSpec,
    TriggerSpec,
    variable_of,
)
from engine.model.notices.trouble import NO_TROUBLE, Trouble
from engine.model.people import ENGINE, Actor
from engine.model.records.change import EventDraft
from engine.model.records.records import TriggerRecord
from engine.runtime.settings import EngineSettings
from engine.runtime.workflows.workflow_names import nearest
from engine.runtime.workflows.workflow_registry import WorkflowRegistry
from engine.store import queries
from engine.store.queries.schedules import ScheduleState
from engine.store.store import Store
from engine.store.work import LOCK_WAIT_SECONDS, Stale

log = logging.getLogger(__name__)
StartScheduled = Callable[[str, TimeSpec, datetime, datetime], Awaitable[None]]

FACT = "clock.ahead"
"""Name of the fact that holds how many seconds fires by elapsed time are ahead of the time of day."""
_RETRY_INTERVAL = timedelta(minutes=1)


class Schedules:
    """Keeps the rows in step with the loaded workflows, and fires them."""

    def __init__(
        self,
        store: Store,
        workflows: WorkflowRegistry,
        clock: Clock,
        settings: EngineSettings,
        start: StartScheduled,
    ) -> None:
        self._store, self._workflows, self._clock = store, workflows, clock
        self._settings, self._start = settings, start
        self._known: dict[tuple[str, str], TriggerSpec] = {}
        self._slowed: set[tuple[str, str]] = set()
        self._shown: dict[tuple[str, str], tuple[TimeSpec, datetime, datetime | None]] = {}
        """By schedule with a filter: its due moment, and its next fire that starts a run."""
        self._moving = asyncio.Lock()
        """Held from the look at outcomes until the next fire is set: a fire and a success may meet."""
        self._ahead = timedelta()
        """By how much the clock was set back: fires by elapsed time need names that never repeat."""

    async def sync(self) -> None:
        """Rows for the triggers there are; a new one fires from now on, a known one keeps its due moment."""
        self._ahead = timedelta(seconds=await self._store.fact(FACT) or 0)
        now = self._clock.now()
        stored = {(row.workflow, row.key): row for row in await self._read()}
        self._known = {(name, spec.key): spec for name, spec in self._specs()}
        self._slowed = {place for place, row in stored.items() if row.failures}
        rows = []
        for (name, key), spec in self._known.items():
            row = stored.pop((name, key), None)
            if row is not None and row.problem:  # it may have been off: it stays as it is, and does not fire
                continue
            enabled = self._enabled(name, spec, row)
            if row is None:
                if isinstance(spec, TIMED) and cron.has_passed(spec, now):
                    log.warning("%s", _passed(name, spec))
                rows.append(ScheduleState(name, key, enabled, _next_fire(spec, now), None))
            elif row.enabled != enabled or _was_gone(spec, row):
                due = _next_fire(spec, now) if enabled else row.next_fire_at
                rows.append(ScheduleState(name, key, enabled, due, None))
        for name, key in stored:
            if stored[name, key].problem:
                continue
            if self._workflows.get(name) is not None:
                await self._store.drop_schedule(name, key, _dropped(name, key, now))
            elif stored[name, key].next_fire_at is not None:
                # Nothing fires while its file is gone, and it is as it was switched when the file is back.
                rows.append(ScheduleState(name, key, stored[name, key].enabled, None, None))
        kept = [{"workflow": row.workflow, "key": row.key, "enabled": row.enabled} for row in rows]
        synced = EventDraft("schedule.synced", now, ENGINE, data={"schedules": kept})
        await self._store.put_schedules(rows, [synced])

    async def _read(self) -> list[ScheduleState]:
        return await self._store.read(queries.schedules, self._store.skip)

    async def fire(self, row: ScheduleState, now: datetime) -> None:
        """Start the due runs by the policy for missed fires, then advance the row."""
        spec = self._known.get((row.workflow, row.key))
        if not isinstance(spec, TIMED) or row.next_fire_at is None:
            dropped = _dropped(row.workflow, row.key, now)
            await self._store.drop_schedule(row.workflow, row.key, dropped)
            return
        missed = fires.missed(spec, row.next_fire_at, now)
        started = set()
        for when in missed.to_fire:
            named = when + self._ahead if cron.fires_by_elapsed_time(spec) else when
            try:
                await self._start(row.workflow, spec, when, named)
            except SignoffError as error:
                log.error("%s could not be started by its schedule %s: %s", row.workflow, row.key, error)
                if not isinstance(error, NotPossible):
                    await self._move_on(row, now + _RETRY_INTERVAL)
                    return
                continue  # a policy may deny this fire alone
            started.add(fires.run_id(row.workflow, spec, when, named))
            faults.reach("schedule.started")
        if missed.dropped:
            await self._store.append(
                EventDraft(
                    "schedule.missed",
                    now,
                    ENGINE,
                    data={"workflow": row.workflow, "key": row.key, "dropped": missed.dropped},
                )
            )
        await self._move_by_outcomes(row, spec, now, started)

    async def _move_by_outcomes(
        self, row: ScheduleState, spec: TimeSpec, now: datetime, started: Container[str] = ()
    ) -> None:
        """Advance the row to its next fire, which is later while its runs keep failing.

        Failures of runs that were `started` by this fire count at the next one, however quickly they come.
        """
        async with self._moving:
            if row.failures:  # a run may have succeeded, and moved it, since it was read
                current = await self._store.read(queries.schedule, row.workflow, row.key, self._store.skip)
                row = current or row
            await self._move_now(row, spec, now, started)

    async def _move_now(
        self, row: ScheduleState, spec: TimeSpec, now: datetime, started: Container[str]
    ) -> None:
        newest_first = await self._store.read(queries.scheduled_outcomes, row.workflow, row.key)
        outcomes = [
            (outcome, run) for outcome, run in newest_first if outcome != "failed" or run not in started
        ]
        failures = slowdown.failures_in_a_row(outcome for outcome, _ in outcomes)
        due, usual = slowdown.next_fire(spec, now, failures), cron.next_fire(spec, now)
        slowed = failures if due != usual else 0
        newest = next((run_id for outcome, run_id in outcomes if outcome), None)
        events = []
        if bool(slowed) != bool(row.failures):
            name = "schedule.slowed" if slowed else "schedule.restored"
            data = {"workflow": row.workflow, "key": row.key, "description": describe(spec), "run": newest}
            events.append(EventDraft(name, now, ENGINE, data=data | ({"failures": slowed} if slowed else {})))
        self._note_slowed(row, slowed)
        await self._move_on(replace(row, failures=slowed), due, events)

    def _note_slowed(self, row: ScheduleState, failures: int) -> None:
        if failures:
            self._slowed.add((row.workflow, row.key))
        else:
            self._slowed.discard((row.workflow, row.key))

    def is_slowed(self, workflow: str, key: str) -> bool:
        """Return whether this schedule fires less often than it says."""
        return (workflow, key) in self._slowed

    async def restore(self, workflow: str, key: str) -> datetime | None:
        """After a success, fire a slowed schedule as usual again. Return the next fire."""
        row = await self._store.read(queries.schedule, workflow, key, self._store.skip)
        spec = self._known.get((workflow, key))
        if row is None or not isinstance(spec, TIMED) or not row.failures:
            return None
        await self._move_by_outcomes(row, spec, self._clock.now())
        return cron.next_fire(spec, self._clock.now())

    async def after_jump(self, jump: timedelta) -> tuple[list[ScheduleState], timedelta]:
        """Rows for the time after a jump: intervals keep what is left of them, the others fire by the new
        time. With them, by how much the clock was set back in all; `settle` takes it over."""
        known_rows = [
            (row, spec)
            for row in await self._read()
            if not row.problem and (spec := self._known.get((row.workflow, row.key))) is not None
        ]
        rows = [replace(row, next_fire_at=self._after_jump(row, spec, jump)) for row, spec in known_rows]
        return rows, max(self._ahead - jump, timedelta())

    def settle(self, ahead: timedelta) -> None:
        self._ahead = ahead

    def _after_jump(self, row: ScheduleState, spec: TriggerSpec, jump: timedelta) -> datetime | None:
        if row.next_fire_at is None or isinstance(spec, EverySpec):
            return row.next_fire_at and row.next_fire_at + jump
        # Forward: what the new time has passed over counts as missed. Back: it fires at the earlier time.
        next_fire = _next_fire(spec, self._clock.now())
        return row.next_fire_at if next_fire is None else min(next_fire, row.next_fire_at)

    async def records(self) -> list[TriggerRecord]:
        rows = {(row.workflow, row.key): row for row in await self._read()}
        records = []
        for name, spec in self._specs():
            row = rows.get((name, spec.key))
            # Without a row it has not been served yet: what it will be then.
            enabled = row.enabled if row else self._enabled(name, spec, None)
            due = row.next_fire_at if row else _next_fire(spec, self._clock.now())
            starts = self._next_start(name, spec, due) if enabled else None
            records.append(
                TriggerRecord(
                    workflow=name,
                    key=spec.key,
                    description=describe(spec) + self._startless(spec, row, due, starts, enabled),
                    enabled=enabled,
                    next_fire_at=starts,
                    last_fire_at=row.last_fire_at if row else None,
                    failures=row.failures if row else 0,
                    trouble=self._trouble(spec, row) if enabled else NO_TROUBLE,
                    unreadable=row.problem if row else "",
                )
            )
        return records

    def _startless(
        self, spec: TriggerSpec, row: ScheduleState | None, due: datetime | None, starts: datetime | None,
        enabled: bool,
    ) -> str:  # fmt: skip
        """Return why a trigger of the clock starts nothing more; empty as a rule."""
        if enabled and due and not starts:
            return f": none of its next {fires.MAX_AHEAD} fires passes"
        if not isinstance(spec, TIMED) or row is None or row.next_fire_at or row.last_fire_at:
            return ""
        return ": it passed without a run" if cron.has_passed(spec, self._clock.now()) else ""

    def _trouble(self, spec: TriggerSpec, row: ScheduleState | None) -> Trouble:
        if (variable := variable_of(spec)) and not self._settings.variables.get(variable):
            return Trouble(f"the environment variable {variable} is not set")
        return row.trouble if row else NO_TROUBLE

    def _next_start(self, workflow: str, spec: TriggerSpec, due: datetime | None) -> datetime | None:
        """Return the next fire that starts a run, for people: the filter holds back the others."""
        if due is None or not isinstance(spec, TIMED):
            return None
        known = self._shown.get((workflow, spec.key))
        if known is None or known[0] is not spec or known[1] != due:
            known = self._shown[workflow, spec.key] = spec, due, fires.next_passing(spec, due)
        return known[2]

    async def switch(
        self, workflow: str, key: str | None, enabled: bool, actor: Actor, *, timed: bool
    ) -> tuple[list[str], datetime | None]:
        """Switch a workflow's triggers on or off; return their keys, and the next moment at which one fires.

        `timed`: only those of the clock.
        """
        specs = [spec for name, spec in self._specs() if name == workflow and key in (None, spec.key)]
        specs = [spec for spec in specs if not timed or isinstance(spec, TIMED)]
        if not specs and timed and key is None:
            raise UnknownWorkflow(f"{workflow} has no schedule.")
        if not specs:
            raise _unknown_trigger(workflow, key or "", [s.key for n, s in self._specs() if n == workflow])
        now = self._clock.now()
        rows = [ScheduleState(workflow, spec.key, enabled, _next_fire(spec, now), None) for spec in specs]
        event_type = "schedule.enabled" if enabled else "schedule.disabled"
        events = [
            EventDraft(event_type, now, actor, data={"workflow": workflow, "key": row.key}) for row in rows
        ]
        await self._store.put_schedules(rows, events, LOCK_WAIT_SECONDS)
        moments = [row.next_fire_at for row in rows if row.next_fire_at]
        return [spec.key for spec in specs], min(moments, default=None) if enabled else None

    async def _move_on(
        self, row: ScheduleState, due: datetime | None, events: Sequence[EventDraft] = ()
    ) -> None:
        try:
            await self._store.set_next_fire(replace(row, next_fire_at=due), row.next_fire_at, events)
        except Stale:
            # Somebody else moved it: what they set is as good.
            await asyncio.sleep(0)

    def cron_spec(self, definition: Definition, key: str | None) -> CronSpec:
        """Return the cron schedule of this key, or the only one. Raises `UnknownWorkflow`."""
        specs = [spec for spec in definition.triggers if isinstance(spec, CronSpec)]
        chosen = [spec for spec in specs if key in (None, spec.key)]
        if len(chosen) == 1:
            return chosen[0]
        if not specs:
            raise UnknownWorkflow(f"{definition.name} has no cron schedule, so it has no missed fires.")
        keys = ", ".join(spec.key for spec in specs)
        wrong = f"no cron schedule {key}" if key else "no single cron schedule"
        raise UnknownWorkflow(f"{definition.name} has {wrong}. There are: {keys}. Name one with --key.")

    async def enabled(self, workflow: str, spec: TriggerSpec | FactSpec) -> bool:
        """Return whether the trigger is on now."""
        row = await self._store.read(queries.schedule, workflow, spec.key, self._store.skip)
        return row.enabled if row else self._enabled(workflow, spec, None)

    def passed_moments(self) -> list[str]:
        """Return a sentence for each trigger whose one moment has passed."""
        now = self._clock.now()
        return [
            _passed(name, spec)
            for name, spec in self._specs()
            if isinstance(spec, TIMED) and spec.enabled and cron.has_passed(spec, now)
        ]

    async def unset_variables(self) -> list[str]:
        """Return a sentence for each trigger that is on and whose environment variable is not set."""
        return [
            f"{variable} is not set, so the trigger {spec.key} of {name} starts nothing. "
            "Set it in the environment of Signoff."
            for name, spec in self._specs()
            if (variable := variable_of(spec))
            and not self._settings.variables.get(variable)
            and await self.enabled(name, spec)
        ]

    def _enabled(self, workflow: str, spec: TriggerSpec | FactSpec, row: ScheduleState | None) -> bool:
        if not isinstance(spec, FactSpec):
            stored = row.enabled if row else None
            if not spec.enabled and not stored:
                return False  # also where all schedules are on, until an operator switches it on
            return self._settings.schedule_enabled(workflow, stored)
        return row.enabled if row else spec.enabled and workflow not in self._settings.quiet

    def all(self) -> list[tuple[str, TriggerSpec]]:
        """Every trigger of the loaded workflows, each with its workflow."""
        return self._specs()

    def _specs(self) -> list[tuple[str, TriggerSpec]]:
        return [
            (compiled.definition.name, spec)
            for compiled in self._workflows.all()
            for spec in compiled.definition.triggers
        ]


def _next_fire(spec: TriggerSpec, after: datetime) -> datetime | None:
    """None for a trigger that the clock does not fire."""
    return cron.next_fire(spec, after) if isinstance(spec, TIMED) else None


def _unknown_trigger(workflow: str, key: str, known: list[str]) -> UnknownWorkflow:
    if not key or not known:
        return UnknownWorkflow(f"{workflow} has no trigger.")
    close = nearest(key, known)
    hint = f"Did you mean {close}?" if close else f"There are: {', '.join(known)}."
    return UnknownWorkflow(f"{workflow} has no trigger {key[:200]}. {hint}", name=key, nearest=close)


def _passed(workflow: str, spec: TimeSpec) -> str:
    return (
        f"The moment of the trigger {spec.key} of {workflow} has passed ({describe(spec)}). It starts a run "
        f"only if it was loaded before. Choose a later moment, or start it now: signoff run {workflow}"
    )


def _was_gone(spec: TriggerSpec, row: ScheduleState) -> bool:
    """Return whether the row is of a schedule whose file is back."""
    return isinstance(spec, TIMED) and row.next_fire_at is None


def _dropped(workflow: str, key: str, now: datetime) -> EventDraft:
    return EventDraft("schedule.dropped", now, ENGINE, data={"workflow": workflow, "key": key})
