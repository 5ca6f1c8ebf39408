"""Live runs: this module builds every transition, between two awaits, and makes it durable in order.

No lock is needed in one process. A transition reads and changes the run's state in memory without
awaiting, and its write joins the queue behind those before it; what it starts begins when it is
durable. If a write is refused, the run leaves memory and is read again, so the row is always right.

Rows enter memory only if they are the newest. An older state could refuse a change wrongly (drop a result as
late, or a wait as needless), and no guard of the store would notice.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

from engine.errors import AlteredRun, StoreBroken, StoreBusy, UnknownRun
from engine.kernel import run_transitions
from engine.kernel.live_run import LiveRun
from engine.kernel.requests.revision import revised_run
from engine.kernel.resources import turns
from engine.kernel.resources.queue import rank
from engine.kernel.schedules import clock_jump
from engine.kernel.transition import Transition
from engine.model.definition.spec import Definition
from engine.model.people import ENGINE, Actor
from engine.model.records.change import Change
from engine.model.records.records import RequestRecord, RunRecord, StepRecord
from engine.model.runs.resources import Attempt, ResourceRecord, Ticket
from engine.model.states import AWAITED, IllegalTransition
from engine.runtime.policies import Policies, begin_governed
from engine.runtime.process.activity import Activity
from engine.runtime.process.steady_time import SteadyTime
from engine.runtime.runs.resources import Resources
from engine.runtime.runs.slots import Slots
from engine.runtime.workflows.definition_cache import DefinitionCache
from engine.runtime.workflows.workflow_registry import WorkflowRegistry
from engine.store import queries
from engine.store.queries.snapshots import Snapshot
from engine.store.store import Store
from engine.store.work import LOCK_WAIT_SECONDS, Stale
from engine.store.writes.transitions import Exists

log = logging.getLogger(__name__)
Build = Callable[[Transition], Change]
Settled = Callable[[Exception | None], None]


class Effects(Protocol):
    """Effects outside the database, carried out once a transition is durable."""

    def launch(self, state: LiveRun, step: StepRecord) -> None: ...

    def stop(self, run_id: str, step: str) -> None: ...

    def publish(self, change: Change) -> None:
        """Tell readers that the events and waits of this change are durable."""

    def fail(self, error: Exception) -> None:
        """Stop, since the store can no longer be written."""


class Dispatch(Protocol):
    """Attempts that workers execute."""

    queues: frozenset[str]
    """The queues whose attempts this process executes itself."""

    def hand_over(self, state: LiveRun, change: Change) -> None:
        """Have this change enqueue the attempts that begin, and take back those that have ended."""

    def handed_over(self, change: Change) -> None:
        """Note that this change is durable."""


class _Flight:
    """Transitions of one run on their way to the disk."""

    __slots__ = ("count", "landed", "state")

    def __init__(self, state: LiveRun) -> None:
        self.count, self.state = 0, state
        self.landed: asyncio.Future[None] | None = None
        """Set if a caller waits for the flight."""


class LiveRuns:
    """Makes all transitions of runs."""

    def __init__(
        self,
        store: Store,
        workflows: WorkflowRegistry,
        definitions: DefinitionCache,
        time: SteadyTime,
        slots: Slots,
        resources: Resources,
        activity: Activity,
        dispatch: Dispatch | None = None,
        policies: Policies | None = None,
    ) -> None:
        """`dispatch`: hands attempts to workers; None: this process executes all of them.

        `policies`: what governs starts and steps; None: nothing does.
        """
        self._dispatch = dispatch
        self._policies = policies or Policies(None, {})
        self._resources, self.book = resources, resources.book
        self._store, self._workflows, self._definitions = store, workflows, definitions
        self._time, self._slots, self._activity = time, slots, activity
        self._states: dict[str, LiveRun] = {}
        self._loading: dict[str, asyncio.Future[None]] = {}
        self._flights: dict[str, _Flight] = {}
        self._refilling: set[asyncio.Task[None]] = set()
        self._reads = self._stamp = 0
        self._landed: dict[str, int] = {}
        """Runs whose last flight landed while rows were read, with the stamp of that."""
        self._moving: asyncio.Future[None] | None = None
        self._moved = 0
        """The stamp of the last jump of the clock that the rows followed."""
        self.altered: dict[str, AlteredRun] = {}
        """Runs whose records another program changed, by id; the engine does not act on them."""
        self.on_altered: Callable[[AlteredRun], None] = lambda error: None
        self.on_intact: Callable[[str], None] = lambda run_id: None
        self.effects: Effects | None = None
        self._admitting = False
        """A step is on its way out of the queue for resources."""
        self.halted = False
        """Set at shutdown: nothing new starts."""

    @property
    def in_memory(self) -> int:
        return len(self._states)

    def state_of(self, run_id: str) -> str | None:
        """The state of a run in motion, as it will be once what is under way is durable; else None."""
        state = self._states.get(run_id)
        return state.run.state if state else None

    async def load_request(self, request_id: str) -> RequestRecord | None:
        """A request as its row is, and its run at hand for the transition that may follow: one read for both.

        `unload_at_rest` when none does.
        """
        if self._moving is not None:
            await asyncio.shield(self._moving)
        since = self._begin_reading()
        run_id = ""
        try:
            snapshot = await self._proven(self._store.proven_around(request_id))
            if snapshot is None:
                return None
            run_id = snapshot.run.id
            state = self._states.get(run_id) or await self._state(snapshot)
        finally:
            newest = self._end_reading(run_id, since)
        if newest:
            self._keep(state)
        return snapshot.requests[request_id]

    async def proven(self, run_id: str) -> RunRecord:
        """A run as its row is, for an act that depends on it. Raises `UnknownRun` and `AlteredRun`."""
        return (await self.snapshot(run_id)).run

    async def snapshot(self, run_id: str) -> Snapshot:
        """Return a run with all its rows, for an act that depends on it. Raises as `proven` does."""
        snapshot = await self._proven(self._store.proven(run_id))
        if snapshot is None:
            raise UnknownRun(f"There is no run {run_id}.")
        return snapshot

    async def settled(self, run_id: str) -> LiveRun | None:
        """Return a run in memory once all that was made of it is durable; None where it is not in memory."""
        await self._all_landed(run_id)
        return self._states.get(run_id)

    def unload_at_rest(self, run_id: str) -> None:
        """Remove a run at rest from memory, if no transition follows: its rows are enough."""
        state = self._states.get(run_id)
        if state is not None and state.at_rest and run_id not in self._flights:
            del self._states[run_id]

    async def create(
        self,
        run: RunRecord,
        build: Build,
        *,
        actor: Actor,
        limit: int | None = None,
        runs_today: int | None = None,
    ) -> Change:
        """Return the first transition of a new run. Raises `Exists`, `Full` and `PolicyDenied`.

        `runs_today`: of its workflow, where a policy counts them.
        """
        definition, graph = await self._definitions.get(run.definition)
        code = await self._definitions.code(run.code_digest)
        state = LiveRun.of(run, definition, graph, code)
        if definition.gate:
            state.earlier = await self._asked_again(run, definition)
        await self._all_landed(run.id)
        if run.id in self._states:
            raise Exists(run.id)
        if self._policies.judge is not None:
            build = partial(begin_governed, build=build, runs_today=runs_today)
        return await self._durably(state, build, actor, limit)

    async def apply(
        self, run_id: str, build: Build, *, actor: Actor = ENGINE, limit: int | None = None
    ) -> Change:
        """A transition of a run that exists; durable when this returns.

        Raises what `build` raises (`IllegalTransition` when it no longer applies) and `UnknownRun`.
        """
        while True:
            state = self._states.get(run_id)
            if state is None:
                await self._load(run_id)
                continue
            try:
                return await self._durably(state, build, actor, limit)
            except Stale:
                continue

    def post(self, run_id: str, build: Build, settled: Settled) -> bool:
        """A transition that is made at once: what follows from it starts when it is durable.

        False, and nothing done, when the run isn't in memory. Raises what `build` raises; `settled` is
        called when it is durable, or with the error when the store did not take it.
        """
        state = self._states.get(run_id)
        if state is None:
            return False
        self._make(state, build, ENGINE, None, settled)
        return True

    @asynccontextmanager
    async def moving(self, by: timedelta) -> AsyncIterator[None]:
        """Move what lasts in memory by a jump of the clock, while the caller moves the rows.

        What is under way was handed over before, so that the rows hold it when they are moved. Rows that are
        read meanwhile may be from before or after.
        """
        in_flight = {run_id: flight.state for run_id, flight in self._flights.items()}
        states = list((in_flight | self._states).values())
        for state in states:
            clock_jump.move(state, by)
        self.book.move(by)
        self._moving = asyncio.get_running_loop().create_future()
        try:
            yield
        except BaseException:
            for state in states:
                clock_jump.move(state, -by)
            self.book.move(-by)
            raise
        finally:
            self._stamp += 1
            self._moved = self._stamp
            self._moving.set_result(None)
            self._moving = None

    async def refill(self) -> None:
        """Let what waits for a slot or for resources continue, as far as these are free."""
        while not self.halted and (turn := self._next_turn()) is not None:
            run_id, ticket = turn
            try:
                if ticket is None:
                    await self.apply(run_id, run_transitions.start_ready)
                else:
                    await self._admit(ticket)
            except (IllegalTransition, UnknownRun) as reason:
                log.debug("%s needs no room any more: %s", run_id, reason)

    async def _admit(self, ticket: Ticket) -> None:
        """Start a step whose turn it is. No other step is looked for until its transition is made."""

        def build(transition: Transition) -> Change:
            self._admitting = False
            return turns.admit(transition, ticket.step)

        self._admitting = True
        try:
            await self.apply(ticket.run_id, build)
        except (IllegalTransition, UnknownRun):
            self._admitting = False
            if self.book.ticket(*ticket.key) is ticket:
                self.book.leave(*ticket.key)
            raise
        except BaseException:
            self._admitting = False
            raise

    def _next_turn(self) -> tuple[str, Ticket | None] | None:
        """Return the run whose turn it is, and the place that its step had in the queue for resources."""
        if self._slots.free <= 0:
            return None
        place, book = self._slots.first(), self.book
        ticket = book.next(self._time.now()) if book.tickets and not self._admitting else None
        if ticket is not None and (place is None or rank(ticket.since, ticket.priority) <= place):
            return ticket.run_id, ticket
        run_id = self._slots.next_run()
        return None if run_id is None else (run_id, None)

    async def reset_resource(self, name: str, actor: Actor) -> ResourceRecord:
        """Close the breaker of a resource, so that waiting steps continue. Raises `NotPossible`."""
        if self.halted:  # no process serves, so nothing has read the rows
            await self._resources.read()
        record = await self._resources.reset(name, actor, self._time.now())
        self._refill_soon()
        return record

    def move_in_queue(self, run: RunRecord) -> None:
        """Give a run that waits for a slot the place of its new priority."""
        self._slots.prioritize(run.id, run.priority)

    def next_moment(self) -> datetime | None:
        """Return the earliest moment at which a step that waits for its resources may get them."""
        return self.book.next_moment(self._time.now()) if self.book.tickets else None

    def release_slots(self, count: int) -> None:
        """Release slots of attempts that are not made after all, so that waiting runs continue."""
        self._slots.give(count)
        self._refill_soon()

    @property
    def awaits_room(self) -> bool:
        """Return whether steps wait for resources, or runs for a slot."""
        return bool(self._slots.awaited or self.book.tickets)

    def give_back(self, attempt: Attempt, uses: Iterable[str]) -> None:
        """Give back the resources of an attempt whose function has ended, so that waiting steps continue."""
        if self._resources.give_back(attempt, uses):
            self._refill_soon()

    def _refill_soon(self) -> None:
        if (self._slots.awaited or self.book.tickets) and not self.halted:
            self._in_background(self.refill())

    def _restore_soon(self, run_id: str) -> None:
        """Read a run again whose transition was refused: its rows say what its steps wait for."""
        if not self.halted:
            self._in_background(self._restore(run_id))

    async def _restore(self, run_id: str) -> None:
        with suppress(IllegalTransition, UnknownRun, StoreBusy, StoreBroken):
            await self.apply(run_id, run_transitions.start_ready)

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        self._activity.enter()
        task = asyncio.create_task(work)
        self._refilling.add(task)
        task.add_done_callback(self._refilled)

    async def _durably(self, state: LiveRun, build: Build, actor: Actor, limit: int | None) -> Change:
        durable: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def settled(error: Exception | None) -> None:
            if durable.done():  # the waiting task was cancelled
                return
            if error is None:
                durable.set_result(None)
            else:
                durable.set_exception(error)

        change = self._make(state, build, actor, limit, settled)
        await durable
        return change

    def _make(
        self, state: LiveRun, build: Build, actor: Actor, limit: int | None, settled: Settled
    ) -> Change:
        run_id = state.run.id
        free_slots = 0 if self.halted else self._slots.free
        dispatch = self._dispatch
        queues = dispatch.queues if dispatch else None
        transition = Transition(
            state,
            self._workflows,
            self._time.now(),
            free_slots,
            actor,
            self.book,
            queues,
            self._policies.judge,
        )
        try:
            change = build(transition)
        except BaseException:
            # Whatever was half done in memory is thrown away; the rows are as before.
            self._states.pop(run_id, None)
            raise
        if dispatch is not None:
            dispatch.hand_over(state, change)
        change.limit = limit
        if change.leaves:  # a run that is being created may turn out to be there already
            self._states[run_id] = state
        self._slots.take(len(change.starts))
        self._queue_for_slot(state, transition)
        if change.resources or change.tickets:
            self._resources.apply(change)
            self._refill_soon()
        flight = self._flights.get(run_id)
        if flight is None:
            flight = self._flights[run_id] = _Flight(state)
        flight.count, flight.state = flight.count + 1, state
        self._activity.enter()

        def settle(error: Exception | None) -> None:
            self._land(run_id, flight)
            self._committed(state, change, error)
            settled(error)
            self._activity.leave()

        self._store.commit(change, settle, self._patience(actor))
        return change

    def _patience(self, actor: Actor) -> float | None:
        """A person is told in time that a lock kept their act from being recorded; the engine waits."""
        return LOCK_WAIT_SECONDS if self.halted or actor.source in ("slack", "cli", "api") else None

    def _queue_for_slot(self, state: LiveRun, transition: Transition) -> None:
        if state.wants_slot:
            self._slots.queue(state.run.id, transition.now, state.run.priority)

    def _committed(self, state: LiveRun, change: Change, error: Exception | None) -> None:
        if error is not None:
            if self._states.get(state.run.id) is state:
                del self._states[state.run.id]
            if isinstance(error, AlteredRun):
                self.altered[error.run_id] = error
                self.on_altered(error)
            if isinstance(error, StoreBroken) and self.effects:
                self.effects.fail(error)
            if change.resources or change.tickets:
                self._resources.undo(change)
                self._restore_soon(change.run.id)
            if change.starts:
                self.release_slots(len(change.starts))
            return
        if self._dispatch is not None:
            self._dispatch.handed_over(change)
        self._carry_out(state, change)

    def _carry_out(self, state: LiveRun, change: Change) -> None:
        """Do what a durable change leads to."""
        run_id = state.run.id
        if not change.leaves:
            self._states[run_id] = state
        if state.at_rest and run_id not in self._flights and self._states.get(run_id) is state:
            del self._states[run_id]
        if self.effects is None:
            return
        for step in change.stops:
            self.effects.stop(state.run.id, step)
        for record in change.starts:
            self.effects.launch(state, record)
        self.effects.publish(change)

    def _refilled(self, task: asyncio.Task[None]) -> None:
        self._refilling.discard(task)
        self._activity.leave()

    # Rows to memory

    async def _load(self, run_id: str) -> None:
        loading = self._loading.get(run_id)
        if loading is None or loading.done():
            # A finished task can still be here: tasks that were ready first run before its callbacks.
            # Awaiting it does not yield, so a caller that asks until the run is loaded would loop forever.
            loading = self._loading[run_id] = asyncio.ensure_future(self._read(run_id))
            loading.add_done_callback(partial(self._loaded_once, run_id))
        await asyncio.shield(loading)

    def _loaded_once(self, run_id: str, loading: "asyncio.Future[None]") -> None:
        if self._loading.get(run_id) is loading:
            del self._loading[run_id]

    async def _read(self, run_id: str) -> None:
        while True:
            await self._all_landed(run_id)
            if self._moving is not None:
                await asyncio.shield(self._moving)
            if run_id in self._states:
                return
            since = self._begin_reading()
            try:
                snapshot = await self._proven(self._store.proven(run_id))
                if snapshot is None:
                    raise UnknownRun(f"There is no run {run_id}.")
                state = await self._state(snapshot)
            finally:
                newest = self._end_reading(run_id, since)
            if newest:
                self._keep(state)
                return

    def _keep(self, state: LiveRun) -> None:
        """Keep a run that was read, unless it is in memory."""
        if self._states.setdefault(state.run.id, state) is state and state.held:
            self._resources.restore(state)

    async def _proven(self, reading: Awaitable[Snapshot | None]) -> Snapshot | None:
        """Raise `AlteredRun` for a changed run, and report it once."""
        try:
            snapshot = await reading
        except AlteredRun as error:
            if error.run_id not in self.altered:
                self.altered[error.run_id] = error
                self.on_altered(error)
            raise
        if snapshot is not None and self.altered.pop(snapshot.run.id, None) is not None:
            self.on_intact(snapshot.run.id)
        return snapshot

    def _begin_reading(self) -> int:
        self._reads += 1
        return self._stamp

    def _end_reading(self, run_id: str, since: int) -> bool:
        """End a reading; return whether the rows of this run that were read since then are the newest."""
        self._reads -= 1
        newest = run_id not in self._flights and self._landed.get(run_id, 0) <= since
        newest = newest and self._moving is None and self._moved <= since
        if not self._reads:
            self._landed.clear()
        return newest

    async def _all_landed(self, run_id: str) -> None:
        while (flight := self._flights.get(run_id)) is not None:
            if flight.landed is None:
                flight.landed = asyncio.get_running_loop().create_future()
            await asyncio.shield(flight.landed)

    def _land(self, run_id: str, flight: _Flight) -> None:
        flight.count -= 1
        if flight.count:
            return
        del self._flights[run_id]
        if self._reads:
            self._stamp += 1
            self._landed[run_id] = self._stamp
        if flight.landed is not None:
            flight.landed.set_result(None)

    async def _state(self, snapshot: Snapshot) -> LiveRun:
        definition, graph = await self._definitions.get(snapshot.run.definition)
        code = await self._definitions.code(snapshot.run.code_digest)
        # Decided approvals are still needed: guarded steps are verified against them.
        requests = {
            id_: request
            for id_, request in snapshot.requests.items()
            if request.state in AWAITED or request.kind == "approval"
        }
        state = LiveRun.of(
            snapshot.run,
            definition,
            graph,
            code,
            snapshot.steps,
            requests,
            snapshot.checkpoints,
            snapshot.elements,
            snapshot.signals,
        )
        state.earlier = await self._asked_again(snapshot.run, definition)
        return state

    async def _asked_again(self, run: RunRecord, definition: Definition) -> RequestRecord | None:
        """Return the request of another run that this one asks again at a gate; None for any other run."""
        revised = revised_run(run.input, definition)
        return await self._store.read(queries.sent_back, revised) if revised else None
