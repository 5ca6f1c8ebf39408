"""Pure: the order in which a run that failed or was cancelled undoes its steps, and how it ends then."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal

from engine.model.graph import Graph
from engine.model.records import RequestRecord, StepRecord
from engine.model.spec import ApprovalSpec
from engine.model.states import STEP_SETTLED

BEING_UNDONE = "its steps are being undone"


def next_undo(graph: Graph, steps: Mapping[str, StepRecord]) -> str | None:
    """Return the undo step whose turn it is: that of the step which ended last and is not undone yet.

    None when nothing is left to undo. A step that a person chose to leave as it is has a skipped undo step.
    """
    left = steps_to_undo(graph, steps)
    if not left:
        return None
    position = {name: index for index, name in enumerate(graph.order)}
    return graph.undo[max(left, key=lambda name: (_ended(steps[name]), position[name]))]


def steps_to_undo(graph: Graph, steps: Mapping[str, StepRecord]) -> list[str]:
    """Return the steps that succeeded and that a compensation would undo."""
    return [name for name in graph.order if name in graph.undo and _stands(graph, name, steps)]


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


def _stands(graph: Graph, step: str, steps: Mapping[str, StepRecord]) -> bool:
    undo = steps.get(graph.undo[step])
    succeeded = step in steps and steps[step].state == "succeeded"
    return succeeded and (undo is None or undo.state not in STEP_SETTLED)


def _ended(record: StepRecord) -> datetime:
    assert record.ended_at is not None
    return record.ended_at
