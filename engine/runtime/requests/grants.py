"""Grants: an approver approves a request, and further requests like it, for a while and so many times.

A request that a grant covers is opened like any other. The engine then approves it for the person who gave
the grant, with the same checks as a click of that person at this moment. Where anything is in doubt, people
decide.
"""

import asyncio
import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from engine.clock import Clock
from engine.errors import (
    Altered,
    NotAllowed,
    NotPossible,
    PeopleUnavailable,
    UnknownPeople,
    UnknownRun,
    UnknownWorkflow,
)
from engine.kernel.requests import grants as rules
from engine.kernel.requests.approval_digest import output_digest, sha256
from engine.kernel.requests.denials import denial
from engine.kernel.transition import Transition
from engine.model.definition.grants import GrantSpec
from engine.model.definition.spec import ApprovalSpec
from engine.model.people import ENGINE, Actor, effective_user_id, identify
from engine.model.records.change import Change
from engine.model.records.decision import Decision, DecisionResult
from engine.model.records.grant import GRANTS, Grant
from engine.model.records.records import RequestRecord
from engine.model.records.request_parts import GrantUse
from engine.model.states import IllegalTransition
from engine.model.values.durations import format_duration
from engine.runtime.access.authorization import Authorization
from engine.runtime.process.background import Background
from engine.runtime.process.installation import StoredMapping
from engine.runtime.process.steady_time import SteadyTime
from engine.runtime.queries.paging import open_requests
from engine.runtime.queries.visibility import Visibility, VisibleRuns
from engine.runtime.requests.decisions import Decisions
from engine.runtime.runs.live_runs import LiveRuns
from engine.runtime.settings import EngineSettings
from engine.runtime.workflows.definition_cache import DefinitionCache
from engine.runtime.workflows.workflow_registry import WorkflowRegistry
from engine.store import queries
from engine.store.store import Store
from engine.store.writes.grants import MAX_GRANTS, GrantSpent, TooManyGrants

log = logging.getLogger(__name__)
_MAX_LOOK_SECONDS = 10
_MIN_LASTS = timedelta(minutes=1)
_LOST_RIGHT = frozenset({"not_allowed"})
"""Refusals of a decision after which the grant of that person ends."""


@dataclass(frozen=True, slots=True)
class GrantReply:
    """The reply to a person who approved with a grant. `grant`: None where only the request was decided."""

    result: DecisionResult
    grant: Grant | None = None


