"""Steers runs and workflows for people: pause, resume, skip a step, rerun, and fork from a step."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from engine.clock import Clock
from engine.compiler.compiled import Compiled
from engine.compiler.types.accepted_input import accept_input
from engine.errors import AlteredRun, NotAllowed, NotPossible, UnknownRun
from engine.kernel import control, run_transitions
from engine.kernel.transition import Transition
from engine.model.definition.graph import Graph
from engine.model.definition.spec import StepSpec
from engine.model.people import ENGINE, Actor, identify
from engine.model.records.change import Change
from engine.model.records.records import RunRecord, StepRecord
from engine.model.runs.resources import ResourceRecord
from engine.model.states import RUN_ENDED, IllegalTransition
from engine.runtime.access.act_limits import reason_text
from engine.runtime.access.authorization import Authorization
from engine.runtime.queries.step_names import step_called
from engine.runtime.queries.visibility import Visibility
from engine.runtime.runs.admission import Admission, FirstTransition, check_priority
from engine.runtime.runs.live_runs import LiveRuns
from engine.runtime.runs.pauses import EVERYTHING, Pauses
from engine.runtime.settings import EngineSettings
from engine.runtime.workflows.definition_cache import DefinitionCache
from engine.runtime.workflows.workflow_registry import WorkflowRegistry
from engine.store import queries
from engine.store.queries.snapshots import Snapshot
from engine.store.store import Store


class Control:
    """Each act checks the person's permission, and is an event with the person and the reason.

    Raises `UnknownRun`, `UnknownWorkflow`, `NotAllowed`, `NotPossible`.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        workflows: WorkflowRegistry,
        definitions: DefinitionCache,
        runs: LiveRuns,
        authorization: Authorization,
        admission: Admission,
        pauses: Pauses,
        visibility: Visibility,
        settings: EngineSettings,
        on_resume: Callable[[], None],
    ) -> None:
        """`on_resume`: looks again for what is due."""
        self._store, self._clock, self._workflows, self._definitions = store, clock, workflows, definitions
        self._runs, self._authorization, self._admission = runs, authorization, admission
        self._pauses, self._visibility, self._settings = pauses, visibility, settings
        self._on_resume = on_resume

    async def pause_run(self, run_id: str, reason: str = "", *, actor: Actor) -> RunRecord:
        """Start nothing new in a run. Attempts under way end, and decisions are recorded."""
        run, actor = await self._run(run_id, actor)
        definition, _ = await self._definitions.get(run.definition)
        await self._authorization.may_cancel(actor, run, definition, "pause")
        if run.state == "pending":
            raise NotPossible(f"{run.short} has not started. Cancel it, or pause {run.workflow}.")
        if run.state == "paused" and await self._store.read(queries.wait_exists, f"pause:{run.id}"):
            raise NotPossible(f"{run.short} is already paused.")
        build = partial(control.pause, reason=reason_text(reason), own=True)
        return await self._apply(run, build, actor)

    async def resume_run(self, run_id: str, reason: str = "", *, actor: Actor) -> RunRecord:
        """Let a paused run go on."""
        run, actor = await self._run(run_id, actor)
        definition, _ = await self._definitions.get(run.definition)
        await self._authorization.may_cancel(actor, run, definition, "resume")
        if run.state != "paused":
            raise NotPossible(f"{run.short} is not paused.")
        if paused := self._pauses.text(run.workflow):
            raise NotPossible(f"{run.short} cannot continue while {paused}. Resume that first.")
        return await self._apply(run, partial(control.unpause, reason=reason_text(reason)), actor)

    async def skip(self, run_id: str, step: str, reason: str = "", *, actor: Actor) -> RunRecord:
        """Skip a step that has not started, or that waits for its next attempt."""
        run, actor = await self._run(run_id, actor)
        definition, graph = await self._definitions.get(run.definition)
        await self._authorization.may_skip(actor, run, definition)
        name = step_called(_titles(graph), step, run.short)
        build = partial(control.skip, step=name, reason=reason_text(reason))
        return await self._apply(run, build, actor)

    async def prioritize(self, run_id: str, priority: int, reason: str = "", *, actor: Actor) -> RunRecord:
        """Give a run another priority. The owner may. The higher one comes first where runs or steps wait."""
        check_priority(priority)
        run, actor = await self._run(run_id, actor)
        definition, _ = await self._definitions.get(run.definition)
        await self._authorization.may_operate(actor, definition, f"change the priority of {run.short}")
        build = partial(control.prioritize, priority=priority, reason=reason_text(reason))
        prioritized = await self._apply(run, build, actor)
        self._runs.move_in_queue(prioritized)
        return prioritized

    async def rerun(
        self,
        run_id: str,
        changes: Mapping[str, Any],
        *,
        actor: Actor,
        channel: str | None = None,
        key: str | None = None,
        reason: str = "",
    ) -> RunRecord:
        """Start the workflow again with the input of a run. `changes`: fields with another value."""
        run, actor = await self._run(run_id, actor)
        repeat, values = partial(_repeated, reason_text(reason)), _changed(run, changes)
        return await self._admission.fork(run, values, f"rerun:{run.id}", actor, channel, repeat, key)

    async def check_rerun(
        self, run_id: str, changes: Mapping[str, Any], *, actor: Actor, reason: str = ""
    ) -> Any:
        """Return the input with which `rerun` would start a run, and start none. Raises as `rerun` does."""
        run, actor = await self._run(run_id, actor)
        compiled = await self._admission.forkable(run, actor)
        reason_text(reason)
        return accept_input(compiled, _changed(run, changes)).values

    async def fork(
        self,
        run_id: str,
        step: str = "",
        *,
        actor: Actor,
        channel: str | None = None,
        key: str | None = None,
        reason: str = "",
    ) -> RunRecord:
        """Start a new run from a step, with the results of the steps that do not depend on it.

        Empty `step`: the first one that failed. Approvals that guard a step which executes are asked again.
        """
        run, actor = await self._run(run_id, actor)
        origin_graph, snapshot, name = await self._forked_at(run, step)
        return await self._admission.fork(
            run,
            run.input if isinstance(run.input, Mapping) else {},
            f"fork:{run.id}",
            actor,
            channel,
            partial(_forked, run, origin_graph.nodes, name, snapshot.steps, reason_text(reason)),
            key,
        )

    async def check_fork(self, run_id: str, step: str = "", *, actor: Actor, reason: str = "") -> str:
        """Return the step from which `fork` would start a run, and start none. Raises as `fork` does."""
        run, actor = await self._run(run_id, actor)
        _, _, name = await self._forked_at(run, step)
        await self._admission.forkable(run, actor)
        reason_text(reason)
        return name

    async def _forked_at(self, run: RunRecord, step: str) -> tuple[Graph, Snapshot, str]:
        """Return the graph of a run, its records, and the step from which a fork starts."""
        if run.state not in RUN_ENDED:
            raise NotPossible(f"{run.short} has not ended. Decide its open request, or cancel it first.")
        _, origin_graph = await self._definitions.get(run.definition)
        snapshot = await self._store.proven(run.id)
        if snapshot is None:
            raise UnknownRun(f"There is no run {run.id}.")
        failed = [
            name
            for name in origin_graph.order
            if name in snapshot.steps and snapshot.steps[name].state in ("failed", "cancelled")
        ]
        if not step and not failed:
            raise NotPossible(
                f"No step of {run.short} failed. Name the step from which the new run should start."
            )
        name = step_called(_titles(origin_graph), step, run.short) if step else failed[0]
        return origin_graph, snapshot, name

    async def pause_workflow(self, name: str, reason: str = "", *, actor: Actor) -> int:
        """Start nothing new in any run of a workflow. Return how many runs were under way.

        New runs wait, and schedules do not fire. `name` `*`: every workflow, for the operator alone.
        """
        name, actor = await self.controlled(name, actor, "pause")
        await self._pauses.add(name, reason_text(reason), actor, self._clock.now())
        return await self._pause_runs(name, actor)

    async def resume_workflow(self, name: str, reason: str = "", *, actor: Actor) -> int:
        """End the pause. Return how many runs go on. Missed fires count as if no process had run."""
        name, actor = await self.controlled(name, actor, "resume")
        reason = reason_text(reason)
        await self._pauses.remove(name, reason, actor, self._clock.now())
        resumed = await self._resume_runs(name, actor, reason)
        self._on_resume()
        return resumed

    async def reset_resource(self, name: str, *, actor: Actor) -> ResourceRecord:
        """Close the circuit breaker of a resource, and forget its rate. For the operator."""
        actor = identify(actor, self._settings.cli_users)
        self._operates(actor, "reset a resource")
        record = await self._runs.reset_resource(name, actor)
        self._on_resume()
        return record

    def pause_text(self, workflow: str) -> str:
        """Return why runs of a workflow do not start, with who paused it; empty where they do."""
        return self._pauses.text(workflow)

    def paused_workflows(self) -> list[str]:
        """The names of the workflows that are paused; `*` stands for all."""
        return self._pauses.names()

    async def settle(self) -> None:
        """Bring runs in line with what is paused, where the process ended between the two."""
        for name in self._pauses.names():
            await self._pause_runs(name, ENGINE)
        await self._resume_runs(EVERYTHING, ENGINE)

    async def _pause_runs(self, name: str, actor: Actor) -> int:
        workflow = None if name == EVERYTHING else name
        paused = 0
        for run_id in await self._store.read(queries.run_ids, ["running", "waiting"], workflow):
            build = partial(control.pause, reason=self._pauses.text(name), own=False)
            paused += await self._apply_quietly(run_id, build, actor)
        return paused

    async def _resume_runs(self, name: str, actor: Actor, reason: str = "") -> int:
        workflow, resumed = None if name == EVERYTHING else name, 0
        for run_id in await self._store.read(queries.run_ids, ["paused"], workflow):
            run = await self._store.read(queries.run, run_id)
            own = await self._store.read(queries.wait_exists, f"pause:{run_id}")
            if run is None or own or self._pauses.holds(run.workflow):
                continue
            resumed += await self._apply_quietly(run_id, partial(control.unpause, reason=reason), actor)
        for compiled in list(self._workflows.all()):
            if workflow in (None, compiled.definition.name):
                await self._admission.admit_next(compiled.definition.name)
        return resumed

    async def controlled(self, name: str, actor: Actor, act: str) -> tuple[str, Actor]:
        """The name of the workflow, and the actor as the person that it stands for, checked that they may."""
        actor = identify(actor, self._settings.cli_users)
        operator = self._settings.operator
        operates = actor.source == "slack" and bool(operator) and actor.id == operator
        if name == EVERYTHING:
            self._operates(actor, f"{act} all workflows")
            return name, actor
        definition = self._workflows.find(name).definition
        if not operates:
            await self._authorization.may_operate(actor, definition, f"{act} {definition.name}")
        return definition.name, actor

    def _operates(self, actor: Actor, act: str) -> None:
        """Raise `NotAllowed` for anybody but the operator. The command line is the operator's."""
        is_operator = actor.source == "slack" and actor.id == self._settings.operator
        if actor.source not in ("engine", "cli") and not is_operator:
            raise NotAllowed(f"Only the operator can {act}.")

    async def _run(self, run_id: str, actor: Actor) -> tuple[RunRecord, Actor]:
        """A run that the actor may see, and the actor as the person that it stands for."""
        actor = identify(actor, self._settings.cli_users)
        run = await self._store.read(queries.run, run_id)
        if run is None or not await self._visibility.of(actor).sees(run):
            raise UnknownRun(f"There is no run {run_id}.")
        return run, actor

    async def _apply(self, run: RunRecord, build: Any, actor: Actor) -> RunRecord:
        try:
            change = await self._runs.apply(run.id, build, actor=actor)
        except IllegalTransition as reason:
            now = await self._store.read(queries.run, run.id)
            if now is not None and now.state in RUN_ENDED:
                now = await self._store.read(queries.explained, now)
                raise NotPossible(f"{run.short} has already ended: it {now.ending}.") from None
            raise NotPossible(f"That is not possible in {run.short}: {reason}.") from None
        return change.run

    async def _apply_quietly(self, run_id: str, build: Any, actor: Actor) -> bool:
        try:
            await self._runs.apply(run_id, build, actor=actor)
        except (IllegalTransition, UnknownRun, AlteredRun):
            return False  # it has ended, or is left alone
        return True


