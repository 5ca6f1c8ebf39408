"""Decisions, by whatever door they come: the same checks, one commit, an answer in words."""

import logging
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, replace
from typing import Any

from engine import faults, policy, transitions
from engine.change import Change
from engine.clock import Clock
from engine.errors import InvalidInput, PeopleUnavailable, StoreBusy, UnknownPeople
from engine.machine import Transition
from engine.people import Actor, Person
from engine.records import Answer, DecisionRecord, RequestRecord, StandIn, evolve
from engine.runtime.access import Access
from engine.runtime.codes import Codes
from engine.runtime.delegating import Delegating
from engine.runtime.loaded import Loaded
from engine.runtime.runs import Runs
from engine.runtime.settings import EngineSettings
from engine.states import IllegalTransition
from engine.storable import whole
from engine.store.store import Store
from engine.wording import same

log = logging.getLogger(__name__)


class _Refusal(Exception):
    """Control flow: the policy said no while the transition was built."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer


@dataclass(frozen=True, slots=True)
class _Click:
    """What somebody said. `value`: of the form."""

    choice: str
    actor: Actor
    comment: str
    value: Any
    typed: str
    one_time_code: str
    seen: str
    """`values_digest` of the values that were shown."""


@dataclass(frozen=True, slots=True)
class _By:
    """Who said it, as the people's source has them at this moment."""

    person: Person
    member_of: frozenset[str]
    of_others: Mapping[str, Set[str]]
    """References that mean those for whom this person stands in."""
    rosters: policy.Rosters
    over: Set[StandIn]
    """Those of the request's stand-ins that stand in no longer."""
    exact: bool
    """Everybody who is awaited was looked up."""


