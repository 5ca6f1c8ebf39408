"""Facts from which the health of workflows is judged, as far as one person may see them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.views.workflow_health import LAST_RUNS, HealthFacts
from engine import Engine, Health, RunFilter, RunRecord, VisibleRuns, WorkflowRecord

_MAX_SEARCHED = 200
"""Runs of a workflow that are read for those that a person may see."""
_MAX_ASKED = 5
"""Requests of a waiting run that are read for failures."""


@dataclass(frozen=True, slots=True)
class HealthReader:
    """Facts of the installation for one view, and reads of each workflow.

    `counted`: open failures by workflow. `known`: the workflows whose failures this person may count; of
    others only those of the runs that they may see. None: of all.
    """

    engine: Engine
    seen: VisibleRuns
    counted: Mapping[str, int]
    more: bool
    muted: Mapping[str, datetime]
    known: Collection[str] | None
    shared: bool = False

    async def objectives(self, workflow: WorkflowRecord) -> Health | None:
        """Return a workflow against its objectives; None without, or where it would tell of hidden runs."""
        if self.known is not None and not await self.seen.sees_counts(workflow):
            return None
        return await self.engine.health(workflow.name)

    async def color(self, workflow: WorkflowRecord) -> str:
        """Return red or amber for a workflow whose objectives are missed or at risk; else an empty text."""
        health = await self.objectives(workflow)
        return health.color if health is not None and health.color != "green" else ""

    def failures(self, workflow: str) -> int:
        """Return how many failures of a workflow wait; 0 where that would tell of runs that are not seen."""
        return self.counted.get(workflow, 0) if self._may_count(workflow) else 0

    async def facts(self, record: WorkflowRecord, runs: Sequence[RunRecord] | None = None) -> HealthFacts:
        """Return the facts of a workflow. `runs`: its newest that the person may see, if they were read."""
        workflow = record.name
        if runs is None:
            runs = (await self.seen.find(RunFilter(workflow), LAST_RUNS, searched=_MAX_SEARCHED)).runs
        may_count = self._may_count(workflow)
        return HealthFacts(
            runs[:LAST_RUNS],
            self.failures(workflow) if may_count else await self._failures_of(runs[:LAST_RUNS]),
            self.more and may_count,
            self.engine.pause_text(workflow),
            self.muted.get(workflow),
            workflow in self.engine.canaries.running(),
            await self.objectives(record),
            self.shared,
        )

    def _may_count(self, workflow: str) -> bool:
        return self.known is None or workflow in self.known

    async def _failures_of(self, runs: Sequence[RunRecord]) -> int:
        """Return how many failures of these runs wait for an answer."""
        waiting = [run for run in runs if run.state == "waiting"]
        asked = [await self.engine.requests(run_id=run.id, limit=_MAX_ASKED) for run in waiting]
        return sum(request.kind == "failure" for requests in asked for request in requests)


async def health_reader(
    engine: Engine,
    seen: VisibleRuns,
    owned: Sequence[WorkflowRecord],
    *,
    public: bool = False,
    everything: bool = False,
) -> HealthReader:
    """Return the reader for a view. `owned`: workflows of this person. `public`: many read the answer.

    `everything`: the operator reads it.
    """
    counted, more = await engine.open_failures()
    muted = {mute.workflow: mute.until for mute in await engine.mutes.all() if not mute.step}
    # A count would tell of runs that the readers may not see.
    known: Collection[str] | None = [each.name for each in owned]
    if public:
        known = ()
    elif seen.sees_all or everything:
        known = None
    return HealthReader(engine, seen, counted, more, muted, known, public)