def _changed(run: RunRecord, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the input of a run with other values for some fields."""
    return {**run.input, **changes} if isinstance(run.input, Mapping) else dict(changes)


def _repeated(reason: str, _: Compiled) -> FirstTransition:
    """Make the first transition of a rerun."""

    def first(transition: Transition, start: bool) -> Change:
        return run_transitions.create(transition, start=start, reason=reason)

    return first


def _forked(
    origin: RunRecord,
    nodes: Mapping[str, Any],
    step: str,
    steps: Mapping[str, StepRecord],
    reason: str,
    compiled: Compiled,
) -> FirstTransition:
    """Make the first transition of a fork. Raises `NotPossible` where a result no longer fits."""
    graph = compiled.graph
    if step not in graph.nodes:
        raise NotPossible(f"{origin.workflow} no longer has the step {step}. Use rerun to start it again.")
    kept = control.kept_steps(graph, step, steps)
    for name in kept:
        before, now = nodes.get(name), graph.nodes[name]
        changed = isinstance(now, StepSpec) and (
            not isinstance(before, StepSpec) or before.schema_digest != now.schema_digest
        )
        if before is None or before.kind != now.kind or changed:
            raise NotPossible(
                f"The step {name} has changed since {origin.short} ran, so its result cannot be kept. "
                "Fork from that step, or use rerun."
            )
    if standing := control.done_twice(graph, step, steps):
        title = graph.nodes[standing].title
        raise NotPossible(
            f"{title} succeeded in {origin.short} and was not undone. In a fork from "
            f"{graph.nodes[step].title} it would execute a second time, because a step before it does. "
            f"To let it, fork from {title}."
        )
    records = {name: steps[name] for name in kept}

    def first(transition: Transition, start: bool) -> Change:
        return control.fork(transition, origin.id, step, records, start=start, reason=reason)

    return first


def _titles(graph: Graph) -> dict[str, str]:
    return {name: node.title for name, node in graph.nodes.items()}
