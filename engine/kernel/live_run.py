"""A run in motion: its records, and the counts that spare the planner from scanning its graph."""

from collections import deque
from dataclasses import dataclass, field

from engine.model.change import Lineage
from engine.model.graph import Graph
from engine.model.records import RequestRecord, RunRecord, StepRecord
from engine.model.spec import Definition
from engine.model.states import STEP_SETTLED


@dataclass(slots=True)
class LiveRun:
    """Kept in memory only while something executes. Changed by `engine.kernel.transition` alone."""

    run: RunRecord
    definition: Definition
    graph: Graph
    code: dict[str, str]
    """Digests of the steps' code when the run was created."""
    steps: dict[str, StepRecord] = field(default_factory=dict)
    requests: dict[str, RequestRecord] = field(default_factory=dict)
    missing: dict[str, int] = field(default_factory=dict)
    """By step: how many of its dependencies have not settled."""
    open_steps: int = 0
    executing: int = 0
    retrying: int = 0
    ready: deque[str] = field(default_factory=deque)
    """Pending steps that wait only for a slot."""
    suspects: dict[str, None] = field(default_factory=dict)
    """Pending steps under which the process died: each begins when its trial does. They keep their slots."""
    blocked: dict[str, str] = field(default_factory=dict)
    """Steps whose code isn't there, and what is missing."""
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
    ) -> "LiveRun":
        """Count once what is then counted down."""
        state = cls(run, definition, graph, code, steps or {}, requests or {})
        state.recount()
        return state

    def recount(self) -> None:
        """From the steps' records alone."""
        self.open_steps = self.executing = self.retrying = 0
        self.ready.clear()
        self.suspects.clear()
        settled = {name for name, record in self.steps.items() if record.state in STEP_SETTLED}
        for name in self.graph.order:
            self.missing[name] = sum(1 for other in self.graph.dependencies(name) if other not in settled)
            record = self.steps.get(name)
            if name in settled:
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

    @property
    def at_rest(self) -> bool:
        """Nothing executes or waits for a slot: once it is on the disk, the rows say it all."""
        return not (self.executing or self.wants_slot)

    @property
    def wants_slot(self) -> bool:
        """Whether steps could start if this process had a free slot."""
        return bool(self.ready) and self.run.state != "pending" and self.is_below_own_limit

    @property
    def is_below_own_limit(self) -> bool:
        """The workflow's own limit allows another attempt."""
        own = self.definition.max_parallel_steps
        return own is None or self.executing + len(self.suspects) < own
