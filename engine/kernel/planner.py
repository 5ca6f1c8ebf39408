"""Pure: plans a step whose dependencies have all settled.

The machine asks this for a step at the moment its last dependency settles, by counting down; nobody
scans the graph.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.kernel.requests.unasked import SKIPPED_BY_PERSON, is_met, unasked_approval
from engine.model.definition.conditions import (
    Condition,
    StateIs,
    Undecidable,
    evaluate,
    holds_after,
    leaves,
    steps_in,
)
from engine.model.definition.graph import Graph
from engine.model.definition.spec import ApprovalSpec, ChildSpec, NodeSpec, WaitSpec
from engine.model.records.records import StepRecord
from engine.model.records.request_parts import Failure
from engine.model.states import StepState


@dataclass(frozen=True, slots=True)
class Start:
    """Execute the step as soon as a slot is free."""

    step: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Open the approval's request to people."""

    step: str


@dataclass(frozen=True, slots=True)
class Await:
    """Begin a wait, which is a row."""

    step: str


@dataclass(frozen=True, slots=True)
class Skip:
    """Skip the node; `reason` is for people."""

    step: str
    reason: str


@dataclass(frozen=True, slots=True)
class Fail:
    """Fail the node, because its condition cannot be decided."""

    step: str
    failure: Failure


Action = Start | Ask | Await | Skip | Fail


class StepView(Mapping[str, tuple[StepState, Any]]):
    """Values that conditions may test: state and output by step. Steps without a record are pending."""

    def __init__(self, steps: Mapping[str, StepRecord]) -> None:
        self._steps = steps

    def __getitem__(self, step: str) -> tuple[StepState, Any]:
        record = self._steps.get(step)
        return ("pending", None) if record is None else (record.state, record.output)

    def __iter__(self) -> Any:
        return iter(self._steps)

    def __len__(self) -> int:
        return len(self._steps)


def decide(graph: Graph, step: str, steps: Mapping[str, StepRecord]) -> Action:
    """Return the plan for a pending step whose dependencies have all settled.

    First the joins (`T` needs success, `T | None` takes a skip, `Settled[T]` takes all), then
    `after=`, which goes by success or skip, then the condition.
    """
    if step in steps and steps[step].reason == SKIPPED_BY_PERSON:
        return Skip(step, SKIPPED_BY_PERSON)  # before what is before it ran again
    node = graph.nodes[step]
    for name in graph.dependencies(step):
        if steps[name].state == "cancelled" and isinstance(graph.nodes[name], ApprovalSpec):
            return Skip(step, f"{graph.nodes[name].title} could not be asked")
    skipped, missing = unasked_approval(graph, node, steps)
    if skipped:
        how = _end_reason(graph, missing, steps[missing].state)
        return Skip(step, f"{graph.nodes[skipped].title} was not asked: {how}")
    for need in node.needs:
        state = steps[need.step].state
        if not is_met(need, state):
            return Skip(step, _end_reason(graph, need.step, state))
    for earlier in node.after:
        if steps[earlier].state not in ("succeeded", "skipped"):
            return Skip(step, _end_reason(graph, earlier, steps[earlier].state))
    if node.when is not None and (otherwise := _unless(node.when, graph, step, steps)) is not None:
        return otherwise
    return _go(node)


def _unless(when: Condition, graph: Graph, step: str, steps: Mapping[str, StepRecord]) -> Action | None:
    """Return the plan for a step whose condition does not hold; None where it holds."""
    unasked = _failed_approval(graph, when, steps)
    if unasked:
        return Skip(step, _end_reason(graph, unasked, "failed"))
    try:
        if not evaluate(when, StepView(steps)):
            return Skip(step, _outcome_reason(graph, when, steps) or "not needed")
    except Undecidable as reason:
        return Fail(step, Failure("Undecidable", str(reason)))
    return None


def _go(node: NodeSpec) -> Action:
    match node:
        case ApprovalSpec():
            return Ask(node.name)
        case WaitSpec() | ChildSpec():
            return Await(node.name)
    return Start(node.name)


def _outcome_reason(graph: Graph, when: Condition, steps: Mapping[str, StepRecord]) -> str:
    """Return how an approval ended, if that alone makes the condition false; empty for another reason."""
    for name in steps_in(when):
        if not isinstance(graph.nodes[name], ApprovalSpec):
            continue
        record = steps[name]
        end = record.output["outcome"] if record.state == "succeeded" else record.state
        if holds_after(when, name, end) is False:
            return _end_reason(graph, name, end)
    return ""


def _failed_approval(graph: Graph, when: Condition, steps: Mapping[str, StepRecord]) -> str:
    """An approval that failed before anybody was asked, where the condition does not take that failure.

    Nobody decided, so nothing follows from it: not even what `~go.rejected` would let through.
    """
    taken = {leaf.step for leaf in leaves(when) if isinstance(leaf, StateIs) and leaf.state == "failed"}
    for name in steps_in(when):
        is_approval = isinstance(graph.nodes[name], ApprovalSpec)
        if is_approval and name not in taken and steps[name].state == "failed":
            return name
    return ""


def _end_reason(graph: Graph, step: str, end: str) -> str:
    """Return how a step or an approval ended, as a reason for people: `Legal review was rejected`."""
    how = {"failed": "failed", "expired": "expired", "responded": "got a response"}.get(end, f"was {end}")
    return f"{graph.nodes[step].title} {how}"


def run_end(graph: Graph, steps: Mapping[str, StepRecord]) -> tuple[str, str]:
    """The transition that ends a run whose steps have all settled, and the reason: why it failed, or which
    steps it went without because a person skipped one.

    It failed if a step failed whose failure nobody takes.
    """
    failed = [
        name
        for name, record in steps.items()
        if record.state == "failed" and name not in graph.attached and not graph.tolerates_failure(name)
    ]
    return ("fail", f"{', '.join(failed)} failed") if failed else ("succeed", _skipped_summary(graph, steps))


def _skipped_summary(graph: Graph, steps: Mapping[str, StepRecord]) -> str:
    """`a person skipped Build; 7 of 8 steps skipped`; empty when no person skipped any."""
    skipped = {
        name
        for name, record in steps.items()
        if record.state == "skipped" or record.reason == SKIPPED_BY_PERSON
    }
    by_person = [name for name in graph.order if name in skipped and steps[name].reason == SKIPPED_BY_PERSON]
    if not by_person:
        return ""
    missing = set(by_person)
    for name in graph.order:
        if name in skipped and not missing.isdisjoint(graph.dependencies(name)):
            missing.add(name)
    titles = ", ".join(graph.nodes[name].title for name in by_person[:3])
    more = f" and {len(by_person) - 3} more" if len(by_person) > 3 else ""
    total = len(graph.order)
    count = f"{len(missing)} of {total} step{'' if total == 1 else 's'} skipped"
    return f"a person skipped {titles}{more}; {count}"
