"""Pure: which approvals answer a decision, by the graph."""

from engine.model.definition.conditions import steps_in
from engine.model.definition.graph import Graph
from engine.model.definition.spec import ApprovalSpec


def approvals_about(graph: Graph, decision: str) -> tuple[str, ...]:
    """Return the approvals that show this decision, or that depend on its output, in the order of the graph.

    An approval that only comes after it is not about it.
    """
    found = []
    for name in graph.order:
        node = graph.nodes[name]
        if isinstance(node, ApprovalSpec) and decision in _read_by(node):
            found.append(name)
    return tuple(found)


def _read_by(node: ApprovalSpec) -> set[str]:
    named = {need.step for need in node.needs}
    return named | (set(steps_in(node.when)) if node.when is not None else set())
