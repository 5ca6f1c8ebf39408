"""Decisions, by whatever door they come: the same checks, one commit, an answer in words."""

import logging

from engine import faults, policy, transitions
from engine.change import Change
from engine.clock import Clock
from engine.errors import PeopleUnavailable, UnknownPeople
from engine.machine import Transition
from engine.people import Actor, Person
from engine.records import Answer, DecisionRecord, RequestRecord
from engine.runtime.access import Access
from engine.runtime.runs import Runs
from engine.runtime.settings import EngineSettings
from engine.states import IllegalTransition
from engine.storable import whole
from engine.store.store import Store

log = logging.getLogger(__name__)


class _Refusal(Exception):
    """Control flow: the policy said no while the transition was built."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer


class Deciding:
    """`decide` never raises for what a person does; it answers."""

    def __init__(
        self, store: Store, runs: Runs, access: Access, clock: Clock, settings: EngineSettings
    ) -> None:
        self._store, self._runs, self._access = store, runs, access
        self._clock, self._settings = clock, settings

    async def decide(self, request_id: str, choice: str, *, actor: Actor, comment: str) -> Answer:
        request = await self._runs.around(request_id)
        if request is None:
            return Answer("unknown", f"There is no request {request_id}; it may be of another installation.")
        try:
            return await self._decide(request, choice, actor, whole(comment))
        finally:
            self._runs.apart(request.run_id)

    async def _decide(self, request: RequestRecord, choice: str, actor: Actor, comment: str) -> Answer:
        try:
            person, member_of = await self._access.decider(actor, request)
            rosters = await self._access.rosters(request)
        except UnknownPeople:
            return Answer("not_allowed", "You are not known in this workspace, so you can't decide.", request)
        except PeopleUnavailable as error:
            log.warning("nobody could be asked who may decide %s: %s", request.id, error)
            return Answer(
                "unavailable",
                "Who may decide could not be looked up just now, so nothing was recorded. "
                "Try again in a minute.",
                request,
            )
        for _ in range(2):
            refusal = self._check(request, person, member_of, choice, comment, actor)
            if refusal is not None:
                return refusal
            try:
                return await self._commit(request, person, member_of, rosters, choice, comment, actor)
            except IllegalTransition:
                # Somebody was faster: read what they decided, and answer with that.
                request = await self._store.request(request.id) or request
        return Answer("already_decided", "This was decided a moment ago.", request)

    def _check(
        self,
        request: RequestRecord,
        person: Person,
        member_of: frozenset[str],
        choice: str,
        comment: str,
        actor: Actor,
    ) -> Answer | None:
        """None if the decision may be made; else why not, or that it was made before."""
        if policy.duplicate(request.decisions, actor, choice):
            return Answer("duplicate", "Your answer was recorded before; nothing has changed.", request)
        verdict = policy.may_decide(
            request,
            person,
            member_of,
            choice,
            comment,
            self._clock.now(),
            actor,
            cli_decides=self._settings.cli_decides,
        )
        return None if verdict.code == "allowed" else Answer(verdict.code, verdict.text, request)

    async def _commit(
        self,
        request: RequestRecord,
        person: Person,
        member_of: frozenset[str],
        rosters: policy.Rosters,
        choice: str,
        comment: str,
        actor: Actor,
    ) -> Answer:
        def build(transition: Transition) -> Change:
            current = transition.state.requests.get(request.id)
            if current is None:
                raise IllegalTransition("the request is no longer open")
            refusal = self._check(current, person, member_of, choice, comment, actor)
            if refusal is not None:
                raise _Refusal(refusal)
            decision = DecisionRecord(
                id=f"{request.id}:{len(current.decisions) + 1}",
                request_id=request.id,
                choice=choice,
                actor=actor,
                comment=comment.strip(),
                at=transition.now,
                stage=current.stage,
                member_of=tuple(sorted(member_of & policy.may(current, choice))),
            )
            return transitions.decide(transition, current, decision, rosters)

        try:
            change = await self._runs.apply(request.run_id, build, actor=actor)
        except _Refusal as refusal:
            if refusal.answer.accepted:
                await self._repeated(request, choice, actor)
            return refusal.answer
        faults.place("decision.committed")
        decided = change.requests[request.id]
        if decided.state == "open":
            return Answer("recorded", "Your answer is recorded; others are still awaited.", decided)
        return Answer("decided", "Your answer is recorded.", decided)

    async def _repeated(self, request: RequestRecord, choice: str, actor: Actor) -> None:
        """What this repeats was seen in memory: it counts as recorded when it is on the disk."""
        await self._store.reached()
        found = await self._store.request(request.id)
        if found is None or not policy.duplicate(found.decisions, actor, choice):
            raise IllegalTransition("what it repeats was not recorded after all")