class GrantsInForce:
    """Gives, uses, lists and ends grants."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        steady: SteadyTime,
        workflows: WorkflowRegistry,
        definitions: DefinitionCache,
        runs: LiveRuns,
        decisions: Decisions,
        authorization: Authorization,
        visibility: Visibility,
        settings: EngineSettings,
        background: Background,
    ) -> None:
        self._store, self._steady, self._workflows, self._definitions = store, steady, workflows, definitions
        self._runs, self._decisions, self._authorization = runs, decisions, authorization
        self._visibility, self._settings, self._background = visibility, settings, background
        self.fact = StoredMapping(store, GRANTS, clock, _move)
        """Read and moved here. The store writes it, in transactions."""
        self._timer: asyncio.Task[None] | None = None
        self._looks: dict[str, asyncio.Task[None]] = {}
        """By request: what finds out at this moment whether a grant covers it."""

    async def all(self, *, actor: Actor) -> list[Grant]:
        """Return the grants that hold now and that this person may see, oldest first. Raises `Altered`.

        A grant may outlive the run in which it was given. Then those see it who gave it, for whom it is, and
        who see every run of the workflow.
        """
        seen = self._visibility.of(actor)
        return [each for each in await self._in_force() if await self._sees(seen, each, actor)]

    async def _sees(self, seen: VisibleRuns, grant: Grant, actor: Actor) -> bool:
        if not actor.names.isdisjoint(grant.giver.names) or _asks_with(grant, actor):
            return True
        run = await self._store.read(queries.run, grant.run)
        return await (seen.watches(grant.workflow) if run is None else seen.sees(run))

    async def give(
        self, request: RequestRecord, uses: int, lasts: timedelta, *, actor: Actor, seen_request: str | None
    ) -> GrantReply:
        """Approve a request, and further requests like it. `request`: as `VisibleRuns` returns it.

        A crash between the two leaves the approval alone. Raises `NotPossible` before anything is decided.
        """
        if why := rules.refusal(request):
            raise NotPossible(why)
        assert request.policy.grants is not None
        _check_bounds(request.policy.grants, uses, lasts)
        if len(await self._in_force()) >= MAX_GRANTS:
            raise NotPossible(f"{MAX_GRANTS} grants hold already. Revoke one of them first.")
        decision = Decision("approve", seen_request=seen_request)
        result = await self._decisions.decide(request.id, decision, actor=actor)
        decided = result.request
        if result.code != "decided" or decided is None or decided.outcome != "approved":
            return GrantReply(result)
        if decided.decisions[-1].on_behalf:
            return GrantReply(result)
        grant = await self._grant(decided, uses, lasts, actor)
        if grant is None:
            return GrantReply(result)
        try:
            await self._store.give_grant(grant)
        except (GrantSpent, TooManyGrants) as refused:
            log.warning("no grant with %s: %r", request.id, refused)
            return GrantReply(result)
        self.start_timer()
        return GrantReply(result, grant)

    async def revoke(self, grant_id: str, *, actor: Actor) -> Grant:
        """End a grant at once. Its giver, the owner of the workflow, the operator, and the program that it is
        for may.

        Raises `NotPossible`, `NotAllowed` and `PeopleUnavailable`.
        """
        actor = identify(actor, self._settings.cli_users)
        grant = next((each for each in await self.all(actor=actor) if each.id == grant_id), None)
        if grant is None:
            grant = next((each for each in await self._in_force() if each.id == grant_id), None)
            if grant is None or not self._operates(actor):
                raise NotPossible(f"There is no grant {grant_id}, or it has ended. List them with grants.")
        await self._require_may_revoke(grant, actor)
        ended = await self._store.end_grants([grant.id], self._steady.now(), actor, "revoked")
        if not ended:
            raise NotPossible(f"The grant {grant_id} has ended already.")
        return ended[0]

    async def may_revoke(self, grant: Grant, *, actor: Actor) -> bool:
        """Return whether this person may end a grant; False too where nobody can be asked."""
        try:
            await self._require_may_revoke(grant, identify(actor, self._settings.cli_users))
        except (NotAllowed, PeopleUnavailable):
            return False
        return True

    def on_change(self, change: Change) -> None:
        """Look for a grant that covers a request which this change opened."""
        for request in change.requests.values():
            if request.policy.grants is not None and request.state == "open" and request.version == 1:
                self._begin(request.id)

    async def settle(self, request_id: str) -> None:
        """Approve a request by a grant that covers it, if there is one, before people are told of it.

        It returns after 10 s in any case: then people are asked.
        """
        if await self._in_force():
            await asyncio.wait([self._begin(request_id)], timeout=_MAX_LOOK_SECONDS)

    def start(self) -> None:
        """Look at the requests that were opened before a crash, and end grants in time from now on."""
        self._background.start(self._look_again, "grants for what is asked")
        self.start_timer()

    def start_timer(self) -> None:
        """End the grants whose time is over, and go on to do so."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._background.start(self._await_end, "the end of grants")

    async def _await_end(self) -> None:
        while grants := _read(await self.fact.read()):
            # A duration: the time of day may jump ahead of the time that rows go by.
            await self._background.sleep(min(grant.until for grant in grants) - self._steady.now())
            now = self._steady.now()
            over = [grant.id for grant in grants if grant.until <= now]
            if over:
                await self._store.end_grants(over, now, ENGINE, "time")

    async def _in_force(self) -> list[Grant]:
        now = self._steady.now()
        return [grant for grant in _read(await self.fact.read()) if grant.holds(now)]

    async def _look_again(self) -> None:
        if await self._in_force():
            async for request in open_requests(self._store):
                if request.policy.grants is not None:
                    await self._look(request.id)

    def _begin(self, request_id: str) -> asyncio.Task[None]:
        look = self._looks.get(request_id)
        if look is None:
            look = self._background.start(partial(self._look, request_id), "a grant for what was asked")
            self._looks[request_id] = look
            look.add_done_callback(lambda _: self._looks.pop(request_id, None))
        return look

    async def _look(self, request_id: str) -> None:
        """Approve a request by the oldest grant that covers it. Otherwise people decide."""
        try:
            for grant in await self._in_force():
                request = await self._store.read(queries.request, request_id)
                if request is None or request.state != "open" or request.policy.grants is None:
                    return
                if (grant.workflow, grant.step) == (request.workflow, request.step):
                    await self._use(grant, request)
        except (Altered, PeopleUnavailable, UnknownRun) as error:
            log.warning("no grant is used for %s: %s", request_id, error)
        finally:
            self._runs.unload_at_rest(request_id.partition(".")[0])

    async def _use(self, grant: Grant, request: RequestRecord) -> None:
        def admit(transition: Transition, current: RequestRecord) -> GrantUse:
            if why := _problem(grant, current, transition) or denial(current, transition):
                raise IllegalTransition(why)
            by, number = effective_user_id(grant.giver), len(grant.used) + 1
            return GrantUse(grant.id, by, grant.request, number, grant.uses, grant.until)

        try:
            result = await self._decisions.decide_by_grant(request, grant.giver, admit)
        except UnknownPeople:
            await self._end(grant, "the giver is no longer known")
        except IllegalTransition as refused:
            log.info("the grant %s does not cover %s: %s", grant.id, request.id, refused)
            if str(refused) == rules.OUTDATED:
                await self._end(grant, "the workflow or its code changed")
        except GrantSpent:
            await self._use_rest(grant.id, request)
        else:
            if result.code in _LOST_RIGHT:
                await self._end(grant, "the giver may no longer approve this")

    async def _use_rest(self, grant_id: str, request: RequestRecord) -> None:
        """Try again with what is left of a grant that another request used meanwhile."""
        left = next((each for each in await self._in_force() if each.id == grant_id), None)
        if left is not None and request.id not in left.used:
            await self._use(left, request)

    async def _end(self, grant: Grant, why: str) -> None:
        await self._store.end_grants([grant.id], self._steady.now(), ENGINE, why)

    async def _grant(self, request: RequestRecord, uses: int, lasts: timedelta, giver: Actor) -> Grant | None:
        """Return the grant that covers what was approved with this request.

        None where a value changed meanwhile or is missing: then people are asked again.
        """
        snapshot = await self._runs.snapshot(request.run_id)
        _, graph = await self._definitions.get(snapshot.run.definition)
        node, spec, binding = graph.nodes[request.step], request.policy.grants, request.coverage.binding
        assert isinstance(node, ApprovalSpec)
        assert spec is not None
        assert binding is not None
        values = rules.arguments(graph, node, snapshot.run, snapshot.steps)
        now_used = {"input": sha256(snapshot.run.input)} | {
            name: output_digest(graph.nodes[name], snapshot.steps[name]) for name in binding.outputs
        }
        if now_used != {"input": binding.input, **binding.outputs}:
            return None
        only_shown = [
            snapshot.steps[name] for name in values if name in snapshot.steps and name not in now_used
        ]
        if any(step.ended_at is None or step.ended_at > request.opened_at for step in only_shown):
            return None
        try:
            covered = rules.covered(spec, values)
        except KeyError:  # an argument that the author's rule names is missing
            return None
        now = self._steady.now()
        return Grant(
            hashlib.sha256(request.id.encode()).hexdigest()[:8],
            request.workflow,
            request.step,
            request.id,
            request.run_id,
            request.ask,
            identify(giver, self._settings.cli_users),
            request.requester,
            rules.version_of(request),
            covered,
            tuple(rule.words for rule in spec.rules),
            uses,
            now,
            now + lasts,
        )

    async def _require_may_revoke(self, grant: Grant, actor: Actor) -> None:
        if actor.source == "api" and actor == grant.requester:
            return  # a program that gives back the grant of its own requests
        if actor.names.isdisjoint(grant.giver.names) and not self._operates(actor):
            await self._require_owner(grant, actor)

    async def _require_owner(self, grant: Grant, actor: Actor) -> None:
        try:
            definition = self._workflows.find(grant.workflow).definition
        except UnknownWorkflow:
            if actor.source != "cli":
                raise NotAllowed("Only its giver and the operator can revoke this grant.") from None
            return
        await self._authorization.may_operate(actor, definition, f"revoke a grant of {definition.name}")

    def _operates(self, actor: Actor) -> bool:
        operator = self._settings.operator
        return actor.source == "slack" and bool(operator) and actor.id == operator


