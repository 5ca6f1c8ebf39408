"""Are there people who can answer? Asked of the workflows that are loaded, and of what is open now.

At the start, when a request opens, and when people change. What nobody can complete goes to its owner, and
the operator is told.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from engine.errors import PeopleUnavailable, UnknownRun
from engine.kernel import escalation, feasibility
from engine.kernel.quorum import Members
from engine.kernel.transition import Transition
from engine.model.change import Change
from engine.model.records import RequestRecord
from engine.model.spec import ApprovalSpec
from engine.model.states import IllegalTransition
from engine.runtime.access.authorization import Authorization
from engine.runtime.access.suggestions import close_to
from engine.runtime.process.background import Background
from engine.runtime.queries.paging import open_requests
from engine.runtime.requests.departures import Departures
from engine.runtime.runs.live_runs import LiveRuns
from engine.runtime.workflows.workflow_registry import DefinitionCache, WorkflowRegistry
from engine.store.store import Store

_FAILED_AT_MOST = 3
_OPENED = frozenset({"request.opened", "request.reopened"})


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about people that the operator has to put right. `run`: empty where it is of all runs."""

    text: str
    workflow: str
    run: str = ""


class ApproverReview:
    """Raises `PeopleUnavailable`."""

    def __init__(
        self,
        store: Store,
        workflows: WorkflowRegistry,
        definitions: DefinitionCache,
        runs: LiveRuns,
        authorization: Authorization,
        departures: Departures,
        background: Background,
    ) -> None:
        self._store, self._workflows, self._definitions = store, workflows, definitions
        self._runs, self._authorization, self._departures, self._background = (
            runs,
            authorization,
            departures,
            background,
        )
        self.findings: asyncio.Queue[Finding] = asyncio.Queue(maxsize=1000)
        self._found: set[Finding] = set()
        self._new: dict[str, RequestRecord] = {}
        self._looking = False
        self._reviews_wanted = 0
        self._saying = asyncio.Lock()
        """Several reviews may look at the same request at a time."""

    async def finding(self) -> Finding:
        """Wait for something about people that the operator has to correct."""
        return await self.findings.get()

    # The workflows that are loaded

    async def unanswerable(self) -> list[tuple[str, str, str]]:
        """Workflow, step and why: approvals that the people there are could not complete.

        Without a step: an owner who names nobody.
        """
        return [*await self._unanswerable(whoever_asks=True), *await self._without_owner()]

    async def unknown_people(self) -> list[tuple[str, str]]:
        """Workflow and a sentence: members of its groups whom nobody knows."""
        found = []
        for compiled in self._workflows.all():
            definition = compiled.definition
            refs = (*feasibility.approver_references(definition), definition.owner)
            members = {ref: await self._authorization.meant(ref) for ref in refs}
            found += [(definition.name, text) for text in feasibility.unknown_member_findings(members)]
        return found

    async def approver_warnings(self, *, known: bool) -> list[str]:
        """Sentences about approvers whom the requester names, or whom anybody can join.

        Without `known` also about channels that might be public.
        """
        found: list[str] = []
        for compiled in self._workflows.all():
            definition = compiled.definition
            found += feasibility.input_approver_findings(definition)
            channels = [ref for ref in feasibility.approver_references(definition) if ref.startswith("#")]
            if known:
                members = {ref: await self._authorization.meant(ref) for ref in channels}
                found += feasibility.public_approver_findings(definition, members)
            else:
                found += feasibility.possibly_public_findings(definition.name, channels)
        return list(dict.fromkeys(found))

    async def _unanswerable(self, *, whoever_asks: bool) -> list[tuple[str, str, str]]:
        found = []
        for compiled in self._workflows.all():
            definition = compiled.definition
            members = {
                ref: await self._authorization.meant(ref)
                for ref in feasibility.approver_references(definition)
            }
            nobody = [ref for ref, meant in members.items() if meant is None]
            close = {ref: await close_to(self._authorization.people, ref) for ref in nobody}
            for node in definition.nodes:
                if isinstance(node, ApprovalSpec):
                    whys = feasibility.feasibility_findings(node, members, close, whoever_asks=whoever_asks)
                    found += [(definition.name, node.name, why) for why in whys]
        return found

    async def _review_loaded(self) -> None:
        for workflow, step, why in await self._unanswerable(whoever_asks=False):
            self._tell(Finding(f"The approval {step} cannot be completed. {why}", workflow))
        for workflow, text in await self.unknown_people():
            self._tell(Finding(text, workflow))
        for workflow, _, why in await self._without_owner():
            self._tell(Finding(why, workflow))

    async def _without_owner(self) -> list[tuple[str, str, str]]:
        found = []
        for compiled in self._workflows.all():
            owner, name = compiled.definition.owner, compiled.definition.name
            meant = await self._authorization.meant(owner)
            if meant is None or not meant.able:
                why = f"Its owner {owner} names no person who can decide."
                if meant is None:
                    why = f"{why} {await self._authorization.no_such(owner)}"
                found.append((name, "", why))
        return found

    # What is open

    def start(self) -> None:
        """What was asked while the process ended is looked at, once people can be asked."""
        self._background.start(self._review_loaded, "whether the approvals can be answered")
        self.review_in_background()

    def review_in_background(self) -> None:
        """People or groups changed. Changes that come while a review is under way are one more review."""
        self._reviews_wanted += 1
        if self._reviews_wanted == 1:
            self._background.start(self._reviews, "who can answer what is open")

    def noted(self, change: Change) -> None:
        """A request was opened, or is open again, perhaps."""
        if any(event.type in _OPENED for event in change.events):
            for request in change.requests.values():
                self.check_in_background(request)

    def check_in_background(self, request: RequestRecord) -> None:
        """Look at one request, beside what goes on."""
        self._new[request.id] = request
        if not self._looking:
            self._looking = True
            self._background.start(self._look_at_new, "who can answer what was asked")

    async def review(self) -> int:
        """Bring open requests that those who are left can't complete to their owners; gives how many."""
        brought = failed = 0
        unavailable: PeopleUnavailable | None = None
        async for request in open_requests(self._store):
            try:
                brought += await self._look(request)
                failed = 0
            except PeopleUnavailable as error:
                # One group that can't be asked about holds up none of the others.
                unavailable, failed = error, failed + 1
                if failed == _FAILED_AT_MOST:
                    break
        if unavailable is not None:
            raise unavailable
        return brought

    async def _reviews(self) -> None:
        while self._reviews_wanted:
            wanted = self._reviews_wanted
            await self.review()
            self._reviews_wanted = min(self._reviews_wanted - wanted, 1)

    async def _look_at_new(self) -> None:
        """Where people can't be asked it is called again in a minute, and goes on."""
        failed: dict[str, RequestRecord] = {}
        unavailable: PeopleUnavailable | None = None
        while self._new and len(failed) < _FAILED_AT_MOST:
            request = self._new.pop(next(iter(self._new)))
            try:
                await self._look(request)
            except PeopleUnavailable as error:
                failed[request.id], unavailable = request, error
        if unavailable is not None:
            self._new |= failed
            raise unavailable
        self._looking = False

    async def _look(self, request: RequestRecord) -> bool:
        request = await self._departures.recount(request)
        members = await self._authorization.members(request)
        for text in feasibility.unknown_member_findings(members):
            self._tell(Finding(text, request.workflow))
        if not feasibility.is_stuck(request, members):
            return False
        run = await self._store.run(request.run_id)
        if run is None:
            return False
        definition, _ = await self._definitions.get(run.definition)
        owner = definition.owner
        owners = await self._authorization.able(owner)
        where = f"{run.short} asks “{request.ask}” of {', '.join(request.approvers)}"
        why = await self._authorization.unresolved(members)
        if not owners or request.kind == "failure":
            await self._say(request, owner, why)
            text = f"{where}. Neither they nor the owner {owner} can answer, so the request waits. {why}"
            self._tell(Finding(text.strip(), run.workflow, run.short))
            return False
        change: Change | None = None
        with suppress(IllegalTransition, UnknownRun):
            build = partial(_to_owner, request.id, owner, owners, members)
            change = await self._runs.apply(run.id, build)
        if change is None:
            return False
        text = f"{where}, who cannot complete it. The owner {owner} was asked as well. {why}"
        self._tell(Finding(text.strip(), run.workflow, run.short))
        return True

    async def _say(self, request: RequestRecord, owner: str, why: str) -> None:
        """In the run's log, and so in the question's thread; once for the same people."""
        async with self._saying:
            said = [
                (event.data.get("of"), event.data.get("owner"))
                for event in await self._store.events_of_run(request.run_id)
                if event.type == "request.unanswerable" and event.request_id == request.id
            ]
            if ([*request.approvers], owner) not in said:
                with suppress(IllegalTransition, UnknownRun):
                    await self._runs.apply(request.run_id, partial(_nobody_can, request.id, owner, why))

    def _tell(self, finding: Finding) -> None:
        if finding not in self._found and not self.findings.full():
            self._found.add(finding)
            self.findings.put_nowait(finding)


def _nobody_can(request_id: str, owner: str, why: str, transition: Transition) -> Change:
    return escalation.report_unanswerable(transition, transition.request(request_id), owner, why)


def _to_owner(
    request_id: str, owner: str, owners: frozenset[str], members: Members, transition: Transition
) -> Change:
    request = transition.request(request_id)
    if not feasibility.is_stuck(request, members):
        raise IllegalTransition("somebody has answered meanwhile")
    places = feasibility.owner_replacements(request, members, owner, owners)
    return escalation.bring_to_owner(transition, request, owner, places)
