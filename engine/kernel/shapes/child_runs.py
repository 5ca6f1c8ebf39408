"""Pure: how a node runs another workflow, or does so for an element of a list. It waits as a row, from which
the child run is started and stopped.

The id of the child run follows from its parent, the step and the attempt, so that none is started twice. When
the child run ends, a row of its own tells its parent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.errors import CannotAsk
from engine.kernel.live_run import LiveRun
from engine.kernel.record_changes import RecordChanges
from engine.kernel.shapes.awaiting import is_open, starts_child
from engine.model.definition.graph import Graph
from engine.model.definition.spec import ChildSpec, Definition
from engine.model.records.records import CHILD, RunRecord, StepRecord, evolve
from engine.model.records.request_parts import Failure
from engine.model.states import IllegalTransition
from engine.model.text.template import filled, sole_path, value_at
from engine.model.values.ids import derived_run_id
from engine.model.values.sizes import MAX_OUTPUT_BYTES, size_problem


@dataclass(frozen=True, slots=True)
class ChildResult:
    """The output that a child run gives the step that waits for it, or why it gives none."""

    output: Any = None
    skipped: str = ""
    """Why the step is skipped."""
    failure: Failure | None = None


def run_id(parent: str, node: ChildSpec, step: str, attempt: int) -> str:
    """The id of the child run of this attempt. `step`: the node's name, or that of an element."""
    return derived_run_id(node.workflow, parent, step, str(attempt))


def trigger(parent: str, step: str) -> str:
    """The trigger of a child run, as its record has it."""
    return f"{CHILD}{step}:{parent}"


def begin(changes: RecordChanges, step: str) -> Failure | None:
    """Begin to wait for a child run, which starts when this is durable. Return why it cannot."""
    state, node = changes.state, node_at(changes.state, step)
    attempt = changes.record(step).attempt + 1
    try:
        input_of(state, step)
    except CannotAsk as error:
        return Failure("NoInput", f"input: {error}")
    changes.move_step(
        step, "await", started_at=changes.now, attempt=attempt, next_attempt_at=None, failure=None, reason=""
    )
    changes.event("step.awaiting", step, title=node.title, kind="child", workflow=node.workflow)
    look_again(changes, step)
    return None


def input_of(state: LiveRun, step: str) -> Any:
    """The input of the child run, not checked yet. Raises `CannotAsk` for a value that is missing."""
    node, outputs = node_at(state, step), state.outputs()
    scope = {"input": state.run.input, **{need.step: None for need in node.needs if need.join == "optional"}}
    if node.each is not None:
        scope[node.each.parameter] = state.element_value(step)
    return filled(
        node.input,
        {**scope, **{need.step: outputs[need.step] for need in node.needs if need.step in outputs}},
    )


def look_again(changes: RecordChanges, step: str) -> None:
    """Let the child run be brought in line with the step once this is durable: started, or stopped."""
    changes.wait("child", f"{changes.state.run.id}:{step}", step, changes.now)


def started(changes: RecordChanges, step: str, child: RunRecord) -> None:
    """Note that the child run is there; nothing is due until it ends. Raises `IllegalTransition`."""
    state, node = changes.state, node_at(changes.state, step)
    record = _waiting(state, step)
    if run_id(state.run.id, node, step, record.attempt) != child.id:
        raise IllegalTransition(f"{step} waits for another run")
    changes.wait("child", f"{state.run.id}:{step}", step, None)
    if not record.reason:
        changes.put_step(evolve(record, reason=f"for {child.short}"))
        changes.event("child.started", step, run=child.id, workflow=child.workflow)


def hold(changes: RecordChanges, step: str) -> None:
    """Start nothing while the run is paused. Raises `IllegalTransition` where it goes on."""
    if changes.state.run.state != "paused":
        raise IllegalTransition("the run goes on")
    _waiting(changes.state, step)
    changes.wait("child", f"{changes.state.run.id}:{step}", step, None)


def resume(changes: RecordChanges) -> None:
    """Let child runs start that a pause held back."""
    state = changes.state
    for step in [*state.steps, *state.elements]:
        if starts_child(state, step):
            look_again(changes, step)


