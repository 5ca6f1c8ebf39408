"""Pure: the request by which a policy of the installation asks for an approval of one step."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from engine.kernel.live_run import LiveRun
from engine.kernel.requests.request_factory import anybody_of, shown_operations
from engine.kernel.requests.requesters import people_among, requesters_of
from engine.kernel.requests.revision import feedback_for
from engine.model.definition.graph import dependencies
from engine.model.definition.operations import OperationSpec
from engine.model.definition.policies import MatchedRule, PolicyRule, RequiredApproval
from engine.model.definition.spec import ApprovalSpec, QuorumSpec, StageSpec, StepSpec
from engine.model.records.records import RequestRecord, Shown, StepRecord
from engine.model.records.request_parts import RequestClock, RequestPolicy
from engine.model.states import AWAITED

_REMIND_EVERY = 4 * 3_600.0
"""Seconds between reminders of a policy's request."""


def policy_request(
    state: LiveRun,
    node: StepSpec,
    matched: MatchedRule,
    required: RequiredApproval,
    operation: OperationSpec | None,
    now: datetime,
) -> RequestRecord:
    """Return the request for the approval that a rule requires. Raises `CannotAsk`.

    It is an ordinary approval request at the step itself. `operation`: as the loaded code would execute it.
    """
    run = state.run
    expires = now + timedelta(seconds=required.expires)
    return RequestRecord(
        id=f"{run.id}.{node.name}.p{sum(1 for _ in questions_at(state, node.name)) + 1}",
        kind="approval",
        run_id=run.id,
        workflow=run.workflow,
        step=node.name,
        state="open",
        version=1,
        ask=f"Execute {node.title} of {state.definition.title}?",
        requester=run.actor,
        further_requesters=people_among(requesters_of(run, state.signals.values()), but=(run.actor,)),
        opened_at=now,
        shown=tuple(_shown(state, node, matched, operation)),
        policy=RequestPolicy(
            choices=("approve", "reject"),
            stages=(required_stage(required),),
            self_approval=False,
            comment={},
            remind_every=_REMIND_EVERY,
        ),
        clock=RequestClock(expires_at=expires),
    )


def questions_at(state: LiveRun, step: str) -> Iterator[RequestRecord]:
    """Yield the requests of policies about a step, oldest first."""
    asked = (request for request in state.requests.values() if request.step == step)
    yield from sorted(
        (request for request in asked if request.policy_question is not None),
        key=lambda request: request.opened_at,
    )


def approved_questions(state: LiveRun, step: str) -> list[RequestRecord]:
    """Return the requests of policies about a step that people approved and that still count."""
    return [
        request
        for request in questions_at(state, step)
        if request.state == "decided" and request.outcome == "approved" and not request.coverage.superseded
    ]


def open_question(state: LiveRun, step: str) -> RequestRecord | None:
    """Return the request of a policy that a step waits for; None where it waits for none."""
    return next((each for each in questions_at(state, step) if each.state in AWAITED), None)


def why_again(state: LiveRun, step: str, rule: PolicyRule) -> str:
    """Return why a rule asks about a step again; empty where it asks for the first time or after a Retry."""
    asked = [(each, each.policy_question) for each in questions_at(state, step)]
    earlier = [(each, question) for each, question in asked if question and question.rule == rule.name]
    if not earlier:
        return ""
    last, question = earlier[-1]
    if last.coverage.superseded:
        return last.coverage.superseded
    if question.digest != rule.digest:
        return f"the policy {rule.name} changed"
    return "what was approved before it changed" if last.state == "withdrawn" else ""


def refusal_words(request: RequestRecord, names: Iterable[str]) -> str:
    """Return how people left the step without the approval, as a sentence."""
    question = request.policy_question
    rule = question.rule if question is not None else ""
    if request.state == "expired":
        return f"Nobody gave the approval that the policy {rule} requires in time."
    comment = " ".join(request.decisions[-1].comment.split()) if request.decisions else ""
    said = f" {comment}" if comment else ""
    return f"The approval that the policy {rule} requires was rejected by {', '.join(names)}.{said}"


def required_stage(required: RequiredApproval) -> StageSpec:
    """Return the people who complete what a rule requires."""
    if required.people == 1:
        return anybody_of(*required.by)
    return StageSpec(quorums=(QuorumSpec(approvers=required.by, needs=required.people),))


def _shown(
    state: LiveRun, node: StepSpec, matched: MatchedRule, operation: OperationSpec | None
) -> Iterator[Shown]:
    """Yield the rule with its reason, and what the step will use."""
    yield Shown("Required by the policy", matched.name)
    if matched.rule is not None and matched.rule.reason:
        yield Shown("Reason", matched.rule.reason)
    if matched.problem:
        yield Shown("The policy could not be evaluated", matched.problem)
    run_input = state.run.input
    if run_input:
        yield Shown("Input of the run", run_input, requested=True)
    for feedback in feedback_for(state.requests.values(), node.name):
        yield Shown("Requested changes", feedback.comment)
    used = [name for name in dependencies(node) if name in state.steps]
    for name in used:
        title, record = state.graph.nodes[name].title, state.steps[name]
        if any(need.step == name for need in node.needs):
            yield Shown(f"Output of {title}", _value(state, name, record))
    if operation is not None:
        scope = {**dict.fromkeys(used), **state.outputs(), "input": run_input}
        later = (node.each.parameter,) if node.each is not None else ()
        yield from shown_operations([(node.title, operation)], scope, later)


def _value(state: LiveRun, name: str, record: StepRecord) -> Any:
    """Return what a step takes from another: its output, or how it ended."""
    output = record.output
    if record.state != "succeeded":
        return record.state
    if isinstance(state.graph.nodes[name], ApprovalSpec) and isinstance(output, Mapping):
        return output.get("value", output.get("outcome"))
    return output
