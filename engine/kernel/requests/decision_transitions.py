"""The transitions of a request that is answered or runs out of time, and what its outcome does to the run.

Pure, like those of `engine.kernel.run_transitions`; one that no longer applies raises `IllegalTransition`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.kernel.requests import approval_digest, clarification, window
from engine.kernel.requests.quorum import Rosters, decided_outcome, decisions_for_outcome, open_stage
from engine.kernel.requests.revision import CHANGES_REQUESTED
from engine.kernel.requests.unasked import SKIPPED_BY_PERSON
from engine.kernel.resilience.compensation import final_transition
from engine.kernel.transition import Transition, failure_data
from engine.model.definition.spec import ApprovalSpec
from engine.model.people import effective_user_id
from engine.model.records.change import Change
from engine.model.records.records import DecisionRecord, RequestRecord, evolve
from engine.model.records.request_parts import Failure, RequestPolicy
from engine.model.states import REQUEST, IllegalTransition, move
from engine.model.text.wording import same_json


def decide(
    transition: Transition,
    request: RequestRecord,
    decision: DecisionRecord,
    rosters: Rosters | None = None,
    door: str = "",
) -> Change:
    """Record a decision that the policy allowed. If it makes the outcome, the run continues with it.

    `door`: the door that took it, where the actor does not say it.
    """
    if request.state != "open":
        raise IllegalTransition(f"the request is {request.state}")
    request = _record_decision(transition, request, decision, door)
    outcome = decided_outcome(request, request.decisions, rosters)
    if outcome is None:
        stage = open_stage(request, request.decisions, rosters, request.stage)
        if stage != request.stage:
            request = evolve(request, stage=stage)
            name = request.policy.stages[stage].name
            transition.event("request.stage", request.step, request.id, stage=stage, name=name)
            request = transition.end_claim(request)
        claim = request.people.claim
        if claim is not None and claim.by == effective_user_id(decision.actor):
            request = transition.end_claim(request)
        transition.put_request(request)
        return transition.finish()
    if outcome == "approved":
        if window.has_ended(request.policy, transition.now):
            raise IllegalTransition("the window of the request has ended")
        if (effective := window.effective_at(request.policy, transition.now)) is not None:
            return _hold(transition, request, effective)
    request = transition.close_request(request, "decide", outcome)
    details = {"kind": request.kind, "choice": decision.choice, "comment": decision.comment}
    transition.event("request.decided", request.step, request.id, outcome=outcome, **details)
    _apply_outcome(transition, request, outcome)
    return transition.finish()


def _record_decision(
    transition: Transition, request: RequestRecord, decision: DecisionRecord, door: str = ""
) -> RequestRecord:
    """Return the request with the decision and its values, and record the event."""
    details: dict[str, Any] = {
        "kind": request.kind, "choice": decision.choice, "comment": decision.comment,
    }  # fmt: skip
    if door:
        details["door"] = door
    if decision.on_behalf:
        details["on_behalf"] = decision.on_behalf
    if use := request.grant_of(decision):
        details["grant"] = use.as_json()
    if glass := request.glass_of(decision):
        details["break_glass"] = glass.as_json()
    if decision.value is not None:
        details["changes"] = changed_fields(request.value, decision.value)
        request = evolve(request, form=evolve(request.form, value=decision.value))
    decision = evolve(decision, digest=approval_digest.digest(request))
    transition.change.decisions.append(decision)
    transition.event("request.decision", request.step, request.id, digest=decision.digest, **details)
    return evolve(request, decisions=(*request.decisions, decision), version=request.version + 1)


def _hold(transition: Transition, request: RequestRecord, effective: datetime) -> Change:
    """Hold an approval: guarded steps start only after the time to revoke it, and in the window."""
    transition.end_question(request)
    transition.end_waits(request)
    request = evolve(
        transition.end_claim(request),
        state=move(REQUEST, "hold", request.state),
        outcome="approved",
        ended_at=transition.now,
        version=request.version + 1,
        clock=evolve(request.clock, paused_since=None, effective_at=effective),
        coverage=evolve(request.coverage, digest=approval_digest.digest(request)),
    )
    transition.put_request(request)
    transition.wait("effect", request.id, request.step, effective, request.id)
    transition.event("request.held", request.step, request.id, effective_at=effective.isoformat())
    return transition.finish()


def revoke(transition: Transition, request: RequestRecord, decision: DecisionRecord) -> Change:
    """An approver takes an approval back before it took effect: people are asked again.

    An approver has objected, so time does not approve what nobody approves again.
    """
    state = move(REQUEST, "revoke", request.state)
    request = _record_decision(transition, request, decision)
    transition.end_waits(request)
    request = evolve(
        request,
        state=state,
        outcome=None,
        ended_at=None,
        stage=0,
        policy=_without_approval_by_time(request.policy),
        coverage=evolve(request.coverage, digest=""),
        clock=evolve(request.clock, effective_at=None),
    )
    transition.put_request(request)
    transition.event("request.revoked", request.step, request.id)
    transition.await_people(request)
    return transition.finish()


def _without_approval_by_time(policy: RequestPolicy) -> RequestPolicy:
    return evolve(policy, on_expiry=None) if policy.on_expiry == "approved" else policy


def take_effect(transition: Transition, request: RequestRecord) -> Change:
    """Let an approval take effect that nobody revoked."""
    state = move(REQUEST, "take_effect", request.state)
    outcome = request.outcome
    assert outcome is not None
    request = evolve(request, state=state, version=request.version + 1)
    transition.put_request(request)
    transition.end_waits(request)
    transition.event("request.decided", request.step, request.id, kind=request.kind, outcome=outcome)
    _apply_outcome(transition, request, outcome)
    return transition.finish()


def lapse(transition: Transition, request: RequestRecord) -> Change:
    """Expire an approval unused: its window ended before it took effect. Nothing that it guards starts."""
    request = transition.close_request(request, "lapse", "expired")
    details = {"kind": request.kind, "outcome": "expired", "unused": True}
    transition.event("request.expired", request.step, request.id, **details)
    _apply_outcome(transition, request, "expired")
    return transition.finish()


def expire(transition: Transition, request: RequestRecord) -> Change:
    """Expire a request with the outcome that the workflow defines for that."""
    if request.state != "open":
        raise IllegalTransition(f"the request is {request.state}")
    outcome = request.policy.on_expiry or "expired"
    request = transition.close_request(request, "expire", outcome)
    transition.event("request.expired", request.step, request.id, kind=request.kind, outcome=outcome)
    _apply_outcome(transition, request, outcome)
    return transition.finish()


def outcome_value(request: RequestRecord, outcome: str) -> Mapping[str, Any]:
    """Return the value that guarded steps get from an approval: the JSON of `Outcome`."""
    made_it = decisions_for_outcome(request, outcome)
    assert request.ended_at is not None
    return {
        "outcome": outcome,
        "by": [decision.actor.as_user or decision.actor.id for decision in made_it],
        "comment": made_it[-1].comment if made_it else "",
        "at": request.ended_at.isoformat(),
        **_value_of(request, outcome),
    }


def changed_fields(before: Any, after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return the fields that differ, each with its value before (None if it was missing) and after."""
    old = before if isinstance(before, Mapping) else {}
    return {
        name: [old.get(name), value]
        for name, value in after.items()
        if name not in old or not same_json(old[name], value)
    }


