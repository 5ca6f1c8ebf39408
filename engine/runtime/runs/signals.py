"""Signals: named messages to runs from people, scripts and programs."""

import difflib
from collections.abc import Mapping
from functools import partial
from typing import Any

from engine.clock import Clock
from engine.errors import NotPossible, UnknownRun
from engine.kernel.shapes import waits
from engine.kernel.transition import Transition
from engine.model.definition.spec import NodeSpec, WaitSpec
from engine.model.people import Actor
from engine.model.records.change import Change
from engine.model.records.records import RunRecord
from engine.model.runs.signals import SignalRecord, SignalResult
from engine.model.states import RUN_ENDED, STEP_SETTLED, IllegalTransition
from engine.runtime.access.authorization import Authorization
from engine.runtime.queries.visibility import VisibleRuns
from engine.runtime.runs.live_runs import LiveRuns
from engine.runtime.workflows.definition_cache import DefinitionCache
from engine.runtime.workflows.workflow_registry import WorkflowRegistry
from engine.store import queries
from engine.store.store import Store


class Signals:
    """Brings signals to runs, each name once for a run."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        workflows: WorkflowRegistry,
        definitions: DefinitionCache,
        runs: LiveRuns,
        authorization: Authorization,
    ) -> None:
        self._store, self._clock, self._workflows, self._definitions = store, clock, workflows, definitions
        self._runs, self._authorization = runs, authorization

    async def send(
        self,
        run_id: str,
        name: str,
        payload: Mapping[str, Any] | Any,
        actor: Actor,
        visible: VisibleRuns,
        *,
        typed: bool = False,
    ) -> SignalResult:
        """Record a signal, durably. Where one of this name counted before, that one is the answer.

        `typed`: the values are texts as people type them. Raises `UnknownRun`, `NotAllowed`, `InvalidInput`
        and `NotPossible`.
        """
        run = await self._store.read(queries.run, run_id)
        if run is None or not await visible.sees(run):
            raise UnknownRun(f"There is no run {run_id}.")
        run = await self._runs.proven(run_id)
        definition, graph = await self._definitions.get(run.definition)
        await self._authorization.may_cancel(actor, run, definition, "send signals to")
        node = _waiting(graph.nodes, name, run)
        if (counted := await self._store.read(queries.signal, run.id, name)) is not None:
            return SignalResult(counted, counted=False)
        await self._check_awaited(run, node)
        checked = self._workflows.check_payload(run, node, payload, typed=typed)
        signal = SignalRecord(run.id, name, checked, actor, self._clock.now())
        try:
            await self._runs.apply(run.id, partial(_receive, signal), actor=actor)
        except IllegalTransition:
            await self._store.reached()  # the one that came before may not be durable yet
            if (counted := await self._store.read(queries.signal, run.id, name)) is not None:
                return SignalResult(counted, counted=False)
            raise NotPossible(f"{run.short} no longer waits for {name}.") from None
        return SignalResult(signal, counted=True)

    async def _check_awaited(self, run: RunRecord, node: WaitSpec) -> None:
        """Refuse a signal whose wait has ended without it."""
        if run.state in RUN_ENDED:
            run = await self._store.read(queries.explained, run)
            raise NotPossible(f"{run.short} has already ended: it {run.ending}.")
        snapshot = await self._store.proven(run.id)
        record = snapshot.steps.get(node.name) if snapshot else None
        if record is not None and record.state in STEP_SETTLED:
            why = record.reason or (record.failure.message.rstrip(".") if record.failure else record.state)
            raise NotPossible(f"{run.short} no longer waits for {node.signal}: {why}.")


def _waiting(nodes: Mapping[str, NodeSpec], name: str, run: RunRecord) -> WaitSpec:
    """The node that waits for the signal. Raises `NotPossible` with the names that there are."""
    by_signal = {node.signal: node for node in nodes.values() if isinstance(node, WaitSpec) and node.signal}
    if name in by_signal:
        return by_signal[name]
    if not by_signal:
        raise NotPossible(f"{run.workflow} waits for no signals, so {run.short} cannot take {name[:60]}.")
    close = difflib.get_close_matches(name, by_signal, n=1)
    hint = f"Did you mean {close[0]}?" if close else f"There are: {', '.join(by_signal)}."
    raise NotPossible(f"{run.workflow} waits for no signal called {name[:60]}. {hint}")


def _receive(signal: SignalRecord, transition: Transition) -> Change:
    waits.receive(transition, signal)
    return transition.finish()
