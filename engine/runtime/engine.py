"""The engine: the object that the bot, the command line and tests talk to."""

import asyncio
import logging
import shlex
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from engine.authoring.services import Registry
from engine.authoring.workflow import Workflow
from engine.clock import Clock, SystemClock
from engine.compiler import compile_workflow
from engine.compiler.compiled import Compiled
from engine.compiler.dict_form import compile_dict
from engine.compiler.types.accepted_input import AcceptedInput, parse_accepted
from engine.compiler.types.inputs import parse_changes
from engine.errors import (
    Altered,
    DefinitionError,
    DefinitionErrors,
    NotAllowed,
    NotPossible,
    PeopleUnavailable,
)
from engine.kernel.drawing import Drawing, drawing
from engine.kernel.requests.claim import DEFAULT_CLAIM
from engine.kernel.requests.verdicts import NOT_RECORDED
from engine.kernel.schedules import cron
from engine.model.definition.policies import PolicySet
from engine.model.definition.spec import Definition
from engine.model.definition.trigger_spec import FactSpec, WebhookSpec
from engine.model.people import Actor, People, StaticPeople, identify
from engine.model.records.break_glass import GlassRule, OpenReview
from engine.model.records.change import EventDraft
from engine.model.records.decision import Decision, DecisionResult
from engine.model.records.personal_values import Door, RevealedPage
from engine.model.records.records import RequestRecord, RunRecord, TriggerRecord, WorkflowRecord, evolve
from engine.model.runs.dispatch import WorkerState
from engine.model.runs.resources import ResourceRecord
from engine.model.runs.signals import SignalResult
from engine.private_files import make_folder
from engine.runtime.access.call_limits import CallLimits
from engine.runtime.access.one_time_codes import OneTimeCodes
from engine.runtime.access.principals import Principals
from engine.runtime.execution.report_feed import ReportFeed
from engine.runtime.lifecycle import Lifecycle
from engine.runtime.process.activity import Activity
from engine.runtime.process.installation import StoredMapping
from engine.runtime.process.skipped_events import SkippedEvents
from engine.runtime.queries.audience import Audience
from engine.runtime.queries.decision_replay import ReplayedDecision, decision_of, replayed, rules_from
from engine.runtime.queries.policy_replay import JudgedRun, judged
from engine.runtime.queries.receipts import Receipts
from engine.runtime.reading import Reading
from engine.runtime.requests.approver_review import ApproverReview
from engine.runtime.requests.decisions import unknown_request
from engine.runtime.requests.delegation import Delegations
from engine.runtime.requests.failure_cards import FailureCards
from engine.runtime.requests.grants import GrantReply, GrantsInForce
from engine.runtime.requests.mutes import Mutes
from engine.runtime.requests.permits import Permits
from engine.runtime.run_effects import RunEffects
from engine.runtime.runs.admission import Backfill
from engine.runtime.runs.canaries import Canaries
from engine.runtime.runs.control import Control
from engine.runtime.runs.subscriptions import Subscriptions
from engine.runtime.runs.thresholds import Thresholds
from engine.runtime.settings import EngineSettings
from engine.runtime.stores import opened
from engine.runtime.wiring import build_parts
from engine.runtime.workflows.contract_samples import check_sample
from engine.runtime.workflows.contracts import Contract, UnsettledStep, contract_of, unsettled_steps
from engine.runtime.workflows.workflow_registry import PreparedWorkflows, WorkflowRegistry, workflow_record
from engine.store import queries
from engine.store.deliveries import Deliveries
from engine.store.event_log import EventLog
from engine.store.files.file_lock import FileLock
from engine.store.queries.installation import Prospect
from engine.store.store import Relaying, Store
from engine.triggers.fact import Fact, Taken
from engine.triggers.intake import Preview
from engine.triggers.samples import observing, sample_scope

log = logging.getLogger(__name__)

MAX_BACKFILL = 1000
"""Runs that one call of `backfill` starts."""


