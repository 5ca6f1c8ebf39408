"""Admission: creates runs for people and schedules, and queues runs beyond a workflow's limit."""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from pydantic import BaseModel

from engine.clock import Clock
from engine.compiler.compiled import Compiled
from engine.compiler.types.accepted_input import accept_input
from engine.compiler.types.inputs import check_input
from engine.errors import (
    AlteredRun,
    InvalidInput,
    NotPossible,
    OverlapSkipped,
    PolicyDenied,
    TooMany,
    UnknownRun,
)
from engine.kernel import run_transitions
from engine.kernel.facts import filled_text
from engine.kernel.requests.requesters import check_number, people_among, requesters_of
from engine.kernel.requests.revision import revised_run
from engine.kernel.resources.queue import MAX_PRIORITY
from engine.kernel.roles import is_private
from engine.kernel.schedules import cron, fires
from engine.kernel.schedules.start_limits import HELD_BACK, LIMITED, RecentStarts, StartLimits
from engine.kernel.transition import Transition
from engine.model.definition.spec import Definition
from engine.model.definition.trigger_spec import CronSpec, TimeSpec
from engine.model.people import ENGINE, Actor
from engine.model.records.change import Change, EventDraft, Fired
from engine.model.records.records import CHILD, RunRecord
from engine.model.runs.transform import InputTransform
from engine.model.states import IllegalTransition
from engine.model.text.template import short_repr
from engine.model.values.ids import run_id, trace_id
from engine.model.values.json_safe import text_problem
from engine.model.values.sizes import is_large
from engine.runtime.access.authorization import Authorization
from engine.runtime.policies import Policies
from engine.runtime.process.activity import Activity
from engine.runtime.process.executing import INCOMING_SPAN, INCOMING_TRACE
from engine.runtime.runs.live_runs import Build, LiveRuns
from engine.runtime.runs.pauses import Pauses
from engine.runtime.workflows.definition_cache import DefinitionCache
from engine.runtime.workflows.workflow_registry import WorkflowRegistry
from engine.store import queries
from engine.store.store import Store
from engine.store.writes.transitions import Exists, Full

log = logging.getLogger(__name__)

_FIRES_AT_ONCE = 50
_MAX_DENIED = 100
"""Fires of one backfill that a policy denies. Each is an event of the log."""
"""Fires that are looked at before others have their turn."""
_MAX_NAME_LENGTH = 500
"""Characters of a key or a channel. The id of a run has the key, and an index takes 2,704 bytes."""
FirstTransition = Callable[[Transition, bool], Change]
"""Makes the first transition of a run. The second argument: it starts at once, and does not wait its turn."""


class Backfill(NamedTuple):
    """The runs of past dates that one command started."""

    started: int
    known: int
    """Fires that had a run already."""
    more: bool
    """True: the range has further fires."""
    denied: int = 0
    """Fires that a policy denied."""
    why: str = ""
    """Reason of the last denial; empty for none."""


