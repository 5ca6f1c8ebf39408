"""Child runs: each is started, stopped and told to its parent from a row, so that a crash loses none."""

import logging
from functools import partial

from engine import faults
from engine.errors import AlteredRun, CannotAsk, InvalidInput, NotPossible, UnknownRun, UnknownWorkflow
from engine.kernel import run_transitions
from engine.kernel.live_run import LiveRun
from engine.kernel.shapes import child_runs
from engine.kernel.shapes.awaiting import is_open
from engine.kernel.shapes.child_runs import ChildResult
from engine.kernel.transition import Transition
from engine.model.definition.elements import is_element, node_of
from engine.model.definition.spec import ChildSpec
from engine.model.records.change import Change, Wait
from engine.model.records.records import RunRecord
from engine.model.records.request_parts import Failure
from engine.model.states import RUN_ENDED, IllegalTransition
from engine.runtime.runs.admission import Admission
from engine.runtime.runs.live_runs import LiveRuns
from engine.runtime.workflows.definition_cache import DefinitionCache
from engine.store import queries
from engine.store.queries.snapshots import Snapshot
from engine.store.store import Store

log = logging.getLogger(__name__)


class ChildRuns:
    """Brings child runs and the steps that wait for them in line. Every act can be repeated."""

    def __init__(
        self, store: Store, definitions: DefinitionCache, runs: LiveRuns, admission: Admission
    ) -> None:
        self._store, self._definitions, self._runs, self._admission = store, definitions, runs, admission
        self.left_alone: set[str] = set()
        """Child runs whose parent another program changed: the engine does not act on that one."""

    async def settle(self, wait: Wait) -> None:
        """Start the child run of a step that waits for it, or stop that of a step that no longer does."""
        state = await self._state(wait.run_id)
        child = _child_id(state, wait.step)
        if not is_open(state, wait.step):
            await self._stop(child, state, wait.step)
            await self._change(wait.run_id, partial(_forget, wait))
        elif state.run.state == "paused":
            await self._change(wait.run_id, partial(_hold, wait.step))
        elif await self._may_start(child, state, wait.step):
            await self._start(child, state, wait.step)

    async def report(self, wait: Wait) -> None:
        """Tell the parent of a child run that has ended, and forget the row."""
        snapshot = await self._runs.snapshot(wait.run_id)
        assert snapshot.run.parent is not None
        parent, step = snapshot.run.parent
        try:
            await self._tell(parent, step, snapshot)
        except AlteredRun:
            self.left_alone.add(wait.run_id)
            raise
        faults.reach("child.told")
        await self._change(wait.run_id, partial(_forget, wait))

    async def _may_start(self, child: str, state: LiveRun, step: str) -> bool:
        """Return whether what was approved is what would start. If not, people are asked again."""
        if (
            node_of(step) not in state.graph.scopes.guards
            or await self._store.read(queries.run, child) is not None
        ):
            return True
        return not await self._change(state.run.id, partial(_ask_again, step))

    async def _start(self, child: str, state: LiveRun, step: str) -> None:
        try:
            values = child_runs.input_of(state, step)
            trigger = child_runs.trigger(state.run.id, step)
            workflow = child_runs.node_at(state, step).workflow
            run = await self._admission.start_from_step(
                workflow, child, values, state.run, state.definition.channel, trigger
            )
        except (CannotAsk, InvalidInput, NotPossible, UnknownWorkflow) as error:
            failure = ChildResult(failure=Failure(type(error).__name__, str(error)))
            await self._change(state.run.id, partial(_finish, step, child, failure))
            return
        faults.reach("child.started")
        if await self._change(state.run.id, partial(_started, step, run)):
            return
        now = await self._state(state.run.id)  # it ended meanwhile, and found no run to stop
        if not is_open(now, step):
            await self._stop(child, now, step)

    async def _tell(self, parent: str, step: str, snapshot: Snapshot) -> None:
        run = await self._store.read(queries.run, parent)
        if run is None:
            return
        definition, _ = await self._definitions.get(run.definition)
        node = next((node for node in definition.nodes if node.name == node_of(step)), None)
        wanted = node.output if isinstance(node, ChildSpec) else ""
        child, graph = await self._definitions.get(snapshot.run.definition)
        result = child_runs.result_of(snapshot.run, child, graph, snapshot.steps, wanted)
        await self._change(parent, partial(_finish, step, snapshot.run.id, result))

    async def _stop(self, child: str, state: LiveRun, step: str) -> None:
        run = await self._store.read(queries.run, child)
        if run is None or run.state in RUN_ENDED:
            return
        try:
            await self._change(child, partial(run_transitions.cancel, reason=_why_stopped(state, step)))
        except AlteredRun as reason:
            log.error("%s is not cancelled with its parent: %s", child, reason)

    async def _change(self, run_id: str, build: "partial[Change]") -> bool:
        """Return whether it applied."""
        try:
            await self._runs.apply(run_id, build)
        except (IllegalTransition, UnknownRun) as reason:
            log.info("%s: %s", run_id, reason)
            return False
        return True

    async def _state(self, run_id: str) -> LiveRun:
        """Return a run as it is durable. One with many child runs is in memory, and not read for each."""
        if (state := await self._runs.settled(run_id)) is not None:
            return state
        snapshot = await self._runs.snapshot(run_id)
        definition, graph = await self._definitions.get(snapshot.run.definition)
        return LiveRun.of(
            snapshot.run,
            definition,
            graph,
            {},
            snapshot.steps,
            snapshot.requests,
            elements=snapshot.elements,
        )


def _child_id(state: LiveRun, step: str) -> str:
    """Return the id of the child run that a step waits for, or waited for last."""
    record = state.record(step)
    node = child_runs.node_at(state, step)
    return child_runs.run_id(state.run.id, node, step, record.attempt if record else 0)


def _why_stopped(state: LiveRun, step: str) -> str:
    parent, record, title = state.run, state.record(step), state.graph.node(step).title
    whole = state.record(node_of(step))
    if whole is not None and whole.state == "skipped":
        return f"{title} of {parent.short} was skipped"
    if record is not None and record.state == "pending":
        return f"what was approved for {title} of {parent.short} changed"
    if is_element(step) and parent.state not in RUN_ENDED and parent.state != "compensating":
        return f"{title} of {parent.short} has ended"
    how = {"cancelled": "was cancelled", "compensating": "is being undone"}
    return f"{parent.short} {how.get(parent.state, parent.state)}"


def _ask_again(step: str, transition: Transition) -> Change:
    """Ask people again whose approval does not cover the child run. Raises `IllegalTransition` for none."""
    if not is_open(transition.state, step) or transition.may_wait(node_of(step)):
        raise IllegalTransition(f"{step} starts what was approved, or waits for no run")
    return transition.finish()


def _started(step: str, child: RunRecord, transition: Transition) -> Change:
    child_runs.started(transition, step, child)
    return transition.finish()


def _hold(step: str, transition: Transition) -> Change:
    child_runs.hold(transition, step)
    return transition.finish()


def _finish(step: str, child: str, result: ChildResult, transition: Transition) -> Change:
    if failure := child_runs.finish(transition, step, child, result):
        transition.give_up(step, failure)
    return transition.finish()


def _forget(wait: Wait, transition: Transition) -> Change:
    """Remove the row, unless the step waits again."""
    if wait.step and is_open(transition.state, wait.step):
        raise IllegalTransition(f"{wait.step} waits for a run again")
    transition.end_wait(wait.kind, wait.id.removeprefix(f"{wait.kind}:"))
    return transition.finish()
