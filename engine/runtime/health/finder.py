"""Looks for what people are told about the health of workflows: objectives, runs, schedules, approvals."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from engine.kernel.objectives.health import Objective, health
from engine.model.definition.spec import Definition, ObjectivesSpec
from engine.model.notices.finding import Finding
from engine.model.records.records import TriggerRecord
from engine.runtime.health.measurements import Measurements
from engine.runtime.workflows.workflow_registry import WorkflowRegistry
from engine.store import queries
from engine.store.store import Store

FAR_OVER = 3.0
"""A run that takes so many times its usual duration is told."""
_MIN_OVER = timedelta(minutes=5)
"""A shorter excess is not told."""
_UNFIRED = timedelta(minutes=5)
"""A schedule is late after this time."""
_MAX_FOUND = 20
"""Runs or approvals of a workflow that are told at a time."""


class HealthFinder:
    """Finds what is wrong with workflows that have objectives. Only objectives are told of paused ones."""

    def __init__(
        self,
        store: Store,
        workflows: WorkflowRegistry,
        measurements: Measurements,
        triggers: Callable[[], Awaitable[list[TriggerRecord]]],
        paused: Callable[[str], bool],
    ) -> None:
        self._store, self._workflows, self._measurements = store, workflows, measurements
        self._triggers, self._paused = triggers, paused

    async def find(self, now: datetime) -> list[Finding]:
        """Return everything that is wrong with workflows that have objectives."""
        found: list[Finding] = []
        late = await self._late_schedules(now)
        for compiled in self._workflows.all():
            definition = compiled.definition
            if definition.objectives is None:
                continue
            found += late.get(definition.name, [])
            found += await self._missed_objectives(definition.name, definition.objectives, now)
            if not self._paused(definition.name):
                found += await self._of_workflow(definition, definition.objectives, now)
        return found

    async def _missed_objectives(self, name: str, spec: ObjectivesSpec, now: datetime) -> list[Finding]:
        if all(getattr(spec, each) is None for each in ("success", "p95", "recover", "decide")):
            return []
        measured = await self._measurements.of(name, spec)
        return [
            Finding(name, "objective", each.name, each.state, objective_json(each))
            for each in health(spec, measured, now).objectives
            if each.state in ("at risk", "missed")
        ]

    async def _of_workflow(
        self, definition: Definition, spec: ObjectivesSpec, now: datetime
    ) -> Sequence[Finding]:
        name = definition.name
        found = await self._long_runs(name, now)
        if spec.decide is not None:
            found += await self._undecided(name, now - timedelta(seconds=spec.decide), spec.decide)
        if spec.start_every is not None:
            found += await self._silence(name, now, spec.start_every)
        return found

    async def _long_runs(self, name: str, now: datetime) -> list[Finding]:
        """Return the runs that execute for far longer than usual. Runs that wait for people do not count."""
        usual = await self._store.read(queries.usual_seconds, name)
        if usual is None:
            return []
        limit = max(timedelta(seconds=usual * FAR_OVER), timedelta(seconds=usual) + _MIN_OVER)
        long = await self._store.read(queries.long_runs, name, now - limit, _MAX_FOUND)
        found = []
        for run_id, started in long:
            data = {"run": await self._short(run_id), "usual": usual, "started": started.isoformat()}
            found.append(Finding(name, "run", run_id, "at risk", data))
        return found

    async def _undecided(self, name: str, before: datetime, limit: float) -> list[Finding]:
        undecided = await self._store.read(queries.undecided, name, before, _MAX_FOUND)
        found = []
        for request_id, run_id, step, opened in undecided:
            data = {"run": await self._short(run_id), "step": step, "opened": opened.isoformat()}
            found.append(Finding(name, "approval", request_id, "missed", {**data, "limit": limit}))
        return found

    async def _short(self, run_id: str) -> str:
        run = await self._store.read(queries.run, run_id)
        return run.short if run is not None else run_id

    async def _silence(self, name: str, now: datetime, limit: float) -> list[Finding]:
        """Return that the triggers are silent. Before the first run that they started, they are not."""
        last = await self._store.read(queries.last_triggered, name)
        if last is None or (now - last).total_seconds() <= limit:
            return []
        return [Finding(name, "trigger", "start_every", "missed", {"last": last.isoformat(), "limit": limit})]

    async def _late_schedules(self, now: datetime) -> dict[str, list[Finding]]:
        """Return the schedules that did not fire, by workflow."""
        late: dict[str, list[Finding]] = {}
        for each in await self._triggers():
            if each.upcoming is None or not each.timed or self._paused(each.workflow):
                continue
            if now - each.upcoming > _UNFIRED:
                data = {"due": each.upcoming.isoformat(), "description": each.description}
                found = Finding(each.workflow, "schedule", each.key, "missed", data)
                late.setdefault(each.workflow, []).append(found)
        return late


def objective_json(objective: Objective) -> dict[str, object]:
    """Return an objective as JSON, for the event and the message about it."""
    return {
        "name": objective.name,
        "state": objective.state,
        "target": objective.target,
        "measured": objective.measured,
        "events": objective.events,
        "bad": objective.bad,
        "budget_left": objective.budget_left,
        "burn_rate": objective.burn_rate,
        "window": objective.window,
    }
