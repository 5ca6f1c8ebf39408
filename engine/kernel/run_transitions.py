"""The named transitions of a run: each takes the run's state and what happened, and gives one `Change`.

Pure: they touch no clock, no disk and no network, so that they can be driven through any order of
events. A transition that no longer applies raises `IllegalTransition` and changes nothing.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from engine.kernel.requests import approval_digest, clarification
from engine.kernel.requests.quorum import Rosters, decided_outcome, decisions_for_outcome, open_stage
from engine.kernel.requests.requesters import further_names
from engine.kernel.requests.unasked import SKIPPED_BY_PERSON
from engine.kernel.resilience.compensation import BEING_UNDONE, final_transition
from engine.kernel.resilience.failure_rules import Consequence
from engine.kernel.resilience.retry import given_up, is_too_late, retry_delay
from engine.kernel.resources import use as resource_use
from engine.kernel.shapes import follow_ups
from engine.kernel.transition import Transition, failure_data
from engine.model.change import Change
from engine.model.elements import is_element, node_of
from engine.model.quality import KeptRows, QualityReport
from engine.model.records import DecisionRecord, RequestRecord, evolve
from engine.model.request_parts import Failure, RequestPolicy
from engine.model.spec import ApprovalSpec, StepSpec
from engine.model.states import REQUEST, RUN_ENDED, IllegalTransition, move
from engine.model.wording import same_json

AS_EVERY_ERROR = Consequence()
MAX_CRASHES = 3
"""Number of process deaths after which a step executes again only if a person says so."""

SUSPECT_REASON = "waits to be tried again alone: the process died while it was executing"


def create(transition: Transition, *, start: bool) -> Change:
    """The first transition of a run. Not started, it waits its turn behind others of its workflow."""
    run = transition.state.run
    further = {"further_requesters": further_names(run)} if run.further_requesters else {}
    transition.event("run.created", input=run.input, trigger=run.trigger, **further)
    return begin(transition) if start else transition.finish()


def begin(transition: Transition) -> Change:
    """Begin a pending run whose turn has come."""
    transition.move_run("start", event="run.started")
    transition.plan_roots()
    return transition.finish()


def start_ready(transition: Transition) -> Change:
    """Start ready steps, because a slot is free or missing code was loaded."""
    state = transition.state
    if state.run.state in RUN_ENDED or state.run.state in ("pending", "paused"):
        raise IllegalTransition(f"the run is {state.run.state}")
    state.ready.extend(state.blocked)
    if not state.ready and not state.has_ready_elements:
        raise IllegalTransition("nothing is ready")
    return transition.finish()


def succeed(
    transition: Transition,
    step: str,
    attempt: int,
    output: Any,
    log: Sequence[str],
    seconds: float,
    quality: QualityReport | None = None,
    asked: Sequence[tuple[str, str, Any]] = (),
) -> Change:
    """Record the output of an attempt. A late one becomes an event and changes nothing.

    `quality`: of the rows that it checked. `asked`: the runs that are to follow, each with its id, workflow
    and input.
    """
    if not is_current(transition, step, attempt):
        return record_late_end(transition, step, attempt, "a result")
    if transition.state.graph.uses:
        resource_use.answered(transition, step)
    transition.move_step(
        step,
        "succeed",
        output=output,
        ended_at=transition.now,
        log=tuple(log),
        failure=None,
        reason=quality.summary if quality is not None else "",
        deaths=0,
    )
    title = transition.state.graph.node(step).title
    checked = {} if quality is None else {"rows": quality.rows, "rejected": quality.rejected}
    transition.event(
        "step.succeeded", step, attempt=attempt, title=title, seconds=seconds, log=list(log), **checked
    )
    if asked:
        follow_ups.record(transition, step, asked)
    if rerouted := transition.state.graph.alternative_of.get(step):
        transition.stand_in(rerouted, output)
    if undone := transition.state.graph.undone_by.get(step):
        transition.move_step(undone, "compensate")
        title = transition.state.graph.nodes[undone].title
        transition.event("step.compensated", undone, title=title, by=step)
    return transition.finish()


def fail(
    transition: Transition,
    step: str,
    attempt: int,
    failure: Failure,
    log: Sequence[str],
    *,
    worth_retrying: bool,
    chance: float,
    consequence: Consequence = AS_EVERY_ERROR,
    kept: KeptRows | None = None,
) -> Change:
    """Record a failed attempt: add a durable wait for the next one, or give the step up.

    `consequence` comes from the author's rules for errors. `kept`: rows that the owner may accept. `chance`
    in [0, 1): jitter that the caller drew.
    """
    if not is_current(transition, step, attempt):
        return record_late_end(transition, step, attempt, "a failure")
    state, node = transition.state, transition.state.graph.node(step)
    assert isinstance(node, StepSpec)
    before = transition.record(step)
    failures = before.failures + 1
    state.put(evolve(before, failures=failures, log=tuple(log), reason="", deaths=0))
    ends = consequence.action in ("alternative", "ask", "fail")
    if state.graph.uses and (consequence.action in ("retry", "alternative") or (worth_retrying and not ends)):
        resource_use.failed(transition, step, failure)
    if not worth_retrying or ends or failures + before.crashes >= node.retry.attempts:
        transition.give_up(step, failure, consequence.action, kept)
        return transition.finish()
    after = retry_delay(node.retry, failures, chance)
    due = transition.now + (after if consequence.after is None else timedelta(seconds=consequence.after))
    if is_too_late(node.retry, before.round_started_at, due):
        transition.give_up(step, given_up(transition.record(step), failure, transition.now))
    else:
        _retry_later(transition, step, failure, due)
    return transition.finish()


def _retry_later(transition: Transition, step: str, failure: Failure, due: datetime) -> None:
    """Add the durable wait for the next attempt."""
    record = transition.move_step(
        step, "retry_later", failure=failure, ended_at=transition.now, next_attempt_at=due
    )
    transition.wait("retry", f"{transition.state.run.id}:{step}", step, due)
    transition.event(
        "step.retrying",
        step,
        attempt=record.attempt,
        title=transition.state.graph.node(step).title,
        failure=failure_data(failure),
        next_attempt_at=due.isoformat(),
        log=list(record.log),
    )


def overrun(transition: Transition, step: str, attempt: int, reason: str) -> Change:
    """An attempt executes beyond its timeout, or beyond the end of its run, because nothing can stop it.

    It holds its step until it has ended, so that no second attempt executes beside it.
    """
    before = transition.record(step)
    if before.attempt != attempt or before.state not in ("running", "cancelled"):
        raise IllegalTransition(f"{step} is {before.state}")
    transition.put_step(evolve(before, reason=reason))
    title = transition.state.graph.node(step).title
    transition.event("step.overrun", step, attempt=attempt, title=title, reason=reason)
    return transition.finish()


def interrupt(
    transition: Transition,
    steps: Sequence[str],
    *,
    crashed: bool,
    alone: bool = False,
    logs: Mapping[str, Sequence[str]] | None = None,
) -> Change:
    """The process stopped, or died, under these attempts; they are made again, with the same key.

    `logs`: what they had logged until then, by step.

    After a death each step is a suspect, and waits for its trial. A death counts against a step that was
    `alone`: one too many and the owner is asked instead.
    """
    for step in steps:
        before = transition.record(step)
        if before.state != "running":
            continue  # one before it was given up, and the run ended with that
        crashes, deaths = before.crashes + (crashed and alone), before.deaths + crashed
        log = list((logs or {}).get(step, ()))
        if alone and max(crashes, deaths) >= MAX_CRASHES:
            transition.state.put(evolve(before, crashes=crashes, deaths=deaths, log=tuple(log)))
            transition.give_up(step, _crash_failure(max(crashes, deaths)))
            continue
        reason = SUSPECT_REASON if deaths else ""
        transition.move_step(step, "interrupt", crashes=crashes, deaths=deaths, reason=reason, log=tuple(log))
        details = {"attempt": before.attempt, "crashed": crashed, "alone": alone}
        transition.event("step.interrupted", step, **details, **({"log": log} if log else {}))
        if deaths:
            transition.suspect(step)
        else:
            transition.plan_step(step)
    return transition.finish()


def give_back(transition: Transition, step: str, attempt: int) -> Change:
    """Start an attempt again that executed nothing. Raises `IllegalTransition` where it no longer counts."""
    if not is_current(transition, step, attempt):
        raise IllegalTransition(f"attempt {attempt} of {step} no longer counts")
    return interrupt(transition, [step], crashed=False)


def _crash_failure(times: int) -> Failure:
    text = (
        f"The process died {times} times while this step was executing, the last time while nothing else was."
    )
    return Failure("Crashed", text)


def put_on_trial(transition: Transition, step: str) -> Change:
    """Make the next attempt of a suspect, also where no slot is free: it has kept its own."""
    if step not in transition.state.suspects:
        raise IllegalTransition("it is no longer a suspect")
    if transition.state.run.state == "paused":
        raise IllegalTransition("the run is paused")
    del transition.state.suspects[step]
    transition.turn = node_of(step)
    transition.start(step)
    if is_element(step) and transition.record(step).state == "pending":
        transition.state.requeue(step)  # its resources are in use
    return transition.finish()


def retry(transition: Transition, step: str) -> Change:
    """Start the attempt of a due retry."""
    if transition.record(step).state != "retrying":
        raise IllegalTransition(f"{step} is {transition.record(step).state}, not retrying")
    transition.end_wait("retry", f"{transition.state.run.id}:{step}")
    # A state of its own, not just a start: there may be no room now, and the wait's row is gone.
    transition.move_step(step, "due", next_attempt_at=None)
    transition.plan_step(step)
    return transition.finish()


def decide(
    transition: Transition,
    request: RequestRecord,
    decision: DecisionRecord,
    rosters: Rosters | None = None,
) -> Change:
    """Record a decision that the policy allowed. If it makes the outcome, the run continues with it."""
    if request.state != "open":
        raise IllegalTransition(f"the request is {request.state}")
    request = _record_decision(transition, request, decision)
    outcome = decided_outcome(request, request.decisions, rosters)
    if outcome is None:
        stage = open_stage(request, request.decisions, rosters, request.stage)
        if stage != request.stage:
            request = evolve(request, stage=stage)
            name = request.policy.stages[stage].name
            transition.event("request.stage", request.step, request.id, stage=stage, name=name)
        transition.put_request(request)
        return transition.finish()
    if outcome == "approved" and request.policy.revocable_for is not None:
        return _hold(transition, request, timedelta(seconds=request.policy.revocable_for))
    request = transition.close_request(request, "decide", outcome)
    details = {"kind": request.kind, "choice": decision.choice, "comment": decision.comment}
    transition.event("request.decided", request.step, request.id, outcome=outcome, **details)
    _apply_outcome(transition, request, outcome)
    return transition.finish()


def _record_decision(
    transition: Transition, request: RequestRecord, decision: DecisionRecord
) -> RequestRecord:
    """Return the request with the decision and its values, and record the event."""
    details: dict[str, Any] = {
        "kind": request.kind, "choice": decision.choice, "comment": decision.comment,
    }  # fmt: skip
    if decision.on_behalf:
        details["on_behalf"] = decision.on_behalf
    if decision.value is not None:
        details["changes"] = changed_fields(request.value, decision.value)
        request = evolve(request, form=evolve(request.form, value=decision.value))
    decision = evolve(decision, digest=approval_digest.digest(request))
    transition.change.decisions.append(decision)
    transition.event("request.decision", request.step, request.id, digest=decision.digest, **details)
    return evolve(request, decisions=(*request.decisions, decision), version=request.version + 1)


def _hold(transition: Transition, request: RequestRecord, revocable_for: timedelta) -> Change:
    """Hold an approval: guarded steps start only after the revocation window."""
    effective = transition.now + revocable_for
    transition.end_question(request)
    transition.end_waits(request)
    request = evolve(
        request,
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


def expire(transition: Transition, request: RequestRecord) -> Change:
    """Expire a request with the outcome that the workflow defines for that."""
    if request.state != "open":
        raise IllegalTransition(f"the request is {request.state}")
    outcome = request.policy.on_expiry or "expired"
    request = transition.close_request(request, "expire", outcome)
    transition.event("request.expired", request.step, request.id, kind=request.kind, outcome=outcome)
    _apply_outcome(transition, request, outcome)
    return transition.finish()


def cancel(transition: Transition, reason: str) -> Change:
    """Cancel the run: withdraw its requests, stop its attempts, and undo its steps that declare `undo`."""
    if transition.state.run.state == "compensating" and not transition.state.blocked:
        raise IllegalTransition(BEING_UNDONE)
    transition.end_run("cancel", reason)
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


def is_current(transition: Transition, step: str, attempt: int) -> bool:
    """Return whether this attempt executes and counts."""
    record = transition.record(step)
    return record.state == "running" and record.attempt == attempt


def record_late_end(transition: Transition, step: str, attempt: int, what: str) -> Change:
    """Record the end of an attempt that no longer counts."""
    before = transition.record(step)
    if before.state == "cancelled" and before.attempt == attempt and before.reason:
        transition.put_step(evolve(before, reason="cancelled; its function has ended since"))
    transition.event("step.late", step, attempt=attempt, reason=f"{what} of an attempt that no longer counts")
    return transition.finish()
