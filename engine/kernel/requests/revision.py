"""Pure: rounds of an approval. An approver requests changes, steps run again, and people are asked again.

Each round is a request of its own: no vote of an earlier round counts, and a decision covers what its round
shows. Carrying it out is the part of `engine.kernel.approval_binding`.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from engine.errors import CannotAsk
from engine.kernel.live_run import LiveRun
from engine.kernel.requests.quorum import decisions_for_outcome
from engine.model.definition.graph import Graph
from engine.model.definition.spec import ApprovalSpec, Definition
from engine.model.people import effective_user_id
from engine.model.records.records import OWN_QUESTIONS, RequestRecord, Revision, StepRecord
from engine.model.records.request_parts import Feedback
from engine.model.states import STEP_SETTLED

CHANGES_REQUESTED = "changes_requested"


def revised_steps(graph: Graph, approval: ApprovalSpec) -> tuple[str, ...]:
    """Return the steps that run again when changes are requested, in order.

    They are the named steps, all between these and the approval, and approvals beside it that asked about
    their results.
    """
    changed = {*approval.revise}.union(*(graph.after(name) for name in approval.revise))
    before, after = graph.before(approval.name), {approval.name, *graph.after(approval.name)}
    return tuple(
        name
        for name in graph.order
        if name in changed
        and name not in after
        and (name in before or isinstance(graph.nodes[name], ApprovalSpec))
    )


def waits_for_values(graph: Graph, approval: ApprovalSpec, steps: Mapping[str, StepRecord]) -> bool:
    """Return whether a step before the approval has not settled whose value the decision is about.

    Guarded steps read that value, or the step runs again when changes are requested. The dependencies of the
    approval can settle earlier, because a person can skip a step between the two.
    """
    revised = revised_steps(graph, approval) if approval.revise else ()
    before = graph.before(approval.name)
    return any(
        name in before and (name not in steps or steps[name].state not in STEP_SETTLED)
        for name in (*graph.scopes.reads[approval.name], *revised)
    )


def revision_of(state: LiveRun, approval: ApprovalSpec) -> Revision | None:
    """Return the round in which people are asked now; None where they cannot request changes."""
    if not approval.rounds or state.run.trigger.startswith(OWN_QUESTIONS):
        return None  # nobody would ask again
    if revised_run(state.run.input, state.definition):
        return _revision_at_gate(state, approval)
    earlier = _sent_back(state.requests.values(), approval.name)
    acted = _acted_after(state, approval.name)
    if not earlier:
        return Revision(1, approval.rounds, acted=acted)
    last = earlier[-1]
    return Revision(
        round=len(earlier) + 1,
        rounds=approval.rounds,
        feedback=tuple(feedback_in(each) for each in earlier),
        previous=last.id,
        ask=last.ask,
        shown=last.shown,
        value=last.value,
        acted=acted,
    )


def revised_run(values: Any, definition: Definition) -> str:
    """Return the id of the run that a run of a gate asks again; empty for a first question."""
    revises = values.get("revises") if definition.gate and isinstance(values, Mapping) else ""
    return revises if isinstance(revises, str) else ""


def _revision_at_gate(state: LiveRun, approval: ApprovalSpec) -> Revision:
    """Return the round that follows the request of another run. Raises `CannotAsk`."""
    last = state.earlier
    if last is None or last.revision is None or last.outcome != CHANGES_REQUESTED:
        raise CannotAsk("The request that this one asks again is gone, so nobody can compare the two.")
    return Revision(
        round=last.revision.round + 1,
        rounds=approval.rounds,
        feedback=(*last.revision.feedback, feedback_in(last)),
        previous=last.id,
        ask=last.ask,
        shown=last.shown,
    )


def feedback_for(requests: Iterable[RequestRecord], step: str) -> tuple[Feedback, ...]:
    """Return the changes for which a step runs again, oldest first."""
    sent_back = _sent_back(requests)
    return tuple(
        feedback_in(request)
        for request in sent_back
        if request.revision is not None and step in request.revision.sent_back
    )


def feedback_in(request: RequestRecord) -> Feedback:
    """Return the changes that were requested at this request."""
    decision = decisions_for_outcome(request, CHANGES_REQUESTED)[-1]
    number = request.revision.round if request.revision else 1
    return Feedback(request.step, number, effective_user_id(decision.actor), decision.comment, decision.at)


def attempts_sent_back(requests: Iterable[RequestRecord]) -> dict[str, int]:
    """Return, by step, the last attempt that was sent back: what it kept does not count any more."""
    attempts: dict[str, int] = {}
    for request in requests:
        if request.revision is not None:
            for step, attempt in request.revision.sent_back.items():
                attempts[step] = max(attempt, attempts.get(step, 0))
    return attempts


def _sent_back(requests: Iterable[RequestRecord], approval: str | None = None) -> list[RequestRecord]:
    found = [
        request
        for request in requests
        if request.kind == "approval"
        and request.outcome == CHANGES_REQUESTED
        and approval in (None, request.step)
    ]
    return sorted(found, key=lambda request: (request.opened_at, request.ended_at or request.opened_at))


def _acted_after(state: LiveRun, approval: str) -> str:
    """Return the title of a step that has begun after the approval: a change would come too late for it."""
    for name in state.graph.after(approval):
        node, record = state.graph.nodes[name], state.steps.get(name)
        if record is not None and not isinstance(node, ApprovalSpec) and _has_begun(record):
            return node.title
    return ""


def _has_begun(record: StepRecord) -> bool:
    return bool(record.attempt) or record.started_at is not None