class Engine(Reading):
    """Made by `Engine.open`. `register` workflows, then `serve`; `close` at the end."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        people: People,
        settings: EngineSettings,
        own_lock: FileLock | None = None,
    ) -> None:
        self.clock, self.people, self.settings = clock, people, settings
        parts = build_parts(store, clock, people, settings)
        super().__init__(parts)
        self._effects = effects = RunEffects(parts)
        self._lifecycle = Lifecycle(parts, effects)
        self._own_lock = own_lock
        self._workflows = parts.base.workflows
        self._definitions = parts.base.definitions
        self._schedules = parts.timing.schedules
        self._decisions = parts.requests.decisions

        self.failed: asyncio.Future[None] = effects.failed
        """Ends with an error when the database is damaged; the process should end then."""
        self.resumed: asyncio.Event = self._lifecycle.resumed
        self.activity: Activity = parts.base.activity
        self.events: EventLog = effects.events
        self.reports: ReportFeed = parts.execution.reports
        """Tells that executing steps reported something, which `detail` and `step_logs` then show."""
        self.deliveries: Deliveries = store.deliveries
        """The durable rows of the outbox."""
        self.delegations: Delegations = parts.requests.delegations
        self.one_time_codes: OneTimeCodes = parts.requests.one_time_codes
        self.approver_review: ApproverReview = parts.requests.approver_review
        self.failure_cards: FailureCards = FailureCards(
            store,
            lambda request_id, decision, actor: self.decide(request_id, decision, actor=actor),
            parts.requests.mutes,
            parts.base.definitions,
            parts.base.authorization.people,
        )
        self.mutes: Mutes = parts.requests.mutes
        self.grants: GrantsInForce = parts.requests.grants
        self.subscriptions: Subscriptions = parts.requests.subscriptions
        self.places: StoredMapping = parts.requests.places
        """Channels that messages went to: ids by name."""
        self.skipped_events: SkippedEvents = parts.requests.skipped_events
        self.audience: Audience = parts.records.audience
        self.canaries: Canaries = parts.canaries
        self.thresholds: Thresholds = parts.thresholds
        self.receipts: Receipts = parts.records.receipts
        self.principals: Principals = parts.records.principals
        self.permits: Permits = Permits(
            store,
            parts.execution.runs,
            parts.base.keyring,
            self.principals,
            clock,
            self._lifecycle.require_active,
            parts.records.call_limits.count,
        )
        self.call_limits: CallLimits = parts.records.call_limits

    @classmethod
    async def open(
        cls,
        database: str | Path,
        *,
        clock: Clock | None = None,
        people: People | None = None,
        settings: EngineSettings | None = None,
        lock: FileLock | None = None,
    ) -> "Engine":
        """Open a file, or a database on a server by its URL, and bring its schema up to date.

        Nothing executes before `serve`. The engine takes the lock on the file, and `close` releases it.
        `lock`: the caller's lock on the same file, which stays the caller's to release. Raises `StoreInUse`,
        `StoreBusy`, `StoreBroken`, and `NotPossible` where `lock` is on another file.
        """
        clock = clock or SystemClock()
        found = await opened(database, settings, lock, clock.now())
        async with AsyncExitStack() as undo:
            undo.push_async_callback(found.close)
            engine = cls(found.store, clock, people or StaticPeople(), found.settings, found.own_lock)
            await engine._lifecycle.read_pause()
            undo.pop_all()
        return engine

    # Workflows

    def register(self, workflow: Workflow | Mapping[str, Any], file: str | None = None) -> Definition:
        """Check a workflow and make it known. Raises `DefinitionErrors` with every mistake."""
        compiled = self._compiled(workflow, file, self.settings.registry)
        self._workflows.add(compiled)
        return compiled.definition

    def _compiled(
        self, workflow: Workflow | Mapping[str, Any], file: str | None, services: Registry
    ) -> Compiled:
        if not isinstance(workflow, Mapping):
            return compile_workflow(workflow, file)
        owner, channel = self.settings.default_owner, self.settings.default_channel
        return compile_dict(workflow, services, file, owner=owner, channel=channel)

    def prepare(
        self, workflows: Iterable[tuple[Workflow | Mapping[str, Any], str | None]], services: Registry
    ) -> PreparedWorkflows:
        """Check workflows, each with its file, that `replace` may take. Nothing changes before that.

        Raises `DefinitionErrors` with every mistake in all of them.
        """
        registry, errors = WorkflowRegistry(self.settings.personal_keys()), list[DefinitionError]()
        for workflow, file in workflows:
            try:
                registry.add(self._compiled(workflow, file, services))
            except DefinitionErrors as several:
                errors += several.errors
            except DefinitionError as error:
                errors.append(error)
        if errors := errors or registry.linking_errors():
            raise DefinitionErrors(errors)
        return PreparedWorkflows(registry, services, self._workflows.difference(registry))

    async def replace(
        self,
        prepared: PreparedWorkflows,
        variables: Mapping[str, str] | None = None,
        governed: tuple[PolicySet | None, Mapping[str, str]] | None = None,
    ) -> None:
        """Have these workflows instead of those that are registered: all at once.

        Attempts that execute end with the code that they began with. `variables`: values of the environment
        variables that triggers name. `governed`: the policies, and the variables that they read. Raises
        `StoreBusy`; call it again then.
        """
        values = self.settings.variables if variables is None else variables
        await self._lifecycle.replace(prepared.registry, prepared.services, dict(values), governed)

    def linking_errors(self) -> list[DefinitionError]:
        """Return the mistakes in how workflows name each other, and in the resources that steps name."""
        return self._workflows.linking_errors()

    def workflow(self, name: str) -> WorkflowRecord:
        """Return a workflow by its name as a person types it. Raises `UnknownWorkflow` with the nearest."""
        return workflow_record(self._workflows.find(name))

    def workflows(self) -> list[WorkflowRecord]:
        records = [workflow_record(compiled) for compiled in self._workflows.all()]
        return sorted(records, key=lambda record: record.name)

    def parse_input(self, workflow: str, values: Mapping[str, Any]) -> Any:
        """Return the JSON of a valid input from texts by field name. Raises `InvalidInput`."""
        return parse_accepted(self._workflows.find(workflow), values)

    def parse_changes(self, workflow: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the JSON of the fields that are given, from texts by field name. Raises `InvalidInput`."""
        return parse_changes(self._workflows.find(workflow), values)

    async def may_read_news(self, channel: str, workflow: str) -> bool:
        """Return whether a channel may get the news of a workflow. Raises `PeopleUnavailable`."""
        definition = self._workflows.find(workflow).definition
        return await self.audience.may_read_workflow(channel, definition)

    def contract(self, workflow: str) -> Contract:
        """Return what runs under way rely on in a workflow's code. Raises `UnknownWorkflow`."""
        return contract_of(self._workflows.find(workflow))

    def check_sample(self, workflow: str, step: str, value: Any) -> AcceptedInput:
        """Return a sample of an output, or of the input without a step, as the newest version has it.

        Use an engine that starts no runs. Raises `InvalidInput` and `UnknownWorkflow`.
        """
        return check_sample(self._workflows.find(workflow), step, value)

    async def replay_decision(
        self,
        workflow: str,
        step: str = "",
        *,
        since: datetime,
        before: RunRecord | None = None,
        rules: Mapping[str, Any] | None = None,
    ) -> tuple[str, list[ReplayedDecision]]:
        """Return the step, and a page of its past decisions with what rules decide now, newest first.

        `step`: empty for the only decision of the workflow. `since`: of the creation of their runs. `before`:
        the last run of the page before. `rules`: those of another version, as its contract has them; None:
        the loaded ones. Raises `UnknownWorkflow` and `NotPossible`.
        """
        compiled = self._workflows.find(workflow)
        step, spec = decision_of(compiled, step)
        spec = spec if rules is None else rules_from(rules)
        name = compiled.definition.name
        return step, await replayed(self._store, name, step, spec, since, before)

    async def replay_policies(
        self, policies: PolicySet | None, *, since: datetime, after: RunRecord | None = None
    ) -> list[JudgedRun]:
        """Return a page of runs created since then, oldest first, with what policies decide about them.

        `policies`: None for those in use. `after`: the last run of the page before. Raises `NotPossible`.
        """
        chosen = policies or self._parts.base.policies.current
        if chosen is None:
            raise NotPossible("There is no policy file. Set SIGNOFF_POLICIES=FILE.")
        variables = self._parts.base.policies.variables
        return await judged(self._store, self._definitions, chosen, variables, since, after)

    async def unsettled_steps(self) -> AsyncIterator[UnsettledStep]:
        """Yield the steps that runs under way may still execute."""
        async for step in unsettled_steps(self._store, self._definitions):
            yield step

    def drawing(self, workflow: str) -> Drawing:
        """Return the graph of a workflow as a picture shows it. Raises `UnknownWorkflow`."""
        compiled = self._workflows.find(workflow)
        return drawing(compiled.definition, compiled.graph)

    # Life

    async def serve(self) -> None:
        """Recover interrupted steps, then execute runs, end waits and fire schedules.

        Raises `NotPossible` while the installation is paused.
        """
        if warning := await asyncio.to_thread(_make_data_folder, self.settings.data_dir):
            log.warning("%s", warning)
        await self._lifecycle.serve()

    async def resume(self, *, actor: Actor) -> None:
        """End the pause of a restored installation. The process that serves then calls `serve`."""
        await self._lifecycle.resume(actor)

    async def close(self, grace: float = 5.0) -> None:
        """Stop cleanly. Attempts get `grace` seconds; longer ones start again at the next start.

        The file stays locked while steps in `left_behind` execute: no other engine may run beside them.
        """
        try:
            await self._lifecycle.close(grace)
        finally:
            if self._own_lock is not None and not self.left_behind:
                self._own_lock.release()

    def fail(self, error: Exception) -> None:
        """Execute nothing more, and end `failed` with the error."""
        self._effects.fail(error)

    async def writable(self) -> bool:
        """Return whether the database can be written now; `store_problem` gives the reason if not."""
        return await self._store.writable()

    async def prospect(self) -> Prospect:
        """Return the runs, schedules and messages that would go on if the engine served now."""
        return await self._store.read_at_length(queries.prospect, self.clock.now(), self._store.skip)

    async def alteration(self) -> str:
        """Wait for records that another program changed, and return the text for the operator."""
        return await self._effects.alterations.next()

    async def altered_records(self) -> str:
        """Check what belongs to no run; return what is known to be changed, in sentences."""
        await self._store.check_outside_runs()
        await self._check_unreadable_rows()
        return self._effects.alterations.warning

    async def _check_unreadable_rows(self) -> None:
        """Settle the rows that can be read again, or are gone."""
        noted = dict(self._effects.alterations.rows)
        if not noted:
            return
        unreadable = await self._store.read_at_length(queries.still_unreadable, list(noted.values()))
        for subject in noted.keys() - unreadable:
            self._effects.alterations.settle(subject)

    async def unreadable_runs(self) -> list[str]:
        """Return the ids of the runs that lists leave out: a row of each cannot be read."""
        noted = self._effects.alterations.unreadable
        unreadable = await self._store.read(queries.unreadable_runs, list(noted.values())) if noted else []
        for id_ in noted.keys() - unreadable:
            self._effects.alterations.settle(id_)
        return unreadable

    @property
    def serving(self) -> bool:
        return self._effects.serving

    @property
    def paused(self) -> str:
        """The reason why nothing executes, with the remedy; usually empty."""
        return self._lifecycle.paused

    # Runs

    async def start(
        self,
        workflow: str,
        input: Mapping[str, Any] | BaseModel | None = None,
        *,
        actor: Actor,
        channel: str | None = None,
        key: str | None = None,
        priority: int | None = None,
    ) -> RunRecord:
        """Start a run. With a `key`, a second start of the same workflow and key gives the first's run.

        `priority`: instead of the workflow's, for its owner and the command line. Raises `UnknownWorkflow`,
        also where a person may not see the workflow, `InvalidInput`, `NotAllowed`, `PeopleUnavailable`,
        `NotPossible` if the workflow skips runs that overlap, and `TooMany` if a person or token reached a
        limit.
        """
        self._lifecycle.require_active()
        actor = self._identified(actor)
        name = (await self.seen_by(actor).workflow(workflow)).name
        return await self._parts.execution.admission.start(name, input, actor, channel, key, priority)

    async def cancel(self, run_id: str, *, actor: Actor, reason: str = "") -> RunRecord:
        """Stop the attempts and withdraw the requests of a run.

        Raises `UnknownRun`, `NotAllowed` and `NotPossible`.
        """
        self._lifecycle.require_active()
        actor = self._identified(actor)
        return await self._parts.execution.cancellation.cancel(run_id, reason, actor, self.seen_by(actor))

    async def use_approval(self, run_id: str, key: str, *, actor: Actor) -> None:
        """Use an approval that this program got at a gate. It can be used once, within an hour.

        `key`: the same one again is the same use. Raises `UnknownRun`, `AlteredRun` and `NotPossible`.
        """
        self._lifecycle.require_active()
        actor = self._identified(actor)
        await self._parts.requests.approval_uses.use(run_id, key, actor, self.seen_by(actor))

    async def signal(
        self, run_id: str, name: str, payload: Any = None, *, actor: Actor, typed: bool = False
    ) -> SignalResult:
        """Send a signal to a run. The first of a name counts, also before the run waits for it.

        `typed`: the values of the payload are texts as people type them. Raises `UnknownRun`, `NotAllowed`,
        `InvalidInput` and `NotPossible`.
        """
        self._lifecycle.require_active()
        actor = self._identified(actor)
        signals, visible = self._parts.execution.signals, self.seen_by(actor)
        return await signals.send(run_id, name, payload, actor, visible, typed=typed)

    async def workers(self) -> WorkerState:
        """Return the workers, what each executes, and the queues in which steps wait for one."""
        dispatcher = self._parts.execution.dispatcher
        return await dispatcher.state() if dispatcher is not None else WorkerState()

    def relay_leader(
        self,
        name: str,
        answer: Callable[[str, str], Awaitable[str]],
        ready: Callable[[], bool],
        connections: Callable[[], int],
    ) -> Relaying | None:
        """Return what answers the requests that other processes relay; None where there can be none.

        `name`: of this process, as people read it. `answer`: carries the request of a lane
        out. `ready`: whether that can be done now. `connections`: how many to Slack this process holds.
        """
        make = self._store.relay
        return make(name, answer, ready, connections) if make is not None else None

    async def resources(self) -> list[ResourceRecord]:
        """Return the resources that steps use, with what is in use and who waits, by name."""
        resources = self._parts.execution.resources
        if not self.serving:
            await resources.read()
        return resources.records(self.clock.now())

    @property
    def control(self) -> Control:
        """Pause, resume, skip, rerun and fork. Raises `NotPossible` while the installation is paused."""
        self._lifecycle.require_active()
        return self._parts.control

    async def offers_personal(self, run_id: str, *, actor: Actor) -> bool:
        """Return whether this person may reveal personal data of a run, which has some. Opens nothing."""
        return await self._parts.personal_reveals.offered(run_id, self._identified(actor))

    async def reveal_personal(
        self, run_id: str, door: Door, *, actor: Actor, reason: str = "", after: int = 0
    ) -> RevealedPage:
        """Return values of a run's personal data, once it is recorded that this person reads them.

        `after`: how many fields come before the page. Raises `UnknownRun`, `NotAllowed`, `PeopleUnavailable`,
        `NotPossible`, `AlteredRun` and `TooMany`.
        """
        self._lifecycle.require_active()
        actor = self._identified(actor)
        return await self._parts.personal_reveals.reveal(
            run_id, door, actor=actor, reason=reason, after=after
        )

    async def until_ended(self, run_id: str) -> RunRecord:
        """Return the run when it has ended. Raises `UnknownRun`."""
        return await self._effects.until_ended(run_id)

    # Requests

    async def decide(self, request_id: str, decision: Decision, *, actor: Actor) -> DecisionResult:
        """Record a person's decision. It is durable when this returns; a refusal is a result too.

        An approval of values that changed since the person saw them is refused.
        """
        decider = self._decider(actor)
        if isinstance(decider, DecisionResult):
            return decider
        return await self._decisions.decide(request_id, decision, actor=decider)

    async def check_decision(
        self, request_id: str, decision: Decision, *, actor: Actor
    ) -> DecisionResult | None:
        """Return why `decide` would refuse this decision now; None if it would record it.

        Records nothing. For a window that asks before an act: it is checked again when it is done. A form and
        a one-time code are not checked.
        """
        decider = self._decider(actor)
        if isinstance(decider, DecisionResult):
            return decider
        return await self._decisions.check(request_id, decision, actor=decider)

    async def could_decide(self, request_id: str, *, actor: Actor) -> bool:
        """Return whether this person could approve a request now, or answer it where nothing is approved.

        For what is offered to one person. False where nobody knows: the act itself is checked again.
        """
        decider = self._decider(actor)
        request = (
            None if isinstance(decider, DecisionResult) else await self.seen_by(actor).request(request_id)
        )
        if isinstance(decider, DecisionResult) or request is None:
            return False
        return await self._decisions.could_decide(request, decider)

    def _decider(self, actor: Actor) -> Actor | DecisionResult:
        """Return who decides, or why nobody can now."""
        if self.paused:
            return DecisionResult("unavailable", f"Nothing was recorded. {self.paused}")
        try:
            return self._identified(actor)
        except NotAllowed as error:
            return DecisionResult("not_allowed", f"{error} {NOT_RECORDED}")

    async def approve_together(self, seen: Mapping[str, str], *, actor: Actor) -> list[DecisionResult]:
        """Approve several requests, each checked as if alone. Only low-risk requests are approved so.

        `seen`: by id of a request, its `seen_digest` as it was shown.
        """
        results = []
        for request_id, digest in seen.items():
            refusal = await self._decisions.refuse_together(request_id, actor)
            decision = Decision("approve", seen_request=digest)
            results.append(refusal or await self.decide(request_id, decision, actor=actor))
        return results

    async def reassign(self, request_id: str, to: str, *, actor: Actor) -> RequestRecord:
        """Hand a request to other approvers, instead of those of the open stage.

        An approver or the owner may. Raises `NotAllowed`, `NotPossible`, `PeopleUnavailable`.
        """
        async with self._seen_request(request_id, actor) as request:
            return await self._parts.requests.reassignments.reassign(request, to, self._identified(actor))

    async def claim(
        self, request_id: str, *, actor: Actor, lasts: timedelta = DEFAULT_CLAIM
    ) -> RequestRecord:
        """Note that an approver is on it. Others can still decide, and are not reminded meanwhile.

        Raises `NotAllowed`, `NotPossible`, `PeopleUnavailable`.
        """
        async with self._seen_request(request_id, actor) as request:
            return await self._parts.requests.claims.claim(request, self._identified(actor), lasts)

    async def give_back(self, request_id: str, *, actor: Actor) -> RequestRecord:
        """End the claim of this person. Raises `NotAllowed`, `NotPossible`."""
        async with self._seen_request(request_id, actor) as request:
            return await self._parts.requests.claims.give_back(request, self._identified(actor))

    async def grant(
        self,
        request_id: str,
        uses: int,
        lasts: timedelta,
        *,
        actor: Actor,
        seen_request: str | None = None,
    ) -> GrantReply:
        """Approve a request and, for a while, up to so many further requests like it.

        The workflow bounds both. Raises `NotPossible`, `NotAllowed`, `PeopleUnavailable`.
        """
        async with self._seen_request(request_id, actor) as request:
            actor, grants = self._identified(actor), self._parts.requests.grants
            return await grants.give(request, uses, lasts, actor=actor, seen_request=seen_request)

    async def break_glass(
        self,
        request_id: str,
        reason: str,
        one_time_code: str,
        *,
        actor: Actor,
        typed: str = "",
        seen_request: str | None = None,
    ) -> DecisionResult:
        """Approve a request alone, where its author allows that to this person in an emergency.

        A review is opened, and until it is closed the person cannot do so again. Every refusal is a result.
        """
        decider = self._decider(actor)
        if isinstance(decider, DecisionResult):
            return decider
        uses = self._parts.break_glass
        try:
            async with self._seen_request(request_id, decider) as request:
                return await uses.use(
                    request, reason, one_time_code, actor=decider, typed=typed, seen_request=seen_request
                )
        except NotPossible:
            return unknown_request(request_id)
        except (NotAllowed, PeopleUnavailable, Altered) as error:
            return DecisionResult("unavailable", f"{error} {NOT_RECORDED}")

    async def may_break_glass(self, request_id: str, *, actor: Actor) -> bool:
        """Return whether this person may break glass at a request now. False where nobody knows."""
        decider = self._decider(actor)
        if isinstance(decider, DecisionResult):
            return False
        with suppress(NotPossible, NotAllowed, PeopleUnavailable, Altered):
            async with self._seen_request(request_id, decider) as request:
                return await self._parts.break_glass.may_use(request, decider)
        return False

    def glass_rules(self, workflow: str) -> list[GlassRule]:
        """Return who may break glass at which approvals of a loaded workflow. Raises `UnknownWorkflow`."""
        return self._parts.break_glass.rules_of(workflow)

    async def open_reviews(self) -> list[OpenReview]:
        """Return the uses of break-glass that nobody has reviewed yet, oldest first."""
        return await self._parts.break_glass.open_reviews()

    async def ask_requester(self, request_id: str, text: str, *, actor: Actor) -> RequestRecord:
        """Ask the requester a question. The clock of the approval is paused for a day at most.

        The question is a request of its own, answered with the choice `answer` and a comment. Raises
        `NotAllowed`, `NotPossible`, `PeopleUnavailable`.
        """
        async with self._seen_request(request_id, actor) as request:
            return await self._parts.requests.clarifications.ask(request, text, self._identified(actor))

    @asynccontextmanager
    async def _seen_request(self, request_id: str, actor: Actor) -> AsyncIterator[RequestRecord]:
        """For an act on a request: as the log recorded it, also while its run is in memory."""
        self._lifecycle.require_active()
        seen = await self.seen_by(actor).request(request_id)
        runs = self._parts.execution.runs
        request = None if seen is None else await runs.load_request(request_id)
        if request is None:
            raise NotPossible(f"There is no request {request_id}.")
        try:
            yield self._reads.identified(request)
        finally:
            runs.unload_at_rest(request.run_id)

    def _identified(self, actor: Actor) -> Actor:
        return identify(actor, self.settings.cli_users)

    # Schedules

    async def schedules(self) -> list[TriggerRecord]:
        """Return the triggers of the loaded workflows, and whether their workflows are paused."""
        records = await self._schedules.records()
        return [evolve(each, paused=bool(self.pause_text(each.workflow))) for each in records]

    async def set_schedule(
        self, workflow: str, key: str | None, enabled: bool, *, actor: Actor, timed: bool = False
    ) -> list[TriggerRecord]:
        """Switch a workflow's triggers on or off, and return them. `timed`: only those of the clock.

        Raises `UnknownWorkflow` if the workflow or the trigger is unknown, and `NotAllowed`.
        """
        self._lifecycle.require_active()
        name = (await self.seen_by(actor).workflow(workflow)).name
        definition = self._workflows.find(name).definition
        await self._parts.base.authorization.may_run(actor, definition)
        keys, first = await self._schedules.switch(definition.name, key, enabled, actor, timed=timed)
        self._parts.timing.alarm.nudge(first)
        records = await self.schedules()
        return [each for each in records if each.workflow == definition.name and each.key in keys]

    async def next_due(self) -> datetime | None:
        """Return the earliest moment at which a wait or a schedule is due."""
        return await self._store.read(queries.next_due)

    async def backfill(
        self, workflow: str, start: date, end: date, *, key: str | None = None, actor: Actor
    ) -> Backfill:
        """Start the runs of a cron schedule for past dates, each once, and at most 1,000 new ones.

        Raises `UnknownWorkflow`, `NotAllowed` and `NotPossible`.
        """
        self._lifecycle.require_active()
        actor = self._identified(actor)
        definition = self._workflows.find(workflow).definition
        await self._parts.base.authorization.may_run(actor, definition)
        spec = self._schedules.cron_spec(definition, key)
        now = self.clock.now()
        if now.date() < start <= end:
            raise NotPossible(f"{start} is in the future. Give a first date up to {now.date()}.")
        if problem := cron.range_problem(start, min(end, now.date())):
            raise NotPossible(problem)
        first, last = cron.days(spec, start, min(end, now.date() + timedelta(days=1)))
        done = await self._parts.execution.admission.backfill(
            definition.name, spec, first, min(last, now), MAX_BACKFILL, actor
        )
        told = {"workflow": definition.name, "key": spec.key, "from": str(start), "to": str(end)}
        event = EventDraft("schedule.backfilled", now, actor, data={**told, "started": done.started})
        await self._store.append(event)
        return done

    # Triggers

    def webhook(self, name: str) -> tuple[str, WebhookSpec] | None:
        """Return the webhook of this name and its workflow; None where there is none."""
        return self._workflows.webhook(name)

    async def take(self, workflow: str, spec: FactSpec, fact: Fact) -> Taken:
        """Start the run of a fact that a trigger observed, once.

        Raises `InvalidInput` if the fact does not fit the workflow, `TooMany` if the trigger reached a limit,
        and `NotPossible` if the trigger is off or the workflow skips runs that overlap.
        """
        self._lifecycle.require_active()
        if not await self._schedules.enabled(workflow, spec):
            raise NotPossible(
                f"The trigger {spec.key} of {workflow} is off. Switch it on: "
                f"signoff triggers enable {workflow} --key {shlex.quote(spec.key)}."
            )
        return await self._parts.timing.intake.deliver(workflow, spec, fact)

    def preview(
        self, workflow: str, key: str | None, sample: Any, headers: Mapping[str, str] | None = None
    ) -> Preview:
        """Return what a sample would start, and start nothing. `key`: a trigger where there are several.

        `sample`: the body of a request, a file, a row, or the parts of an event. Raises `UnknownWorkflow`.
        """
        definition = self._workflows.find(workflow).definition
        spec = observing(definition, key)
        return self._parts.timing.intake.preview(
            definition.name, spec, sample_scope(spec, sample, headers or {})
        )


def _make_data_folder(folder: Path) -> str:
    """Return why steps have no folder of data; empty as a rule."""
    try:
        make_folder(folder)
    except OSError as error:
        return f"{folder} cannot be made ({error.strerror}): steps cannot write to ctx.data_dir"
    return ""
