"""Durable workflows that ask people. The public names; everything else is the engine's own."""

from engine.audit.hash_chain import Audit
from engine.authoring.context import StepContext
from engine.authoring.display import Diff, Image, Link, Table
from engine.authoring.gate import Gate
from engine.authoring.outcomes import ChannelId, Outcome, Settled, UserId
from engine.authoring.services import Registry
from engine.authoring.workflow import (
    AskOwner,
    Choose,
    Cron,
    Escalate,
    Every,
    Hours,
    Retry,
    Stage,
    Workflow,
)
from engine.clock import Clock, FakeClock, SystemClock
from engine.errors import (
    AlteredRun,
    ContractError,
    DefinitionError,
    DefinitionErrors,
    Fatal,
    InvalidInput,
    NotAllowed,
    NotPossible,
    PeopleUnavailable,
    SignoffError,
    StoreBroken,
    StoreBusy,
    StoreInUse,
    TooMany,
    UnknownPeople,
    UnknownRun,
    UnknownService,
    UnknownWorkflow,
)
from engine.kernel.clarification import can_pause, pause_ends
from engine.kernel.policy import (
    Place,
    left,
    made_it,
    not_a_member,
    not_found,
    progress,
    self_approval_possible,
)
from engine.kernel.start_limits import StartLimits
from engine.model.conditions import Condition
from engine.model.decision import Decision, DecisionResult
from engine.model.people import Actor, Group, People, Person, StaticPeople, in_whose_name
from engine.model.records import (
    DecisionRecord,
    EventRecord,
    Failure,
    RequestRecord,
    RunDetail,
    RunRecord,
    Shown,
    StandIn,
    StepRecord,
    TriggerRecord,
    WorkflowRecord,
)
from engine.model.spec import Definition, FormSpec, HoursSpec, QuorumSpec, StageSpec
from engine.model.states import AWAITED
from engine.runtime.approver_review import Finding
from engine.runtime.delegation import Absence
from engine.runtime.engine import Engine
from engine.runtime.principals import Principal
from engine.runtime.read_model import LOOKED_THROUGH, WAITING_SHOWN
from engine.runtime.settings import EngineSettings
from engine.runtime.viewing import View
from engine.store.deliveries import Deliveries, Delivery, Queue, Wanted
from engine.store.queries import MOST_COUNTED, Prospect

__all__ = [
    "AWAITED",
    "LOOKED_THROUGH",
    "MOST_COUNTED",
    "WAITING_SHOWN",
    "Absence",
    "Actor",
    "AlteredRun",
    "AskOwner",
    "Audit",
    "ChannelId",
    "Choose",
    "Clock",
    "Condition",
    "ContractError",
    "Cron",
    "Decision",
    "DecisionRecord",
    "DecisionResult",
    "Definition",
    "DefinitionError",
    "DefinitionErrors",
    "Deliveries",
    "Delivery",
    "Diff",
    "Engine",
    "EngineSettings",
    "Escalate",
    "EventRecord",
    "Every",
    "Failure",
    "FakeClock",
    "Fatal",
    "Finding",
    "FormSpec",
    "Gate",
    "Group",
    "Hours",
    "HoursSpec",
    "Image",
    "InvalidInput",
    "Link",
    "NotAllowed",
    "NotPossible",
    "Outcome",
    "People",
    "PeopleUnavailable",
    "Person",
    "Place",
    "Principal",
    "Prospect",
    "Queue",
    "QuorumSpec",
    "Registry",
    "RequestRecord",
    "Retry",
    "RunDetail",
    "RunRecord",
    "Settled",
    "Shown",
    "SignoffError",
    "Stage",
    "StageSpec",
    "StandIn",
    "StartLimits",
    "StaticPeople",
    "StepContext",
    "StepRecord",
    "StoreBroken",
    "StoreBusy",
    "StoreInUse",
    "SystemClock",
    "Table",
    "TooMany",
    "TriggerRecord",
    "UnknownPeople",
    "UnknownRun",
    "UnknownService",
    "UnknownWorkflow",
    "UserId",
    "View",
    "Wanted",
    "Workflow",
    "WorkflowRecord",
    "can_pause",
    "in_whose_name",
    "left",
    "made_it",
    "not_a_member",
    "not_found",
    "pause_ends",
    "progress",
    "self_approval_possible",
]  # fmt: skip
