"""Reviews whether there are people who can answer the approvals of loaded workflows and open requests.

A review happens at the start, when a request opens, and when people change. A request that nobody can
complete goes to the workflow's owner, and the operator is told.
"""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from engine.errors import PeopleUnavailable, UnknownRun
from engine.kernel.requests import escalation, feasibility
from engine.kernel.requests.policy_question import required_stage
from engine.kernel.requests.quorum import Members
from engine.kernel.resilience.alerts import alerted_references
from engine.kernel.transition import Transition
from engine.model.definition.policies import PolicyRule, RequiredApproval
from engine.model.definition.spec import ApprovalSpec
from engine.model.notices.outside import is_outside
from engine.model.people import is_on_call
from engine.model.records.change import Change
from engine.model.records.records import RequestRecord, RunRecord
from engine.model.states import IllegalTransition
from engine.runtime.access.authorization import Authorization
from engine.runtime.access.suggestions import nearest_reference
from engine.runtime.policies import Policies
from engine.runtime.process.background import Background
from engine.runtime.queries.paging import open_requests
from engine.runtime.requests.departures import Departures
from engine.runtime.runs.live_runs import LiveRuns
from engine.runtime.workflows.definition_cache import DefinitionCache
from engine.runtime.workflows.workflow_registry import WorkflowRegistry
from engine.store import queries
from engine.store.store import Store

_MAX_FAILURES = 3
_OPENED = frozenset({"request.opened", "request.reopened"})


@dataclass(frozen=True, slots=True)
class ApproverProblem:
    """A problem with people that the operator has to correct. `run`: empty where it concerns all runs.

    `workflow`: empty where it concerns a policy.
    `alike`: the same for the same problem in other runs; empty where it concerns all runs.
    """

    text: str
    workflow: str
    run: str = ""
    alike: str = ""


