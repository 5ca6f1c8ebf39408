"""A run in motion: its records, and the counts that spare the planner from scanning its graph."""

from collections import deque
from dataclasses import dataclass, field

from engine.model.change import Lineage
from engine.model.checkpoint import CheckpointRecord
from engine.model.graph import Graph
from engine.model.records import RequestRecord, RunRecord, StepRecord
from engine.model.spec import Definition
from engine.model.states import STEP_SETTLED


@dataclass(slots=True)
class LiveRun:
    """A run in memory, kept only while something executes. Only `engine.kernel.transition` changes it."""

    run: RunRecord
    definition: Definition
    graph: Graph
    code: dict[str, str]
    """Digests of the steps' code when the run was created."""
    steps: dict[str, StepRecord] = field(default_factory=dict)
    requests: dict[str, RequestRecord] = field(default_factory=dict)
    checkpoints: dict[str, dict[str, CheckpointRecord]] = field(default_factory=dict)
    """By step and key."""
    missing: dict[str, int] = field(default_factory=dict)
    """Number of dependencies that have not settled, by step."""
    open_steps: int = 0
    executing: int = 0
    retrying: int = 0
    ready: deque[str] = field(default_factory=deque)
    """Pending steps that wait only for a slot."""
    suspects: dict[str, None] = field(default_factory=dict)
    """Pending steps that executed when the process died. Each starts with its trial, and keeps its slot."""
    blocked: dict[str, str] = field(default_factory=dict)
    """Steps whose code is missing, with the reason."""
    lineage: Lineage = field(default_factory=Lineage)

    @classmethod
    def of(
        cls,
        run: RunRecord,
        definition: Definition,
        graph: Graph,
        code: dict[str, str],
        steps: dict[str, StepRecord] | None = None,
        requests: dict[str, RequestRecord] | None = None,
        checkpoints: dict[str, dict[str, CheckpointRecord]] | None = None,
    ) -> "LiveRun":
        """Return a live run with its counters, which are later only counted down."""
        state = cls(run, definition, graph, code, steps or {}, requests or {}, checkpoints or {})
        state.recount()
        return state

    def recount(self) -> None:
        """Recompute the counters from the steps' records."""
        self.open_steps = self.executing = self.retrying = 0
        self.ready.clear()
        self.suspects.clear()
        settled = {name for name, record in self.steps.items() if record.state in STEP_SETTLED}
        for name in self.graph.order:
            self.missing[name] = sum(1 for other in self.graph.dependencies(name) if other not in settled)
            record = self.steps.get(name)
            if name in settled or self.compensating:  # what has no row then never starts
                continue
            self.open_steps += 1
            if record is None or record.state == "pending":
                if self.missing[name]:
                    continue
                if record is not None and record.deaths:
                    self.suspects[name] = None
                else:
                    self.ready.append(name)
            elif record.state == "running":
                self.executing += 1
            elif record.state == "retrying":
                self.retrying += 1
        for name, record in self.steps.items():
            if name in self.graph.undone_by:
                self._recount_undo(name, record)

    def _recount_undo(self, name: str, record: StepRecord) -> None:
        """An undo step is in no order, and its row appears when its turn has come."""
        self.executing += record.state == "running"
        self.retrying += record.state == "retrying"
        if record.state == "pending" and record.deaths:
            self.suspects[name] = None
        elif record.state == "pending":
            self.ready.append(name)

    @property
    def compensating(self) -> bool:
        """Whether it failed or was cancelled, and its steps are being undone."""
        return self.run.state == "compensating"

    @property
    def at_rest(self) -> bool:
        """Return whether nothing executes or waits for a slot, so that the rows on the disk are enough."""
        return not (self.executing or self.wants_slot)

    @property
    def wants_slot(self) -> bool:
        """Whether steps could start if this process had a free slot."""
        return bool(self.ready) and self.run.state not in ("pending", "paused") and self.is_below_own_limit

    @property
    def is_below_own_limit(self) -> bool:
        """Return whether the workflow's own limit allows another attempt."""
        own = self.definition.max_parallel_steps
        return own is None or self.executing + len(self.suspects) < own
