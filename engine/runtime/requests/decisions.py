"""Decisions from Slack, the command line and the API: the same checks, one commit, a text as answer."""

import logging
from collections.abc import Callable, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from engine import faults
from engine.errors import (
    Altered,
    InvalidInput,
    NotAllowed,
    NotPossible,
    PeopleUnavailable,
    StoreBusy,
    TooMany,
    UnknownPeople,
)
from engine.kernel.requests import decision_transitions
from engine.kernel.requests.approval_digest import seen_digest
from engine.kernel.requests.eligibility import acting_capacity, may_decide, permitted_references
from engine.kernel.requests.quorum import REVOKE, Rosters, awaited_people, is_duplicate
from engine.kernel.requests.requesters import identified
from engine.kernel.requests.verdicts import NOT_RECORDED, closed_verdict, unknown_member_problem
from engine.kernel.transition import Transition
from engine.model.people import Actor, Person, effective_user_id
from engine.model.records.change import Change
from engine.model.records.decision import Decision, DecisionResult
from engine.model.records.records import DecisionRecord, RequestRecord, evolve
from engine.model.records.request_parts import Delegate, GrantUse
from engine.model.states import IllegalTransition
from engine.model.text.visible_text import visible_or_empty
from engine.model.text.wording import same_json
from engine.runtime.access.act_limits import ActLimits, words_problem
from engine.runtime.access.authorization import Authorization
from engine.runtime.access.one_time_codes import OneTimeCodes
from engine.runtime.process.steady_time import SteadyTime
from engine.runtime.queries.visibility import Visibility
from engine.runtime.requests.delegation import Delegations
from engine.runtime.requests.departures import Departures
from engine.runtime.runs.live_runs import LiveRuns
from engine.runtime.settings import EngineSettings
from engine.runtime.workflows.workflow_registry import WorkflowRegistry
from engine.store import queries
from engine.store.store import Store

log = logging.getLogger(__name__)


Admit = Callable[[Transition, RequestRecord], GrantUse]
"""Returns the use of a grant, in the transition that approves a request by it."""


_WITHDRAWN = {
    "cancelled": "The run was cancelled, so this request was withdrawn.",
    "failed": "The run failed, so this request was withdrawn.",
    "succeeded": "The run has ended, so this request was withdrawn.",
}
"""Why a request was withdrawn, by the state of its run."""


_MAX_TRIES = 4
COULD_DECIDE = frozenset({"comment_required", "form_required", "confirm_required", "code_required"})
"""Refusals of a decision that lacks only what its window asks for."""
"""Tries to record one decision while other people decide at the same moment."""


class _Refusal(Exception):
    """Control flow: the policy said no while the transition was built."""

    def __init__(self, result: DecisionResult) -> None:
        self.result = result


@dataclass(frozen=True, slots=True)
class _Decider:
    """The person who decides, as the people's source describes that person at this moment."""

    actor: Actor
    person: Person
    member_of: frozenset[str]
    represented: Mapping[str, Set[str]]
    """By person whom the decider represents: the references that mean that person."""
    rosters: Rosters
    ended_delegates: Set[Delegate]
    """Delegates of the request whose delegation has ended."""
    untrusted: Set[str]
    """References that anybody can join, so that they do not count at high risk."""
    awaited: Set[str]
    """People who had not answered, so that others were not looked up; empty where everybody was."""


class _Overtaken(Exception):
    """Control flow: the awaited people have answered meanwhile, so the others have to be looked up."""

    def __init__(self, request: RequestRecord) -> None:
        self.request = request


def unknown_request(request_id: str) -> DecisionResult:
    """Return the answer for an unknown request, and for a request that the person may not see."""
    return DecisionResult(
        "unknown",
        f"{request_id} is not yours to see or decide, or it is not here: it was deleted with its run, or "
        "belongs to another installation of Signoff.",
    )


