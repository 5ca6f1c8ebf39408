"""Clarifications: an approver asks the requester a question."""

from functools import partial

from engine.errors import NotAllowed, NotPossible
from engine.kernel.requests import clarification
from engine.kernel.transition import Transition
from engine.model.people import Actor, any_of, effective_user_id
from engine.model.records.change import Change
from engine.model.records.records import RequestRecord
from engine.model.states import IllegalTransition
from engine.model.text.visible_text import is_blank, visible_or_empty
from engine.runtime.access.act_limits import ActLimits, require_words
from engine.runtime.access.authorization import Authorization, refs_of
from engine.runtime.access.membership import full_member
from engine.runtime.requests.delegation import Delegations
from engine.runtime.runs.live_runs import LiveRuns
from engine.runtime.workflows.definition_cache import DefinitionCache
from engine.store import queries
from engine.store.store import Store

MAX_CLARIFICATIONS = 20
"""Questions about one request, over all its time."""


class Clarifications:
    """Opens clarifications. Raises `NotAllowed`, `NotPossible` and `PeopleUnavailable`."""

    def __init__(
        self,
        store: Store,
        runs: LiveRuns,
        definitions: DefinitionCache,
        authorization: Authorization,
        delegations: Delegations,
        act_limits: ActLimits,
    ) -> None:
        self._store, self._runs, self._definitions = store, runs, definitions
        self._authorization, self._delegations = authorization, delegations
        self._act_limits = act_limits

    async def ask(self, request: RequestRecord, text: str, actor: Actor) -> RequestRecord:
        """Ask the requester, and return the open clarification. `request`: as `VisibleRuns` returns it.

        The people who may decide at any stage may ask, and so may the owner.
        """
        if request.kind != "approval" or request.state != "open":
            raise NotPossible("This request is no longer open, so you can no longer ask about it.")
        if is_blank(text):
            raise NotPossible("Write your question.")
        require_words(text, "The question")
        if request.clarification.clarifications >= MAX_CLARIFICATIONS:
            raise NotPossible(
                f"{MAX_CLARIFICATIONS} questions were asked about this request. Decide it, or talk to the "
                "requester in the thread."
            )
        to = whom(request)
        if to is None:
            raise NotPossible(
                "No person requested this, so nobody can be asked. Ask the owner of the workflow."
            )
        if not request.requester.names.isdisjoint(actor.names):
            raise NotPossible("You requested this yourself, so the question would go to you.")
        await self._may(actor, request)
        self._act_limits.count(actor, "questions")
        build = partial(_build, request.id, visible_or_empty(text), to, actor)
        try:
            change = await self._runs.apply(request.run_id, build, actor=actor)
        except IllegalTransition:
            raise NotPossible(
                "It was answered a moment ago, or another question about it is open. Read the thread."
            ) from None
        return next(request for request in change.requests.values() if request.kind == "clarification")

    async def _may(self, actor: Actor, request: RequestRecord) -> None:
        await full_member(self._authorization.people, effective_user_id(actor))
        person, member_of = await self._authorization.decider(actor, request)
        request = await self._delegations.followed(request, actor)
        run = await self._store.read(queries.run, request.run_id)
        assert run is not None
        definition, _ = await self._definitions.get(run.definition)
        stands_in = await self._delegations.represented(person, request)
        owner = await refs_of(self._authorization.people, person.id, [definition.owner])
        if not (member_of or owner or any(stands_in.values())):
            who = any_of((*request.approvers, definition.owner))
            raise NotAllowed(f"Only {who} can ask about this request, and you are not one of them.")


def whom(request: RequestRecord) -> str | None:
    """Return the user id of the requester; None if the requester is not a known person."""
    requester = request.requester
    if requester.source == "slack":
        return requester.id
    return requester.as_user or requester.claimed


def _build(request_id: str, text: str, to: str, by: Actor, transition: Transition) -> Change:
    return clarification.ask(transition, transition.request(request_id), text, to, by)
