"""How far the mapped steps of a run are."""

from collections.abc import Mapping

from engine.kernel.shapes.map_state import GAP, CannotMap, elements_of, elements_to_undo
from engine.model.definition.graph import Graph
from engine.model.definition.spec import MappedSpec
from engine.model.records.records import ElementCounts, StepRecord
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
        if node.each.undoes:
            total = _done(graph, snapshot, node.each.source)
        else:
            try:
                total = len(elements_of(node, node.each, outputs, snapshot.run.input))
            except CannotMap:
                total = sum(by_state.values())
        counts[name] = ElementCounts(total, **{state: by_state.get(state, 0) for state in _SHOWN})
    return counts


def partly_done(graph: Graph, snapshot: Snapshot) -> frozenset[str]:
    """Return the mapped steps of which elements succeeded and are not undone."""
    mapped = graph.mapped if graph.undo else ()
    return frozenset(name for name in mapped if snapshot.counts.get(name, {}).get("succeeded"))


def _done(graph: Graph, snapshot: Snapshot, step: str) -> int:
    """Return how many elements of a mapped step succeeded, whether they are undone by now or not."""
    by_state = snapshot.counts.get(step, {})
    if by_state:
        return by_state.get("succeeded", 0) + by_state.get("compensated", 0)
    node = graph.nodes[step]
    assert isinstance(node, MappedSpec)
    assert node.each is not None
    return sum(item is not GAP for item in elements_to_undo(node.each, step, snapshot.steps, {}))
