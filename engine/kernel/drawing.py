"""The graph of a definition as a picture shows it: nodes by kind, and edges with what they carry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from engine.kernel.agent_steps import states_of_agents
from engine.kernel.schedules.trigger_words import describe
from engine.model.definition.conditions import (
    AllOf,
    AnyOf,
    Compare,
    Condition,
    Not,
    Operator,
    OutcomeIs,
    StateIs,
)
from engine.model.definition.graph import Graph
from engine.model.definition.spec import ApprovalSpec, Definition, NodeSpec
from engine.model.runs.refusals import Refusal
from engine.model.text.wording import in_words

_OPERATORS: dict[Operator, str] = {
    "==": "is", "!=": "is not", "<": "is under", "<=": "is at most", ">": "is over", ">=": "is at least",
    "in": "is one of",
}  # fmt: skip
_JOINS = {"value": "", "optional": "or skipped", "settled": "however it ends"}


@dataclass(frozen=True, slots=True)
class DrawnNode:
    """`kind`: that of the node, such as `step` and `approval`, or of its operation, such as `command`.

    It may be one that nothing here knows."""

    name: str
    title: str
    kind: str
    mapped: bool = False
    """It executes for every element of a list."""
    uses: tuple[str, ...] = ()
    """Names of the resources that it uses."""
    workflow: str = ""
    """The other workflow that a child workflow runs."""
    state: str | None = None
    """None in the drawing of a workflow, which has no run."""
    undo: bool = False
    """A step undoes it when its run fails or is cancelled."""
    alternative: bool = False
    """Another step executes in its place when it fails for good."""
    polls: bool = False
    """It is checked again and again until it is ready."""
    refusal: Refusal = ""
    """How its approval ended, if not approved."""


@dataclass(frozen=True, slots=True)
class DrawnEdge:
    """`order`: it passes no data. `back`: from an approval to a step that runs again when changes are
    requested. `label`: under which condition; empty for success."""

    source: str
    target: str
    kind: Literal["data", "order", "back"]
    label: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """`starts`: what starts runs, in words. `run`: the short id of the run that is drawn."""

    title: str
    starts: tuple[str, ...]
    nodes: tuple[DrawnNode, ...]
    edges: tuple[DrawnEdge, ...]
    run: str = ""


def drawing(
    definition: Definition,
    graph: Graph,
    states: Mapping[str, str] | None = None,
    run: str = "",
    refusals: Mapping[str, Refusal] | None = None,
) -> Drawing:
    """Return the drawing of a workflow, or with the states by step, of a run. `refusals`: by step."""
    nodes = [graph.nodes[name] for name in graph.order]
    if parts := parts_of(graph):
        whole = _drawing(definition, states, run, refusals, nodes, graph)
        return _folded(whole, parts, None if states is None else states_of_agents(parts, states))
    return _drawing(definition, states, run, refusals, nodes, graph)


def parts_of(graph: Graph) -> dict[str, str]:
    """Return the nodes that are parts of an agent, with the agent's name, in the order of the graph."""
    named = ((name, getattr(graph.nodes[name], "part_of", "")) for name in graph.order)
    return {name: agent for name, agent in named if agent}


def _folded(whole: Drawing, parts: Mapping[str, str], states: Mapping[str, str] | None) -> Drawing:
    """Return the drawing with one node for each agent."""
    nodes = []
    for node in whole.nodes:
        if node.name in parts.values():
            state = None if states is None else states[node.name]
            node = replace(node, kind="agent", state=state)
        if node.name not in parts:
            nodes.append(node)
    edges: dict[tuple[str, str], DrawnEdge] = {}
    for edge in whole.edges:
        source, target = parts.get(edge.source, edge.source), parts.get(edge.target, edge.target)
        if source != target:
            edges.setdefault((source, target), replace(edge, source=source, target=target))
    return replace(whole, nodes=tuple(nodes), edges=tuple(edges.values()))


def _drawing(
    definition: Definition,
    states: Mapping[str, str] | None,
    run: str,
    refusals: Mapping[str, Refusal] | None,
    nodes: Sequence[NodeSpec],
    graph: Graph,
) -> Drawing:
    return Drawing(
        title=definition.title,
        starts=tuple(describe(spec) for spec in definition.triggers),
        nodes=tuple(_node(node, states, (refusals or {}).get(node.name, "")) for node in nodes),
        edges=(
            *(edge for node in nodes for edge in _edges(node, graph.dependencies(node.name))),
            *(edge for node in nodes for edge in _back_edges(node)),  # last, so that no layout begins there
        ),
        run=run,
    )


def _node(node: NodeSpec, states: Mapping[str, str] | None, refusal: Refusal) -> DrawnNode:
    state = None if states is None else states.get(node.name, "pending")
    mapped = bool(getattr(node, "each", None))
    operation = getattr(node, "operation", None)
    return DrawnNode(
        node.name,
        node.title,
        node.kind if operation is None else operation.kind,
        mapped,
        getattr(node, "uses", ()),
        getattr(node, "workflow", ""),
        state,
        getattr(node, "undo", None) is not None,
        getattr(node, "alternative", None) is not None,
        getattr(node, "poll", None) is not None,
        refusal,
    )


def _edges(node: NodeSpec, dependencies: tuple[str, ...]) -> list[DrawnEdge]:
    joins = {need.step: _JOINS[need.join] for need in node.needs}
    tests = _labels(node.when) if node.when is not None else {}
    return [
        DrawnEdge(
            source,
            node.name,
            "data" if source in joins else "order",
            tests.get(source) or joins.get(source, ""),
        )
        for source in dependencies
    ]


def _back_edges(node: NodeSpec) -> list[DrawnEdge]:
    revised = node.revise if isinstance(node, ApprovalSpec) else ()
    return [DrawnEdge(node.name, step, "back", "changes") for step in revised]


def _labels(condition: Condition) -> dict[str, str]:
    """Return by step what the condition tests of it."""
    match condition:
        case OutcomeIs():
            return {condition.step: condition.outcome}
        case StateIs():
            return {condition.step: condition.state}
        case Compare():
            return {condition.step: _comparison(condition)}
        case Not():
            return {
                step: f"not ({label})" if " " in label else f"not {label}"
                for step, label in _labels(condition.no).items()
            }
        case AllOf():
            return _joined([_labels(each) for each in condition.all], " and ")
        case AnyOf():
            labels = _joined([_labels(each) for each in condition.any], " or ")
            return labels if len(labels) == 1 else {step: f"or {label}" for step, label in labels.items()}


def _comparison(condition: Compare) -> str:
    """`severity is critical`; `output` stands for a whole output."""
    compared, value = ".".join(condition.path) or "output", condition.value
    if value is True and condition.op in ("==", "!="):
        return compared if condition.op == "==" else f"not {compared}"
    words = value if isinstance(value, str) and value else in_words(value)
    return f"{compared} {_OPERATORS[condition.op]} {words}"


def _joined(parts: list[dict[str, str]], word: str) -> dict[str, str]:
    steps = dict.fromkeys(step for part in parts for step in part)
    return {step: word.join(part[step] for part in parts if step in part) for step in steps}
