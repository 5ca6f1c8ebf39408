"""How far the mapped steps of a run are."""

from collections.abc import Mapping

from engine.kernel.shapes.map_state import CannotMap, elements_of
from engine.model.graph import Graph
from engine.model.records import ElementCounts, StepRecord
from engine.model.spec import MappedSpec
from engine.model.states import StepState
from engine.store.queries.snapshots import Snapshot

Elements = list[StepRecord]
"""A page of step runs of a mapped step's elements."""
ElementState = StepState
_SHOWN: tuple[StepState, ...] = ("succeeded", "failed", "running", "retrying", "waiting", "skipped")


def element_counts(graph: Graph, snapshot: Snapshot) -> Mapping[str, ElementCounts]:
    """Return the counts of the mapped steps that have begun."""
    counts = {}
    outputs = {name: step.output for name, step in snapshot.steps.items() if step.state == "succeeded"}
    for name in graph.mapped:
        node, record = graph.nodes[name], snapshot.steps.get(name)
        assert isinstance(node, MappedSpec)
        assert node.each is not None
        if record is None or record.started_at is None:
            continue
        by_state = snapshot.counts.get(name, {})
        try:
            total = len(elements_of(node, node.each, outputs, snapshot.run.input))
        except CannotMap:
            total = sum(by_state.values())
        counts[name] = ElementCounts(total, **{state: by_state.get(state, 0) for state in _SHOWN})
    return counts
