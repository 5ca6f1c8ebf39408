"""Delegation: people who are away, and the delegates who decide for them.

Absences are facts of the installation. The delegates of a request are resolved when it opens, and again when
it is brought to other people or an absence changes. From then on they are part of the request's policy.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from engine.clock import Clock
from engine.errors import Altered, NotAllowed, NotPossible, UnknownPeople, UnknownRun
from engine.kernel.requests import request_transitions
from engine.kernel.requests.verdicts import membership_problem
from engine.kernel.transition import Transition
from engine.model.people import ENGINE, Actor, Person, effective_user_id, is_group
from engine.model.records.change import Change
from engine.model.records.records import RequestRecord
from engine.model.records.request_parts import Delegate
from engine.model.states import IllegalTransition
from engine.runtime.access.act_limits import ActLimits
from engine.runtime.access.authorization import Authorization
from engine.runtime.process.background import Background
from engine.runtime.process.installation import StoredMapping
from engine.runtime.queries.paging import open_requests
from engine.runtime.runs.live_runs import LiveRuns
from engine.store import queries
from engine.store.store import Store

MAX_ABSENCE = timedelta(days=90)
_BROUGHT = frozenset({"request.opened", "request.escalated", "request.reassigned", "request.revoked"})


@dataclass(frozen=True, slots=True)
class Absence:
    """An absence of `user_id`. `to`: the delegate that the person named, who may be away too."""

    user_id: str
    to: str
    until: datetime


def resolved(absences: Mapping[str, Absence], now: datetime) -> dict[str, Delegate]:
    """Return the delegate at the end of each chain, by absent person, until the first of them returns."""
    delegates = {}
    current = {user: absence for user, absence in absences.items() if now < absence.until}
    for user, absence in current.items():
        to, until, seen = absence.to, absence.until, {user}
        while to in current and to not in seen:
            seen.add(to)
            until = min(until, current[to].until)
            to = current[to].to
        if to not in seen:
            delegates[user] = Delegate(user, to, until)
    return delegates


class Delegations:
    """Keeps absences, and the delegates of open requests in step with them.

    Raises `NotAllowed`, `NotPossible` and `PeopleUnavailable`.
    """

    def __init__(
        self,
        store: Store,
        runs: LiveRuns,
        authorization: Authorization,
        background: Background,
        clock: Clock,
        act_limits: ActLimits,
    ) -> None:
        self._act_limits = act_limits
        self._store, self._runs, self._authorization = store, runs, authorization
        self._background, self._clock = background, clock
        self._fact = StoredMapping(store, "absences", clock)
        self._anybody_away = False
        """A person may be away. False spares every new request a lookup."""
        self._cover_lock = asyncio.Lock()
        self._return_timer: asyncio.Task[None] | None = None

    async def absences(self) -> list[Absence]:
        """Return the current absences, sorted by absent person."""
        now = self._clock.now()
        return [absence for _, absence in sorted((await self._absences()).items()) if now < absence.until]

    async def away(self, actor: Actor, to: str, until: datetime) -> None:
        """Let `to` decide for this person until then. Open requests follow in the background."""
        user, now = effective_user_id(actor), self._clock.now()
        await self._check(user, to)
        if until <= now:
            raise NotPossible("The end of the absence is in the past. Name a later moment.")
        if until > now + MAX_ABSENCE:
            raise NotPossible(f"An absence lasts {MAX_ABSENCE.days} days at most. Name an earlier end.")
        self._act_limits.count(actor, "changes of an absence")
        async with self._fact.changing() as change:
            stored = change.mapping
            chain = [user, to]
            absences = {name: _absence(name, fields) for name, fields in stored.items()}
            while (next_absence := absences.get(chain[-1])) is not None and now < next_absence.until:
                if next_absence.to in chain:
                    raise NotPossible(f"{to} is away too, and you decide for them. Name another colleague.")
                chain.append(next_absence.to)
            for name in [name for name, absence in absences.items() if absence.until <= now]:
                ended = stored.pop(name)
                change.record("person.back", ENGINE, user=name, to=ended["to"], until=ended["until"])
            stored[user] = {"to": to, "until": until.isoformat()}
            change.record("person.away", actor, user=user, to=to, until=until.isoformat())
        self._changed()

    async def back(self, actor: Actor) -> bool:
        """End this person's absence. False if the person was not away."""
        user = effective_user_id(actor)
        async with self._fact.changing() as change:
            absence = change.mapping.pop(user, None)
            if absence is None:
                return False
            change.record("person.back", actor, user=user, to=absence["to"], until=absence["until"])
        self._changed()
        return True

    async def _end_absences(self) -> None:
        """End each absence whose time is over, so that the log has it once and people are told.

        Also the time over which no process served. A clock that is set back later makes nobody absent again.
        """
        async with self._fact.changing() as change:
            now = self._clock.now()
            for user, stored in sorted(change.mapping.items()):
                if _absence(user, stored).until <= now:
                    change.record("person.back", ENGINE, user=user, to=stored["to"], until=stored["until"])
                    del change.mapping[user]

    async def _check(self, user: str, to: str) -> None:
        if to.startswith("#"):  # whether there is a channel of that name may be secret
            raise NotPossible("A delegate is one person, not a channel. Name a colleague: @name.")
        if is_group(to):
            try:
                await self._authorization.people.resolve(to)
            except UnknownPeople:
                raise NotPossible(
                    f"There is no person or group called {to}. Mention a colleague: @name."
                ) from None
            raise NotPossible(f"{to} is a group. A delegate is one person. Name a colleague: @name.")
        for who in (user, to):
            try:
                person = await self._authorization.people.person(who)
            except UnknownPeople:
                raise NotPossible(
                    f"There is no person {who} in this workspace. Mention a colleague: @name."
                ) from None
            if not person.full_member:
                raise NotAllowed(
                    membership_problem(person, "be a delegate", named=True)
                    if who == to
                    else membership_problem(person, "name a delegate")
                )
        if user == to:
            raise NotPossible("You cannot be your own delegate. Name a colleague: @name.")

    # Questions

    async def ended(self, request: RequestRecord) -> frozenset[Delegate]:
        """Return the request's delegates whose delegation has ended, before the request shows it."""
        if not request.people.delegates:
            return frozenset()
        current = resolved(await self._absences(), self._clock.now())
        return frozenset(
            delegate
            for delegate in request.people.delegates
            if delegate.away not in current or current[delegate.away].to != delegate.to
        )

    async def followed(self, request: RequestRecord, actor: Actor) -> RequestRecord:
        """Return the request after it has followed an absence whose delegate acts on it now.

        With many open requests it takes seconds until the background comes to this one.
        """
        if not self._anybody_away or request.state != "open" or request.kind != "approval":
            return request
        user, shown = effective_user_id(actor), {(each.away, each.to) for each in request.people.delegates}
        try:
            current = resolved(await self._absences(), self._clock.now())
        except Altered:  # changed absences count for nothing
            return request
        if all(each.to != user or (each.away, each.to) in shown for each in current.values()):
            return request
        await self._update_stand_ins(request.id)
        return await self._store.read(queries.request, request.id) or request

    async def represented(self, person: Person, request: RequestRecord) -> dict[str, frozenset[str]]:
        """Return the people for whom this person may decide now, with the references that mean them."""
        ended = await self.ended(request)
        if not await self._may_stand_in(person.id, request):
            return {}
        return {
            delegate.away: await self._authorization.refs_of_member(delegate.away, request)
            for delegate in request.people.delegates
            if delegate.to == person.id and delegate not in ended
        }

    def on_change(self, change: Change) -> None:
        """Resolve the delegates of requests that the change opened or brought to other people."""
        if self._anybody_away and any(event.type in _BROUGHT for event in change.events):
            for request in change.requests.values():
                if request.state == "open" and request.kind == "approval":
                    self._background.start(
                        partial(self._update_stand_ins, request.id), f"who stands in at {request.id}"
                    )
                    # After the clock was set back, a person who had returned may be away again.
                    self._restart_return_timer()

    def start(self) -> None:
        """Review all open requests: people may have left or returned while no process served."""
        self._changed()

    def _changed(self) -> None:
        """Let open requests follow the changed absences, now and whenever a person returns.

        Only the timer is cancelled. To cancel an update would let the next one read a row whose write is
        under way.
        """
        self._anybody_away = True
        self._restart_return_timer()
        self._background.start(self._end_absences, "absences that ended")
        self._background.start(self._update_all, "who stands in at open questions")

    def _restart_return_timer(self) -> None:
        if self._return_timer is not None:
            self._return_timer.cancel()
        self._return_timer = self._background.start(self._await_return, "who is back")

    async def _await_return(self) -> None:
        ends = [absence.until for absence in await self.absences()]
        if not ends:
            self._anybody_away = False
            return
        await self._background.sleep_until(min(ends))
        self._return_timer = None
        self._changed()

    async def _update_all(self) -> None:
        async with self._cover_lock:  # the writes of an earlier update are in the rows
            away = await self._absences()
        async for request in open_requests(self._store, self._cover_lock):
            if away or request.people.delegates:
                await self._update_stand_ins(request.id)

    async def _update_stand_ins(self, request_id: str) -> None:
        """Set the request's delegates. One request at a time, so that the last update is the newest."""
        async with self._cover_lock:
            request = await self._store.read(queries.request, request_id)
            if request is None or request.state != "open" or request.kind != "approval":
                return
            absences, now = await self._absences(), self._clock.now()
            current = resolved(absences, now)
            delegates = [
                delegate for _, delegate in sorted(current.items()) if await self._concerns(delegate, request)
            ]
            if tuple(delegates) != request.people.delegates:
                away = frozenset(user for user, absence in absences.items() if now < absence.until)
                change = partial(_delegate, request.id, tuple(delegates), away)
                with suppress(IllegalTransition, UnknownRun):
                    await self._runs.apply(request.run_id, change)

    async def _concerns(self, delegate: Delegate, request: RequestRecord) -> bool:
        references = await self._authorization.references_meaning(delegate.away, request)
        return bool(references) and await self._may_stand_in(delegate.to, request)

    async def _may_stand_in(self, user: str, request: RequestRecord) -> bool:
        """Return whether the person may be a delegate here.

        At high risk only an approver may, so that one approver alone cannot choose another person.
        """
        return request.policy.risk != "high" or bool(
            await self._authorization.references_meaning(user, request)
        )

    async def _absences(self) -> dict[str, Absence]:
        return {user: _absence(user, stored) for user, stored in (await self._fact.read()).items()}


def _absence(user: str, stored: Mapping[str, str]) -> Absence:
    return Absence(user, stored["to"], datetime.fromisoformat(stored["until"]))


def _delegate(
    request_id: str, delegates: tuple[Delegate, ...], away: frozenset[str], transition: Transition
) -> Change:
    return request_transitions.delegate(transition, transition.request(request_id), delegates, away)
