"""The named transitions of an open request by which time brings it to people again, or to more people."""

from collections.abc import Callable, Sequence
from typing import Any

from engine.kernel.requests.feasibility import QuorumReplacements
from engine.kernel.resilience.alerts import alert_spec, quiet_until
from engine.kernel.transition import Transition
from engine.model.definition.spec import QuorumSpec, StageSpec
from engine.model.people import is_on_call
from engine.model.records.change import Change
from engine.model.records.records import RequestRecord, evolve
from engine.model.states import IllegalTransition


def remind(transition: Transition, request: RequestRecord) -> Change:
    """Remind people that an open request waits for them: the approver who is on it alone, if there is one."""
    if request.state != "open":
        raise IllegalTransition(f"the request is {request.state}")
    request = evolve(request, clock=evolve(request.clock, reminders=request.clock.reminders + 1))
    transition.put_request(request)
    details = {"kind": request.kind, "reminder": request.clock.reminders, **_held(transition, request)}
    if request.people.claim is not None:
        details["claimed_by"] = request.people.claim.by
    transition.event("request.reminded", request.step, request.id, **details)
    transition.remind_later(request)
    return transition.finish()


def _held(transition: Transition, request: RequestRecord) -> dict[str, str]:
    """Return the end of the quiet hours for which the reminder of a failure waits; nothing where it goes."""
    spec = alert_spec(transition.state.definition, transition.state.graph.nodes[request.step])
    if request.kind != "failure" or spec is None:
        return {}
    end = quiet_until(spec, transition.now, request.clock.expires_at)
    return {"held_until": end.isoformat()} if end else {}


def escalate(transition: Transition, request: RequestRecord) -> Change:
    """Escalate a request: ask further people, or other people instead."""
    if request.state != "open":
        raise IllegalTransition(f"the request is {request.state}")
    due = request.policy.escalations[request.clock.escalated]
    already = [] if due.replace else [ref for ref in due.to if ref in request.approvers]
    if due.replace:  # who is on it is not asked any more
        request = transition.end_claim(request)

    def asked(_: int, quorum: QuorumSpec) -> tuple[QuorumSpec, ...]:
        if quorum.stands_in:  # for those who were asked before
            return () if due.replace else (quorum,)
        return (widen(quorum, due.to, due.replace),)

    request = with_quorums(request, asked)
    request = evolve(request, clock=evolve(request.clock, escalated=request.clock.escalated + 1))
    transition.put_request(request)
    details = {"kind": request.kind, "to": list(due.to), "replace": due.replace}
    if already:
        details["already"] = already
    transition.event("request.escalated", request.step, request.id, **details)
    transition.escalate_later(request)
    return transition.finish()


def bring_to_owner(
    transition: Transition,
    request: RequestRecord,
    owner: str,
    replacements: QuorumReplacements,
    why: str = "",
) -> Change:
    """Too few of those who may decide are left: the owner may as well.

    `why`: sentences for people about schedules for which nobody is on call.
    `replacements`: for quorums that need all of whom not all can agree; see `feasibility.owner_replacements`.
    """
    if request.state != "open" or (owner in request.approvers and not replacements):
        raise IllegalTransition("it is closed, or with its owner already")

    def asked(number: int, quorum: QuorumSpec) -> tuple[QuorumSpec, ...]:
        if quorum.needs != "all":
            return (widen(quorum, [owner], instead=False),)
        return replacements.get((number, quorum), (quorum,))

    before = request.policy.stages
    request = with_quorums(request, asked)
    if request.policy.stages == before:
        raise IllegalTransition("it is with its owner already")
    transition.put_request(request)
    instead = request.approvers == (owner,)
    absent = {ref for stage in request.policy.stages for quorum in stage.quorums for ref in quorum.missing}
    missing = {ref for ref in absent if not is_on_call(ref)}
    details: dict[str, Any] = {"kind": request.kind, "to": [owner], "replace": instead, "unanswerable": True}
    if missing:
        details["missing"] = sorted(missing)
    if why:
        details["why"] = why
    transition.event("request.escalated", request.step, request.id, **details)
    return transition.finish()


def report_unanswerable(transition: Transition, request: RequestRecord, owner: str, why: str) -> Change:
    """Record that neither the approvers nor the owner can decide, and say so in the run's thread."""
    if request.state != "open":
        raise IllegalTransition(f"the request is {request.state}")
    details = {"kind": request.kind, "of": list(request.approvers), "owner": owner, "why": why}
    transition.event("request.unanswerable", request.step, request.id, **details)
    return transition.finish()


def with_quorums(
    request: RequestRecord, asked: Callable[[int, QuorumSpec], tuple[QuorumSpec, ...]]
) -> RequestRecord:
    """With the quorums from the open stage on as `asked` makes them, given the stage and what there was."""
    stages = list(request.policy.stages)
    for number in range(request.stage, len(stages)):
        quorums = tuple(
            replacement for quorum in stages[number].quorums for replacement in asked(number, quorum)
        )
        stages[number] = StageSpec(name=stages[number].name, quorums=quorums)
    return evolve(request, version=request.version + 1, policy=evolve(request.policy, stages=tuple(stages)))


def widen(quorum: QuorumSpec, to: Sequence[str], instead: bool) -> QuorumSpec:
    """Return a quorum of the same size that also includes these people, or only these people."""
    approvers = to if instead else (*quorum.approvers, *to)
    former = (*quorum.former, *quorum.approvers) if instead else quorum.former
    asked = {"approvers": tuple(dict.fromkeys(approvers)), "former": tuple(dict.fromkeys(former))}
    return quorum.model_copy(update=asked)
