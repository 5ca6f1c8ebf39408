"""Pure: how the steps of a run take resources, wait for them, and give them back.

A step that has to wait is a row: its record says since when and what for, and its ticket is in the queue.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from engine.kernel.resilience import alternatives
from engine.kernel.resources.queue import ResourceBook
from engine.kernel.resources.rules import YES, Answer, allowed, give, limits_text, take
from engine.kernel.resources.rules import answered as after_answer
from engine.kernel.resources.rules import refused as after_failure
from engine.model.definition.spec import NodeSpec, StepSpec
from engine.model.records.change import Change
from engine.model.records.records import RunRecord, StepRecord, evolve
from engine.model.records.request_parts import Failure
from engine.model.runs.resources import Attempt, Resource, Ticket

if TYPE_CHECKING:
    from engine.kernel.record_changes import RecordChanges
    from engine.kernel.transition import Transition


UNAVAILABLE = "ResourceUnavailable"
"""The kind of failure of a step that waited too long for its resources."""
WAITS_FOR = "waits for "


def admits(transition: "Transition", node: StepSpec) -> bool:
    """Return whether an attempt of this node may begin; if not, the node waits from now on.

    Where a circuit breaker is open, its alternative may execute instead.
    """
    name, state = node.name, transition.state
    resource, answer = _refusal(transition, node)
    if answer.is_open and node.reroute_when_open and alternatives.is_left(state.graph, state.steps, name):
        transition.reroute(name, Failure(UNAVAILABLE, f"{resource}: {answer.reason}."))
        return False
    if not answer.yes:
        _wait(transition, node, f"{resource}: {answer.reason}")
        return False
    record = transition.record(name)
    if record.queued_at is not None and node.each is not None:
        transition.put_step(evolve(record, queued_at=None, reason=""))
        leave(transition, name)
    transition.turn = ""
    return True


def _refusal(transition: "Transition", node: StepSpec) -> tuple[str, Answer]:
    """Return the resource that the node waits for, and why; a yes where it need not wait."""
    book = transition.resources
    assert book is not None
    for name in node.uses:
        answer = allowed(_now(transition.change, book, name), transition.now)
        if not answer.yes:
            return name, answer
    if transition.turn != node.name:
        for name in node.uses:
            if ahead := book.waiting(name):
                return name, Answer(f"{ahead} ahead")
    return "", YES


def _wait(transition: "Transition", node: StepSpec, reason: str) -> None:
    state, name, book = transition.state, node.name, transition.resources
    record, text = transition.record(name), f"{WAITS_FOR}{reason}"
    known = book.ticket(state.run.id, name) if book is not None and record.queued_at is not None else None
    since = _since(transition, node)
    transition.put_step(evolve(record, queued_at=since, reason=text))
    state.held[name] = text
    transition.change.tickets[name] = ticket_of(state.run, node, since, known)
    if record.queued_at is not None:
        return
    transition.event("step.queued", name, title=node.title, reason=text, uses=list(node.uses))
    if node.resource_timeout is not None:
        due = transition.now + timedelta(seconds=node.resource_timeout)
        transition.wait("resource", f"{state.run.id}:{name}", name, due)


def ticket_of(run: RunRecord, node: StepSpec, since: datetime, known: Ticket | None = None) -> Ticket:
    """Return the place of a step in the queue. `known`: the one that it has."""
    serial = known.serial if known is not None else 0
    return Ticket(run.id, node.name, node.uses, since, run.priority, node.reroute_when_open, serial)


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
        if resource.opened_at is not None:
            opened_at = resource.opened_at.isoformat()
            transition.event("resource.half_opened", step, resource=name, opened_at=opened_at)


def answered(transition: "Transition", step: str) -> None:
    """Note that the resources of an attempt answered it: a breaker that it probed closes."""
    for name, resource, attempt in _held(transition, step):
        if resource.probe == attempt and resource.opened_at is not None:
            transition.change.resources[name] = after_answer(resource, attempt)
            opened_at = resource.opened_at.isoformat()
            transition.event("resource.closed", step, resource=name, opened_at=opened_at)


def failed(transition: "Transition", step: str, failure: Failure) -> None:
    """Note that an attempt failed because of its resources: a breaker opens after so many of these."""
    for name, resource, attempt in _held(transition, step):
        after = after_failure(resource, attempt, transition.now)
        transition.change.resources[name] = after
        if after.half_opens_at == resource.half_opens_at or after.opened_at is None:
            continue
        assert after.half_opens_at is not None
        transition.event(
            "resource.opened" if resource.opened_at is None else "resource.probe_failed",
            step,
            resource=name,
            opened_at=after.opened_at.isoformat(),
            half_opens_at=after.half_opens_at.isoformat(),
            failure={"kind": failure.kind, "message": failure.message},
            limits=limits_text(resource.spec),
        )


def _held(transition: "Transition", step: str) -> list[tuple[str, Resource, Attempt]]:
    """Return the resources that the attempt under way of a step uses."""
    book, state = transition.resources, transition.state
    attempt = state.run.id, step, transition.record(step).attempt
    names = state.graph.uses.get(state.graph.node(step).name, ())
    if not names or book is None:
        return []
    found = [(name, _now(transition.change, book, name)) for name in names]
    return [(name, resource, attempt) for name, resource in found if attempt in resource.holders]


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
    _end_wait(changes, changes.state.graph.node(step))


def _end_wait(changes: "RecordChanges", node: NodeSpec) -> None:
    if isinstance(node, StepSpec) and node.resource_timeout is not None:
        changes.end_wait("resource", f"{changes.state.run.id}:{node.name}")


def _now(change: Change, book: ResourceBook, name: str) -> Resource:
    """Return a resource with what this transition changed of it."""
    return change.resources.get(name) or book.resource(name)
