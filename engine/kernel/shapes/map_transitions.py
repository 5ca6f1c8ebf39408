"""Pure: how a mapped step begins, goes on, ends early and ends. Each element is a step run of its own, which
executes, or waits for a child run.

The mapped step's own row changes when it begins and when it ends; one element's transition writes that
element's row alone.
"""

from typing import TYPE_CHECKING

from engine.kernel.record_changes import RecordChanges
from engine.kernel.resilience import compensation
from engine.kernel.resources import use as resource_use
from engine.kernel.shapes import child_runs
from engine.kernel.shapes.awaiting import starts_child
from engine.kernel.shapes.map_state import CannotMap, MapState, output_of
from engine.model.definition.elements import MAX_MAPPED_BYTES, element_name, node_of
from engine.model.definition.spec import ChildSpec, MappedSpec, StepSpec
from engine.model.records.records import evolve
from engine.model.records.request_parts import Failure
from engine.model.values.sizes import size_problem

if TYPE_CHECKING:
    from engine.kernel.transition import Transition

_MAX_MESSAGE = 500


def begin(transition: "Transition", node: MappedSpec, digest: str = "") -> None:
    """Begin a mapped step, or go on with it after a person's Retry or a new approval.

    `digest`: that of its code, where it has code of its own.
    """
    state, each = transition.state, node.each
    assert each is not None
    before = transition.record(node.name)
    try:
        items = state.items_of(node)
    except CannotMap as error:
        transition.give_up(node.name, Failure("CannotMap", str(error)))
        return
    record = transition.move_step(
        node.name,
        "start",
        started_at=before.started_at or transition.now,
        ended_at=None,
        failure=None,
        reason="",
        code_digest=digest,
    )
    changed = before.code_digest or state.code.get(node.name, digest)
    if changed != digest:
        transition.event("step.code_changed", node.name, before=changed, after=digest)
    map_ = MapState.of(each, items, record, state.elements_of(node.name))
    transition.event("step.started", node.name, title=node.title, elements=map_.total, round=record.round)
    state.maps[node.name] = map_
    settle(transition, node.name)


def fill(transition: "Transition") -> None:
    """Start elements while they have room: a slot, or for a child run, nothing but a run that goes on."""
    state = transition.state
    for step in list(state.maps):
        node = state.graph.nodes[step]
        if isinstance(node, ChildSpec):
            while state.can_start_element(step) and state.run.state != "paused" and transition.may_wait(step):
                start_next(transition, step)
            continue
        assert isinstance(node, StepSpec)
        while state.can_start_element(step) and transition.has_free_slot(step):
            if not transition.may_start(step):
                break
            if node.uses and not resource_use.admits(transition, node):
                break
            start_next(transition, step)


def start_next(transition: "Transition", step: str) -> None:
    """Start the next element. One that failed in an earlier round starts again with a new key."""
    map_ = transition.state.maps[step]
    name = element_name(step, map_.next_element())
    record = transition.record(name)
    if record.state == "failed":
        transition.move_step(
            name,
            "retry_element",
            round=map_.round,
            failures=0,
            crashes=0,
            deaths=0,
            ended_at=None,
            round_started_at=None,
        )
        map_.again.pop()  # counted as pending, where it is taken from
    elif not record.attempt:
        transition.state.put(evolve(record, round=map_.round))
    if not isinstance(transition.state.graph.nodes[step], ChildSpec):
        transition.begin_attempt(name)
    elif failure := child_runs.begin(transition, name):
        transition.give_up(name, failure)
        settle(transition, step)


def settle_moved(transition: "Transition") -> None:
    """End the mapped steps that the end of an element ends."""
    for step in list(transition.moved_maps):
        if step in transition.state.maps:
            settle(transition, step)


def settle(transition: "Transition", step: str) -> None:
    """End a mapped step whose elements have all ended, or too many of which have failed."""
    state = transition.state
    map_, node = state.maps[step], state.graph.nodes[step]
    assert isinstance(node, MappedSpec)
    assert node.each is not None
    if transition.record(step).state != "running":
        return
    if map_.has_failed:
        leave(transition, step)
        transition.give_up(step, _failure(transition, step, map_))
    elif map_.ended:
        output = output_of(map_, node.each, step, state.elements)
        if oversized := size_problem(output, MAX_MAPPED_BYTES):
            text = f"The outputs of all elements together are {oversized}, which is the limit."
            remedy = "Write them to files and return their paths."
            transition.give_up(step, Failure("TooLarge", f"{text} {remedy}"))
            return
        transition.move_step(step, "succeed", output=output, ended_at=transition.now, failure=None, reason="")
        counts = {"elements": map_.total, "failed": map_.failed}
        counts |= {"skipped": map_.skipped} if map_.skipped else {}
        started = transition.record(step).started_at or transition.now
        seconds = (transition.now - started).total_seconds()
        transition.event("step.succeeded", step, title=node.title, seconds=seconds, log=[], **counts)
        compensation.undone(transition, step)


def _failure(transition: "Transition", step: str, map_: MapState) -> Failure:
    """`31 of 10,000 elements failed, more than the 30 that are tolerated. Element 17: …`"""
    elements = "1 element" if map_.total == 1 else f"{map_.total:,} elements"
    more = f", more than the {map_.tolerated:,} that may fail" if map_.tolerated else ""
    message = f"{map_.failed:,} of {elements} failed{more}."
    if map_.first_failed is not None:
        first = transition.record(element_name(step, map_.first_failed)).failure
        if first is not None:
            message += f" Element {map_.first_failed}: {first.message[:_MAX_MESSAGE]}"
            return Failure("ElementsFailed", message, first.detail)
    return Failure("ElementsFailed", message)


def leave(transition: RecordChanges, step: str) -> None:
    """Start no further element: those that wait for their trial wait with the others."""
    state = transition.state
    for name in [name for name in state.suspects if name != step and node_of(name) == step]:
        del state.suspects[name]
        state.requeue(name)


def reopen_unstarted(transition: RecordChanges, step: str) -> None:
    """Let the elements wait with the others whose child run has not started, as far as the run knows."""
    state = transition.state
    for name in [element_name(step, index) for index in sorted(state.maps[step].awaited)]:
        if starts_child(state, name):
            child_runs.look_again(transition, name)  # a child run that was created meanwhile is stopped
            transition.move_step(name, "reopen", ended_at=None)


def stop(transition: "Transition", step: str, reason: str) -> None:
    """Stop the elements of a mapped step that has ended."""
    state = transition.state
    map_ = state.maps.pop(step, None)
    if map_ is None:
        return
    for name in [name for name in state.suspects if name != step and node_of(name) == step]:
        del state.suspects[name]
    for index in sorted(map_.active | map_.awaited | map_.retrying | set(map_.again)):
        name = element_name(step, index)
        record = transition.record(name)
        if record.state == "running":
            transition.stop(name)
        elif record.state == "retrying":
            transition.end_wait("retry", f"{state.run.id}:{name}")
        elif record.state == "waiting":
            child_runs.look_again(transition, name)
        elif record.state != "pending":
            continue
        transition.move_step(name, "cancel", ended_at=transition.now, next_attempt_at=None)
        transition.event("step.cancelled", name, reason=reason)
