"""Claims: an approver says that they are on a request, or gives it back."""

from datetime import timedelta
from functools import partial

from engine.errors import NotAllowed, NotPossible
from engine.kernel.requests import claim
from engine.kernel.requests.verdicts import NOT_RECORDED, speaks_of_another
from engine.kernel.transition import Transition
from engine.model.people import Actor, effective_user_id
from engine.model.records.change import Change
from engine.model.records.decision import Decision
from engine.model.records.records import RequestRecord
from engine.model.states import IllegalTransition
from engine.model.values.durations import format_duration
from engine.runtime.access.act_limits import ActLimits
from engine.runtime.requests.decisions import COULD_DECIDE, Decisions
from engine.runtime.runs.live_runs import LiveRuns


class Claims:
    """Claims requests. Raises `NotAllowed`, `NotPossible` and `TooMany`."""

    def __init__(self, runs: LiveRuns, decisions: Decisions, act_limits: ActLimits) -> None:
        self._runs, self._decisions, self._act_limits = runs, decisions, act_limits

    async def claim(self, request: RequestRecord, actor: Actor, lasts: timedelta) -> RequestRecord:
        """Note that this person is on it, and return the request. `request`: as `VisibleRuns` returns it.

        Only a person who could approve it now may claim it.
        """
        if request.kind != "approval":
            raise NotPossible("Only an approval can be claimed. Assign a failure to yourself instead.")
        if request.state != "open":
            raise NotPossible("This request is no longer open, so nobody can claim it.")
        if not claim.MIN_CLAIM <= lasts <= claim.MAX_CLAIM:
            given = format_duration(lasts.total_seconds())
            raise NotPossible(f"A claim lasts from 1 minute to 1 day, not {given}.")
        refused = await self._decisions.check(request.id, Decision("approve"), actor=actor)
        if refused is not None and refused.code not in COULD_DECIDE:
            raise NotAllowed(refused.text.replace(NOT_RECORDED, "").strip())
        by, current = effective_user_id(actor), request.people.claim
        if current is not None and current.by != by:
            raise NotPossible(f"{current.by} is on it already. {_still_decides(actor)}")
        self._act_limits.count(actor, "claims")
        return await self._apply(request, actor, partial(_claim, request, by, lasts))

    async def give_back(self, request: RequestRecord, actor: Actor) -> RequestRecord:
        """End the claim of this person, and return the request. `request`: as `VisibleRuns` returns it."""
        current = request.people.claim
        if request.state != "open" or current is None:
            raise NotPossible("Nobody is on this request, so there is nothing to give back.")
        if current.by not in actor.names:
            raise NotAllowed(f"Only {current.by} can give it back. {_still_decides(actor)}")
        return await self._apply(request, actor, partial(_give_back, request))

    async def _apply(self, request: RequestRecord, actor: Actor, build: "_Build") -> RequestRecord:
        try:
            change = await self._runs.apply(request.run_id, build, actor=actor)
        except IllegalTransition:
            raise NotPossible("Another person was faster. Read the message again.") from None
        return change.requests[request.id]


_Build = partial[Change]


def _still_decides(actor: Actor) -> str:
    who = effective_user_id(actor) if speaks_of_another(actor) else "You"
    return f"{who} can still decide it."


def _current(request: RequestRecord, transition: Transition) -> RequestRecord:
    """Return the request as it is now. Raises `IllegalTransition` where another stage has begun."""
    current = transition.request(request.id)
    if current.stage != request.stage:
        raise IllegalTransition("another stage has begun")
    return current


def _claim(request: RequestRecord, by: str, lasts: timedelta, transition: Transition) -> Change:
    return claim.claim(transition, _current(request, transition), by, lasts)


def _give_back(request: RequestRecord, transition: Transition) -> Change:
    current = transition.request(request.id)
    if current.people.claim != request.people.claim:
        raise IllegalTransition("another person is on it")
    return claim.end(transition, current, "given_back")
