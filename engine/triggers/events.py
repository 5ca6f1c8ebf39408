"""Triggers of internal events: one workflow starts when another one's run ended, failed, or asked people.

A consumer of the event log. Each trigger has its own place in it; the place and the run that an event starts
are one transaction. A run that was started so names the run before it, and no workflow starts a second time
in one such chain: a handler that would start itself, directly or through others, is refused.
"""

import asyncio
import logging
from contextlib import suppress
from datetime import timedelta
from typing import Any

from engine.clock import Clock
from engine.errors import Altered, AlteredRun, NotPossible, StoreBroken
from engine.model.definition.trigger_spec import EventSpec
from engine.model.people import Actor
from engine.model.records.records import EventRecord
from engine.store import queries
from engine.store.queries.schedules import ScheduleState
from engine.store.store import Store
from engine.triggers.door import Door
from engine.triggers.fact import Fact

log = logging.getLogger(__name__)

_PAGE_SIZE = 500
_RETRY_INTERVAL = timedelta(seconds=5)
_Key = tuple[str, str]
_WRONG_PLACE = (
    "How far the trigger {} of {} has read the log (schedule.cursor) was changed by another program: it "
    "is not a place in the log, so the trigger starts nothing. Restore a backup: signoff db restore BACKUP."
)


def _is_place(cursor: str | None, newest: int) -> bool:
    """Return whether a cursor is one that this trigger left: beyond the end of the log nothing would come."""
    return cursor is None or (cursor.isascii() and cursor.isdecimal() and int(cursor[:20]) <= newest)


class EventTriggers:
    """`notice` when the log grew; between two it costs nothing."""

    def __init__(self, store: Store, clock: Clock, door: Door) -> None:
        self._store, self._clock, self._door = store, clock, door
        self._specs: dict[_Key, EventSpec] = {}
        self._places: dict[_Key, int] = {}
        """The newest event that each trigger has looked at."""
        self._woken = asyncio.Event()
        self._busy = False
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Go on from where each trigger was; a new one begins with the events to come."""
        self._places = {}
        self._specs = {
            (workflow, spec.key): spec
            for workflow, spec in self._door.triggers()
            if isinstance(spec, EventSpec)
        }
        if not self._specs:
            return
        newest = await self._store.read(queries.last_event)
        rows = await self._store.read(queries.schedules, self._store.skip)
        stored = {(row.workflow, row.key): row.cursor for row in rows if not row.problem}
        for row in rows:
            if row.problem or not _is_place(row.cursor, newest):
                self._leave_alone(row)
        if not self._specs:
            return
        for key in self._specs:
            cursor = stored.get(key)
            self._places[key] = newest if cursor is None else int(cursor)
            if cursor is None:
                await self._store.set_cursor(*key, str(newest))
        self._task = asyncio.create_task(self._main(), name="signoff-event-triggers")
        self.notice()

    def _leave_alone(self, row: ScheduleState) -> None:
        """Start nothing where the place of a trigger in the log cannot be read."""
        if self._specs.pop((row.workflow, row.key), None) is not None and not row.problem:
            subject = f"schedule.{row.workflow} {row.key}"
            self._store.on_altered(Altered(_WRONG_PLACE.format(row.key, row.workflow), subject))

    def notice(self) -> None:
        """The log grew."""
        if self._task is None:
            return
        if not self._busy:
            self._busy = True
            self._door.activity.enter()
        self._woken.set()

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None
            self._rest()

    def _rest(self) -> None:
        if self._busy:
            self._busy = False
            self._door.activity.leave()

    async def _main(self) -> None:
        while True:
            await self._woken.wait()
            self._woken.clear()
            try:
                await self._look()
            except StoreBroken:
                log.exception("the triggers of events have stopped")
                self._task = None
                self._rest()
                return
            except Exception:
                log.exception("the triggers of events look again shortly")
                self._woken.set()
                with self._door.activity.parked():
                    await self._clock.sleep(_RETRY_INTERVAL)
                continue
            if not self._woken.is_set():
                self._rest()

    async def _look(self) -> None:
        position = min(self._places.values())
        while page := await self._store.read(queries.events, position, _PAGE_SIZE, self._store.skip):
            for event in page:
                for key, spec in self._specs.items():
                    if self._places[key] < event.seq and _concerns(key[0], spec, event):
                        await self._observe(key, spec, event)
            position = page[-1].seq
            for key, place in self._places.items():
                self._places[key] = max(place, position)
            if len(page) == _PAGE_SIZE:  # a restart need not read these again
                for key in self._specs:
                    await self._store.set_cursor(*key, str(position))

    async def _observe(self, key: _Key, spec: EventSpec, event: EventRecord) -> None:
        """Take an event, once."""
        workflow = key[0]
        noted = await self._door.enabled(workflow, spec) and await self._take(workflow, spec, event)
        if not noted:
            await self._store.set_cursor(*key, str(event.seq))
        self._places[key] = event.seq

    async def _take(self, workflow: str, spec: EventSpec, event: EventRecord) -> bool:
        """Return whether the place was written with the run that the event started."""
        try:
            fact = await self._fact(workflow, event)
        except (AlteredRun, NotPossible) as error:
            await self._door.refuse(workflow, spec, error)
            return False
        return fact is not None and await self._door.observe(workflow, spec, fact)

    async def _fact(self, workflow: str, event: EventRecord) -> Fact | None:
        """None where the run is gone. Raises `NotPossible` for a chain that comes back to the workflow."""
        assert event.run_id is not None
        snapshot = await self._store.proven(event.run_id)
        if snapshot is None:
            return None
        await self._refuse_loop(workflow, event.run_id)
        scope = {
            "event": {
                "type": event.type,
                "at": event.at.isoformat(),
                "step": event.step,
                "request": event.request_id,
                "data": dict(event.data),
            },
            "run": {
                "id": snapshot.run.id,
                "workflow": snapshot.run.workflow,
                "state": snapshot.run.state,
                "reason": snapshot.run.reason,
                "input": snapshot.run.input,
            },
            "steps": {
                name: step.output for name, step in snapshot.steps.items() if step.state == "succeeded"
            },
        }
        key = f"{event.run_id}:{event.type}:{event.seq}"
        asked = await self._door.requesters_of(event.run_id)
        return Fact(key, scope, Actor("event", event.run_id), str(event.seq), asked=asked)

    async def _refuse_loop(self, workflow: str, run_id: str) -> None:
        before: str | None = run_id
        while before is not None:
            run: Any = await self._store.read(queries.run, before)
            if run is None:
                return
            if run.workflow == workflow:
                raise NotPossible(
                    f"The run {run.id} of {workflow} is earlier in the same chain of triggers, so starting "
                    f"{workflow} again could go on forever. Start it by another trigger."
                )
            before = run.actor.id if run.actor.source == "event" else None


def _concerns(workflow: str, spec: EventSpec, event: EventRecord) -> bool:
    """A workflow never hears of its own runs."""
    if event.type not in spec.events or event.run_id is None or event.workflow == workflow:
        return False
    return not spec.workflow or event.workflow == spec.workflow