class Deciding:
    """`decide` never raises for what a person does; it answers."""

    def __init__(
        self,
        store: Store,
        runs: Runs,
        loaded: Loaded,
        access: Access,
        delegating: Delegating,
        codes: Codes,
        clock: Clock,
        settings: EngineSettings,
    ) -> None:
        self._store, self._runs, self._loaded, self._access = store, runs, loaded, access
        self._delegating, self._codes = delegating, codes
        self._clock, self._settings = clock, settings
        self.inexact: Callable[[RequestRecord], None] = lambda request: None
        """Told of a request that stays open though not everybody who is awaited was looked up."""

    async def decide(
        self,
        request_id: str,
        choice: str,
        *,
        actor: Actor,
        comment: str,
        value: Any = None,
        typed: str = "",
        one_time_code: str = "",
        seen: str = "",
    ) -> Answer:
        request = await self._runs.around(request_id)
        if request is None:
            return Answer("unknown", f"There is no request {request_id}; it may be of another installation.")
        try:
            shown = seen or request.values_digest
            click = _Click(choice, actor, whole(comment), value, typed, one_time_code, shown)
            return await self._decide(request, click)
        except StoreBusy as error:
            return Answer("unavailable", str(error), request)
        finally:
            self._runs.apart(request.run_id)

    async def _decide(self, request: RequestRecord, click: _Click) -> Answer:
        try:
            person, member_of = await self._access.decider(click.actor, request)
            of_others = await self._delegating.represented(person, request)
            rosters, exact = await self._access.rosters(request, {person.id, *of_others})
            over = await self._delegating.ended(request)
        except UnknownPeople:
            return Answer("not_allowed", "You are not known in this workspace, so you can't decide.", request)
        except PeopleUnavailable as error:
            log.warning("nobody could be asked who may decide %s: %s", request.id, error)
            return Answer(
                "unavailable",
                f"Signoff could not look up who may decide, so your answer was not recorded. {error}",
                request,
            )
        by = _By(person, member_of, of_others, rosters, over, exact)
        problems: tuple[tuple[str, str], ...] = ()
        try:
            click = self._filled_in(request, click)
        except InvalidInput as error:
            problems = tuple(error.problems)
        code_taken = False
        for _ in range(2):
            refusal = self._check(request, by, click)
            if refusal is not None:
                return refusal
            if problems:
                return Answer("bad_value", "Something is not right with the values.", request, problems)
            if request.one_time_code and click.choice == "approve" and not code_taken:
                wrong = await self._codes.use(person.id, click.one_time_code, click.actor)
                if wrong:
                    return Answer("code_required", wrong, request)
                code_taken = True
            try:
                return await self._commit(request, by, click)
            except IllegalTransition:
                # Somebody was faster: read what they decided, and answer with that.
                request = await self._store.request(request.id) or request
        return Answer("already_decided", "This was decided a moment ago.", request)

    def _filled_in(self, request: RequestRecord, click: _Click) -> _Click:
        """With the form's values checked. Raises `InvalidInput`."""
        if request.form is None or click.choice != "approve" or click.value is None:
            return replace(click, value=None)
        return replace(click, value=self._loaded.check_form(request, click.value))

    def _check(self, request: RequestRecord, by: _By, click: _Click) -> Answer | None:
        """None if the decision may be made; else why not, or that it was made before."""
        if policy.duplicate(request.decisions, click.actor, click.choice, click.value):
            return Answer("duplicate", "Your answer was recorded before; nothing has changed.", request)
        _, member_of = _capacity(request, by, click)
        verdict = policy.may_decide(
            request,
            by.person,
            member_of,
            click.choice,
            click.comment,
            self._clock.now(),
            click.actor,
            value=click.value,
            typed=click.typed,
            one_time_code=click.one_time_code,
            cli_decides=self._settings.cli_decides,
        )
        if verdict.code != "allowed":
            return Answer(verdict.code, verdict.text, request)
        if click.choice == "approve" and click.seen != request.values_digest:
            # Nobody approves, or writes over, what they have not seen.
            text = "The values were changed since you saw them, so nothing was recorded. Look again."
            return Answer("changed", text, request)
        return None

    async def _commit(self, request: RequestRecord, by: _By, click: _Click) -> Answer:
        def build(transition: Transition) -> Change:
            current = transition.request(request.id)
            if by.over:
                here = tuple(one for one in current.stand_ins if one not in by.over)
                current = evolve(current, stand_ins=here)
            refusal = self._check(current, by, click)
            if refusal is not None:
                raise _Refusal(refusal)
            on_behalf, member_of = _capacity(current, by, click)
            decision = DecisionRecord(
                id=f"{request.id}:{len(current.decisions) + 1}",
                request_id=request.id,
                choice=click.choice,
                actor=click.actor,
                comment=click.comment.strip(),
                at=transition.now,
                stage=current.stage,
                member_of=tuple(sorted(member_of & policy.may(current, click.choice))),
                value=None if same(click.value, current.value) else click.value,
                on_behalf=on_behalf,
            )
            if click.choice == policy.REVOKE:
                return transitions.revoke(transition, current, decision)
            return transitions.decide(transition, current, decision, by.rosters)

        try:
            change = await self._runs.apply(request.run_id, build, actor=click.actor)
        except _Refusal as refusal:
            if refusal.answer.accepted:
                await self._repeated(request, click)
            return refusal.answer
        faults.place("decision.committed")
        decided = change.requests[request.id]
        if click.choice == policy.REVOKE:
            return Answer("decided", "The approval is taken back; the question is open again.", decided)
        if decided.state == "held":
            return Answer("decided", "It is approved, and can be revoked until it takes effect.", decided)
        if decided.state == "open":
            if not by.exact:
                self.inexact(decided)
            return Answer("recorded", "Your answer is recorded; others are still awaited.", decided)
        return Answer("decided", "Your answer is recorded.", decided)

    async def _repeated(self, request: RequestRecord, click: _Click) -> None:
        """What this repeats was seen in memory: it counts as recorded when it is on the disk."""
        await self._store.reached()
        found = await self._store.request(request.id)
        if found is None or not policy.duplicate(found.decisions, click.actor, click.choice, click.value):
            raise IllegalTransition("what it repeats was not recorded after all")


def _capacity(request: RequestRecord, by: _By, click: _Click) -> tuple[str, Set[str]]:
    """For whom they decide, by the request as it is now: a stand-in may have been taken back meanwhile."""
    there = {one.away for one in request.stand_ins if one.to == by.person.id}
    others = {away: refs for away, refs in by.of_others.items() if away in there}
    return policy.capacity(request, click.choice, by.member_of, others)