def _asks_with(grant: Grant, actor: Actor) -> bool:
    """Return whether the grant covers requests of this person or program."""
    if actor.source == "slack":
        return actor.id in grant.requester.names
    return (actor.source, actor.id) == (grant.requester.source, grant.requester.id)


def _check_bounds(spec: GrantSpec, uses: int, lasts: timedelta) -> None:
    if isinstance(uses, bool) or not 1 <= uses <= spec.uses:
        raise NotPossible(f"uses is {uses}. Give a number from 1 to {spec.uses}.")
    if not _MIN_LASTS <= lasts <= timedelta(seconds=spec.within):
        given, longest = format_duration(lasts.total_seconds()), format_duration(spec.within)
        raise NotPossible(f"The grant would last {given}. Give a time from 1m to {longest}.")


def _problem(grant: Grant, request: RequestRecord, transition: Transition) -> str:
    state = transition.state
    node = state.graph.nodes[request.step]
    assert isinstance(node, ApprovalSpec)
    if not grant.holds(transition.now):
        return "It has ended."
    return rules.problem(grant, request, rules.arguments(state.graph, node, state.run, state.steps))


def _read(stored: Mapping[str, Any]) -> Sequence[Grant]:
    found = [Grant.from_json(id_, each) for id_, each in stored.items()]
    return sorted(found, key=lambda grant: (grant.at, grant.id))


def _move(grants: dict[str, Any], by: timedelta) -> None:
    """A grant lasts as long as it was given, whatever the machine's clock does."""
    for stored in grants.values():
        for name in ("at", "until"):
            stored[name] = (datetime.fromisoformat(stored[name]) + by).isoformat()
