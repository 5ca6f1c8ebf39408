"""Departures: decisions of people who left before the request completed are shown and do not count."""

from functools import partial

from engine.errors import UnknownRun
from engine.kernel.requests import request_transitions
from engine.kernel.requests.quorum import Rosters, standing_decisions
from engine.kernel.transition import Transition
from engine.model.definition.spec import ApprovalSpec
from engine.model.people import effective_user_id, is_on_call, look_up
from engine.model.records.change import Change
from engine.model.records.records import RequestRecord, evolve
from engine.model.states import IllegalTransition
from engine.runtime.access.authorization import Authorization
from engine.runtime.runs.live_runs import LiveRuns
from engine.runtime.workflows.definition_cache import DefinitionCache
from engine.store import queries
from engine.store.store import Store

Lost = dict[str, tuple[str, ...]]


class Departures:
    """Finds decisions that no longer count. Raises `PeopleUnavailable`."""

    def __init__(
        self, store: Store, runs: LiveRuns, definitions: DefinitionCache, authorization: Authorization
    ) -> None:
        self._store, self._runs, self._definitions, self._authorization = (
            store,
            runs,
            definitions,
            authorization,
        )

    async def recount(self, request: RequestRecord) -> RequestRecord:
        """Check again which deciders may still decide. A person who returns has to answer again."""
        if request.state != "open" or request.kind != "approval" or not standing_decisions(request.decisions):
            return request
        lost = {**request.people.lost, **await self._lost(request)}
        if lost == request.people.lost or await self._leavers_count(request):
            return request
        try:
            change = await self._runs.apply(request.run_id, partial(_lose, request.id, lost))
        except (IllegalTransition, UnknownRun):
            return await self._store.read(queries.request, request.id) or request
        return change.requests[request.id]

    async def of_approved(self, request: RequestRecord) -> tuple[Lost, Rosters | None]:
        """Return the decisions that no longer count, and the current rosters where an approval needs all."""
        if await self._leavers_count(request):
            return {**request.people.lost}, None
        lost = {**request.people.lost, **await self._lost(request)}
        if lost == request.people.lost:
            return lost, None
        rosters, _ = await self._authorization.rosters(evolve(request, stage=0), frozenset())
        return lost, rosters

    async def _lost(self, request: RequestRecord) -> Lost:
        """Return, by decision, the references that no longer mean its person."""
        standing = standing_decisions(request.decisions)
        deciders = {effective_user_id(decision.actor) for decision in standing}
        everybody = deciders | {decision.on_behalf for decision in standing if decision.on_behalf}
        people = await look_up(self._authorization.people, sorted(everybody))
        departed = {user_id for user_id, person in people.items() if person is None or not person.full_member}
        lost: Lost = {}
        for decision in standing:
            decider = effective_user_id(decision.actor)
            whose = decision.on_behalf or decider
            kept = frozenset[str]()
            if not {decider, whose} & departed:
                # Nobody departs when their shift ends: an answer that was given on call counts.
                on_call = frozenset(filter(is_on_call, decision.member_of))
                others = [ref for ref in decision.member_of if ref not in on_call]
                kept = on_call | await self._authorization.counting_references(whose, request, others)
            if newly_lost := tuple(ref for ref in decision.member_of if ref not in kept):
                lost[decision.id] = tuple(
                    dict.fromkeys((*request.people.lost.get(decision.id, ()), *newly_lost))
                )
        return lost

    async def _leavers_count(self, request: RequestRecord) -> bool:
        run = await self._store.read(queries.run, request.run_id)
        if run is None:
            return True
        _, graph = await self._definitions.get(run.definition)
        node = graph.nodes[request.step]
        return isinstance(node, ApprovalSpec) and node.count_leavers


def _lose(request_id: str, lost: Lost, transition: Transition) -> Change:
    return request_transitions.recount(transition, transition.request(request_id), lost)
