"""A run in motion: its records, and the counts that spare the planner from scanning its graph."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from engine.kernel.shapes.map_state import CannotMap, MapState, elements_of, elements_to_undo
from engine.model.definition.elements import element_name, index_of, is_element, node_of
from engine.model.definition.graph import Graph
from engine.model.definition.spec import Definition, MappedSpec
from engine.model.records.change import Lineage
from engine.model.records.records import RequestRecord, RunRecord, StepRecord
from engine.model.runs.checkpoint import CheckpointRecord
from engine.model.runs.signals import SignalRecord
from engine.model.states import STEP_SETTLED

SHORT_MAP = 20
"""Elements of a list that is read again in little time whenever one of its child runs ends."""


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
    held: dict[str, str] = field(default_factory=dict)
    """Steps that wait for their resources, with the reason."""
    deferred: dict[str, None] = field(default_factory=dict)
    """Approvals that are asked once the values that they are about exist."""
    lineage: Lineage = field(default_factory=Lineage)
    elements: dict[str, StepRecord] = field(default_factory=dict)
    """Step runs of the elements of mapped steps, by name."""
    signals: dict[str, SignalRecord] = field(default_factory=dict)
    """By name."""
    maps: dict[str, MapState] = field(default_factory=dict)
    """Mapped steps that have begun, by name."""
    verified: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    """By mapped step, and by that for policies: the records against which its approvals were verified."""
    earlier: RequestRecord | None = None
    """At a gate: the request of another run that this one asks again, after changes were requested."""

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
        elements: dict[str, StepRecord] | None = None,
        signals: dict[str, SignalRecord] | None = None,
    ) -> "LiveRun":
        """Return a live run with its counters, which are later only counted down."""
        state = cls(run, definition, graph, code, steps or {}, requests or {}, checkpoints or {})
        state.elements, state.signals = elements or {}, signals or {}
        if state.checkpoints:
            state._forget_sent_back()
        state.recount()
        return state

    def _forget_sent_back(self) -> None:
        """Leave out checkpoints of attempts that an approver sent back: the step begins again."""
        for request in self.requests.values():
            for step, attempt in request.revision.sent_back.items() if request.revision else ():
                kept = self.checkpoints.get(step) or {}
                newer = {key: each for key, each in kept.items() if each.attempt > attempt}
                if len(newer) < len(kept):
                    self.checkpoints[step] = newer

    def recount(self) -> None:
        """Recompute the counters from the steps' records."""
        self.open_steps = self.executing = self.retrying = 0
        self.ready.clear()
        self.suspects.clear()
        self.held.clear()
        self.deferred.clear()
        settled = {name for name, record in self.steps.items() if record.state in STEP_SETTLED}
        compensating = self.compensating
        for name in self.graph.order:
            self.missing[name] = sum(1 for other in self.graph.dependencies(name) if other not in settled)
            record = self.steps.get(name)
            if name in settled or compensating:  # what has no row then never starts
                continue
            self.open_steps += 1
            if record is None or record.state == "pending":
                if self.missing[name]:
                    continue
                if record is not None and record.queued_at:
                    self.held[name] = record.reason
                elif record is not None and record.deaths:
                    self.suspects[name] = None
                else:
                    self.ready.append(name)
            elif record.state == "running" and name not in self.graph.mapped:
                self.executing += 1
            elif record.state == "retrying":
                self.retrying += 1
        self._recount_elements()
        for name, record in self.steps.items():
            if name in self.graph.attached:
                self._recount_attached(name, record)

    def _recount_attached(self, name: str, record: StepRecord) -> None:
        """Count an undo step or an alternative, whose row appears when its turn has come."""
        owner = self.graph.alternative_of.get(name)
        if owner is not None and self.steps[owner].state != "waiting":
            return  # what was approved changed first, and its step is tried again
        if name not in self.graph.mapped:
            self.executing += record.state == "running"
            self.retrying += record.state == "retrying"
        if record.state == "pending" and record.queued_at:
            self.held[name] = record.reason
        elif record.state == "pending" and record.deaths:
            self.suspects[name] = None
        elif record.state == "pending":
            self.ready.append(name)

    @property
    def compensating(self) -> bool:
        """Return whether it failed or was cancelled, and its steps are being undone."""
        return self.run.state == "compensating"

    def _recount_elements(self) -> None:
        self.maps.clear()
        for name in (*self.graph.order, *self.graph.attached) if self.graph.mapped else ():
            record = self.steps.get(name)
            if name in self.graph.mapped and record is not None and record.state not in STEP_SETTLED:
                self._recount_map(name, record)

    def _recount_map(self, name: str, record: StepRecord) -> None:
        node = self.graph.nodes[name]
        assert isinstance(node, MappedSpec)
        assert node.each is not None
        try:
            items = self.items_of(node)
        except CannotMap:
            return  # the owner was asked about this
        map_ = self.maps[name] = MapState.of(node.each, items, record, self.elements_of(name))
        self.executing += len(map_.active)
        self.retrying += len(map_.retrying)
        if record.state == "running":
            if record.queued_at:
                self.held[name] = record.reason
            for index in [index for index in map_.again if self._is_suspect(name, index)]:
                map_.again.remove(index)
                map_.active.add(index)
                self.suspects[element_name(name, index)] = None

    def _is_suspect(self, step: str, index: int) -> bool:
        record = self.elements[element_name(step, index)]
        return record.state == "pending" and record.deaths > 0

    # Elements of mapped steps

    def outputs(self) -> dict[str, Any]:
        """Return the outputs of the steps that succeeded."""
        return {name: record.output for name, record in self.steps.items() if record.state == "succeeded"}

    def elements_of(self, step: str) -> Iterator[StepRecord]:
        return (record for name, record in self.elements.items() if node_of(name) == step)

    def element_value(self, name: str) -> Any:
        """Return the value of an element in the list that its step maps."""
        map_, node = self.maps.get(node_of(name)), self.graph.node(name)
        if map_ is not None:
            return map_.items[index_of(name)]
        # The step ended before this attempt was durable, and stops it.
        assert isinstance(node, MappedSpec)
        return self.items_of(node)[index_of(name)]

    def items_of(self, node: MappedSpec) -> list[Any]:
        """Return the list that a mapped step executes for. Raises `CannotMap`."""
        assert node.each is not None
        if not node.each.undoes:
            return elements_of(node, node.each, self.outputs(), self.run.input)
        undone = self.graph.nodes[node.each.source]
        assert isinstance(undone, MappedSpec)
        assert undone.each is not None
        return elements_to_undo(undone.each, undone.name, self.steps, self.elements)

    @property
    def partly_done(self) -> frozenset[str]:
        """Mapped steps of which elements succeeded and are not undone."""
        if self.graph.mapped.isdisjoint(self.graph.undo):
            return frozenset()
        return frozenset(
            node_of(name) for name, record in self.elements.items() if record.state == "succeeded"
        )

    def record(self, step: str) -> StepRecord | None:
        """Return the record of a step run, which may be that of an element; None where it has no row."""
        return (self.elements if is_element(step) else self.steps).get(step)

    def is_pending(self, step: str) -> bool:
        """Return whether a step of the graph has not begun. One without a row has not."""
        return step not in self.steps or self.steps[step].state == "pending"

    def put(self, record: StepRecord) -> None:
        """Keep the record of a step run."""
        (self.elements if is_element(record.step) else self.steps)[record.step] = record

    def requeue(self, element: str) -> None:
        """Let a pending element start before fresh ones."""
        map_ = self.maps[node_of(element)]
        map_.forget(index_of(element))
        map_.again.append(index_of(element))

    def can_start_element(self, step: str) -> bool:
        """Return whether an element of a mapped step could start if this process had a free slot."""
        map_, record = self.maps.get(step), self.steps.get(step)
        going_on = record is not None and record.state == "running" and step not in self.blocked
        going_on = going_on and step not in self.held
        return map_ is not None and going_on and map_.can_start

    @property
    def has_ready_elements(self) -> bool:
        return bool(self.maps) and any(self.can_start_element(step) for step in self.maps)

    def executing_steps(self) -> list[str]:
        """Return the names of the step runs that execute."""
        executing = [
            name
            for name, record in self.steps.items()
            if record.state == "running" and name not in self.graph.mapped
        ]
        return executing + [name for name, record in self.elements.items() if record.state == "running"]

    @property
    def at_rest(self) -> bool:
        """Return whether nothing executes or waits for a slot, so that the rows on the disk are enough."""
        if self.executing or self.wants_slot:
            return False
        # A map is not read again for each of its retries, nor a long one for each of its child runs.
        return not any(
            map_.retrying or (map_.awaited and len(map_.items) > SHORT_MAP) for map_ in self.maps.values()
        )

    @property
    def wants_slot(self) -> bool:
        """Return whether steps could start if this process had a free slot."""
        if self.run.state in ("pending", "paused") or not self.is_below_own_limit:
            return False
        return bool(self.ready) or self.has_ready_elements

    @property
    def is_below_own_limit(self) -> bool:
        """Return whether the workflow's own limit allows another attempt."""
        own = self.definition.max_parallel_steps
        return own is None or self.executing + len(self.suspects) < own