def finish(changes: RecordChanges, step: str, child: str, result: ChildResult) -> Failure | None:
    """End the wait for a child run. Return the failure with which the step fails for good.

    Raises `IllegalTransition` where the step waits for another run, or for none.
    """
    state, node = changes.state, node_at(changes.state, step)
    record = _waiting(state, step)
    if run_id(state.run.id, node, step, record.attempt) != child:
        raise IllegalTransition(f"{step} waits for another run")
    changes.end_wait("child", f"{state.run.id}:{step}")
    if result.failure is not None:
        return result.failure
    if result.skipped:
        if node.each is not None and not node.each.settled:
            return Failure("NoOutput", f"The child run has no output: {result.skipped}.")
        changes.move_step(step, "skip_asked", ended_at=changes.now, reason=result.skipped)
        changes.event("step.skipped", step, reason=result.skipped, title=node.title, run=child)
        return None
    changes.move_step(step, "arrive", output=result.output, ended_at=changes.now, failure=None, reason="")
    attempt = record.attempt
    changes.event("step.succeeded", step, attempt=attempt, title=node.title, log=[], run=child)
    return None


def report(changes: RecordChanges) -> None:
    """Let the parent of a child run that has ended know, once this is durable."""
    changes.wait("report", changes.state.run.id, "", changes.now)


def result_of(
    run: RunRecord, definition: Definition, graph: Graph, steps: Mapping[str, StepRecord], wanted: str
) -> ChildResult:
    """Return the result of a child run that has ended. `wanted`: its step; empty: as its workflow says."""
    if run.state != "succeeded":
        how = "was cancelled" if run.state == "cancelled" else "failed"
        why = f": {run.reason}" if run.reason else "."
        kind = "ChildCancelled" if run.state == "cancelled" else "ChildFailed"
        return ChildResult(failure=Failure(kind, f"{run.short} {how}{why}"))
    path = wanted or sole_path(definition.result)
    last = last_steps(graph)
    if path or len(last) == 1:
        return _result_at(run, graph, steps, path or last[0])
    outputs = {
        name: steps[name].output for name in last if name in steps and steps[name].state == "succeeded"
    }
    if oversized := size_problem(outputs, MAX_OUTPUT_BYTES):
        text = f"The outputs of {run.short} are together {oversized}. Name one of its steps with output=."
        return ChildResult(failure=Failure("TooLarge", text))
    if not outputs:
        return ChildResult(skipped=f"all last steps of {run.short} were skipped")
    return ChildResult(outputs)


def last_steps(graph: Graph) -> list[str]:
    """The steps that no other step comes after, in order."""
    return [name for name in graph.order if not graph.dependents(name)]


def node_at(state: LiveRun, step: str) -> ChildSpec:
    """Return the node of a step run, which may be that of an element."""
    node = state.graph.node(step)
    assert isinstance(node, ChildSpec)
    return node


def _result_at(run: RunRecord, graph: Graph, steps: Mapping[str, StepRecord], path: str) -> ChildResult:
    """`path`: a step, or a path into its output or the input."""
    step = path.split(".")[0]
    if step != "input" and step not in graph.nodes:
        text = f"{run.workflow} has no step {step}, whose output this step gives. Correct output=."
        return ChildResult(failure=Failure("NoResult", text))
    record = steps.get(step)
    if record is not None and record.state == "skipped":
        return ChildResult(skipped=f"{graph.nodes[step].title} of {run.short} was skipped")
    given = record is not None and record.state == "succeeded"
    scope = {"input": run.input, **({step: record.output} if record is not None and given else {})}
    try:
        return ChildResult(value_at(path, scope))
    except CannotAsk as error:
        return ChildResult(failure=Failure("NoResult", f"{run.short} has no output: {error}"))


def _waiting(state: LiveRun, step: str) -> StepRecord:
    record = state.record(step)
    if record is None or not is_open(state, step):
        raise IllegalTransition(f"{step} waits for no run")
    return record
