"""Durable workflows that ask people: the public names of the engine.

Other packages import these names, and the modules beside this file that declare `__all__`. Everything else is
the engine's own. A name is imported when it is first used, so that a thin command line loads no database.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.audit.hash_chain import Audit
    from engine.audit.permits import PermitSubject
    from engine.audit.review import Review
    from engine.authoring.alerts import Alerts, QuietHours
    from engine.authoring.context import StepContext
    from engine.authoring.display import Diff, Image, Link, Table
    from engine.authoring.earlier_inputs import EarlierInput
    from engine.authoring.gate import Gate
    from engine.authoring.objectives import Objectives
    from engine.authoring.options import (
        Alternative,
        AskOwner,
        BreakGlass,
        Choose,
        Escalate,
        Form,
        Grants,
        Retry,
        Stage,
        Undo,
        Window,
        WorkingHours,
    )
    from engine.authoring.outcomes import ChannelId, MessageLink, MessageText, Outcome, Settled, UserId
    from engine.authoring.personal import Personal
    from engine.authoring.polling import NotYet, Poll
    from engine.authoring.quality import Quality
    from engine.authoring.resources import Breaker, Resource
    from engine.authoring.secrets import Secret, secret
    from engine.authoring.services import Registry
    from engine.authoring.triggers import (
        AfterRun,
        Cron,
        Every,
        FileArrival,
        Once,
        OnEvent,
        QueryChange,
        Webhook,
        fact,
    )
    from engine.authoring.workflow import Workflow
    from engine.clock import Clock, FakeClock, SystemClock
    from engine.errors import (
        AgentFailed,
        AgentRefused,
        Altered,
        AlteredRun,
        CommandFailed,
        ContractError,
        DefinitionError,
        DefinitionErrors,
        Fatal,
        HttpFailed,
        HttpRefused,
        InvalidInput,
        NobodyOnCall,
        NotAllowed,
        NotPossible,
        OnCallUnknown,
        PeopleUnavailable,
        ResourceUnavailable,
        RowsRejected,
        SignoffError,
        SqlFailed,
        SqlRefused,
        StoreBroken,
        StoreBusy,
        StoreInUse,
        TextTooLong,
        TooMany,
        UnknownPeople,
        UnknownRun,
        UnknownService,
        UnknownWorkflow,
    )
    from engine.kernel.agent_steps import folded
    from engine.kernel.control import unskippable
    from engine.kernel.drawing import Drawing
    from engine.kernel.insight.figures import (
        GroupFigures,
        Insight,
        OutcomeFigures,
        Share,
        ThresholdFigures,
        VersionFigures,
        WeekFigures,
    )
    from engine.kernel.insight.proposal import Better
    from engine.kernel.objectives.health import Health, Objective
    from engine.kernel.requests.approval_digest import seen_digest
    from engine.kernel.requests.clarification import clarification_pauses_deadline, deadline_resumes_at
    from engine.kernel.requests.quorum import (
        QuorumProgress,
        counted_decisions,
        decisions_for_outcome,
        decisions_of_leavers,
        delegates,
        people_who_answered,
        stage_progress,
    )
    from engine.kernel.requests.requesters import excluded_names, unknown_requester
    from engine.kernel.resilience.alerts import alerted_references
    from engine.kernel.resources.token_bucket import CallRates
    from engine.kernel.schedules.start_limits import StartLimits
    from engine.model.definition.conditions import Condition
    from engine.model.definition.spec import (
        Definition,
        EscalationSpec,
        FormSpec,
        HoursSpec,
        QuorumSpec,
        StageSpec,
    )
    from engine.model.definition.trigger_spec import WebhookSpec
    from engine.model.input.input_problems import REFUSED, what_is_wrong
    from engine.model.notices.alert import Alert
    from engine.model.notices.mute import Mute
    from engine.model.notices.subscription import NEWS, Subscription
    from engine.model.notices.trouble import Trouble
    from engine.model.people import (
        ON_CALL,
        Actor,
        Directory,
        Group,
        People,
        Person,
        StaticPeople,
        effective_user_id,
        is_group,
        is_on_call,
        on_call_group,
    )
    from engine.model.records.break_glass import MAX_REASON, MIN_REASON, GlassRule, GlassUse, OpenReview
    from engine.model.records.decision import Decision, DecisionResult
    from engine.model.records.denied_step import DeniedStep, Remedy
    from engine.model.records.event_filter import EventFilter, EventPlace
    from engine.model.records.failure_card import CardVerdict, FailureCard
    from engine.model.records.grant import Grant
    from engine.model.records.personal_values import PersonalValue, RevealedPage
    from engine.model.records.reasoned_acts import ReasonedAct
    from engine.model.records.records import (
        DecisionRecord,
        ElementCounts,
        EventRecord,
        RelatedRun,
        RequestRecord,
        Revision,
        RunDetail,
        RunRecord,
        Shown,
        StepRecord,
        TriggerRecord,
        WorkflowRecord,
    )
    from engine.model.records.request_parts import Claim, Delegate, Failure, Feedback, GrantUse
    from engine.model.records.run_filter import (
        OPEN_FAILURE,
        FoundRequests,
        FoundRuns,
        ListPlace,
        RunFilter,
        StartedRuns,
        place_in_list,
    )
    from engine.model.runs.dispatch import QueueRecord, WorkerRecord, WorkerState
    from engine.model.runs.polling import Polling
    from engine.model.runs.refusals import refused_step
    from engine.model.runs.relay import ServingRecord
    from engine.model.runs.report import Progress
    from engine.model.runs.resources import ResourceRecord
    from engine.model.runs.run_result import ProducedLink, RunResult
    from engine.model.runs.transcript import TranscriptLine
    from engine.model.runs.transform import InputTransform
    from engine.model.states import APPROVAL_ENDINGS, AWAITED, REFUSALS
    from engine.model.versions.canary import Canary, CanaryReport, CanaryRules, Tally
    from engine.model.versions.missing_code import MissingCode
    from engine.runtime.access.membership import full_member, holder_of_token
    from engine.runtime.access.one_time_codes import OneTimeCodes, WrongCodes
    from engine.runtime.access.principals import Principal, Principals, session_ticket
    from engine.runtime.engine import Engine
    from engine.runtime.execution.forks import Forks
    from engine.runtime.execution.report_feed import ReportFeed
    from engine.runtime.queries.decision_replay import MAX_REPLAYED, ReplayedDecision
    from engine.runtime.queries.read_model import MAX_REQUESTS_SEARCHED, MAX_WAITING_SHOWN
    from engine.runtime.queries.receipts import Receipts
    from engine.runtime.queries.step_logs import AttemptLog
    from engine.runtime.queries.step_names import step_called
    from engine.runtime.queries.visibility import VisibleRuns
    from engine.runtime.requests.approver_review import ApproverProblem, ApproverReview
    from engine.runtime.requests.delegation import Absence, Delegations
    from engine.runtime.requests.failure_cards import FailureCards
    from engine.runtime.requests.grants import GrantReply, GrantsInForce
    from engine.runtime.requests.mutes import MAX_MUTE, Mutes
    from engine.runtime.requests.permits import DEFAULT_LIFETIME, MAX_LIFETIME, Permits
    from engine.runtime.settings import EngineSettings
    from engine.runtime.workflows.contracts import Contract, UnsettledStep
    from engine.runtime.workflows.workflow_names import unknown_target
    from engine.runtime.workflows.workflow_registry import PreparedWorkflows
    from engine.steps.agents.agent import AgentTurn, Budget
    from engine.steps.agents.scripted_model import ScriptedModel
    from engine.steps.agents.tools import Tool
    from engine.steps.decision import Decided, DecisionReason, Rule
    from engine.steps.execution import CommandResult
    from engine.steps.http import HttpResult
    from engine.steps.plans import Action, ActionResult, Plan, PlanItem
    from engine.steps.sql import SqlResult
    from engine.store.deliveries import Deliveries, Delivery, Queue, Wanted
    from engine.store.event_log import EventLog
    from engine.store.queries.installation import Prospect
    from engine.store.queries.runs import MAX_RUNS_COUNTED
    from engine.store.store import Relaying
    from engine.triggers.fact import Fact, Taken, delivery
    from engine.triggers.intake import Preview

_NAMES = {
    "engine.audit.review": ("Review",),
    "engine.audit.hash_chain": ("Audit",),
    "engine.authoring.context": ("StepContext",),
    "engine.authoring.display": (
        "Diff",
        "Image",
        "Link",
        "Table",
    ),
    "engine.authoring.earlier_inputs": ("EarlierInput",),
    "engine.authoring.gate": ("Gate",),
    "engine.authoring.options": (
        "Alternative",
        "AskOwner",
        "BreakGlass",
        "Choose",
        "Escalate",
        "Grants",
        "Form",
        "Retry",
        "Stage",
        "Undo",
        "Window",
        "WorkingHours",
    ),
    "engine.authoring.outcomes": (
        "ChannelId",
        "MessageLink",
        "MessageText",
        "Outcome",
        "Settled",
        "UserId",
    ),
    "engine.authoring.polling": ("NotYet", "Poll"),
    "engine.authoring.alerts": ("Alerts", "QuietHours"),
    "engine.authoring.objectives": ("Objectives",),
    "engine.authoring.quality": ("Quality",),
    "engine.authoring.resources": ("Breaker", "Resource"),
    "engine.authoring.personal": ("Personal",),
    "engine.authoring.secrets": ("Secret", "secret"),
    "engine.authoring.services": ("Registry",),
    "engine.authoring.triggers": (
        "AfterRun",
        "Cron",
        "Every",
        "FileArrival",
        "Once",
        "OnEvent",
        "QueryChange",
        "Webhook",
        "fact",
    ),
    "engine.authoring.workflow": ("Workflow",),
    "engine.clock": (
        "Clock",
        "FakeClock",
        "SystemClock",
    ),
    "engine.errors": (
        "AgentFailed",
        "AgentRefused",
        "Altered",
        "AlteredRun",
        "CommandFailed",
        "ContractError",
        "DefinitionError",
        "DefinitionErrors",
        "Fatal",
        "HttpFailed",
        "HttpRefused",
        "InvalidInput",
        "NotAllowed",
        "NotPossible",
        "PeopleUnavailable",
        "RowsRejected",
        "ResourceUnavailable",
        "SignoffError",
        "SqlFailed",
        "SqlRefused",
        "StoreBroken",
        "StoreBusy",
        "StoreInUse",
        "TextTooLong",
        "TooMany",
        "UnknownPeople",
        "NobodyOnCall",
        "OnCallUnknown",
        "UnknownRun",
        "UnknownService",
        "UnknownWorkflow",
    ),
    "engine.steps.agents.agent": ("AgentTurn", "Budget"),
    "engine.steps.agents.scripted_model": ("ScriptedModel",),
    "engine.steps.agents.tools": ("Tool",),
    "engine.steps.execution": ("CommandResult",),
    "engine.steps.decision": ("Decided", "DecisionReason", "Rule"),
    "engine.steps.http": ("HttpResult",),
    "engine.steps.plans": ("Action", "ActionResult", "Plan", "PlanItem"),
    "engine.steps.sql": ("SqlResult",),
    "engine.kernel.requests.approval_digest": ("seen_digest",),
    "engine.kernel.requests.clarification": (
        "clarification_pauses_deadline",
        "deadline_resumes_at",
    ),
    "engine.kernel.agent_steps": ("folded",),
    "engine.kernel.control": ("unskippable",),
    "engine.kernel.drawing": ("Drawing",),
    "engine.kernel.requests.requesters": ("excluded_names", "unknown_requester"),
    "engine.kernel.requests.quorum": (
        "QuorumProgress",
        "counted_decisions",
        "decisions_for_outcome",
        "decisions_of_leavers",
        "delegates",
        "people_who_answered",
        "stage_progress",
    ),
    "engine.kernel.insight.figures": (
        "GroupFigures",
        "Insight",
        "OutcomeFigures",
        "Share",
        "ThresholdFigures",
        "VersionFigures",
        "WeekFigures",
    ),
    "engine.kernel.insight.proposal": ("Better",),
    "engine.kernel.objectives.health": ("Health", "Objective"),
    "engine.kernel.resilience.alerts": ("alerted_references",),
    "engine.kernel.resources.token_bucket": ("CallRates",),
    "engine.kernel.schedules.start_limits": ("StartLimits",),
    "engine.model.definition.conditions": ("Condition",),
    "engine.model.records.break_glass": ("MAX_REASON", "MIN_REASON", "GlassRule", "GlassUse", "OpenReview"),
    "engine.model.records.decision": ("Decision", "DecisionResult"),
    "engine.model.records.denied_step": ("DeniedStep", "Remedy"),
    "engine.model.records.event_filter": ("EventFilter", "EventPlace"),
    "engine.model.records.failure_card": ("CardVerdict", "FailureCard"),
    "engine.model.notices.alert": ("Alert",),
    "engine.model.versions.canary": ("Canary", "CanaryReport", "CanaryRules", "Tally"),
    "engine.model.versions.missing_code": ("MissingCode",),
    "engine.model.notices.mute": ("Mute",),
    "engine.model.records.grant": ("Grant",),
    "engine.model.people": (
        "ON_CALL",
        "Actor",
        "Directory",
        "Group",
        "People",
        "Person",
        "StaticPeople",
        "effective_user_id",
        "is_group",
        "is_on_call",
        "on_call_group",
    ),
    "engine.model.input.input_problems": ("REFUSED", "what_is_wrong"),
    "engine.model.records.personal_values": ("PersonalValue", "RevealedPage"),
    "engine.model.records.reasoned_acts": ("ReasonedAct",),
    "engine.model.records.records": (
        "DecisionRecord",
        "ElementCounts",
        "EventRecord",
        "RelatedRun",
        "RequestRecord",
        "Revision",
        "RunDetail",
        "RunRecord",
        "Shown",
        "StepRecord",
        "TriggerRecord",
        "WorkflowRecord",
    ),
    "engine.model.runs.dispatch": ("QueueRecord", "WorkerRecord", "WorkerState"),
    "engine.model.runs.relay": ("ServingRecord",),
    "engine.model.runs.polling": ("Polling",),
    "engine.model.runs.refusals": ("refused_step",),
    "engine.model.runs.report": ("Progress",),
    "engine.model.records.run_filter": (
        "OPEN_FAILURE",
        "FoundRequests",
        "FoundRuns",
        "ListPlace",
        "RunFilter",
        "StartedRuns",
        "place_in_list",
    ),
    "engine.model.runs.run_result": ("ProducedLink", "RunResult"),
    "engine.model.runs.transcript": ("TranscriptLine",),
    "engine.model.runs.transform": ("InputTransform",),
    "engine.model.runs.resources": ("ResourceRecord",),
    "engine.model.records.request_parts": (
        "Failure",
        "Claim",
        "Delegate",
        "GrantUse",
        "Feedback",
    ),
    "engine.model.definition.spec": (
        "Definition",
        "EscalationSpec",
        "FormSpec",
        "HoursSpec",
        "QuorumSpec",
        "StageSpec",
    ),
    "engine.model.notices.subscription": ("NEWS", "Subscription"),
    "engine.model.states": ("APPROVAL_ENDINGS", "AWAITED", "REFUSALS"),
    "engine.model.definition.trigger_spec": ("WebhookSpec",),
    "engine.model.notices.trouble": ("Trouble",),
    "engine.runtime.requests.approver_review": ("ApproverReview", "ApproverProblem"),
    "engine.runtime.requests.delegation": ("Absence", "Delegations"),
    "engine.runtime.engine": ("Engine",),
    "engine.runtime.execution.forks": ("Forks",),
    "engine.runtime.execution.report_feed": ("ReportFeed",),
    "engine.runtime.access.membership": ("full_member", "holder_of_token"),
    "engine.runtime.access.one_time_codes": (
        "OneTimeCodes",
        "WrongCodes",
    ),
    "engine.runtime.access.principals": ("Principal", "Principals", "session_ticket"),
    "engine.runtime.queries.read_model": (
        "MAX_REQUESTS_SEARCHED",
        "MAX_WAITING_SHOWN",
    ),
    "engine.runtime.queries.receipts": ("Receipts",),
    "engine.runtime.queries.step_logs": ("AttemptLog",),
    "engine.runtime.queries.step_names": ("step_called",),
    "engine.runtime.requests.failure_cards": ("FailureCards",),
    "engine.runtime.requests.grants": ("GrantReply", "GrantsInForce"),
    "engine.runtime.requests.mutes": ("MAX_MUTE", "Mutes"),
    "engine.runtime.requests.permits": ("DEFAULT_LIFETIME", "MAX_LIFETIME", "Permits"),
    "engine.audit.permits": ("PermitSubject",),
    "engine.runtime.settings": ("EngineSettings",),
    "engine.runtime.queries.visibility": ("VisibleRuns",),
    "engine.runtime.workflows.workflow_names": ("unknown_target",),
    "engine.runtime.workflows.workflow_registry": ("PreparedWorkflows",),
    "engine.runtime.queries.decision_replay": ("MAX_REPLAYED", "ReplayedDecision"),
    "engine.runtime.workflows.contracts": ("Contract", "UnsettledStep"),
    "engine.store.deliveries": (
        "Deliveries",
        "Delivery",
        "Queue",
        "Wanted",
    ),
    "engine.store.event_log": ("EventLog",),
    "engine.store.queries.installation": ("Prospect",),
    "engine.store.queries.runs": ("MAX_RUNS_COUNTED",),
    "engine.store.store": ("Relaying",),
    "engine.triggers.fact": ("Fact", "Taken", "delivery"),
    "engine.triggers.intake": ("Preview",),
}
_MODULE_OF = {name: module for module, names in _NAMES.items() for name in names}

__all__ = sorted(_MODULE_OF)


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, and keep it."""
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(module), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
