"""Pure: when the alternative of a step executes in its place."""

from collections.abc import Mapping

from engine.kernel.resilience.failure_rules import Action
from engine.model.definition.graph import Graph
from engine.model.definition.spec import StepSpec
from engine.model.records.records import StepRecord
from engine.model.records.request_parts import POLICY_DENIED, Failure

EXECUTES = "failed; its alternative executes"
STOOD_IN = "done by its alternative"


def is_left(graph: Graph, steps: Mapping[str, StepRecord], step: str) -> bool:
    """Return whether a step has an alternative that was not tried in this run."""
    other = graph.alternative.get(step)
    return other is not None and (other not in steps or steps[other].state == "pending")


def is_taken(
    graph: Graph, steps: Mapping[str, StepRecord], step: str, failure: Failure, action: Action | None = None
) -> bool:
    """Return whether a step that failed for good is rerouted without a question.

    `action`: what the author wants after this error; None: as after every error.

    A step whose condition could not be decided did not fail: its alternative has the same condition. Nor did
    one that the policies keep from executing: no rule says that something else may execute instead.
    """
    node = graph.node(step)
    if action in ("ask", "fail"):
        return False
    by_rule = isinstance(node, StepSpec) and node.reroute_by == "rule"
    return (
        (by_rule or action == "alternative")
        and failure.kind not in ("Undecidable", POLICY_DENIED)
        and is_left(graph, steps, step)
    )