class Decisions:
    """Records decisions. `decide` returns every refusal as a result and raises nothing for it."""

    def __init__(
        self,
        store: Store,
        runs: LiveRuns,
        workflows: WorkflowRegistry,
        authorization: Authorization,
        visibility: Visibility,
        delegations: Delegations,
        one_time_codes: OneTimeCodes,
        departures: Departures,
        steady: SteadyTime,
        settings: EngineSettings,
        act_limits: ActLimits,
        inexact: Callable[[RequestRecord], None],
    ) -> None:
        """`inexact`: called with a request that stays open although not everybody was looked up, or although
        nobody can decide it."""
        self._store, self._runs, self._workflows, self._authorization = store, runs, workflows, authorization
        self._delegations, self._one_time_codes, self._departures = delegations, one_time_codes, departures
        self._steady, self._settings, self._act_limits = steady, settings, act_limits
        self._visibility, self._inexact = visibility, inexact

    async def decide(self, request_id: str, decision: Decision, *, actor: Actor) -> DecisionResult:
        """Record a decision, or return why not."""
        return await self._settled(request_id, decision, actor, record=True)

    async def check(self, request_id: str, decision: Decision, *, actor: Actor) -> DecisionResult | None:
        """Return why `decide` would refuse the decision now; None if it would record it. Records nothing."""
        result = await self._settled(request_id, decision, actor, record=False)
        return None if result.code == "recorded" else result

    async def _settled(
        self, request_id: str, decision: Decision, actor: Actor, *, record: bool
    ) -> DecisionResult:
        while True:
            base = self._steady.base
            result = await self._answer(request_id, decision, actor, record=record)
            # Rows that were read before they followed a jump of the clock, and the time after it, differ.
            if result.code != "expired" or self._steady.base == base:
                return await self._as_seen(result, actor)

    async def could_decide(self, request: RequestRecord, actor: Actor) -> bool:
        """Return whether this person could approve the request now, or answer it where nothing is approved.

        What a window asks for before the decision may be missing.
        """
        if request.state != "open":
            return False
        choice = "approve" if "approve" in request.policy.choices else request.policy.choices[0]
        refused = await self.check(request.id, Decision(choice), actor=actor)
        return refused is None or refused.code in COULD_DECIDE

    async def decide_by_grant(self, request: RequestRecord, giver: Actor, admit: Admit) -> DecisionResult:
        """Approve a request for the person who gave a grant, if that person could approve it now, themselves.

        `admit`: called in the transition; returns the use. It raises `IllegalTransition` where the grant does
        not cover the request. Raises `GrantSpent`, `PeopleUnavailable` and `UnknownPeople` too.
        """
        request = await self._departures.recount(request)
        decider = await self._decider(request, giver)
        decision = Decision("approve", seen=request.values_digest)

        def build(transition: Transition) -> Change:
            current = transition.request(request.id)
            if (refusal := self._check(current, decider, decision)) is not None:
                raise _Refusal(refusal)
            on_behalf, member_of = _capacity(identified(current, self._settings.cli_users), decider, decision)
            if on_behalf:
                raise IllegalTransition("the person who gave the grant decides for another person only")
            use = admit(transition, current)
            record = DecisionRecord(
                id=f"{request.id}:{len(current.decisions) + 1}",
                request_id=request.id,
                choice="approve",
                actor=giver,
                comment=use.words,
                at=transition.now,
                stage=current.stage,
                member_of=tuple(sorted(member_of & permitted_references(current, "approve"))),
            )
            current = evolve(current, coverage=evolve(current.coverage, grant=use))
            change = decision_transitions.decide(transition, current, record, decider.rosters)
            if change.requests[request.id].outcome != "approved":
                raise IllegalTransition("one approval is not enough")
            change.grant = use
            return change

        try:
            change = await self._runs.apply(request.run_id, build)  # the giver does nothing now
        except _Refusal as refusal:
            return refusal.result
        faults.reach("use.counted")
        return DecisionResult("decided", "A grant approved it.", change.requests[request.id])

    async def refuse_together(self, request_id: str, actor: Actor) -> DecisionResult | None:
        """Return why this request cannot be approved together with others; None if it can."""
        try:
            request = await self._store.read(queries.request, request_id)
        except Altered as error:
            return _altered(error)
        if request is None or request.together or request.state != "open":
            return None
        asked = request.clarification.clarifications
        why = "An approver asked a question about this request." if asked else "This request is not low risk."
        text = f"{why} Decide it in its own message."
        return await self._as_seen(DecisionResult("not_allowed", text, request), actor)

    async def _as_seen(self, result: DecisionResult, actor: Actor) -> DecisionResult:
        """Conceal a request from a person who may not see it, and while nobody knows whether they may.

        A person who reads its message is told why they cannot decide, and gets no more of it.
        """
        if result.accepted or result.request is None:
            return result
        try:
            seen = await self._visibility.of(actor).request(result.request.id)
        except NotAllowed:
            return replace(result, request=None)
        except PeopleUnavailable as error:
            return DecisionResult("unavailable", _unchecked(error))
        except Altered as error:  # who may see it cannot be read
            return _altered(error)
        return unknown_request(result.request.id) if seen is None else result

    async def _answer(
        self, request_id: str, decision: Decision, actor: Actor, *, record: bool
    ) -> DecisionResult:
        try:
            request = await self._runs.load_request(request_id)
        except StoreBusy as error:
            return DecisionResult("unavailable", str(error))
        except Altered as error:
            # `_as_seen` needs the request, to name its run only to people who may see it.
            try:
                stored = await self._store.read(queries.request, request_id)
            except Altered as unreadable:
                return _altered(unreadable)
            return unknown_request(request_id) if stored is None else _altered(error, stored)
        if request is None:
            return unknown_request(request_id)
        try:
            if problem := words_problem(decision.comment, "Your comment"):
                return DecisionResult("not_allowed", f"{problem} {NOT_RECORDED}", request)
            seen = decision.seen or request.values_digest
            decision = replace(decision, comment=visible_or_empty(decision.comment), seen=seen)
            result = await self._decide(request, decision, actor, record=record)
            if decision.choice == REVOKE and result.code == "already_decided":
                return await self._with_other_ways(result)
            return await self._explained(result, actor)
        except StoreBusy as error:
            return DecisionResult("unavailable", str(error), request)
        except Altered as error:
            return _altered(error, request)
        finally:
            self._runs.unload_at_rest(request.run_id)

    async def _decide(
        self, request: RequestRecord, decision: Decision, actor: Actor, *, record: bool
    ) -> DecisionResult:
        try:
            if decision.choice == REVOKE:
                self._act_limits.count(actor, "revocations")
            request = await self._delegations.followed(request, actor)
            request = await self._departures.recount(request)
            decider = await self._decider(request, actor)
            if not record:
                return self._check(request, decider, decision) or DecisionResult("recorded", "", request)
            return await self._decide_as(request, decision, decider)
        except TooMany as error:
            return DecisionResult("not_allowed", f"{error} {NOT_RECORDED}", request)
        except UnknownPeople:
            return DecisionResult(
                "not_allowed",
                f"{unknown_member_problem(effective_user_id(actor))} {NOT_RECORDED}",
                request,
            )
        except PeopleUnavailable as error:
            log.warning("could not check who may decide %s: %s", request.id, error)
            return DecisionResult("unavailable", _unchecked(error), request)

    async def _decider(self, request: RequestRecord, actor: Actor) -> _Decider:
        person, member_of = await self._authorization.decider(actor, request)
        represented = await self._delegations.represented(person, request)
        rosters, awaited = await self._authorization.rosters(request, {person.id, *represented})
        ended_delegates = await self._delegations.ended(request)
        untrusted = await self._authorization.untrusted(request)
        return _Decider(actor, person, member_of, represented, rosters, ended_delegates, untrusted, awaited)

    async def _decide_as(
        self, request: RequestRecord, decision: Decision, decider: _Decider
    ) -> DecisionResult:
        problems: tuple[tuple[str, str], ...] = ()
        try:
            decision = await self._filled_in(request, decision)
        except InvalidInput as error:
            problems = tuple(error.problems)
        code_taken = False
        for tries_left in reversed(range(_MAX_TRIES)):
            refusal = self._check(request, decider, decision)
            if refusal is not None:
                return refusal
            if problems:
                return DecisionResult(
                    "bad_value", "Some values are invalid. Correct them.", request, problems
                )
            if request.policy.one_time_code and decision.choice == "approve" and not code_taken:
                wrong = await self._one_time_codes.use(
                    decider.person.id, decision.one_time_code, decider.actor
                )
                if wrong:
                    return DecisionResult("code_required", wrong, request)
                code_taken = True
            try:
                return await self._commit(request, decider, decision, last=not tries_left)
            except _Overtaken as overtaken:
                request = overtaken.request
                decider = await self._decider(request, decider.actor)
            except IllegalTransition:
                # Another person was faster: read that decision, and answer with it.
                current = await self._store.read(queries.request, request.id)
                request = current or request
        text = (
            "Another person answered a moment ago, so your answer was not recorded. Read the message again."
        )
        return DecisionResult("already_decided", text, request)

    async def _explained(self, result: DecisionResult, actor: Actor) -> DecisionResult:
        """Add the reason that only the run and the people's source know."""
        request = result.request
        if request is None:
            return result
        if result.code == "withdrawn" and request.kind != "clarification" and not request.coverage.superseded:
            run = await self._store.read(queries.run, request.run_id)
            why = _WITHDRAWN.get(run.state if run else "")
            return replace(result, text=f"{why} {NOT_RECORDED}") if why else result
        if result.code == "not_allowed" and request.state == "open":
            with suppress(PeopleUnavailable):
                if lapsed := await self._authorization.lapsed_handover_text(actor, request):
                    return replace(result, text=lapsed)
            nobody = await self._authorization.why_nobody_can(request)
            if not nobody:
                unresolved = await self._authorization.unresolved_approvers_text(request)
                return replace(result, text=f"{result.text} {unresolved}".strip())
            self._inexact(request)
            owner = await self._ask_owner(request)
            return replace(result, text=f"{nobody} {owner}".strip())
        return result

    async def _with_other_ways(self, result: DecisionResult) -> DecisionResult:
        """Return a refused revocation with what the person can do in its place."""
        run = await self._store.read(queries.run, result.request.run_id) if result.request else None
        if run is None:
            return result
        remedy = (
            "The run has ended. Ask the owner of the workflow to correct what it did."
            if run.ended_at
            else "Cancel the run to stop the steps that have not executed yet."
        )
        return replace(result, text=f"{result.text} {remedy}")

    async def _ask_owner(self, request: RequestRecord) -> str:
        """Return a sentence that says who can help."""
        run = await self._store.read(queries.run, request.run_id)
        compiled = self._workflows.get(run.workflow) if run else None
        if run is None or compiled is None:
            return ""
        owner = compiled.definition.owner
        with suppress(PeopleUnavailable):
            if not await self._authorization.able_members(owner):
                return "Ask the operator of Signoff to correct the workflow: its owner cannot answer either."
        return f"Ask the owner {owner} to correct the workflow or to reassign {run.short}."

    async def _filled_in(self, request: RequestRecord, decision: Decision) -> Decision:
        """Return the decision with the form's values checked. Raises `InvalidInput`."""
        if request.form is None or decision.choice != "approve" or decision.value is None:
            return decision if decision.value is None else replace(decision, value=None)
        run = await self._store.read(queries.run, request.run_id)
        if run is None:
            raise NotPossible(f"The run {request.run_id} is gone.")
        return replace(decision, value=self._workflows.check_form(request, decision.value, run))

    def _check(self, request: RequestRecord, decider: _Decider, decision: Decision) -> DecisionResult | None:
        """Return None if the decision may be made, else the refusal or the repetition."""
        if is_duplicate(request, decider.actor, decision.choice, decision.value):
            return DecisionResult("duplicate", "Your answer was already recorded. Nothing changed.", request)
        asked = identified(request, self._settings.cli_users)
        _, member_of = _capacity(asked, decider, decision)
        verdict = may_decide(
            asked,
            decider.person,
            member_of,
            decision,
            self._steady.now(),
            decider.actor,
            cli_decides=self._settings.cli_decides,
        )
        if verdict.code == "not_allowed" and decider.untrusted & decider.member_of:
            return DecisionResult(verdict.code, _public(decider.untrusted & decider.member_of), request)
        if verdict.code != "allowed":
            return DecisionResult(verdict.code, verdict.text, request)
        if decision.choice == "approve" and decision.seen != request.values_digest:
            # Nobody approves, or writes over, what they have not seen.
            text = (
                "The values changed after they were shown to you, so your answer was not recorded. "
                "Read the current values, then decide again."
            )
            return DecisionResult("changed", text, request)
        return None

    async def _commit(
        self, request: RequestRecord, decider: _Decider, decision: Decision, *, last: bool
    ) -> DecisionResult:
        """Record the decision. `request`: as `_check` allowed the decision for this decider.

        `last`: even if the awaited people have answered meanwhile.
        """

        def build(transition: Transition) -> Change:
            stored = current = transition.request(request.id)
            if decider.ended_delegates:
                delegates = tuple(
                    delegate
                    for delegate in current.people.delegates
                    if delegate not in decider.ended_delegates
                )
                current = evolve(current, people=evolve(current.people, delegates=delegates))
            # Of the request that was checked, time alone can have changed the verdict since.
            unchanged = current is request
            refusal = (
                _ended(current, decision, transition.now)
                if unchanged
                else self._check(current, decider, decision)
            )
            refusal = refusal or _changed(stored, decision)
            if refusal is not None:
                raise _Refusal(refusal)
            if decider.awaited and not last and not awaited_people(current, decider.awaited):
                raise _Overtaken(current)
            on_behalf, member_of = _capacity(identified(current, self._settings.cli_users), decider, decision)
            record = DecisionRecord(
                id=f"{request.id}:{len(current.decisions) + 1}",
                request_id=request.id,
                choice=decision.choice,
                actor=decider.actor,
                comment=decision.comment,
                at=transition.now,
                stage=current.stage,
                member_of=tuple(sorted(member_of & permitted_references(current, decision.choice))),
                value=None if same_json(decision.value, current.value) else decision.value,
                on_behalf=on_behalf,
            )
            if decision.choice == REVOKE:
                return decision_transitions.revoke(transition, current, record)
            return decision_transitions.decide(transition, current, record, decider.rosters, decision.door)

        try:
            change = await self._runs.apply(request.run_id, build, actor=decider.actor)
        except _Refusal as refusal:
            if refusal.result.accepted:
                await self._repeated(request, decision, decider)
            return refusal.result
        faults.reach("decision.committed")
        decided = change.requests[request.id]
        if decision.choice == REVOKE:
            return DecisionResult(
                "decided", "The approval is revoked, and the request is open again.", decided
            )
        if decided.state == "held":
            return DecisionResult("decided", f"Approved. {_held_words(decided)}", decided)
        if decided.state == "open":
            if decider.awaited:
                self._inexact(decided)
            return DecisionResult("recorded", "Your answer is recorded. More approvers must answer.", decided)
        return DecisionResult("decided", "Your answer is recorded.", decided)

    async def _repeated(self, request: RequestRecord, decision: Decision, decider: _Decider) -> None:
        """Wait until the decision that this one repeats is on the disk. It was only seen in memory."""
        await self._store.reached()
        stored = await self._store.read(queries.request, request.id)
        if stored is None or not is_duplicate(stored, decider.actor, decision.choice, decision.value):
            raise IllegalTransition("the decision that it repeats was not recorded")


