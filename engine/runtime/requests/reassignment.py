"""Reassignment: an approver, the owner or the operator hands a request to other people."""

from collections.abc import Callable, Set
from dataclasses import replace
from functools import partial

from engine.errors import NotAllowed, NotPossible
from engine.kernel.requests import feasibility, reassignment, request_transitions
from engine.kernel.transition import Transition
from engine.model.definition.spec import QuorumSpec
from engine.model.people import REFERENCE, Actor, any_of
from engine.model.records.change import Change
from engine.model.records.records import RequestRecord
from engine.model.states import IllegalTransition
from engine.runtime.access.act_limits import ActLimits
from engine.runtime.access.authorization import Authorization, all_references, any_reference
from engine.runtime.runs.live_runs import LiveRuns
from engine.runtime.workflows.definition_cache import DefinitionCache
from engine.store import queries
from engine.store.store import Store

MAX_HANDOVERS = 20
"""Reassignments of one request, over all its time."""
Replaced = Callable[[QuorumSpec], bool]


class Reassignments:
    """Reassigns requests. Raises `NotAllowed`, `NotPossible` and `PeopleUnavailable`."""

    def __init__(
        self,
        store: Store,
        runs: LiveRuns,
        definitions: DefinitionCache,
        authorization: Authorization,
        act_limits: ActLimits,
    ) -> None:
        self._act_limits = act_limits
        self._store, self._runs, self._definitions, self._authorization = (
            store,
            runs,
            definitions,
            authorization,
        )

    async def reassign(self, request: RequestRecord, to: str, actor: Actor) -> RequestRecord:
        """Hand the request, as `VisibleRuns` returns it, to `to`: `@group`, `#channel` or a user id.

        `engine.kernel.requests.reassignment` says whom `to` replaces.
        """
        if request.state != "open":
            raise NotPossible("This request is no longer open, so it cannot be reassigned.")
        run = await self._store.read(queries.run, request.run_id)
        assert run is not None
        definition, graph = await self._definitions.get(run.definition)
        role, whose = await self._authorization.role(actor, request, definition)
        if why := reassignment.reassignment_problem(request, actor, role, definition.owner):
            raise NotAllowed(why)
        if not await self._authorization.may_know(actor, to):
            raise NotPossible(
                "No channel of that name is public or has you as a member. Name a colleague or a "
                "group: @name."
            )
        eligible = {
            quorum: reassignment.eligible_references(
                request, quorum, graph.nodes[request.step], definition.owner
            )
            for quorum in request.policy.stages[request.stage].quorums
        }
        refs = {ref for references in eligible.values() for ref in references}
        untrusted = await self._authorization.untrusted_of(request, [to, *refs])
        covering = await self._covered(to, refs)
        if to in untrusted:
            raise NotAllowed(reassignment.public_channel_problem(untrusted & {to}))
        covered = covering - untrusted
        if untrusted & covering and not covered:
            raise NotAllowed(reassignment.public_channel_problem(untrusted & covering))
        eligible = {
            quorum: tuple(ref for ref in references if ref not in untrusted) or references
            for quorum, references in eligible.items()
        }
        further = "" if request.policy_question else ", or ask the author of the workflow to add reassign_to="
        replaced = self._replaced(to, whose, eligible, definition.owner, covered, further)
        if all(quorum.approvers == (to,) for quorum in eligible if replaced(quorum)):
            raise NotPossible(f"This request already waits for {any_of([to])} alone, so nothing was changed.")
        await self._check(request, to, replaced)
        if len(request.people.handovers) >= MAX_HANDOVERS:
            raise NotPossible(
                f"This request was reassigned {MAX_HANDOVERS} times. The people who have it must answer it."
            )
        self._act_limits.count(actor, "reassignments")
        named = to in covered or to in all_references(request)
        build = partial(_build, request.id, to, replaced, () if named else tuple(sorted(covered)))
        try:
            change = await self._runs.apply(request.run_id, build, actor=actor)
        except IllegalTransition:
            raise NotPossible("An approver answered this a moment ago, so it was not reassigned.") from None
        return change.requests[request.id]

    async def _covered(self, to: str, refs: Set[str]) -> frozenset[str]:
        """Those of the references that mean everybody whom `to` means; refused where `to` means nobody."""
        if not REFERENCE.fullmatch(to) or not await self._authorization.able_members(to):
            raise NotPossible(f"{to} names no person who can decide. Name a colleague or a group: @name.")
        return await self._authorization.references_covering(to, refs)

    def _replaced(
        self,
        to: str,
        whose: Set[str] | None,
        eligible: dict[QuorumSpec, tuple[str, ...]],
        owner: str,
        covered: Set[str],
        further: str,
    ) -> Replaced:
        """Return the quorums that `to` takes over. Raises `NotAllowed` where there are none.

        `further`: what a person may do besides to name another approver.
        """

        def fits(quorum: QuorumSpec) -> bool:
            refs = eligible.get(quorum)
            return refs is not None and (not refs or not covered.isdisjoint(refs))

        own = [quorum for quorum in eligible if reassignment.is_replaced(whose, lambda _: True, quorum)]
        if not own:
            raise NotAllowed(
                f"It needs several answers, so only the owner, {any_of([owner])}, can reassign it. "
                "Ask the owner."
            )
        if not any(map(fits, own)):
            allowed = any_reference([ref for quorum in own for ref in eligible[quorum]])
            raise NotAllowed(
                f"This request can only be reassigned to members of {allowed}, and {to} is not among them. "
                f"Name one of them{further}."
            )
        return partial(reassignment.is_replaced, whose, fits)

    async def _check(self, request: RequestRecord, to: str, replaced: Replaced) -> None:
        """Check that the new approvers can complete the request."""
        reassigned = request_transitions.reassigned(request, to, replaced)
        # The later stages do not change, so they do not count here.
        now_open = replace(
            reassigned,
            policy=replace(reassigned.policy, stages=reassigned.policy.stages[: request.stage + 1]),
        )
        if feasibility.is_stuck(now_open, await self._authorization.members(now_open)):
            raise NotPossible(
                f"{to} alone cannot complete this request: each person counts once"
                f"{'' if request.policy.self_approval else ', and the requester cannot approve'}. "
                "Name a larger group."
            )


def _build(
    request_id: str, to: str, replaced: Replaced, within: tuple[str, ...], transition: Transition
) -> Change:
    return request_transitions.reassign(transition, transition.request(request_id), to, replaced, within)
