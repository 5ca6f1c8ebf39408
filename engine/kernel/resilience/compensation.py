"""Pure: the order in which a run that failed or was cancelled undoes its steps, and how it ends then."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from engine.kernel.requests.unasked import SKIPPED_BY_PERSON
from engine.model.definition.elements import element_name, index_of, is_element, node_of
from engine.model.definition.graph import Graph
from engine.model.definition.spec import ApprovalSpec
from engine.model.records.records import RequestRecord, StepRecord
from engine.model.states import STEP_SETTLED

if TYPE_CHECKING:
    from engine.kernel.record_changes import RecordChanges

BEING_UNDONE = "its steps are being undone"


def next_undo(graph: Graph, steps: Mapping[str, StepRecord], partly_done: Collection[str]) -> str | None:
    """Return the undo step whose turn it is: that of the step which ended last and is not undone yet.

    None when nothing is left to undo. A step that a person chose to leave as it is has a skipped undo step.
    `partly_done`: mapped steps of which elements succeeded, however they ended themselves.
    """
    left = steps_to_undo(graph, steps, partly_done)
    if not left:
        return None
    position = {name: index for index, name in enumerate(graph.order)}
    return graph.undo[max(left, key=lambda name: (_ended(steps[name]), position[name]))]


def steps_to_undo(graph: Graph, steps: Mapping[str, StepRecord], partly_done: Collection[str]) -> list[str]:
    """Return the steps that succeeded, whole or in part, and that a compensation would undo."""
    return [name for name in graph.order if name in graph.undo and _stands(graph, name, steps, partly_done)]


def under_way(graph: Graph, steps: Mapping[str, StepRecord]) -> bool:
    """Return whether an undo step has begun and has not settled: the next one waits for it."""
    return any(steps[undo].state not in STEP_SETTLED for undo in graph.undone_by if undo in steps)


def final_transition(
    graph: Graph, steps: Mapping[str, StepRecord], requests: Iterable[RequestRecord]
) -> Literal["fail", "cancel"]:
    """The transition that ends a compensated run: `fail` if a failure of it was final, else `cancel`.

    A failure that another step takes is final only where the owner aborted the run because of it.
    """
    aborted = any(request.outcome == "abort" and request.step not in graph.undone_by for request in requests)
    failed = any(
        name in steps
        and steps[name].state == "failed"
        and (isinstance(graph.nodes[name], ApprovalSpec) or not graph.tolerates_failure(name))
        for name in graph.order
    )
    return "fail" if aborted or failed else "cancel"


def left_standing(graph: Graph, steps: Mapping[str, StepRecord]) -> str:
    """`; not everything was undone: a person skipped undo of Charge`; empty when all of it was undone."""
    skipped = [graph.nodes[undo].title for undo in graph.undone_by if undo in steps and _left(steps[undo])]
    return f"; not everything was undone: a person skipped {', '.join(skipped)}" if skipped else ""


def _left(undo: StepRecord) -> bool:
    return undo.state == "skipped" and undo.reason == SKIPPED_BY_PERSON


def undone(transition: "RecordChanges", step: str) -> None:
    """Note that an undo step succeeded, or an element of one: what it undid is compensated."""
    state = transition.state
    name = state.graph.undone_by.get(node_of(step))
    if name is None:
        return
    title = state.graph.nodes[name].title
    done = element_name(name, index_of(step)) if is_element(step) else name
    record = state.record(done)
    if record is not None and record.state == "succeeded":  # a mapped step may have failed
        transition.move_step(done, "compensate")
        transition.event("step.compensated", done, title=title, by=step)


def _stands(graph: Graph, step: str, steps: Mapping[str, StepRecord], partly_done: Collection[str]) -> bool:
    undo = steps.get(graph.undo[step])
    if undo is not None and undo.state in STEP_SETTLED:
        return False
    record = steps.get(step)
    if record is None or record.state not in STEP_SETTLED:
        return False
    # One that was kept from another run has no elements here.
    is_done = record.state == "succeeded" and (step not in graph.mapped or bool(record.output))
    return is_done or step in partly_done


def _ended(record: StepRecord) -> datetime:
    assert record.ended_at is not None
    return record.ended_at