def _ended(request: RequestRecord, decision: Decision, now: datetime) -> DecisionResult | None:
    """Refuse an answer to a request that is no longer open at this moment."""
    verdict = closed_verdict(request, now, decision.choice)
    if verdict is None or verdict.code == "allowed":
        return None
    return DecisionResult(verdict.code, verdict.text, request)


def _held_words(request: RequestRecord) -> str:
    """Return when an approval takes effect that waits for its window, and that it can be revoked."""
    window, revocable = request.policy.window, "An approver can revoke it until it takes effect."
    if window is None or request.clock.effective_at != window.opens:
        return revocable
    return f"It runs at {window.opens:%Y-%m-%d %H:%M} UTC. {revocable}"


def _changed(request: RequestRecord, decision: Decision) -> DecisionResult | None:
    """Refuse an answer to a request that is no longer as the person saw it."""
    if decision.seen_request is None or decision.seen_request == seen_digest(request):
        return None
    text = (
        "This request changed after it was shown to you, so your answer was not recorded. "
        "Read it again, then decide."
    )
    return DecisionResult("changed", text, request)


def _capacity(request: RequestRecord, decider: _Decider, decision: Decision) -> tuple[str, Set[str]]:
    """Return for whom the person decides, and by which references, according to the current request.

    A delegation may have ended meanwhile. `request`: as `identified` returns it.
    """
    represented: dict[str, Set[str]] = {}
    if decider.represented:
        absent = {delegate.away for delegate in request.people.delegates if delegate.to == decider.person.id}
        represented = {
            away: refs - decider.untrusted for away, refs in decider.represented.items() if away in absent
        }
    return acting_capacity(request, decision.choice, decider.member_of - decider.untrusted, represented)


def _unchecked(error: PeopleUnavailable) -> str:
    return f"Signoff could not check who may decide, so your answer was not recorded. {error}"


def _altered(error: Altered, request: RequestRecord | None = None) -> DecisionResult:
    return DecisionResult("unavailable", f"{NOT_RECORDED} {error}", request)


def _public(refs: Set[str]) -> str:
    listed = " and ".join(sorted(refs))
    return (
        f"This approval is high risk, and anybody can join {listed}, so its members cannot decide it. Ask "
        "the owner of the workflow to reassign it to a group."
    )