def _value_of(request: RequestRecord, outcome: str) -> dict[str, Any]:
    if request.form is None or outcome != "approved" or request.value is None:
        return {}
    return {"value": request.form.spec.outcome_value(request.value)}


def _apply_outcome(transition: Transition, request: RequestRecord, outcome: str) -> None:
    """Apply an outcome to the step that the request is about."""
    step, title = request.step, transition.state.graph.nodes[request.step].title
    if request.kind == "clarification":
        clarification.resume_deadline(transition, request)
        return
    if request.policy_question is not None:
        transition.apply_policy_answer(request, outcome)
        return
    node = transition.state.graph.nodes[step]
    if outcome == CHANGES_REQUESTED and isinstance(node, ApprovalSpec) and node.revise:
        transition.send_back(request)
        return
    if request.kind == "approval":
        value = outcome_value(request, outcome)
        transition.move_step(step, "outcome", output=value, ended_at=transition.now)
        return
    if outcome == "retry":
        round_ = transition.record(step).round + 1
        transition.move_step(
            step, "retry_asked", round=round_, failures=0, crashes=0, deaths=0, round_started_at=None
        )
        transition.plan_step(step)
    elif outcome == "accept":
        record = transition.record(step)
        reason = f"{record.reason}, accepted by a person"
        transition.move_step(step, "accept", ended_at=transition.now, failure=None, reason=reason)
        transition.event("step.succeeded", step, attempt=record.attempt, title=title, accepted=True, log=[])
    elif outcome == "reroute":
        transition.reroute(step, transition.record(step).failure or Failure("Failed", "It failed."))
    elif outcome == "skip":
        # A guarded step may not take the skip of an approval that nobody was asked.
        asks = isinstance(transition.state.graph.nodes[step], ApprovalSpec)
        skip = "leave_unasked" if asks else "skip_asked"
        transition.move_step(step, skip, reason=SKIPPED_BY_PERSON, ended_at=transition.now)
        transition.event("step.skipped", step, reason=SKIPPED_BY_PERSON, title=title)
    else:
        failure = request.failure or Failure("Failed", "It failed.")
        transition.move_step(step, "fail", ended_at=transition.now)
        transition.event("step.failed", step, title=title, failure=failure_data(failure))
        why = "nobody answered in time" if request.state == "expired" else "aborted by a person"
        _end_failed(transition, step, f"{title} failed: {failure.message} ({why})")


def _end_failed(transition: Transition, step: str, reason: str) -> None:
    """End the run because of a step. A run whose compensation is aborted ends as it would have anyway."""
    state = transition.state
    if step not in state.graph.undone_by:
        transition.end_run("fail", reason)
        return
    ended = final_transition(state.graph, state.steps, state.requests.values())
    transition.end_run(ended, f"{state.run.reason}; not everything was undone: {reason}")
