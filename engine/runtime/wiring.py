"""Builds the parts of an engine and connects them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from engine.audit.keys import Keyring
from engine.clock import Clock
from engine.model.definition.spec import DEFAULT_QUEUE
from engine.model.definition.trigger_spec import FileSpec, RowSpec
from engine.model.people import People
from engine.runtime.access.act_limits import ACTS_PER_MINUTE, ActLimits
from engine.runtime.access.authorization import Authorization
from engine.runtime.access.call_limits import CallLimits
from engine.runtime.access.one_time_codes import OneTimeCodes
from engine.runtime.access.principals import Principals
from engine.runtime.dispatch.dispatcher import Dispatcher
from engine.runtime.execution.report_feed import ReportFeed
from engine.runtime.execution.reports import Reports
from engine.runtime.execution.runner import Runner
from engine.runtime.execution.trials import Trials
from engine.runtime.health.checkpoints import RegularCheckpoints
from engine.runtime.health.finder import HealthFinder
from engine.runtime.health.measurements import Measurements
from engine.runtime.health.news import HealthNews, health_fact
from engine.runtime.health.review import WeeklyReview
from engine.runtime.policies import Policies
from engine.runtime.process.activity import Activity
from engine.runtime.process.background import Background
from engine.runtime.process.installation import StoredMapping
from engine.runtime.process.log_checkpoint_writer import CheckpointWriter
from engine.runtime.process.skipped_events import SkippedEvents
from engine.runtime.process.steady_time import SteadyTime
from engine.runtime.process.watchdog import Watchdog
from engine.runtime.queries.audience import Audience
from engine.runtime.queries.read_model import ReadModel
from engine.runtime.queries.receipts import Receipts
from engine.runtime.queries.visibility import Visibility
from engine.runtime.requests.approval_effects import ApprovalEffects
from engine.runtime.requests.approval_uses import ApprovalUses
from engine.runtime.requests.approver_review import ApproverReview
from engine.runtime.requests.break_glass import BreakGlassUses
from engine.runtime.requests.claims import Claims
from engine.runtime.requests.clarifications import Clarifications
from engine.runtime.requests.decisions import Decisions
from engine.runtime.requests.delegation import Delegations
from engine.runtime.requests.departures import Departures
from engine.runtime.requests.grants import GrantsInForce
from engine.runtime.requests.mutes import Mutes
from engine.runtime.requests.reassignment import Reassignments
from engine.runtime.runs.admission import Admission
from engine.runtime.runs.canaries import Canaries
from engine.runtime.runs.canary_questions import CanaryQuestions
from engine.runtime.runs.cancellation import Cancellation
from engine.runtime.runs.child_runs import ChildRuns
from engine.runtime.runs.control import Control
from engine.runtime.runs.follow_up_runs import FollowUpRuns
from engine.runtime.runs.live_runs import LiveRuns
from engine.runtime.runs.pauses import Pauses
from engine.runtime.runs.personal_reveals import PersonalReveals
from engine.runtime.runs.resources import Resources
from engine.runtime.runs.retention import Retention
from engine.runtime.runs.signals import Signals
from engine.runtime.runs.slots import Slots
from engine.runtime.runs.subscriptions import Subscriptions
from engine.runtime.runs.supersession import supersede
from engine.runtime.runs.thresholds import Thresholds
from engine.runtime.settings import EngineSettings
from engine.runtime.timing.alarm import Alarm
from engine.runtime.timing.clock_jumps import ClockJumps
from engine.runtime.timing.due_work import DueWork
from engine.runtime.timing.schedules import Schedules
from engine.runtime.timing.time_zones import TimeZones
from engine.runtime.workflows.code_review import CodeReview
from engine.runtime.workflows.definition_cache import DefinitionCache
from engine.runtime.workflows.workflow_registry import WorkflowRegistry
from engine.store.store import Store
from engine.triggers.bursts import Bursts
from engine.triggers.door import Door
from engine.triggers.events import EventTriggers
from engine.triggers.files import FileLook
from engine.triggers.health import TriggerHealth
from engine.triggers.intake import Intake
from engine.triggers.observers import Observers
from engine.triggers.polling import PollingLoops
from engine.triggers.rows import RowLook


@dataclass(frozen=True, slots=True)
class Base:
    """The parts that every other part needs."""

    store: Store
    clock: Clock
    settings: EngineSettings
    keyring: Keyring
    activity: Activity
    background: Background
    workflows: WorkflowRegistry
    definitions: DefinitionCache
    authorization: Authorization
    steady: SteadyTime
    pauses: Pauses
    policies: Policies


@dataclass(frozen=True, slots=True)
class Execution:
    """Runs and their attempts."""

    runs: LiveRuns
    resources: Resources
    dispatcher: Dispatcher | None
    """Hands attempts to workers; None where the database is a file."""
    runner: Runner
    admission: Admission
    cancellation: Cancellation
    signals: Signals
    trials: Trials
    watchdog: Watchdog
    reports: ReportFeed
    early_stops: StoredMapping
    stops: StoredMapping


@dataclass(frozen=True, slots=True)
class Timing:
    """Parts that act when time passes."""

    schedules: Schedules
    intake: Intake
    observers: Observers
    alarm: Alarm
    clock_jumps: ClockJumps
    retention: Retention


@dataclass(frozen=True, slots=True)
class Requests:
    """Requests, and the people who decide them."""

    decisions: Decisions
    clarifications: Clarifications
    reassignments: Reassignments
    claims: Claims
    delegations: Delegations
    one_time_codes: OneTimeCodes
    time_zones: TimeZones
    approver_review: ApproverReview
    mutes: Mutes
    grants: GrantsInForce
    subscriptions: Subscriptions
    places: StoredMapping
    skipped_events: SkippedEvents
    approval_uses: ApprovalUses


@dataclass(frozen=True, slots=True)
class RecordParts:
    """Parts that read records, and prove them."""

    read_model: ReadModel
    visibility: Visibility
    receipts: Receipts
    checkpoint_writer: CheckpointWriter
    principals: Principals
    call_limits: CallLimits
    code_review: CodeReview
    audience: Audience
    measurements: Measurements


@dataclass(frozen=True, slots=True)
class Parts:
    """All parts of one engine."""

    base: Base
    execution: Execution
    timing: Timing
    requests: Requests
    records: RecordParts
    control: Control
    canaries: Canaries
    thresholds: Thresholds
    personal_reveals: PersonalReveals
    break_glass: BreakGlassUses
    health_news: HealthNews
    weekly_review: WeeklyReview
    checkpoints: RegularCheckpoints


def build_parts(store: Store, clock: Clock, people: People, settings: EngineSettings) -> Parts:
    """Build the parts of an engine. Nothing executes yet."""
    activity = Activity()
    base = Base(
        store,
        clock,
        settings,
        settings.keyring(Path()),
        activity,
        Background(activity, clock),
        WorkflowRegistry(settings.personal_keys()),
        DefinitionCache(store),
        Authorization(people, settings.operator),
        SteadyTime(clock),
        Pauses(store),
        Policies(settings.policies, settings.policy_variables),
    )
    execution = _execution(base, Slots(settings.parallel))
    departures = Departures(store, execution.runs, base.definitions, base.authorization)
    records = _records(base)
    requests = _requests(base, execution.runs, departures, records.visibility)
    told = health_fact(store, clock)
    timing = _timing(
        base,
        execution,
        departures,
        [
            records.principals.fact,
            requests.one_time_codes.fact,
            requests.mutes.fact,
            requests.grants.fact,
            told,
        ],
    )
    control = _control(base, execution, timing, records.visibility)
    canaries = _canaries(base, execution, control)
    execution.admission.load_candidates = canaries.load_once
    finder = HealthFinder(
        store, base.workflows, records.measurements, timing.schedules.records, base.pauses.holds
    )
    review = WeeklyReview(store, clock, base.workflows, base.background, settings.review_channel)
    news = HealthNews(told, clock, base.workflows, finder, base.background)
    thresholds = _thresholds(base, execution, control)
    checkpoints = RegularCheckpoints(
        store,
        clock,
        base.background,
        records.receipts.checkpoint,
        settings.checkpoint_every,
        settings.checkpoint_channel,
    )
    return Parts(
        base,
        execution,
        timing,
        requests,
        records,
        control,
        canaries,
        thresholds,
        _personal_reveals(base, execution, records.visibility),
        _break_glass(base, execution, requests.one_time_codes),
        news,
        review,
        checkpoints,
    )


def _canaries(base: Base, execution: Execution, control: Control) -> Canaries:
    return Canaries(
        base.store,
        base.clock,
        base.workflows,
        base.settings,
        control.controlled,
        execution.admission.store_definition,
        base.background,
        CanaryQuestions(base.store, execution.runs, execution.admission),
    )


def _thresholds(base: Base, execution: Execution, control: Control) -> Thresholds:
    return Thresholds(
        base.store,
        base.clock,
        base.workflows,
        execution.admission,
        control.controlled,
        base.background,
        partial(supersede, base.store, execution.runs, base.workflows),
    )


def _personal_reveals(base: Base, execution: Execution, visibility: Visibility) -> PersonalReveals:
    return PersonalReveals(
        base.store,
        base.workflows,
        base.definitions,
        execution.runs,
        base.authorization,
        visibility,
        ActLimits(base.clock, per_minute=ACTS_PER_MINUTE if base.settings.limits else None),
        base.settings.personal_keys(),
    )


def _break_glass(base: Base, execution: Execution, codes: OneTimeCodes) -> BreakGlassUses:
    return BreakGlassUses(
        base.store,
        base.clock,
        base.steady,
        execution.runs,
        base.authorization,
        codes,
        base.workflows,
        base.background,
        execution.admission,
    )


def _execution(base: Base, slots: Slots) -> Execution:
    store, clock, settings, activity = base.store, base.clock, base.settings, base.activity
    resources = Resources(store, base.workflows, base.definitions)
    reports = Reports(store, clock, activity, base.background, settings.secrets)
    dispatcher = None
    if store.listen is not None:
        queues = settings.queues if settings.queues is not None else frozenset({DEFAULT_QUEUE})
        dispatcher = Dispatcher(store, clock, reports.feed, resources, queues, settings.secrets)
    runs = LiveRuns(
        store,
        base.workflows,
        base.definitions,
        base.steady,
        slots,
        resources,
        activity,
        dispatcher,
        base.policies,
    )
    runs.halted = True
    runner = Runner(
        runs,
        base.workflows,
        clock,
        slots,
        activity,
        settings.registry,
        settings.data_dir,
        reports,
        settings.vault,
        settings.outside,
    )
    admission = Admission(
        store,
        clock,
        base.workflows,
        base.definitions,
        runs,
        base.authorization,
        activity,
        base.pauses,
        base.policies,
        settings.limits,
    )
    cancellation = Cancellation(store, runs, base.definitions, base.authorization)
    signals = Signals(store, clock, base.workflows, base.definitions, runs, base.authorization)
    trials = Trials(runs, runner, slots, clock, activity, base.background)
    return Execution(
        runs,
        resources,
        dispatcher,
        runner,
        admission,
        cancellation,
        signals,
        trials,
        Watchdog(_dead_loop(runner, settings.dead_loop)),
        reports.feed,
        StoredMapping(store, "early_stops", clock),
        StoredMapping(store, "stops", clock),
    )


def _dead_loop(runner: Runner, dead: Callable[[str], None] | None) -> Callable[[str], None] | None:
    """Return what ends the processes of steps before `dead` ends this one."""
    if dead is None:
        return None

    def end(why: str) -> None:
        try:
            runner.end_children()
        finally:
            dead(why)

    return end


def _control(base: Base, execution: Execution, timing: Timing, visibility: Visibility) -> Control:
    return Control(
        base.store,
        base.clock,
        base.workflows,
        base.definitions,
        execution.runs,
        base.authorization,
        execution.admission,
        base.pauses,
        visibility,
        base.settings,
        timing.alarm.look_again,
    )


def _timing(
    base: Base, execution: Execution, departures: Departures, lasting: Sequence[StoredMapping]
) -> Timing:
    store, clock, activity = base.store, base.clock, base.activity
    schedules = Schedules(store, base.workflows, clock, base.settings, execution.admission.start_scheduled)
    effects = ApprovalEffects(store, execution.runs, departures, base.background, base.clock)
    start = execution.admission.start_by_fact
    health = TriggerHealth(store, clock)
    intake = Intake(store, clock, base.workflows.find, start, lambda due: alarm.nudge(due), health)
    bursts = Bursts(store, clock, base.workflows.get, start, health)
    asked = execution.admission.requesters_of
    door = Door(schedules.all, schedules.enabled, intake.take, activity, asked, health, base.clock)
    children = ChildRuns(store, base.definitions, execution.runs, execution.admission)
    follow_ups = FollowUpRuns(store, base.definitions, execution.runs, execution.admission)
    due_work = DueWork(
        store,
        execution.runs,
        effects,
        schedules.fire,
        children,
        follow_ups,
        bursts,
        base.pauses.names,
        base.settings.secrets,
    )
    clock_jumps = ClockJumps(
        store,
        clock,
        base.steady,
        activity,
        schedules,
        execution.runs,
        lasting,
        lambda: alarm.look_again(),
    )
    alarm = Alarm(clock, activity, due_work.next_due, due_work.ring, clock_jumps.look)
    observers = _observers(base, door)
    return Timing(
        schedules,
        intake,
        observers,
        alarm,
        clock_jumps,
        Retention(store, clock, activity, base.settings.keep, base.settings.data_dir, schedules.all),
    )


def _observers(base: Base, door: Door) -> Observers:
    store, clock, variables = base.store, base.clock, base.settings.variables

    def files() -> list[FileLook]:
        found = door.triggers()
        return [
            FileLook(store, clock, door, name, spec) for name, spec in found if isinstance(spec, FileSpec)
        ]

    def rows() -> list[RowLook]:
        return [
            RowLook(store, clock, door, name, spec, variables.get(spec.url, ""))
            for name, spec in door.triggers()
            if isinstance(spec, RowSpec)
        ]

    return Observers(
        [
            EventTriggers(store, clock, door),
            PollingLoops(clock, door.activity, files),
            PollingLoops(clock, door.activity, rows),
        ]
    )


def _requests(base: Base, runs: LiveRuns, departures: Departures, visibility: Visibility) -> Requests:
    store, clock, definitions = base.store, base.clock, base.definitions
    authorization, background = base.authorization, base.background
    act_limits = ActLimits(clock, per_minute=ACTS_PER_MINUTE if base.settings.limits else None)
    delegations = Delegations(store, runs, authorization, background, clock, act_limits)
    one_time_codes = OneTimeCodes(store, clock, base.steady, base.keyring)
    approver_review = ApproverReview(
        store, base.workflows, definitions, runs, authorization, departures, background, base.policies
    )
    decisions = Decisions(
        store,
        runs,
        base.workflows,
        authorization,
        visibility,
        delegations,
        one_time_codes,
        departures,
        base.steady,
        base.settings,
        act_limits,
        approver_review.check_in_background,
    )
    return Requests(
        decisions,
        Clarifications(store, runs, definitions, authorization, delegations, act_limits),
        Reassignments(store, runs, definitions, authorization, act_limits),
        Claims(runs, decisions, act_limits),
        delegations,
        one_time_codes,
        TimeZones(store, runs, authorization, background),
        approver_review,
        Mutes(
            store,
            clock,
            base.workflows,
            definitions,
            authorization,
            visibility,
            base.settings,
            background,
        ),
        GrantsInForce(
            store,
            clock,
            base.steady,
            base.workflows,
            definitions,
            runs,
            decisions,
            authorization,
            visibility,
            base.settings,
            background,
        ),
        Subscriptions(store, clock, base.settings, act_limits),
        StoredMapping(store, "places", clock),
        SkippedEvents(StoredMapping(store, "skipped_events", clock)),
        ApprovalUses(store, runs),
    )


def _records(base: Base) -> RecordParts:
    store, clock, keyring = base.store, base.clock, base.keyring
    settings = base.settings
    read_model = ReadModel(
        store, base.definitions, base.authorization, clock, settings.cli_users, settings.secrets
    )
    return RecordParts(
        read_model,
        Visibility(store, base.definitions, base.authorization, read_model, base.settings, base.workflows),
        Receipts(store, keyring),
        CheckpointWriter(store, keyring, base.background, clock),
        Principals(store, clock, base.steady, keyring),
        CallLimits(store, clock, settings.calls),
        CodeReview(store, base.workflows, base.definitions, clock),
        Audience(store, base.definitions, base.authorization, settings),
        Measurements(store, clock),
    )
