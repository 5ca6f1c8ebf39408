"""The engine: what the bot, the command line and tests talk to."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from engine.audit.hash_chain import Audit
from engine.authoring.dict_form import from_dict
from engine.authoring.workflow import Workflow
from engine.clock import Clock, SystemClock
from engine.compiler import compile_workflow
from engine.compiler.compiled import Compiled
from engine.compiler.inputs import parse_input
from engine.errors import (
    Altered,
    NotAllowed,
    NotPossible,
    PeopleUnavailable,
    StoreBroken,
    StoreBusy,
    UnknownRun,
)
from engine.kernel import cron, run_transitions
from engine.kernel.live_run import LiveRun
from engine.kernel.policy import LOST
from engine.model.change import Change, EventDraft
from engine.model.decision import Decision, DecisionResult
from engine.model.people import Actor, People, StaticPeople, identified
from engine.model.records import (
    RequestRecord,
    RunDetail,
    RunRecord,
    StepRecord,
    TriggerRecord,
    WorkflowRecord,
)
from engine.model.redaction import redacted
from engine.model.spec import Definition
from engine.model.states import RUN_ENDED, IllegalTransition
from engine.model.visible_text import written
from engine.private_files import of_database, of_keys, tighten
from engine.runtime import recovery
from engine.runtime.activity import Activity
from engine.runtime.admission import Admission
from engine.runtime.adoption import adopt
from engine.runtime.alarm import Alarm
from engine.runtime.approver_review import ApproverReview, Finding
from engine.runtime.authorization import Authorization
from engine.runtime.background import Background
from engine.runtime.checkpoint_writer import CheckpointWriter
from engine.runtime.clarifications import Clarifications
from engine.runtime.clock_jumps import ClockJumps
from engine.runtime.decisions import Decisions, unknown_request
from engine.runtime.delegation import Delegations
from engine.runtime.departures import Departures
from engine.runtime.due_work import DueWork
from engine.runtime.effects import Effects
from engine.runtime.live_runs import LiveRuns
from engine.runtime.one_time_codes import OneTimeCodes
from engine.runtime.principals import Principals
from engine.runtime.read_model import WAITING_SHOWN, ReadModel
from engine.runtime.reassignment import Reassignments
from engine.runtime.receipts import Receipts
from engine.runtime.retention import Retention
from engine.runtime.runner import Runner
from engine.runtime.schedules import Schedules
from engine.runtime.settings import EngineSettings
from engine.runtime.slots import Slots
from engine.runtime.steady import SteadyTime
from engine.runtime.supersession import supersede
from engine.runtime.time_zones import TimeZones
from engine.runtime.trials import Trials
from engine.runtime.visibility import Visibility, VisibleRuns
from engine.runtime.watchdog import Watchdog
from engine.runtime.workflow_registry import DefinitionCache, WorkflowRegistry
from engine.store.backups import paused_text
from engine.store.deliveries import Deliveries
from engine.store.event_log import EventLog
from engine.store.queries import Prospect
from engine.store.store import Store

log = logging.getLogger(__name__)


def database_path(url: str | Path) -> Path:
    """The file of a `sqlite:///…` URL, or the path itself. Raises `StoreBroken` for other databases."""
    text = str(url)
    if "://" not in text:
        return Path(text)
    if not text.startswith("sqlite:///"):
        scheme = text.split("://", 1)[0]
        raise StoreBroken(
            f"DATABASE_URL starts with {scheme}://, which this release does not speak. "
            "Use sqlite:///path/to/signoff.db."
        )
    return Path(text.removeprefix("sqlite:///"))


class Engine:
    """Made by `Engine.open`. `register` workflows, then `serve`; `close` at the end."""

    def __init__(self, store: Store, clock: Clock, people: People, settings: EngineSettings) -> None:
        self.clock, self.people, self.settings = clock, people, settings
        self.failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Ends with an error when the database is damaged; the process should end then."""
        self._store = store
        self.activity = Activity()
        self.events = EventLog(store)
        store.on_events = self._grew
        store.on_damage = self.broken
        self._workflows = WorkflowRegistry()
        self._definitions = DefinitionCache(store)
        self._authorization = Authorization(people)
        slots = Slots(settings.parallel)
        steady = SteadyTime(clock)
        self._runs = LiveRuns(store, self._workflows, self._definitions, steady, slots, self.activity)
        self._runs.effects = self
        self._runs.halted = True
        self._altered: asyncio.Queue[str] = asyncio.Queue()
        self._runs.on_altered = lambda error: self._altered.put_nowait(str(error))
        self._runner = Runner(
            self._runs,
            self._workflows,
            clock,
            slots,
            self.activity,
            settings.registry,
            settings.data_dir,
            settings.secrets,
        )
        self._admission = Admission(
            store,
            clock,
            self._workflows,
            self._definitions,
            self._runs,
            self._authorization,
            self.activity,
            settings.limits,
        )
        self._schedules = Schedules(store, self._workflows, clock, settings, self._admission.start_scheduled)
        self._clock_jumps = ClockJumps(
            store, clock, steady, self.activity, self._schedules, lambda: self._alarm.look_again()
        )
        self._keyring = keyring = settings.keyring(store.path)
        self.receipts = Receipts(store, keyring)
        self.one_time_codes = OneTimeCodes(store, clock, keyring)
        self._background = Background(self.activity, clock)
        self._trials = Trials(self._runs, self._runner, slots, clock, self.activity, self._background)
        self._checkpoint_writer = CheckpointWriter(store, keyring, self._background, clock)
        self.delegations = Delegations(store, self._runs, self._authorization, self._background, clock)
        departures = Departures(store, self._runs, self._definitions, self._authorization)
        effects = Effects(store, self._runs, departures, self._background, clock)
        due = DueWork(store, self._runs, effects, self._schedules.fire)
        self._alarm = Alarm(clock, self.activity, due.next_due, due.ring, self._clock_jumps.look)
        self._decisions = Decisions(
            store,
            self._runs,
            self._workflows,
            self._authorization,
            self.delegations,
            self.one_time_codes,
            departures,
            clock,
            settings,
        )
        self._clarifications = Clarifications(
            store, self._runs, self._definitions, self._authorization, self.delegations
        )
        self._reassignments = Reassignments(store, self._runs, self._definitions, self._authorization)
        self._time_zones = TimeZones(store, self._runs, self._authorization, self._background)
        self._approver_review = ApproverReview(
            store,
            self._workflows,
            self._definitions,
            self._runs,
            self._authorization,
            departures,
            self._background,
        )
        self._decisions.inexact = self._approver_review.look_beside
        self._read_model = ReadModel(store, self._definitions, self._authorization, clock)
        self._visibility = Visibility(
            store, self._definitions, self._authorization, self._read_model, settings
        )
        self._ends: dict[str, asyncio.Future[RunRecord]] = {}
        self.principals = Principals(store, clock, keyring)
        self._retention = Retention(store, clock, self.activity, settings.keep)
        self._watchdog = Watchdog(settings.dead_loop)
        self.serving = False
        self.paused = ""
        """Why nothing goes on, in a sentence with the remedy; empty as a rule."""
        self.resumed = asyncio.Event()

    @classmethod
    async def open(
        cls,
        database: str | Path,
        *,
        clock: Clock | None = None,
        people: People | None = None,
        settings: EngineSettings | None = None,
    ) -> "Engine":
        """Open the file and bring its schema up to date. Raises `StoreBroken`.

        Nothing executes before `serve`.
        """
        path = database_path(database).absolute()
        settings = (settings or EngineSettings(data_dir=path.parent / "data")).resolved(path)
        clock = clock or SystemClock()
        store = await Store.open(path, settings.keyring(path), clock.now())
        for finding in await asyncio.to_thread(_tightened, path, settings):
            log.warning("%s", finding)
        engine = cls(store, clock, people or StaticPeople(), settings)
        engine.paused = store.log_problem or await engine._paused()
        return engine

    async def _paused(self) -> str:
        try:
            return paused_text(await self._store.fact("paused"))
        except Altered as error:
            return f"Signoff is paused. {error}"

    @property
    def log_problem(self) -> str:
        """Why the log is not what it was; empty as a rule. Nothing goes on while there is one."""
        return self._store.log_problem

    # Workflows

    def register(self, workflow: Workflow | Mapping[str, Any], file: str | None = None) -> Definition:
        """Check a workflow and make it known. Raises `DefinitionErrors` with all that is wrong."""
        if isinstance(workflow, Mapping):
            workflow = from_dict(workflow, self.settings.registry, file=file)
        compiled = compile_workflow(workflow, file)
        self._workflows.add(compiled)
        return compiled.definition

    def workflow(self, name: str) -> WorkflowRecord:
        """By name as a person types it. Raises `UnknownWorkflow` with the nearest one."""
        return _workflow_record(self._workflows.find(name))

    def workflows(self) -> list[WorkflowRecord]:
        return sorted((_workflow_record(found) for found in self._workflows.all()), key=lambda one: one.name)

    def parse_input(self, workflow: str, values: Mapping[str, Any]) -> Any:
        """Texts by field name, as typed after a command, to the JSON of a valid input; `InvalidInput`."""
        return parse_input(self._workflows.find(workflow), values)

    async def unanswerable(self) -> list[tuple[str, str, str]]:
        """Workflow, step and why: approvals that the people there are could not complete.

        Raises `PeopleUnavailable`.
        """
        return await self._approver_review.unanswerable()

    async def review(self) -> int:
        """Bring open approvals that those who are left can't complete to their owners; gives how many.

        Worth it when people left or a group changed. Raises `PeopleUnavailable`.
        """
        return await self._approver_review.review()

    def review_beside(self) -> None:
        """As `review`, in the background; again in a minute where people can't be asked."""
        self._approver_review.review_beside()

    async def unknown_people(self) -> list[tuple[str, str]]:
        """Workflow and a sentence: members of its groups whom nobody knows. Raises `PeopleUnavailable`."""
        return await self._approver_review.unknown()

    async def public_approvers(self, *, known: bool) -> list[str]:
        """Sentences about channels that decide and that anybody can join; without `known` those that might.

        With `known` the people's source is asked: raises `PeopleUnavailable`.
        """
        return await self._approver_review.public(known=known)

    async def finding(self) -> Finding:
        """Wait for something about people that the operator has to put right."""
        return await self._approver_review.findings.get()

    async def alteration(self) -> str:
        """Wait for a run that was found not to be as it was recorded; what the operator is to be told."""
        return await self._altered.get()

    # Life

    async def serve(self) -> None:
        """Recover what was under way, then execute, watch what is due and fire schedules.

        Raises `NotPossible` while the installation is paused.
        """
        self._go_ahead()
        await self._checkpoint_writer.write()
        for compiled in self._workflows.all():
            await self._admission.keep(compiled)
        await adopt(self._store, self._workflows, self.clock.now())
        await self._schedules.sync()
        self._runs.halted = False
        self.serving = True
        await recovery.recover(
            self._store, self._runs, self._workflows, self._trials, self._admission.admit_next
        )
        await supersede(self._store, self._runs, self._workflows)
        self._watchdog.start()
        self._alarm.start()
        self._clock_jumps.start()
        self._retention.start()
        self.delegations.start()
        self._time_zones.start()
        self._approver_review.start()

    async def writable(self) -> bool:
        """Whether the database can be written now; `store_problem` says why not."""
        return await self._store.writable()

    async def resume(self, *, actor: Actor) -> None:
        """End the pause of a restored installation. Whoever serves then calls `serve`."""
        if not self.paused:
            raise NotPossible("Nothing is paused here.")
        if self.log_problem:
            raise NotPossible(self.log_problem)
        resumed = EventDraft("installation.resumed", self.clock.now(), actor)
        await self._store.note("paused", None, [resumed])
        self.paused = ""
        self.resumed.set()

    async def prospect(self) -> Prospect:
        """What would go on, fire and be told if the engine served now."""
        return await self._store.prospect(self.clock.now())

    def _identified(self, actor: Actor) -> Actor:
        return identified(actor, self.settings.cli_users)

    def _go_ahead(self) -> None:
        if self.paused:
            raise NotPossible(self.paused)

    async def close(self, grace: float = 5.0) -> None:
        """Stop cleanly: attempts get `grace` seconds; those that need longer are made again at the start."""
        self.serving = False
        self._watchdog.close()
        await self._retention.close()
        await self._clock_jumps.close()
        await self._alarm.close()
        self._runs.halted = True
        stopped = await self._runner.close(grace)
        if not self.failed.done():
            await recovery.give_back(self._runs, stopped)
        await self._admission.close()
        await self._background.close()
        self.failed.cancel()
        for ended in self._ends.values():
            ended.cancel()
        try:
            await self._checkpoint_writer.close()
        except (StoreBusy, StoreBroken) as error:
            log.warning("the last checkpoint of the log could not be kept: %s", error)
        finally:
            await self._store.close()

    # Runs

    async def start(
        self,
        workflow: str,
        input: Mapping[str, Any] | BaseModel | None = None,
        *,
        actor: Actor,
        channel: str | None = None,
        key: str | None = None,
    ) -> RunRecord:
        """Start a run. With a `key`, a second start of the same workflow and key gives the first's run.

        Raises `UnknownWorkflow`, `InvalidInput`, `NotAllowed`, `PeopleUnavailable`, and `NotPossible`
        where the workflow skips what would overlap; `TooMany` where a person or token reached a limit.
        """
        self._go_ahead()
        return await self._admission.start(workflow, input, self._identified(actor), channel, key)

    async def cancel(self, run_id: str, *, actor: Actor, reason: str = "") -> RunRecord:
        """End a run: attempts are stopped, requests withdrawn. `UnknownRun`, `NotAllowed`, `NotPossible`."""
        self._go_ahead()
        actor = self._identified(actor)
        run = await self._store.run(run_id)
        if run is None or not await self.seen_by(actor).sees(run):
            raise UnknownRun(f"There is no run {run_id}.")
        definition, _ = await self._definitions.get(run.definition)
        await self._authorization.may_cancel(actor, run, definition)
        try:
            change = await self._runs.apply(
                run_id,
                partial(run_transitions.cancel, reason=redacted(written(reason)) or "cancelled by a person"),
                actor=actor,
            )
        except IllegalTransition:
            ended = await self._store.run(run_id)
            state = ended.state if ended else "gone"
            raise NotPossible(f"{run.short} has already ended: it {_ended(state)}.") from None
        return change.run

    async def decide(
        self,
        request_id: str,
        decision: Decision,
        *,
        actor: Actor,
    ) -> DecisionResult:
        """Record a person's decision. It is durable when this returns; a refusal is a result too.

        An approval of values that changed since the person saw them is refused.
        """
        if self.paused:
            return DecisionResult("unavailable", f"Nothing was recorded. {self.paused}")
        try:
            actor = self._identified(actor)
        except NotAllowed as error:
            return DecisionResult("not_allowed", f"{error} {LOST}")
        answer = await self._decisions.decide(request_id, decision, actor=actor)
        return await self._as_seen(answer, actor)

    async def _as_seen(self, answer: DecisionResult, actor: Actor) -> DecisionResult:
        """A refusal tells nobody of a request that they may not see."""
        if answer.accepted or answer.request is None:
            return answer
        with suppress(PeopleUnavailable):
            if await self.seen_by(actor).request(answer.request.id) is None:
                return unknown_request(answer.request.id)
        return answer

    async def approve_together(self, request_ids: Sequence[str], *, actor: Actor) -> list[DecisionResult]:
        """Several approvals at once, each checked as if alone; what isn't of low risk is refused."""
        answers = []
        for request_id in request_ids:
            request = await self.request(request_id)
            if request is not None and not request.together and request.state == "open":
                text = "This request is not low risk. Decide it in its own message."
                answers.append(await self._as_seen(DecisionResult("not_allowed", text, request), actor))
            else:
                answers.append(await self.decide(request_id, Decision("approve"), actor=actor))
        return answers

    async def reassign(self, request_id: str, to: str, *, actor: Actor) -> RequestRecord:
        """Hand a question to others, instead of those who were asked at the stage that is open.

        By those who may decide it, or its owner. Raises `NotAllowed`, `NotPossible`, `PeopleUnavailable`.
        """
        self._go_ahead()
        request = await self.seen_by(actor).request(request_id)
        if request is None:
            raise NotPossible(f"There is no request {request_id}.")
        return await self._reassignments.reassign(request, to, self._identified(actor))

    async def ask_requester(self, request_id: str, text: str, *, actor: Actor) -> RequestRecord:
        """Ask whoever asked for an approval; its clock stands still until they answer, for a day at most.

        The question is a request of its own, answered by `decide(…, "answer", comment=…)`. Raises
        `NotAllowed`, `NotPossible`, `PeopleUnavailable`.
        """
        self._go_ahead()
        request = await self.seen_by(actor).request(request_id)
        if request is None:
            raise NotPossible(f"There is no request {request_id}.")
        return await self._clarifications.ask(request, text, self._identified(actor))

    # Reading

    def seen_by(self, viewer: Actor) -> VisibleRuns:
        """Runs and requests as this person or token may see them; for one act."""
        return self._visibility.of(viewer)

    async def find_run(self, text: str) -> RunRecord:
        """By id, short id or unique ending. Raises `UnknownRun`, naming those that fit."""
        return await self._read_model.find_run(text)

    async def detail(self, run_id: str) -> RunDetail:
        """A run with its steps and requests. Raises `UnknownRun`."""
        return await self._read_model.detail(run_id)

    async def runs(
        self,
        workflow: str | None = None,
        states: Sequence[str] | None = None,
        limit: int = 20,
        before: RunRecord | None = None,
        actor: Actor | None = None,
    ) -> tuple[list[RunRecord], int]:
        """Newest first, and how many there are in all; `MOST_COUNTED` + 1 means: more than that.

        `actor`: those that this one started.
        """
        return await self._store.runs(workflow, states, limit, before, actor)

    async def unfinished(
        self, actor: Actor, workflow: str | None = None, since: datetime | None = None, limit: int = 100
    ) -> list[str]:
        """Ids of this actor's runs that have not ended, oldest first. `since`: started then or later."""
        return await self._store.unfinished(actor, workflow, since, limit)

    async def request(self, request_id: str) -> RequestRecord | None:
        return await self._store.request(request_id)

    async def earlier(self, request: RequestRecord, limit: int = 5) -> list[RequestRecord]:
        """How the same approval ended in earlier runs, newest first."""
        return await self._store.earlier(request, limit)

    async def requests(
        self,
        state: str | None = "open",
        run_id: str | None = None,
        limit: int | None = 50,
        after: RequestRecord | None = None,
    ) -> list[RequestRecord]:
        """Oldest first; those behind `after` in that order. `limit` None: all."""
        return await self._store.requests(state, run_id, -1 if limit is None else limit, after)

    async def open_requests(self) -> int:
        """How many there are; `MOST_COUNTED` + 1 means: more than that."""
        return await self._store.count_requests("open")

    async def waiting_for(self, user_id: str, limit: int = WAITING_SHOWN) -> list[RequestRecord]:
        """Open requests that wait for this person's answer, oldest first.

        Of the oldest `LOOKED_THROUGH` open requests there are; `open_requests` says if there are more.
        """
        return await self._read_model.waiting_for(user_id, limit)

    async def audit(self, marks: Sequence[Mapping[str, Any]] = ()) -> Audit:
        """Is everything as it was written? Reads all of it. `marks`: checkpoints to hold the log against."""
        return await self.receipts.audit(marks)

    async def schedules(self) -> list[TriggerRecord]:
        return await self._schedules.records()

    async def set_schedule(
        self, workflow: str, key: str | None, enabled: bool, *, actor: Actor
    ) -> list[TriggerRecord]:
        """Switch a workflow's schedules on or off. Raises `UnknownWorkflow` and `NotAllowed`."""
        self._go_ahead()
        compiled = self._workflows.find(workflow)
        await self._authorization.may_run(actor, compiled.definition)
        name = compiled.definition.name
        self._alarm.nudge(await self._schedules.switch(name, key, enabled, actor))
        return [record for record in await self.schedules() if record.workflow == name]

    async def until_ended(self, run_id: str) -> RunRecord:
        """The run, once it has ended. Raises `UnknownRun`."""
        ended = self._ends.setdefault(run_id, asyncio.get_running_loop().create_future())
        if self._runs.state_of(run_id) is None:
            run = await self._store.run(run_id)
            if run is None:
                raise UnknownRun(f"There is no run {run_id}.")
            if run.state in RUN_ENDED:
                self._tell_end(run)
        return await asyncio.shield(ended)

    def _tell_end(self, run: RunRecord) -> None:
        ended = self._ends.pop(run.id, None)
        if ended is not None and not ended.done():
            ended.set_result(run)

    @property
    def stalled(self) -> str:
        """Why no step can start although runs wait for a slot; empty as a rule."""
        return self._runner.overruns.stalled()

    @property
    def overruns(self) -> list[str]:
        """Attempts that should have ended and that nothing can stop, one sentence each."""
        return self._runner.overruns.texts()

    @property
    def left_behind(self) -> list[str]:
        """Steps that went on executing when the engine was closed; empty as a rule."""
        return self._runner.left_behind

    @property
    def trials(self) -> str:
        """Which steps are tried again after a death of the process; empty as a rule."""
        return self._trials.text()

    @property
    def jumped(self) -> str:
        """How the machine's clock jumped in the last hour; empty as a rule."""
        return self._clock_jumps.warning

    @property
    def blocked(self) -> str:
        """What blocked the event loop not long ago; empty as a rule."""
        return self._watchdog.warning

    @property
    def store_problem(self) -> str:
        """Why nothing can be recorded or read now, with the remedy; empty as a rule."""
        return self._store.problem

    @property
    def keys_problem(self) -> str:
        """Why the next start would fail for a missing key, with the remedy; empty as a rule."""
        return self._keyring.problem

    @property
    def deliveries(self) -> Deliveries:
        """The durable outbox rows, for whoever tells people."""
        return self._store.deliveries

    @property
    def runs_in_memory(self) -> int:
        """Runs in motion; those that wait are rows only."""
        return self._runs.in_memory

    async def next_due(self) -> datetime | None:
        """The earliest moment at which a wait or a schedule is due."""
        return await self._store.next_due()

    # Effects of durable transitions

    def _grew(self) -> None:
        self.events.grew()
        self._checkpoint_writer.grew(serving=self.serving)

    def launch(self, state: LiveRun, step: StepRecord) -> None:
        if not self._runs.halted:
            self._runner.launch(state, step)

    def stop(self, run_id: str, step: str) -> None:
        self._runner.stop(run_id, step)

    def told(self, change: Change) -> None:
        self._grew()
        if change.requests:
            self.delegations.noted(change)
            self._time_zones.noted(change)
            self._approver_review.noted(change)
        due = [wait.due_at for wait in change.waits.values() if wait and wait.due_at]
        if due:
            self._alarm.nudge(min(due))
        if change.run.state in RUN_ENDED:
            self._tell_end(change.run)
            if self.serving:
                self._admission.one_ended(change.run.workflow)

    def broken(self, error: Exception) -> None:
        self._runs.halted = True
        if not self.failed.done():
            self.failed.set_exception(error)


def _tightened(database: Path, settings: EngineSettings) -> list[str]:
    keys = of_keys(settings.keys_dir) if settings.keys_dir else []
    return tighten([*of_database(database), *keys])


def _ended(state: str) -> str:
    return {"succeeded": "succeeded", "failed": "failed", "cancelled": "was cancelled"}.get(state, state)


def _workflow_record(compiled: Compiled) -> WorkflowRecord:
    definition = compiled.definition
    return WorkflowRecord(
        name=definition.name,
        title=definition.title,
        definition=definition.digest(),
        owner=definition.owner,
        channel=definition.channel,
        steps=tuple(compiled.graph.order),
        triggers=tuple(
            TriggerRecord(definition.name, spec.key, cron.describe(spec), enabled=False, next_fire_at=None)
            for spec in definition.triggers
        ),
        input_schema=definition.input_schema,
        may_run=definition.may_run,
        may_cancel=definition.may_cancel,
        may_see=definition.may_see,
        file=compiled.file,
        gate=definition.gate,
    )