class ApproverReview:
    """Finds approvals that nobody can complete. Raises `PeopleUnavailable`."""

    def __init__(
        self,
        store: Store,
        workflows: WorkflowRegistry,
        definitions: DefinitionCache,
        runs: LiveRuns,
        authorization: Authorization,
        departures: Departures,
        background: Background,
        policies: Policies,
    ) -> None:
        self._store, self._workflows, self._definitions = store, workflows, definitions
        self._runs, self._authorization, self._departures, self._background = (
            runs,
            authorization,
            departures,
            background,
        )
        self._policies = policies
        self.findings: asyncio.Queue[ApproverProblem] = asyncio.Queue(maxsize=1000)
        self._reported: set[ApproverProblem] = set()
        self._new: dict[str, RequestRecord] = {}
        self._reviewing_new = False
        self._reviews_wanted = 0
        self._report_lock = asyncio.Lock()
        """Several reviews may look at the same request at the same time."""

    async def finding(self) -> ApproverProblem:
        """Wait for a problem with people that the operator has to correct."""
        return await self.findings.get()

    # The workflows that are loaded

    async def unanswerable(self) -> list[tuple[str, str, str]]:
        """Return approvals that the known people cannot complete: workflow, step and reason.

        The step is empty where the owner names nobody.
        """
        return [*await self._unanswerable(approver_asks=True), *await self._without_owner()]

    async def unanswerable_policies(self, *, approver_asks: bool = True) -> list[tuple[PolicyRule, str]]:
        """Return each policy whose required approval the known people cannot give, with the reason.

        `approver_asks`: also where one of them starts the run, who then cannot approve.
        """
        findings = []
        for rule, required in self._asking_rules():
            quorums = required_stage(required).quorums
            members, nearest = await self._members(required.by)
            whys = feasibility.quorum_findings(quorums, members, nearest, excluded=approver_asks)
            findings += [(rule, why) for why in whys]
        return findings

    async def policy_warnings(self) -> list[tuple[PolicyRule, str]]:
        """Return each policy with a sentence about unknown members, and about channels anybody can join."""
        findings = []
        for rule, required in self._asking_rules():
            members, _ = await self._members(required.by)
            texts = [*feasibility.unknown_member_findings(members), *feasibility.public_findings(members)]
            findings += [(rule, text) for text in texts]
        return findings

    def _asking_rules(self) -> list[tuple[PolicyRule, RequiredApproval]]:
        rules = self._policies.current.rules if self._policies.current is not None else ()
        return [(rule, rule.required) for rule in rules if rule.required is not None]

    def named_schedules(self) -> list[tuple[str, str]]:
        """Return a workflow and a reference for each on-call schedule that it names."""
        definitions = [compiled.definition for compiled in self._workflows.all()]
        return [(each.name, ref) for each in definitions for ref in feasibility.schedule_references(each)]

    async def unknown_people(self) -> list[tuple[str, str]]:
        """Return a workflow and a sentence for each group with members that the people's source lacks."""
        findings = []
        for compiled in self._workflows.all():
            definition = compiled.definition
            refs = (*feasibility.approver_references(definition), definition.owner)
            members = {ref: await self._authorization.resolve(ref) for ref in refs}
            findings += [(definition.name, text) for text in feasibility.unknown_member_findings(members)]
        return findings

    async def unknown_in_options(self) -> list[tuple[str, str, str]]:
        """Return workflow, step and a sentence for each unknown name in `veto`, `escalate`, `reassign_to`."""
        findings = []
        for compiled in self._workflows.all():
            definition = compiled.definition
            members, nearest = await self._members(feasibility.deciding_references(definition))
            for node in definition.nodes:
                if isinstance(node, ApprovalSpec):
                    whys = feasibility.unknown_option_findings(node, members, nearest)
                    findings += [(definition.name, node.name, why) for why in whys]
        return findings

    async def unknown_places(self) -> list[tuple[str, str]]:
        """Return a workflow and a sentence for each place of `alerts` and `may_notify` that is not found."""
        findings = []
        for compiled in self._workflows.all():
            definition = compiled.definition
            named = [(ref, "Its alerts go to") for ref in alerted_references(definition)]
            named += [(ref, "Its steps may post to") for ref in definition.may_notify if not is_outside(ref)]
            for ref, use in named:
                if await self._authorization.planned(ref) is None:
                    why = await self._authorization.unknown_reference_text(ref)
                    findings.append((definition.name, f"{use} {ref}. {why}"))
        return findings

    async def unknown_channels(self) -> list[tuple[str, str]]:
        """Return a workflow and a sentence for each channel of its messages that is not found."""
        findings = []
        for compiled in self._workflows.all():
            definition = compiled.definition
            asked = [node.channel for node in definition.nodes if isinstance(node, ApprovalSpec)]
            for ref in dict.fromkeys([definition.channel, *asked]):
                if ref and ref.startswith("#") and await self._authorization.resolve(ref) is None:
                    why = await self._authorization.unknown_reference_text(ref)
                    remedy = "Correct channel=, create the channel, or invite the bot to it."
                    findings.append((definition.name, f"Its messages go to {ref}. {why} {remedy}"))
        return findings

    async def approver_warnings(self, *, known: bool) -> list[str]:
        """Return sentences about approvers that the requester names, or that anybody can join.

        Without `known`, also about channels that might be public.
        """
        warnings: list[str] = []
        for compiled in self._workflows.all():
            definition = compiled.definition
            warnings += feasibility.input_approver_findings(definition)
            if known:
                channels = [ref for ref in feasibility.deciding_references(definition) if ref[0] == "#"]
                members = {ref: await self._authorization.resolve(ref) for ref in channels}
                warnings += feasibility.public_approver_findings(definition, members)
            else:
                warnings += feasibility.possibly_public_findings(definition)
        return list(dict.fromkeys(warnings))

    async def _unanswerable(self, *, approver_asks: bool) -> list[tuple[str, str, str]]:
        findings = []
        for compiled in self._workflows.all():
            definition = compiled.definition
            members, nearest = await self._members(feasibility.approver_references(definition))
            for node in definition.nodes:
                if isinstance(node, ApprovalSpec):
                    whys = feasibility.feasibility_findings(
                        node, members, nearest, approver_asks=approver_asks
                    )
                    findings += [(definition.name, node.name, why) for why in whys]
        return findings

    async def _members(self, refs: Iterable[str]) -> tuple[Members, dict[str, str]]:
        """Return who is meant by each reference, and the nearest one to each that names nobody."""
        members = {ref: await self._authorization.planned(ref) for ref in refs}
        nobody = [ref for ref, resolved in members.items() if resolved is None]
        return members, {ref: await nearest_reference(self._authorization.people, ref) for ref in nobody}

    async def _review_loaded(self) -> None:
        titles = self._titles()
        for workflow, step, why in await self._unanswerable(approver_asks=False):
            text = f'The approval "{titles[workflow, step]}" cannot be completed. {why}'
            self._report(ApproverProblem(text, workflow))
        for workflow, step, why in await self.unknown_in_options():
            text = f'An option of the approval "{titles[workflow, step]}" names nobody known. {why}'
            self._report(ApproverProblem(text, workflow))
        for workflow, text in await self.unknown_people():
            self._report(ApproverProblem(text, workflow))
        for workflow, _, why in await self._without_owner():
            self._report(ApproverProblem(why, workflow))
        for workflow, text in [*await self.unknown_places(), *await self.unknown_channels()]:
            self._report(ApproverProblem(text, workflow))

        for rule, why in await self.unanswerable_policies(approver_asks=False):
            text = f"Nobody can give the approval that the policy {rule.name} requires. {why}"
            self._report(ApproverProblem(text, ""))
        for rule, why in await self.policy_warnings():
            self._report(ApproverProblem(f"The policy {rule.name} requires an approval. {why}", ""))

    def _titles(self) -> dict[tuple[str, str], str]:
        """Return the title of each step, by workflow and name."""
        definitions = [compiled.definition for compiled in self._workflows.all()]
        return {(each.name, node.name): node.title for each in definitions for node in each.nodes}

    async def _without_owner(self) -> list[tuple[str, str, str]]:
        findings = []
        for compiled in self._workflows.all():
            owner, name = compiled.definition.owner, compiled.definition.name
            resolved = await self._authorization.planned(owner)
            if resolved is None or not (resolved.able or is_on_call(owner)):
                why = f"Its owner {owner} names no person who can decide."
                if resolved is None:
                    why = f"{why} {await self._authorization.unknown_reference_text(owner)}"
                findings.append((name, "", why))
        return findings

    # What is open

    def start(self) -> None:
        """Review the loaded workflows and the open requests, once the people's source answers."""
        self._background.start(self._review_loaded, "whether the approvals can be answered")
        self.review_in_background()

    def review_in_background(self) -> None:
        """Review again, since people or groups changed. Changes during a review cause one more review."""
        self._reviews_wanted += 1
        if self._reviews_wanted == 1:
            self._background.start(self._reviews, "who can answer what is open")

    def on_change(self, change: Change) -> None:
        """Check each request that the change opened or opened again."""
        if any(event.type in _OPENED for event in change.events):
            for request in change.requests.values():
                self.check_in_background(request)

    def check_in_background(self, request: RequestRecord) -> None:
        """Review one request in the background."""
        self._new[request.id] = request
        if not self._reviewing_new:
            self._reviewing_new = True
            self._background.start(self._review_new, "who can answer what was asked")

    async def review(self) -> int:
        """Bring open requests that their approvers cannot complete to the owners. Return the number."""
        brought_to_owner = failed = 0
        unavailable: PeopleUnavailable | None = None
        async for request in open_requests(self._store):
            try:
                brought_to_owner += await self._review_request(request)
                failed = 0
            except PeopleUnavailable as error:
                # One group that cannot be looked up must not block the others.
                unavailable, failed = error, failed + 1
                if failed == _MAX_FAILURES:
                    break
        if unavailable is not None:
            raise unavailable
        return brought_to_owner

    async def _reviews(self) -> None:
        while self._reviews_wanted:
            count = self._reviews_wanted
            await self.review()
            self._reviews_wanted = min(self._reviews_wanted - count, 1)

    async def _review_new(self) -> None:
        """Review the new requests. If the people's source does not answer, the background repeats it."""
        failed: dict[str, RequestRecord] = {}
        unavailable: PeopleUnavailable | None = None
        while self._new and len(failed) < _MAX_FAILURES:
            request = self._new.pop(next(iter(self._new)))
            try:
                await self._review_request(request)
            except PeopleUnavailable as error:
                failed[request.id], unavailable = request, error
        if unavailable is not None:
            self._new |= failed
            raise unavailable
        self._reviewing_new = False

    async def _review_request(self, request: RequestRecord) -> bool:
        request = await self._departures.recount(request)
        members = await self._authorization.members(request)
        for text in feasibility.unknown_member_findings(members):
            self._report(ApproverProblem(text, request.workflow))
        if not feasibility.is_stuck(request, members):
            return False
        run = await self._store.read(queries.run, request.run_id)
        if run is None:
            return False
        definition, _ = await self._definitions.get(run.definition)
        owner = definition.owner
        unresolved = [ref for ref, meant in members.items() if meant is None]
        await self._authorization.require_known_shifts([*unresolved, owner])
        # The owner cannot give what a policy of the installation requires of others.
        by_owner = request.policy_question is None
        owners = await self._authorization.able_members(owner) if by_owner else frozenset[str]()
        where = f"{run.short} asks “{request.ask}” of {', '.join(request.approvers)}"
        why = await self._authorization.unresolved_text(members)
        if not owners or request.kind == "failure":
            await self._report_unanswerable(request, owner, why)
            text = f". Neither they nor the owner {owner} can answer, so the request waits. {why}"
            self._report_request(run, request, where, text)
            return False
        change: Change | None = None
        with suppress(IllegalTransition, UnknownRun):
            on_call = {ref: meant for ref, meant in members.items() if is_on_call(ref)}
            nobody_on_call = await self._authorization.unresolved_text(on_call)
            build = partial(_to_owner, request.id, owner, owners, members, nobody_on_call)
            change = await self._runs.apply(run.id, build)
        if change is None:
            return False
        text = f", who cannot complete it. The owner {owner} was asked as well. {why}"
        self._report_request(run, request, where, text)
        return True

    def _report_request(self, run: RunRecord, request: RequestRecord, where: str, text: str) -> None:
        alike = f"{request.step} {', '.join(request.approvers)}{text}"
        self._report(ApproverProblem(f"{where}{text}".strip(), run.workflow, run.short, alike))

    async def _report_unanswerable(self, request: RequestRecord, owner: str, why: str) -> None:
        """Record it in the run's log, and so in the thread of the request, once for the same people."""
        async with self._report_lock:
            reported = [
                (event.data.get("of"), event.data.get("owner"))
                for event in await self._store.read(queries.events_of_run, request.run_id)
                if event.type == "request.unanswerable" and event.request_id == request.id
            ]
            if ([*request.approvers], owner) not in reported:
                with suppress(IllegalTransition, UnknownRun):
                    await self._runs.apply(request.run_id, partial(_nobody_can, request.id, owner, why))

    def _report(self, finding: ApproverProblem) -> None:
        if finding not in self._reported and not self.findings.full():
            self._reported.add(finding)
            self.findings.put_nowait(finding)


def _nobody_can(request_id: str, owner: str, why: str, transition: Transition) -> Change:
    return escalation.report_unanswerable(transition, transition.request(request_id), owner, why)


def _to_owner(
    request_id: str, owner: str, owners: frozenset[str], members: Members, why: str, transition: Transition
) -> Change:
    request = transition.request(request_id)
    if not feasibility.is_stuck(request, members):
        raise IllegalTransition("somebody has answered meanwhile")
    places = feasibility.owner_replacements(request, members, owner, owners)
    return escalation.bring_to_owner(transition, request, owner, places, why)
