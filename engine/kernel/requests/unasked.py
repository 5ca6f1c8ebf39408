"""Pure: approvals that were skipped although no condition of the author allowed that.

An approval is skipped too when a step that it needs failed, or when a person skipped that step. Nobody
decided anything then, so a guarded step that takes a skip of the approval does not take this one.
"""

from collections.abc import Iterator, Mapping

from engine.model.definition.conditions import (
    Condition,
    StateIs,
    holds_after,
    leaves,
    requires_approval,
    steps_in,
)
from engine.model.definition.graph import Graph
from engine.model.definition.spec import ApprovalSpec, Need, NodeSpec
from engine.model.records.records import StepRecord
from engine.model.states import StepState

SKIPPED_BY_PERSON = "skipped by a person"
"""Reason of a step that a person skipped after it failed."""


def is_met(need: Need, state: StepState) -> bool:
    """Return whether a node can get what it needs from a step that ended in this state."""
    return need.join == "settled" or state == "succeeded" or (state == "skipped" and need.join == "optional")


def unasked_approval(graph: Graph, node: NodeSpec, steps: Mapping[str, StepRecord]) -> tuple[str, str]:
    """An approval of which the node takes only an intended skip, and the step without which it was skipped.

    Both are empty where there is no such approval.
    """
    for name in () if node.when is None or isinstance(node, ApprovalSpec) else steps_in(node.when):
        skipped = steps[name].state == "skipped" and isinstance(graph.nodes[name], ApprovalSpec)
        if skipped and _is_guard(node.when, name) and (missing := _missing_step(graph, name, steps)):
            return name, missing
    return "", ""


def _is_guard(when: Condition | None, approval: str) -> bool:
    """Return whether the condition requires an approval, or its skip."""
    assert when is not None
    return holds_after(when, approval, "approved") is not False and requires_approval(when, approval)


def _missing_step(graph: Graph, skipped: str, steps: Mapping[str, StepRecord]) -> str:
    """Return the step that failed, or that a person skipped, and that caused this skip."""
    left, seen = [skipped], {skipped}
    while left:
        for name in _causes(graph.nodes[left.pop()], steps):
            if steps[name].state != "skipped" or steps[name].reason == SKIPPED_BY_PERSON:
                return name
            if name not in seen:
                seen.add(name)
                left.append(name)
    return ""


def _causes(node: NodeSpec, steps: Mapping[str, StepRecord]) -> Iterator[str]:
    """The steps without whose success this node was skipped, where its author did not name how they ended."""
    yield from (need.step for need in node.needs if not is_met(need, steps[need.step].state))
    yield from (name for name in node.after if steps[name].state not in ("succeeded", "skipped"))
    if node.when is not None:
        named = {(leaf.step, leaf.state) for leaf in leaves(node.when) if isinstance(leaf, StateIs)}
        for name in steps_in(node.when):
            if steps[name].state != "succeeded" and (name, steps[name].state) not in named:
                yield name
