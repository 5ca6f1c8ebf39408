"""Pure: how the steps of a run take resources, wait for them, and give them back.

A step that has to wait is a row: its record says since when and what for, and its ticket is in the queue.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from engine.kernel.resources.queue import ResourceBook
from engine.kernel.resources.rules import allowed, give, take
from engine.model.change import Change
from engine.model.records import StepRecord, evolve
from engine.model.resources import Resource, Ticket
from engine.model.spec import StepSpec
from engine.model.states import IllegalTransition

if TYPE_CHECKING:
    from engine.kernel.record_changes import RecordChanges
    from engine.kernel.transition import Transition


def admits(transition: "Transition", node: StepSpec) -> bool:
    """Return whether an attempt of this node may begin; if not, the node waits from now on."""
    name = node.name
    if reason := _refusal(transition, node):
        _wait(transition, node, reason)
        return False
    record = transition.record(name)
    if record.queued_at is not None and node.each is not None:
        transition.put_step(evolve(record, queued_at=None, reason=""))
    transition.turn = ""
    return True


def _refusal(transition: "Transition", node: StepSpec) -> str:
    """Return what the node waits for; empty where it need not."""
    book = transition.resources
    assert book is not None
    for name in node.uses:
        answer = allowed(_now(transition.change, book, name), transition.now)
        if not answer.yes:
            return f"{name}: {answer.reason}"
    if transition.turn != node.name:
        for name in node.uses:
            if ahead := book.waiting(name):
                return f"{name}: {ahead} ahead"
    return ""


def _wait(transition: "Transition", node: StepSpec, reason: str) -> None:
    state, name, book = transition.state, node.name, transition.resources
    record, text = transition.record(name), f"waits for {reason}"
    known = book.ticket(state.run.id, name) if book is not None and record.queued_at is not None else None
    since = _since(transition, node)
    transition.put_step(evolve(record, queued_at=since, reason=text))
    state.held[name] = text
    serial = known.serial if known is not None else 0
    ticket = Ticket(state.run.id, name, node.uses, since, state.run.priority, serial)
    transition.change.tickets[name] = ticket
    if record.queued_at is None:
        transition.event("step.queued", name, title=node.title, reason=text, uses=list(node.uses))


def _since(transition: "Transition", node: StepSpec) -> datetime:
    """Return since when a step waits. One that the end of the process interrupted does since it began."""
    record = transition.record(node.name)
    interrupted = record.started_at if record.ended_at is None and node.each is None else None
    return record.queued_at or interrupted or transition.now


def begin(transition: "Transition", uses: tuple[str, ...], step: str) -> None:
    """Take resources for an attempt."""
    book = transition.resources
    attempt = transition.state.run.id, step, transition.record(step).attempt
    assert book is not None
    for name in uses:
        resource = _now(transition.change, book, name)
        transition.change.resources[name] = take(resource, attempt, transition.now)


def end(changes: "RecordChanges", before: StepRecord) -> None:
    """Give back what an attempt used. One that is stopped keeps it until its function has ended."""
    book, attempt = changes.resources, (changes.state.run.id, before.step, before.attempt)
    for name in changes.state.graph.uses.get(changes.state.graph.node(before.step).name, ()):
        assert book is not None
        resource = _now(changes.change, book, name)
        if attempt in resource.holders:
            changes.change.resources[name] = give(resource, attempt)


def leave(changes: "RecordChanges", step: str) -> None:
    """Take a step out of the queue, since it starts, is skipped or ends."""
    changes.state.held.pop(step, None)
    changes.change.tickets[step] = None


def admit(transition: "Transition", step: str) -> Change:
    """Start a step that waited for its resources: its turn has come.

    Where it cannot start yet for another reason, it keeps its place by the time since which it waits.
    """
    state = transition.state
    if step not in state.held:
        raise IllegalTransition(f"{step} waits for no resource")
    if state.run.state == "paused":
        raise IllegalTransition("the run is paused")
    del state.held[step]
    transition.turn = step
    if step not in state.maps:
        state.ready.appendleft(step)
    return transition.finish()


def _now(change: Change, book: ResourceBook, name: str) -> Resource:
    """Return a resource with what this transition changed of it."""
    return change.resources.get(name) or book.resource(name)
