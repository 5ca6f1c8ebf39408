"""The named transitions of an open request: who is asked, for whom they decide, when again.

Pure, like those of `engine.kernel.run_transitions`; one that no longer applies raises `IllegalTransition`.
Reminders and escalations are in `engine.kernel.requests.escalation`.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Set
from datetime import timedelta

from engine.kernel.requests import decision_transitions, window
from engine.kernel.requests.escalation import widen, with_quorums
from engine.kernel.requests.quorum import Rosters, decisions_of_leavers, open_stage
from engine.kernel.schedules.working_hours import after_working_time, working_seconds
from engine.kernel.transition import Transition
from engine.model.definition.spec import ApprovalSpec, QuorumSpec
from engine.model.people import effective_user_id
from engine.model.records.change import Change
from engine.model.records.records import RequestRecord, evolve
from engine.model.records.request_parts import Delegate, Handover
from engine.model.states import REQUEST, IllegalTransition, move


def ask_again(transition: Transition) -> Change:
    """Ask people again about code that changed since they were asked or since they approved it.

    Raises `IllegalTransition` where nothing changed.
    """
    if transition.ask_again_of_approved() + transition.ask_again_of_awaited() == 0:
        raise IllegalTransition("no code that an approval covers has changed")
    return transition.finish()


def judge_again(transition: Transition, rules: Collection[str]) -> Change:
    """Withdraw what a policy asks whose rule changed or is gone; the step goes on under the present rules.

    `rules`: the digests of those in use. Raises `IllegalTransition` where no such request is open.
    """
    if transition.withdraw_questions_of_other_rules(rules) == 0:
        raise IllegalTransition("every rule that asks is in use")
    return transition.finish()


def recount(transition: Transition, request: RequestRecord, lost: Mapping[str, tuple[str, ...]]) -> Change:
    """Recount decisions, because people who decided left a group or were deactivated."""
    if request.state != "open" or request.people.lost == lost:
        raise IllegalTransition(f"the request is {request.state}, or nothing is lost")
    recounted = evolve(request, version=request.version + 1, people=evolve(request.people, lost=lost))
    stage = min(open_stage(recounted, recounted.decisions), request.stage)
    if stage != request.stage:  # other people are asked now
        recounted = transition.end_claim(recounted)
    _recount(transition, request, evolve(recounted, stage=stage))
    return transition.finish()


def _recount(transition: Transition, before: RequestRecord, request: RequestRecord) -> None:
    """Record decisions that no longer count. `request`: with what is lost."""
    transition.put_request(request)
    known = {decision.id for decision in decisions_of_leavers(before)}
    gone = [decision for decision in decisions_of_leavers(request) if decision.id not in known]
    lost = {id_: list(refs) for id_, refs in request.people.lost.items()}
    people = [
        [effective_user_id(decision.actor), decision.choice, list(decision.member_of)] for decision in gone
    ]
    data = {"kind": request.kind, "lost": lost, "stage": request.stage}
    transition.event("request.recounted", request.step, request.id, people=people, **data)


_MAX_RETURNED = timedelta(days=1)
"""Time that a request has back in all, for approvals that did not take effect because an approver left."""


def end_revocation(
    transition: Transition,
    request: RequestRecord,
    lost: Mapping[str, tuple[str, ...]],
    rosters: Rosters | None,
) -> Change:
    """Nobody revoked the approval in time: it takes effect, or people are asked again.

    `lost`: what of its decisions no longer counts; see `recount`. `rosters`: who is meant now, where
    something is lost that was not before.
    """
    if window.has_ended(request.policy, transition.now):
        return decision_transitions.lapse(transition, request)
    if request.policy.window is not None and transition.now < request.policy.window.opens:
        # The clock was set back after this wait was due.
        transition.wait("effect", request.id, request.step, request.policy.window.opens, request.id)
        return transition.finish()
    if lost == request.people.lost:
        return decision_transitions.take_effect(transition, request)
    recounted = evolve(request, version=request.version + 1, people=evolve(request.people, lost=lost))
    stage = open_stage(recounted, recounted.decisions, rosters)
    if stage == len(request.policy.stages):
        _recount(transition, request, recounted)
        return decision_transitions.take_effect(transition, recounted)
    _recount(transition, request, _open_again(transition, evolve(recounted, stage=stage)))
    transition.event("request.reopened", request.step, request.id, kind=request.kind)
    return transition.finish()


def _open_again(transition: Transition, request: RequestRecord) -> RequestRecord:
    """Open an approval again, with as much time left as when people approved.

    An approver who leaves again and again postpones the deadline by `_MAX_RETURNED` or one window in all.
    """
    assert request.ended_at is not None
    expires, returned = request.clock.expires_at, request.clock.returned_seconds
    if expires is not None:
        took = working_seconds(request.ended_at, transition.now, request.policy.hours)
        most = max(_MAX_RETURNED.total_seconds(), request.policy.revocable_for or 0.0)
        took = min(took, max(most - returned, 0.0))
        returned += took
        expires = after_working_time(expires, took, request.policy.hours)
    transition.end_waits(request)
    request = evolve(
        request,
        state=move(REQUEST, "reopen", request.state),
        outcome=None,
        ended_at=None,
        coverage=evolve(request.coverage, digest=""),
        clock=evolve(
            request.clock,
            effective_at=None,
            expires_at=window.capped(request.policy, expires),
            returned_seconds=returned,
        ),
    )
    transition.await_people(request)
    return request


def delay_effect(transition: Transition, request: RequestRecord, why: str) -> Change:
    """Delay the effect of an approval, because its approvers cannot be looked up."""
    if request.state != "held":
        raise IllegalTransition(f"the request is {request.state}")
    transition.event("request.effect_delayed", request.step, request.id, kind=request.kind, why=why)
    return transition.finish()


def delegate(
    transition: Transition, request: RequestRecord, delegates: tuple[Delegate, ...], away: Set[str]
) -> Change:
    """Set the delegates of a request, after an approver left or returned. `away`: the ids of all who are."""
    if request.state != "open" or request.people.delegates == delegates:
        raise IllegalTransition(f"the request is {request.state}, or they stand in already")
    before = request.people.delegates
    added = [delegation for delegation in delegates if delegation not in before]
    request = evolve(request, version=request.version + 1, people=evolve(request.people, delegates=delegates))
    transition.put_request(request)
    ended = [delegation for delegation in before if delegation.away not in away]
    transition.event(
        "request.delegated",
        request.step,
        request.id,
        kind=request.kind,
        stand_ins=_described(added),
        ended=_described(ended),
    )
    return transition.finish()


def _described(delegates: Iterable[Delegate]) -> list[list[str]]:
    return [[delegate.away, delegate.to, delegate.until.isoformat()] for delegate in delegates]


def set_time_zone(transition: Transition, request: RequestRecord, zone: str) -> Change:
    """Set the time zone of a request's working hours, and move its deadlines accordingly."""
    node = transition.state.graph.nodes[request.step]
    assert request.policy.hours is not None
    assert isinstance(node, ApprovalSpec)
    hours = request.policy.hours.model_copy(update={"tz": zone})
    expires = None if node.expires is None else after_working_time(request.counts_from, node.expires, hours)
    transition.end_waits(request)
    request = evolve(
        request,
        version=request.version + 1,
        policy=evolve(request.policy, hours=hours),
        clock=evolve(request.clock, expires_at=window.capped(request.policy, expires)),
    )
    transition.put_request(request)
    transition.event("request.zoned", request.step, request.id, kind=request.kind, zone=zone)
    if request.clock.paused_since is None:
        transition.await_people(request)
    return transition.finish()


def reassign(
    transition: Transition,
    request: RequestRecord,
    to: str,
    replaced: Callable[[QuorumSpec], bool],
    within: tuple[str, ...],
) -> Change:
    """Hand the open stage of a request to other people. `within`: see `Handover`."""
    if request.state != "open":
        raise IllegalTransition(f"the request is {request.state}")
    before = request.approvers
    request = reassigned(transition.end_claim(request), to, replaced)
    handover = Handover(transition.actor, to, before, transition.now, within)
    transition.put_request(
        evolve(request, people=evolve(request.people, handovers=(*request.people.handovers, handover)))
    )
    data = {"kind": request.kind, "to": to, "before": list(before), "risk": request.policy.risk}
    transition.event("request.reassigned", request.step, request.id, **data)
    return transition.finish()


def reassigned(request: RequestRecord, to: str, replaced: Callable[[QuorumSpec], bool]) -> RequestRecord:
    """Ask `to` at the open stage in place of the quorums that are `replaced`. They need as many answers."""

    def asked(number: int, quorum: QuorumSpec) -> tuple[QuorumSpec, ...]:
        own = number == request.stage and replaced(quorum)
        return (widen(quorum, [to], instead=True) if own else quorum,)

    return with_quorums(request, asked)
