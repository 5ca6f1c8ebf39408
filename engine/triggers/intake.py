"""The one door through which facts start runs, whatever kind of trigger observed them.

A fact has a key. The id of its run is made from the trigger and that key, so the row of the run is the proof
that the fact was taken: the same fact again, in this process or after a crash, finds that run. Where facts
are the same by a value for a time, or wait for the end of a burst, rows say which run took them; these rows
and the trigger's place are written in the transaction that creates the run.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from engine import faults
from engine.clock import Clock
from engine.compiler.compiled import Compiled
from engine.compiler.types.accepted_input import AcceptedInput, accept_input
from engine.errors import InvalidInput, NotPossible, OverlapSkipped, SignoffError
from engine.kernel import facts
from engine.model.definition.trigger_spec import FactSpec
from engine.model.people import ENGINE, Actor
from engine.model.records.change import Fired
from engine.model.records.records import RunRecord
from engine.model.values.json_safe import storable_text
from engine.store import queries
from engine.store.store import Store
from engine.store.writes.transitions import TakenBefore
from engine.triggers.elements import combined, elements_of, located, refused, together
from engine.triggers.fact import Fact, Taken
from engine.triggers.health import TriggerHealth


@dataclass(frozen=True, slots=True)
class Preview:
    """Answer to a sample: whether it passes the filter, the input of its run, and what is wrong with it."""

    passes: bool
    input: Any = None
    problems: tuple[tuple[str, str], ...] = ()
    elements: tuple["Preview", ...] = ()
    """Answers to the elements of a sample that holds a list."""


class StartRun(Protocol):
    """Starts the run of a fact, and gives it and whether it is new."""

    def __call__(
        self,
        compiled: Compiled,
        id_: str,
        values: Any,
        actor: Actor,
        fired: Fired,
        asked: tuple[Actor, ...] = (),
    ) -> Awaitable[tuple[RunRecord, bool]]: ...


class Intake:
    """Takes facts. Raises what `Engine.start` raises, and `InvalidInput` where a fact does not fit."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        find: Callable[[str], Compiled],
        start: StartRun,
        nudge: Callable[[datetime], None],
        health: TriggerHealth,
    ) -> None:
        self._store, self._clock, self._find, self._start, self._nudge = store, clock, find, start, nudge
        self._health = health

    async def take(self, workflow: str, spec: FactSpec, fact: Fact) -> Taken:
        """Start the run of a fact, once; of one that holds a list, the run of each element.

        An element that does not fit holds up no other one. Where none can be taken, its error is raised.
        After `TooMany`, the sender tries again and finds the runs of the elements before.
        """
        try:
            taken = await (self._take_each if spec.each else self._take)(workflow, spec, fact)
        except OverlapSkipped:
            await self._health.skipped(workflow, spec.key)
            raise
        states = {each.state for each in (taken, *taken.elements)}
        if not states & {"filtered", "refused"}:
            await self._health.fits(workflow, spec.key)
        if "skipped" in states:
            await self._health.skipped(workflow, spec.key)
        return taken

    async def deliver(self, workflow: str, spec: FactSpec, fact: Fact) -> Taken:
        """Take a fact whose sender gets the error. One that does not fit is recorded besides."""
        try:
            return await self.take(workflow, spec, fact)
        except InvalidInput as error:
            await self._health.refused(workflow, spec.key, storable_text(str(error)))
            raise

    async def _take_each(self, workflow: str, spec: FactSpec, fact: Fact) -> Taken:
        taken: list[Taken] = []
        errors: list[SignoffError] = []
        skips: list[OverlapSkipped] = []
        for index, element in enumerate(elements_of(workflow, spec, fact)):
            try:
                taken.append(await self._take(workflow, spec, element))
            except OverlapSkipped as problem:
                skips.append(problem)
                taken.append(Taken("skipped", problem=("", str(problem))))
            except (InvalidInput, NotPossible) as problem:
                errors.append(located(spec.each, index, problem))
                taken.append(refused(errors[-1]))
        if not {each.state for each in taken} & {"started", "waiting", "repeated"}:
            if errors:
                raise combined(errors)
            if skips:
                raise skips[0]
        for error in errors:
            await self._health.refused(workflow, spec.key, str(error))
        return together(taken)

    async def _take(self, workflow: str, spec: FactSpec, fact: Fact) -> Taken:
        if not facts.passes(workflow, spec.filter, fact.scope):
            return Taken("filtered")
        compiled = self._find(workflow)
        accepted = accept_input(compiled, facts.mapped_input(workflow, spec.input, fact.scope))
        values = accepted.values
        if (known := await self._taken_before(workflow, spec.key, fact)) is not None:
            return known
        same = facts.filled_text(workflow, "dedup", spec.dedup, fact.scope) if spec.dedup else ""
        if spec.debounce is not None:
            return await self._hold(workflow, spec, fact, same, values)
        if spec.dedup_within is not None:
            return await self._take_within(compiled, spec, fact, same, accepted)
        key = ("same", same) if spec.dedup else (fact.key,)
        now, rows = self._clock.now(), _rows(fact)
        fired = Fired(spec.key, now, fact.cursor, rows, once=fact.once, transforms=accepted.transforms)
        return await self._create(compiled, facts.run_id(workflow, spec.key, *key), values, fact, fired)

    async def _taken_before(self, workflow: str, key: str, fact: Fact) -> Taken | None:
        """Return the answer to a fact that came under another key before; None for a new one."""
        if not fact.once:
            return None
        known = await self._store.read(queries.taken_fact, workflow, key, fact.once)
        return None if known is None else Taken("repeated", known.run_id)

    async def _create(self, compiled: Compiled, id_: str, values: Any, fact: Fact, fired: Fired) -> Taken:
        try:
            run, new = await self._start(compiled, id_, values, fact.actor, fired, fact.asked)
        except TakenBefore:  # of two that came at once, this is the second
            known = await self._taken_before(compiled.definition.name, fired.key, fact)
            assert known is not None
            return known
        faults.reach("trigger.started")
        return Taken("started" if new else "repeated", run.id)

    async def _take_within(
        self, compiled: Compiled, spec: FactSpec, fact: Fact, same: str, accepted: AcceptedInput
    ) -> Taken:
        """One run for all facts of one value within a time, counted from the fact that started it."""
        workflow, now = compiled.definition.name, self._clock.now()
        own, shared = facts.fact_name("fact", fact.key), facts.fact_name("same", same)
        if (known := await self._store.read(queries.taken_fact, workflow, spec.key, own)) is not None:
            return Taken("repeated", known.run_id)
        last = await self._store.read(queries.taken_fact, workflow, spec.key, shared)
        assert spec.dedup_within is not None
        if last is not None and now - last.at < timedelta(seconds=spec.dedup_within):
            await self._store.note_facts(workflow, spec.key, [own, *_once(fact)], now, last.run_id)
            return Taken("repeated", last.run_id)
        # Of two that come at once, both name the same run: the one before it is part of the name.
        id_ = facts.run_id(workflow, spec.key, "same", same, (last.run_id if last else None) or "")
        if last is None:
            id_ = await self._after_forgotten(workflow, spec, same, id_)
        rows, transforms = (own, shared, *_rows(fact)), accepted.transforms
        fired = Fired(spec.key, now, fact.cursor, rows, once=fact.once, transforms=transforms)
        return await self._create(compiled, id_, accepted.values, fact, fired)

    async def _after_forgotten(self, workflow: str, spec: FactSpec, same: str, id_: str) -> str:
        """Return the id that comes after the runs of a value whose row was pruned, or the run that counts."""
        assert spec.dedup_within is not None
        since = self._clock.now() - timedelta(seconds=spec.dedup_within)
        while (at := await self._store.read(queries.began_at, id_)) is not None and at <= since:
            id_ = facts.run_id(workflow, spec.key, "same", same, id_)
        return id_

    async def _hold(self, workflow: str, spec: FactSpec, fact: Fact, same: str, values: Any) -> Taken:
        """Wait until no further fact has come for a while; the newest one gives the input."""
        assert spec.debounce is not None
        own, burst = facts.fact_name("fact", fact.key), facts.fact_name("burst", same)
        if (known := await self._store.read(queries.taken_fact, workflow, spec.key, own)) is not None:
            return Taken("repeated", known.run_id)
        now = self._clock.now()
        due = now + timedelta(seconds=spec.debounce)
        first = facts.run_id(workflow, spec.key, "burst", fact.key)
        id_ = await self._store.hold(workflow, spec.key, (burst, own), first, now, due, values)
        if fact.once:
            await self._store.note_facts(workflow, spec.key, _once(fact), now, id_)
        self._nudge(due)
        return Taken("waiting", id_, due)

    def preview(self, workflow: str, spec: FactSpec, scope: Mapping[str, Any]) -> Preview:
        """Tell what a fact of this scope would do, and start nothing."""
        if not spec.each:
            return self._preview(workflow, spec, scope)
        try:
            elements = elements_of(workflow, spec, Fact("", scope, ENGINE))
        except InvalidInput as error:
            return Preview(passes=True, problems=tuple(error.problems))
        previews = tuple(self._preview(workflow, spec, each.scope) for each in elements)
        return Preview(passes=any(each.passes for each in previews), elements=previews)

    def _preview(self, workflow: str, spec: FactSpec, scope: Mapping[str, Any]) -> Preview:
        try:
            if not facts.passes(workflow, spec.filter, scope):
                return Preview(passes=False)
            given = facts.mapped_input(workflow, spec.input, scope)
            return Preview(passes=True, input=accept_input(self._find(workflow), given).values)
        except InvalidInput as error:
            held_back = any(field == "filter" for field, _ in error.problems)
            return Preview(passes=not held_back, problems=tuple(error.problems))


def _once(fact: Fact) -> tuple[str, ...]:
    return (fact.once,) if fact.once else ()


def _rows(fact: Fact) -> tuple[str, ...]:
    return (fact.row,) if fact.row else ()