class Admission:
    """Creates runs. Raises the errors of `Engine.start`."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        workflows: WorkflowRegistry,
        definitions: DefinitionCache,
        runs: LiveRuns,
        authorization: Authorization,
        activity: Activity,
        pauses: Pauses,
        policies: Policies,
        limits: StartLimits | None = None,
    ) -> None:
        self._store, self._clock, self._workflows, self._definitions = store, clock, workflows, definitions
        self._pauses, self._policies, self._counting = pauses, policies, asyncio.Lock()
        self._runs, self._authorization, self._activity = runs, authorization, activity
        self._limits, self._starts = limits, RecentStarts(limits.per_minute if limits else 0)
        self._stored: set[tuple[str, str]] = set()
        self._admitting: set[asyncio.Task[None]] = set()
        self.load_candidates: Callable[[], Awaitable[None]]
        """Loads the candidates of canaries, once. Without them no run is created."""

    async def start(
        self,
        workflow: str,
        input: Mapping[str, Any] | BaseModel | None,
        actor: Actor,
        channel: str | None,
        key: str | None,
        priority: int | None = None,
    ) -> RunRecord:
        compiled = self._workflows.find(workflow)
        name = compiled.definition.name
        if channel:
            _require_text("channel", channel)
        await self._authorization.may_run(actor, compiled.definition)
        if priority is not None:
            check_priority(priority)
            await self._authorization.may_operate(actor, compiled.definition, f"set the priority of {name}")
        if is_large(input):
            accepted = await asyncio.to_thread(accept_input, compiled, input)
        else:
            accepted = accept_input(compiled, input)
        values = accepted.values
        if compiled.definition.gate and (revised := revised_run(values, compiled.definition)):
            await self._check_revised(compiled.definition, revised, actor)
        id_ = await self._admitted_id(name, key, actor)
        create = partial(self._create, transforms=accepted.transforms)
        run, _ = await create(compiled, id_, values, actor, "manual", channel, None, priority=priority)
        return run

    async def _check_revised(self, definition: Definition, revised: str, actor: Actor) -> None:
        """Raise `InvalidInput` where nobody requested changes of this actor's request at this gate."""
        run = await self._store.read(queries.run, revised)
        asker = (run.workflow, run.actor.source, run.actor.id) if run else None
        if run is None or asker != (definition.name, actor.source, actor.id):
            problem = f"you have no request with the id {revised!r:.90} at {definition.name}."
        elif await self._store.read(queries.sent_back, revised) is None:
            problem = f"nobody requested changes of {revised}. Leave revises out to ask a new question."
        else:
            return
        raise InvalidInput(definition.name, [("revises", problem)])

    async def fork(
        self,
        origin: RunRecord,
        values: Mapping[str, Any],
        trigger: str,
        actor: Actor,
        channel: str | None,
        first: Callable[[Compiled], FirstTransition],
        key: str | None = None,
    ) -> RunRecord:
        """Start a run that names another one as its origin. `first`: makes its first transition."""
        compiled = await self.forkable(origin, actor)
        name = compiled.definition.name
        accepted = accept_input(compiled, values)
        id_ = await self._admitted_id(name, key, actor)
        asked = await self.requesters_of(origin.id)
        values, create = accepted.values, partial(self._create, transforms=accepted.transforms)
        run, _ = await create(
            compiled, id_, values, actor, trigger, channel, None, first(compiled), asked=asked
        )
        return run

    async def forkable(self, origin: RunRecord, actor: Actor) -> Compiled:
        """Return the workflow of a run that this actor may fork. Raises `NotAllowed`."""
        compiled = self._workflows.find(origin.workflow)
        await self._authorization.may_run(actor, compiled.definition)
        return compiled

    async def requesters_of(self, run_id: str) -> tuple[Actor, ...]:
        """Return everybody whose input a run carries. Raises `UnknownRun` and `AlteredRun`."""
        live = await self._runs.settled(run_id)  # a run with many child runs is not read for each
        found = live or await self._store.proven(run_id)
        if found is None:
            raise UnknownRun(f"There is no run {run_id}.")
        asked = requesters_of(found.run, found.signals.values())
        # A run of an earlier release does not name the others, but the run that it came from.
        while found is not None and await self._store.read(queries.names_no_requesters, found.run.id):
            found = await self._store.proven(found.run.source)
            if found is not None:
                asked += requesters_of(found.run, found.signals.values())
        return people_among(asked)

    async def start_scheduled(
        self,
        workflow: str,
        spec: TimeSpec,
        when: datetime,
        named: datetime,
        asked: tuple[Actor, ...] = (),
    ) -> None:
        """The run of this fire, once. `named`: the moment in its id, unlike `when` never the same twice.

        `asked`: the person who wants a fire of the past.
        """
        compiled = self._workflows.find(workflow)
        values = check_input(compiled, fires.input_of(spec, when))
        id_ = fires.run_id(workflow, spec, when, named)
        actor = Actor("schedule", spec.key)
        fired = Fired(spec.key, when)
        await self._create(compiled, id_, values, actor, spec.key, None, fired, asked=asked)

    async def backfill(
        self, workflow: str, spec: CronSpec, start: datetime, end: datetime, most: int, actor: Actor
    ) -> Backfill:
        """Start the runs of the fires in a range of time, oldest first, and at most `most` new ones.

        It leaves out fires that a policy denies. After a hundred of them it ends. `actor`: the person who
        wants them.
        """
        started = known = denied = 0
        why = ""
        fires_in_order = cron.following_fires(spec, start - timedelta(microseconds=1))
        for number, when in enumerate(fires_in_order):
            if when > end:
                break
            if number % _FIRES_AT_ONCE == 0:  # a filter may let few of a million fires through
                await asyncio.sleep(0)
            if not fires.passes(spec, when):
                continue
            if started == most or denied == _MAX_DENIED:
                return Backfill(started, known, True, denied, why)
            if await self._taken(fires.run_id(workflow, spec, when, when)):
                known += 1
                continue
            try:
                await self.start_scheduled(workflow, spec, when, when, (actor,))
            except PolicyDenied as denial:
                denied, why = denied + 1, str(denial)
            else:
                started += 1
        return Backfill(started, known, False, denied, why)

    async def _taken(self, run_id: str) -> bool:
        if await self._store.read(queries.run, run_id) is not None:
            return True
        return await self._store.read(queries.tombstone, run_id) is not None

    async def start_by_fact(
        self,
        compiled: Compiled,
        id_: str,
        values: Any,
        actor: Actor,
        fired: Fired,
        asked: tuple[Actor, ...] = (),
    ) -> tuple[RunRecord, bool]:
        """The run that a trigger starts at a fact, and whether it is new.

        `asked`: the people whose input the fact carries.
        """
        if (run := await self._store.read(queries.run, id_)) is not None:
            return run, False
        if self._limits and actor.source in LIMITED:
            await self._check_limits(self._limits, actor)
        elif self._limits and actor.source in HELD_BACK:
            await self._check_unfinished(self._limits, actor)
        return await self._create(
            compiled, id_, values, actor, fired.key, None, fired, asked=asked, transforms=fired.transforms
        )

    async def start_from_step(
        self, workflow: str, id_: str, input: Any, parent: RunRecord, channel: str | None, trigger: str
    ) -> RunRecord:
        """The run that a step of `parent` brings about, once. The author decided that it runs, so that
        `may_run` of the other workflow does not count.

        `channel`: that of the parent's workflow, where the other one has none.
        """
        compiled = self._workflows.find(workflow)
        accepted = accept_input(compiled, input)
        told = None if compiled.definition.channel else (parent.channel or channel)
        asked = await self.requesters_of(parent.id)
        values, create = accepted.values, partial(self._create, transforms=accepted.transforms)
        run, _ = await create(
            compiled, id_, values, parent.actor, trigger, told, None, asked=asked, trace=parent.trace_id
        )
        return run

    async def start_question(
        self, gate: str, id_: str, question: Mapping[str, str], trigger: str, asked: tuple[Actor, ...]
    ) -> RunRecord:
        """The run of a gate at which Signoff itself asks, once. `asked`: people who may not approve it."""
        compiled = self._workflows.find(gate)
        values = check_input(compiled, question)
        run, _ = await self._create(compiled, id_, values, ENGINE, trigger, None, None, asked=asked)
        return run

    async def _admitted_id(self, workflow: str, key: str | None, actor: Actor) -> str:
        """Return the id of a run that this person or token may start. Raises `TooMany` and `NotPossible`."""
        if key:
            _require_text("key", key)
        id_ = f"{workflow}-{key}" if key else run_id(workflow, self._clock.now())
        if self._limits and actor.source in LIMITED and not (key and await self._exists(id_)):
            await self._check_limits(self._limits, actor)
        return id_

    async def _check_limits(self, limits: StartLimits, actor: Actor) -> None:
        """Raise `TooMany` where this person or token may not start another run now."""
        now = timedelta(seconds=self._clock.monotonic())
        if wait := self._starts.wait(actor, now):
            raise TooMany(limits.too_many_now(actor, wait), math.ceil(wait.total_seconds()))
        self._starts.count(actor, now)
        await self._check_unfinished(limits, actor)

    async def _check_unfinished(self, limits: StartLimits, actor: Actor) -> None:
        """Raise `TooMany` where too many runs of this person, token or trigger have not ended."""
        open_runs = await self._store.read(queries.count_unfinished, actor, limits.open_runs)
        if problem := limits.too_many_open(actor, open_runs):
            raise TooMany(problem)

    async def store_definition(self, compiled: Compiled) -> tuple[str, str]:
        """Store a definition and the digests of its code, once; return their digests."""
        definition, digest = compiled.definition, compiled.digest
        code, steps = compiled.code_digests
        if (digest, code) in self._stored:
            return digest, code
        self._definitions.keep(digest, definition, compiled.graph)
        await self._store.put_definition(digest, definition.name, definition.canonical(), self._clock.now())
        await self._store.put_code(code, steps)
        self._stored.add((digest, code))
        return digest, code

    async def _exists(self, run_id: str) -> bool:
        return await self._store.read(queries.run, run_id) is not None

    async def admit_next(self, workflow: str) -> None:
        """Start the runs whose turn it is, as far as the workflow's limit lets them."""
        compiled = self._workflows.get(workflow)
        limit = compiled.definition.max_active_runs if compiled else None
        altered = self._runs.altered
        keyed = compiled is not None and bool(compiled.definition.concurrency_key)
        # Where a newer run takes the place of an older one, no run is passed over.
        room = limit if keyed and compiled and compiled.definition.overlap != "cancel_previous" else None
        while not (self._runs.halted or self._pauses.holds(workflow)) and (
            waiting := await self._store.read(queries.next_pending, workflow, altered, room)
        ):
            try:
                await self._runs.apply(waiting[0], run_transitions.begin, limit=limit)
            except Full:
                if not await self._makes_room(compiled, waiting[1]) and room is None:
                    return
            except (IllegalTransition, AlteredRun):
                # Another transition admitted or cancelled the run meanwhile.
                await asyncio.sleep(0)

    async def _makes_room(self, compiled: Compiled | None, key: str) -> bool:
        """Cancel the oldest run of a workflow whose newer runs take the place of older ones."""
        if compiled is None or compiled.definition.overlap != "cancel_previous":
            return False
        oldest = await self._store.read(queries.oldest_under_way, compiled.definition.name, key)
        if oldest is None:
            return False
        cancel = partial(run_transitions.cancel, reason="a newer run of the workflow took its place")
        with suppress(IllegalTransition, AlteredRun):
            await self._runs.apply(oldest, cancel)
        return oldest not in self._runs.altered

    def admit_after_end(self, workflow: str) -> None:
        """Start the next run of the workflow, if the limit lets it."""
        compiled = self._workflows.get(workflow)
        if compiled is None or compiled.definition.max_active_runs is None:
            return

        async def admit() -> None:
            with self._activity.busy():
                await self.admit_next(workflow)

        task = asyncio.create_task(admit())
        self._admitting.add(task)
        task.add_done_callback(self._admitting.discard)

    async def close(self) -> None:
        for task in list(self._admitting):
            await task

    async def _create(
        self,
        compiled: Compiled,
        id_: str,
        values: Any,
        actor: Actor,
        trigger: str,
        channel: str | None,
        fired: Fired | None,
        first: FirstTransition | None = None,
        priority: int | None = None,
        asked: tuple[Actor, ...] = (),
        trace: str = "",
        transforms: tuple[InputTransform, ...] = (),
    ) -> tuple[RunRecord, bool]:
        """The run, and whether it was created now. Runs of people and triggers may execute a candidate.

        `asked`: everybody whose input it carries; its actor may be among them. `trace`: that it belongs to.
        """
        further = people_among(asked, but=(actor,)) if asked else ()
        if further:
            check_number(further)
        await self.load_candidates()
        # An approval in a parent may cover the code of its child runs.
        if self._workflows.candidates and first is None and not trigger.startswith(CHILD):
            compiled, values, further_transforms = self._chosen(compiled, id_, values)
            transforms += further_transforms
        digest, code = await self.store_definition(compiled)
        definition = compiled.definition
        paused = self._pauses.text(definition.name)
        first = first or _create_run
        run = RunRecord(
            id=id_,
            workflow=definition.name,
            definition=digest,
            code_digest=code,
            state="pending",
            version=0,
            input=values,
            actor=actor,
            trigger=trigger,
            # Readers of another channel may not learn that a private workflow exists.
            channel=None if is_private(definition) else channel,
            trace_id=trace or INCOMING_TRACE.get() or trace_id(),
            created_at=self._clock.now(),
            reason=paused,
            priority=definition.priority if priority is None else priority,
            concurrency_key=self._key_of(definition, values) if definition.concurrency_key else "",
            further_requesters=further,
        )
        limit = None if paused else definition.max_active_runs
        try:
            sender = "" if trace else INCOMING_SPAN.get()
            started = partial(_first, first=first, fired=fired, sender=sender, transforms=transforms)
            build = partial(started, start=not paused)
            create = self._runs.create if self._policies.judge is None else self._create_counted
            change = await create(run, build, actor=actor, limit=limit)
        except Exists:
            return await self._existing(id_), False
        except Full:
            return await self._create_beyond_limit(run, definition, actor, partial(started, start=False))
        except PolicyDenied as denial:
            if await self._exists(id_):  # it was started before
                return await self._existing(id_), False
            await self._note_denial(run, denial)
            raise
        return change.run, True

    async def _create_counted(
        self, run: RunRecord, build: Build, *, actor: Actor, limit: int | None = None
    ) -> Change:
        """Create a run that policies judge. If one of them counts the runs of a day, starts go one by one."""
        since = self._policies.today(run.created_at)
        if since is None:
            return await self._runs.create(run, build, actor=actor, limit=limit)
        async with self._counting:
            today = await self._store.read(queries.count_started, run.workflow, since)
            return await self._runs.create(run, build, actor=actor, limit=limit, runs_today=today)

    async def _note_denial(self, run: RunRecord, denial: PolicyDenied) -> None:
        data = {"workflow": run.workflow, "trigger": run.trigger, "reason": str(denial), **denial.ruling}
        await self._store.append(EventDraft("policy.denied", run.created_at, run.actor, data=data))

    def _key_of(self, definition: Definition, values: Any) -> str:
        """The key that runs of a workflow with `concurrency_key` and the same values share."""
        key = filled_text(definition.name, "concurrency_key", definition.concurrency_key, {"input": values})
        if problem := text_problem(key):
            raise InvalidInput(definition.name, [("concurrency_key", f"{short_repr(key)}: {problem}.")])
        return key

    def _chosen(
        self, compiled: Compiled, id_: str, values: Any
    ) -> tuple[Compiled, Any, tuple[InputTransform, ...]]:
        """Return the candidate of a canary, if this run executes it and its input fits."""
        candidate = self._workflows.candidate_for(compiled.definition.name, id_)
        if candidate is None:
            return compiled, values, ()
        try:
            accepted = accept_input(candidate, values)
            return candidate, accepted.values, accepted.transforms
        except InvalidInput as error:
            log.warning("%s executes the current file, and not the candidate: %s", id_, error)
            return compiled, values, ()

    async def _create_beyond_limit(
        self,
        run: RunRecord,
        definition: Definition,
        actor: Actor,
        build: Build,
    ) -> tuple[RunRecord, bool]:
        if definition.overlap == "skip":
            data = {"workflow": run.workflow, "trigger": run.trigger, "limit": definition.max_active_runs}
            await self._store.append(EventDraft("run.overlap_skipped", run.created_at, actor, data=data))
            raise OverlapSkipped(
                f"{run.workflow} is already running, and it skips runs that overlap. "
                "Start it when that run has ended."
            )
        try:
            change = await self._create_counted(run, build, actor=actor)
        except Exists:
            return await self._existing(run.id), False
        except PolicyDenied as denial:
            await self._note_denial(run, denial)
            raise
        # The one that was under way may have ended meanwhile.
        await self.admit_next(run.workflow)
        return change.run, True

    async def _existing(self, id_: str) -> RunRecord:
        run = await self._store.read(queries.run, id_)
        if run is None:
            raise NotPossible(
                f"{id_} ran before and was deleted after its retention period. It is not started again."
            )
        return run


def _require_text(field: str, text: str) -> None:
    """Raise `NotPossible` where not every database holds a text as part of a run."""
    if problem := text_problem(text):
        raise NotPossible(f"{field}: {short_repr(text)} cannot be used: {problem}.")
    if len(text) > _MAX_NAME_LENGTH:
        raise NotPossible(
            f"{field}: {short_repr(text)} has {len(text):,} characters. Give at most {_MAX_NAME_LENGTH}."
        )


def check_priority(priority: Any) -> None:
    """Raise `NotPossible` for a priority that there is not."""
    if not isinstance(priority, int) or isinstance(priority, bool) or abs(priority) > MAX_PRIORITY:
        raise NotPossible(
            f"The priority is {priority!r}. Give a whole number from -{MAX_PRIORITY} to {MAX_PRIORITY}."
        )


def _create_run(transition: Transition, start: bool) -> Change:
    return run_transitions.create(transition, start=start)


def _first(
    transition: Transition,
    first: FirstTransition,
    start: bool,
    fired: Fired | None,
    sender: str = "",
    transforms: tuple[InputTransform, ...] = (),
) -> Change:
    transition.sender, transition.transforms = sender, transforms
    change = first(transition, start)
    change.fired = fired
    return change
