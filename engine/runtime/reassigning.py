"""Handing a question to somebody else: by those who may decide it now, or by the owner."""

from dataclasses import replace
from functools import partial

from engine import answerable, transitions
from engine.change import Change
from engine.errors import NotAllowed, NotPossible, UnknownPeople
from engine.machine import Transition
from engine.people import REFERENCE, Actor, People, in_whose_name
from engine.records import RequestRecord
from engine.runtime.access import able, refs_of
from engine.runtime.loaded import Definitions
from engine.runtime.runs import Runs
from engine.states import IllegalTransition
from engine.store.store import Store


class Reassigning:
    """Raises `NotAllowed`, `NotPossible` and `PeopleUnavailable`."""

    def __init__(self, store: Store, runs: Runs, definitions: Definitions, people: People) -> None:
        self._store, self._runs, self._definitions, self._people = store, runs, definitions, people

    async def reassign(self, request: RequestRecord, to: str, actor: Actor) -> RequestRecord:
        """`to`: `@group`, `#channel` or a user id, in place of those who were asked at the open stage."""
        if request.state != "open":
            raise NotPossible("This waits for nobody any more.")
        await self._may(request, actor)
        await self._check(request, to)
        try:
            change = await self._runs.apply(request.run_id, partial(_build, request.id, to), actor=actor)
        except IllegalTransition:
            raise NotPossible("This was answered a moment ago.") from None
        return change.requests[request.id]

    async def _may(self, request: RequestRecord, actor: Actor) -> None:
        if actor.source == "cli":
            return
        run = await self._store.run(request.run_id)
        assert run is not None
        definition, _ = await self._definitions.get(run.definition)
        who = (*request.approvers, definition.owner)
        try:
            person = await self._people.person(in_whose_name(actor))
        except UnknownPeople:
            raise NotAllowed("You are not known in this workspace, so you can't do that.") from None
        full = person.active and not person.is_bot and not person.outside
        if not full or not await refs_of(self._people, person.id, who):
            raise NotAllowed(f"Only {', '.join(dict.fromkeys(who))} may hand this on. Ask one of them.")

    async def _check(self, request: RequestRecord, to: str) -> None:
        """Somebody must be able to answer it afterwards."""
        members = {to: await able(self._people, to)} if REFERENCE.fullmatch(to) else {to: None}
        if not members[to]:
            raise NotPossible(f"{to} names nobody who can decide. Write @group, or the person's member id.")
        quorums = tuple(
            one.model_copy(update={"approvers": (to,), "former": (*one.former, *one.approvers)})
            for one in request.stages[request.stage].quorums
        )
        stage = request.stages[request.stage].model_copy(update={"quorums": quorums})
        # Of the later stages nothing changes, so they don't count here.
        after = replace(request, stages=(*request.stages[: request.stage], stage))
        if answerable.stuck(after, members):
            raise NotPossible(
                f"{to} alone could not complete it: whoever asked can't approve, and one person counts once."
            )


def _build(request_id: str, to: str, transition: Transition) -> Change:
    request = transition.state.requests.get(request_id)
    if request is None:
        raise IllegalTransition("the request is no longer open")
    return transitions.reassign(transition, request, to)
