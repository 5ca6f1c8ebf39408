"""Failures that many runs share: read as one card, and decided in one click, each run by itself."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Set
from contextlib import suppress
from dataclasses import replace

from engine.errors import Altered, AlteredRun, PeopleUnavailable, UnknownPeople
from engine.kernel.visibility import asking_references, channel_reference
from engine.model.definition.spec import Definition
from engine.model.notices.mute import Mute, muting
from engine.model.people import Actor, People
from engine.model.records.decision import Decision, DecisionResult
from engine.model.records.failure_card import FailureCard
from engine.model.records.records import RunRecord
from engine.runtime.requests.mutes import Mutes
from engine.runtime.workflows.definition_cache import DefinitionCache
from engine.store import queries
from engine.store.store import Store

MAX_DECIDED_AT_ONCE = 200
"""Most requests that one click decides: Slack waits three seconds for its answer."""
_OVERTAKEN = frozenset({"already_decided", "duplicate", "expired", "withdrawn"})
"""Answers to a request that ended after the list was read: the others are decided all the same."""
_WRONG_PLACE = (
    "The place of {} on this card does not fit its request: another program changed the database. "
    "Signoff does not act on it. Ask the operator to run signoff audit verify."
)

Decide = Callable[[str, Decision, Actor], Awaitable[DecisionResult]]


class FailureCards:
    """Every request on a card belongs to one run; a card only says which of them people see together."""

    def __init__(
        self, store: Store, decide: Decide, mutes: Mutes, definitions: DefinitionCache, people: People
    ) -> None:
        self._store, self._decide, self._mutes, self._definitions = store, decide, mutes, definitions
        self._people = people

    async def of(self, request_id: str, limit: int = 10) -> FailureCard | None:
        """Return the card that this failure request is on, with its newest open requests.

        None for a request that is on no card, such as one of an earlier release.
        """
        card = await self._store.read(queries.failure_card, request_id, limit)
        if card is None:
            return None
        mutes = await self._mutes.all()
        mute = muting(mutes, card.leader.workflow, card.leader.step, card.likeness)
        quiet = card.leader.alert is not None and card.leader.alert.held_until is not None
        awaited = bool(mute or quiet) and await self._store.read(queries.card_is_retried, request_id)
        shown = await self._store.read(queries.runs_on_card, card) if card.is_shared and limit else []
        runs = {run.id: run for run in shown}
        inputs = {run_id: run.input for run_id, run in runs.items()}
        readable = await self._readable(card, runs)
        return replace(card, mute=mute, is_awaited=awaited, inputs=inputs, readable=readable)

    async def _readable(self, card: FailureCard, runs: Mapping[str, RunRecord]) -> frozenset[str]:
        """Return the runs whose own channel is the only one in which the card has a message."""
        definitions: dict[str, Definition] = {}
        for run in runs.values():
            with suppress(Altered):
                definitions[run.id], _ = await self._definitions.get(run.definition)
        first = card.leader.run_id
        if first not in definitions:
            return frozenset()
        asked_in = set(asking_references(runs[first], definitions[first], card.leader))
        own = {run_id: channel_reference(runs[run_id], each) for run_id, each in definitions.items()}
        ids = await self._channel_ids(asked_in | set(own.values()))
        asked = {ids[ref] for ref in asked_in}
        return frozenset(run_id for run_id, channel in own.items() if asked <= {ids[channel]})

    async def _channel_ids(self, refs: Set[str]) -> Mapping[str, str]:
        """Return the id of each channel. Where nobody can say it, a reference stands for itself alone."""
        ids = {ref: ref for ref in refs}
        if len(refs) > 1:
            for ref in filter(None, refs):
                with suppress(UnknownPeople, PeopleUnavailable):
                    resolved = await self._people.resolve(ref)
                    ids[ref] = resolved.id
        return ids

    async def muted(self, workflow: str) -> Mute | None:
        """Return the mute of a whole workflow; None where its failures are told."""
        return muting(await self._mutes.all(), workflow, "", "")

    async def open_for(self, workflow: str, step: str) -> list[str]:
        """Return the ids of the first requests of the open cards of this step; of all steps, where empty."""
        return await self._store.read(queries.open_failure_cards, workflow, step)

    async def open_count(self, request_id: str) -> int:
        """Return how many requests on the card of this one are open."""
        card = await self.of(request_id, limit=0)
        return card.open_count if card else 0

    async def open_ids(self, request_id: str, last_place: int | None = None) -> list[str]:
        """Return all the open requests on the card of this one, oldest first.

        `last_place`: the `newest_place` of the card that the person saw; None: all of them.
        """
        count = await self.open_count(request_id)
        return await self._store.read(queries.open_on_card, request_id, count, last_place)

    async def decide_all(
        self, request_id: str, decision: Decision, *, actor: Actor, last_place: int | None = None
    ) -> list[DecisionResult]:
        """Decide the open requests on the card of this one, oldest first, at most `MAX_DECIDED_AT_ONCE`.

        Each decision is checked and recorded for its own run. If the first one is refused, none is made, and
        none where the run that the card shows was changed by another program.
        `last_place`: the `newest_place` of the card that the person saw; failures that joined it later stay
        open. None: all of them are decided.
        Places on the card that another program changed get one answer, `unavailable`.
        """
        results = await self._decide_each(request_id, decision, actor, last_place)
        if all(result.code == "unknown" or result.accepted for result in results):
            card = await self._store.read(queries.card_of, request_id)
            if wrong := await self._store.read(queries.wrong_place, card or request_id):
                known = [result for result in results if result.accepted]
                return [*known, DecisionResult("unavailable", _WRONG_PLACE.format(wrong))]
        return results

    async def _decide_each(
        self, request_id: str, decision: Decision, actor: Actor, last_place: int | None
    ) -> list[DecisionResult]:
        card = await self._store.read(queries.card_of, request_id)
        for shown in dict.fromkeys((request_id, card or request_id)):
            try:
                await self._store.proven_around(shown)
            except AlteredRun:
                return [await self._decide(shown, decision, actor)]
        ids = await self._store.read(queries.open_on_card, request_id, MAX_DECIDED_AT_ONCE, last_place)
        results = []
        while ids:
            results.append(await self._decide(ids.pop(0), decision, actor))
            if results[-1].accepted:
                break
            if results[-1].code not in _OVERTAKEN:
                return results
        return [*results, *await asyncio.gather(*(self._decide(id_, decision, actor) for id_ in ids))]
