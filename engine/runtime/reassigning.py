"""Handing a question to somebody else: by those who may decide it now, or by the owner."""

from collections.abc import Set
from dataclasses import replace
from functools import partial

from engine import answerable, asking
from engine.change import Change
from engine.errors import NotAllowed, NotPossible
from engine.machine import Transition
from engine.people import REFERENCE, Actor
from engine.records import RequestRecord
from engine.runtime.access import Access
from engine.runtime.loaded import Definitions
from engine.runtime.runs import Runs
from engine.states import IllegalTransition
from engine.store.store import Store


class Reassigning:
    """Raises `NotAllowed`, `NotPossible` and `PeopleUnavailable`."""

    def __init__(self, store: Store, runs: Runs, definitions: Definitions, access: Access) -> None:
        self._store, self._runs, self._definitions, self._access = store, runs, definitions, access

    async def reassign(self, request: RequestRecord, to: str, actor: Actor) -> RequestRecord:
        """`to`: `@group`, `#channel` or a user id; in whose place, see `asking.handed_on`."""
        if request.state != "open":
            raise NotPossible("This request is no longer open, so it cannot be reassigned.")
        run = await self._store.run(request.run_id)
        assert run is not None
        definition, _ = await self._definitions.get(run.definition)
        whose = await self._access.may_hand_on(actor, request, definition)
        await self._check(request, to, whose, definition.owner)
        build = partial(_build, request.id, to, whose)
        try:
            change = await self._runs.apply(request.run_id, build, actor=actor)
        except IllegalTransition:
            raise NotPossible("An approver answered this a moment ago, so it was not reassigned.") from None
        return change.requests[request.id]

    async def _check(self, request: RequestRecord, to: str, whose: Set[str] | None, owner: str) -> None:
        """Somebody must be able to answer it afterwards."""
        if not REFERENCE.fullmatch(to) or not await self._access.able(to):
            raise NotPossible(f"{to} names no person who can decide. Name a colleague or a group, as @name.")
        handed = asking.handed_on(request, to, whose)
        if handed.stages == request.stages:
            raise NotAllowed(
                f"It needs several answers, so only the owner {owner} can reassign it. Ask the owner."
            )
        # Of the later stages nothing changes, so they don't count here.
        now_open = replace(handed, stages=handed.stages[: request.stage + 1])
        if answerable.stuck(now_open, await self._access.members(now_open)):
            raise NotPossible(
                f"{to} alone cannot complete this request: each person counts once"
                f"{'' if request.self_approval else ', and the requester cannot approve'}. "
                "Name a larger group."
            )


def _build(request_id: str, to: str, whose: Set[str] | None, transition: Transition) -> Change:
    return asking.reassign(transition, transition.request(request_id), to, whose)
