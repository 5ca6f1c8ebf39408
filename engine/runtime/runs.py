"""Runs in motion: every transition is built here, between two awaits, and made durable in order.

No lock is needed in one process. A transition reads and changes the run's state in memory without
awaiting, and its write joins the queue behind those before it; what it starts begins when it is
durable. Should a write be refused, the run is forgotten and read anew, so the row is always right.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

from engine.change import Change
from engine.clock import Clock
from engine.errors import StoreBroken, UnknownRun
from engine.machine import Transition
from engine.people import ENGINE, Actor
from engine.records import RequestRecord, RunRecord, StepRecord
from engine.runstate import RunState
from engine.runtime.activity import Activity
from engine.runtime.loaded import Definitions, Loaded
from engine.runtime.slots import Slots
from engine.states import IllegalTransition
from engine.store.commit import Stale
from engine.store.queries import Snapshot
from engine.store.store import Store

log = logging.getLogger(__name__)
Build = Callable[[Transition], Change]
Settled = Callable[[Exception | None], None]


class Effects(Protocol):
    """What happens in the world once a transition is durable."""

    def launch(self, state: RunState, step: StepRecord) -> None: ...

    def stop(self, run_id: str, step: str) -> None: ...

    def told(self, change: Change) -> None:
        """The events and waits of this change are there to be read."""

    def broken(self, error: Exception) -> None:
        """The store can't be written any more."""


class Runs:
    """The only place where transitions are made."""

    def __init__(
        self,
        store: Store,
        loaded: Loaded,
        definitions: Definitions,
        clock: Clock,
        slots: Slots,
        activity: Activity,
    ) -> None:
        self._store, self._loaded, self._definitions = store, loaded, definitions
        self._clock, self._slots, self._activity = clock, slots, activity
        self._states: dict[str, RunState] = {}
        self._loading: dict[str, asyncio.Future[RunState]] = {}
        self.effects: Effects | None = None
        self.halted = False
        """Set at shutdown: nothing new starts."""

    @property
    def in_memory(self) -> int:
        return len(self._states)

    def state_of(self, run_id: str) -> str | None:
        """The state of a run in motion, as it will be once what is under way is durable; else None."""
        state = self._states.get(run_id)
        return state.run.state if state else None

    async def around(self, request_id: str) -> RequestRecord | None:
        """A request as its row is, and its run at hand for the transition that may follow: one read for both.

        `apart` when none does.
        """
        snapshot = await self._store.snapshot_around(request_id)
        if snapshot is None:
            return None
        if snapshot.run.id not in self._states:
            self._states.setdefault(snapshot.run.id, await self._state(snapshot))
        return snapshot.requests[request_id]

    def apart(self, run_id: str) -> None:
        """Nothing follows: a run at rest is rows only."""
        state = self._states.get(run_id)
        if state is not None and state.at_rest:
            del self._states[run_id]

    async def create(self, run: RunRecord, build: Build, *, actor: Actor, limit: int | None = None) -> Change:
        """The first transition of a new run. Raises `Exists` and `Full` of `engine.store.commit`."""
        definition, graph = await self._definitions.get(run.definition)
        code = await self._definitions.code(run.code)
        state = RunState.of(run, definition, graph, code)
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

    def post(self, run_id: str, build: Build, refused: Callable[[Exception], None]) -> bool:
        """A transition that nobody waits for: what follows from it starts when it is durable.

        False, and nothing done, when the run isn't in memory. Raises what `build` raises; `refused` is
        called when the store did not take it.
        """
        state = self._states.get(run_id)
        if state is None:
            return False
        self._make(state, build, ENGINE, None, lambda error: refused(error) if error else None)
        return True

    async def refill(self) -> None:
        """Let the runs that wait for room go on, as far as there is some."""
        from engine import transitions  # noqa: PLC0415

        while not self.halted and (run_id := self._slots.next_run()) is not None:
            try:
                await self.apply(run_id, transitions.go_on)
            except (IllegalTransition, UnknownRun) as reason:
                log.debug("%s needs no room any more: %s", run_id, reason)

    async def _durably(self, state: RunState, build: Build, actor: Actor, limit: int | None) -> Change:
        durable: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def settled(error: Exception | None) -> None:
            if durable.done():  # whoever waited was cancelled
                return
            if error is None:
                durable.set_result(None)
            else:
                durable.set_exception(error)

        change = self._make(state, build, actor, limit, settled)
        await durable
        return change

    def _make(
        self, state: RunState, build: Build, actor: Actor, limit: int | None, settled: Settled
    ) -> Change:
        run_id = state.run.id
        room = 0 if self.halted else self._slots.free
        transition = Transition(state, self._loaded, self._clock.now(), room, actor)
        try:
            change = build(transition)
        except BaseException:
            # Whatever was half done in memory is thrown away; the rows are as before.
            self._states.pop(run_id, None)
            raise
        change.limit = limit
        self._states[run_id] = state
        self._slots.take(len(change.starts))
        self._wait_for_room(state)
        state.commits += 1
        self._activity.enter()

        def settle(error: Exception | None) -> None:
            self._committed(state, change, error)
            settled(error)
            self._activity.leave()

        self._store.commit(change, settle)
        return change

    def _wait_for_room(self, state: RunState) -> None:
        if state.wants_room:
            self._slots.queue(state.run.id)

    def _committed(self, state: RunState, change: Change, error: Exception | None) -> None:
        state.commits -= 1
        if error is not None:
            self._slots.give(len(change.starts))
            if self._states.get(state.run.id) is state:
                del self._states[state.run.id]
            if isinstance(error, StoreBroken) and self.effects:
                self.effects.broken(error)
            return
        if state.at_rest and self._states.get(state.run.id) is state:
            del self._states[state.run.id]
        if self.effects is None:
            return
        for step in change.stops:
            self.effects.stop(state.run.id, step)
        for record in change.starts:
            self.effects.launch(state, record)
        self.effects.told(change)

    async def _load(self, run_id: str) -> None:
        loading = self._loading.get(run_id)
        if loading is None:
            loading = self._loading[run_id] = asyncio.ensure_future(self._read(run_id))
            loading.add_done_callback(lambda _: self._loading.pop(run_id, None))
        state = await asyncio.shield(loading)
        self._states.setdefault(run_id, state)

    async def _read(self, run_id: str) -> RunState:
        snapshot = await self._store.snapshot(run_id)
        if snapshot is None:
            raise UnknownRun(f"There is no run {run_id}.")
        return await self._state(snapshot)

    async def _state(self, snapshot: Snapshot) -> RunState:
        definition, graph = await self._definitions.get(snapshot.run.definition)
        code = await self._definitions.code(snapshot.run.code)
        open_requests = {id_: found for id_, found in snapshot.requests.items() if found.state == "open"}
        return RunState.of(snapshot.run, definition, graph, code, snapshot.steps, open_requests)
