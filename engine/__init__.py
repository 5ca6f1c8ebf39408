"""Durable workflows that ask people. The public names; everything else is the engine's own."""

from engine.chain import Audit
from engine.clock import Clock, FakeClock, SystemClock
from engine.conditions import Condition
from engine.context import StepContext
from engine.definition import (
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
from engine.gates import Gate
from engine.people import Actor, Group, People, Person, StaticPeople, in_whose_name
from engine.policy import (
    Place,
    left,
    made_it,
    not_a_member,
    not_found,
    progress,
    self_approval_possible,
)
from engine.questions import can_pause, pause_ends
from engine.records import (
    Answer,
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
from engine.registry import Registry
from engine.runtime.delegating import Absence
from engine.runtime.engine import Engine
from engine.runtime.principals import Principal
from engine.runtime.reading import LOOKED_THROUGH, WAITING_SHOWN
from engine.runtime.reviewing import Finding
from engine.runtime.settings import EngineSettings
from engine.runtime.viewing import View
from engine.shows import Diff, Image, Link, Table
from engine.spec import Definition, FormSpec, HoursSpec, QuorumSpec, StageSpec
from engine.start_limits import StartLimits
from engine.states import AWAITED
from engine.store.deliveries import Deliveries, Delivery, Queue, Wanted
from engine.store.queries import MOST_COUNTED, Prospect
from engine.values import ChannelId, Outcome, Settled, UserId

__all__ = [
    "AWAITED",
    "LOOKED_THROUGH",
    "MOST_COUNTED",
    "WAITING_SHOWN",
    "Absence",
    "Actor",
    "AlteredRun",
    "Answer",
    "AskOwner",
    "Audit",
    "ChannelId",
    "Choose",
    "Clock",
    "Condition",
    "ContractError",
    "Cron",
    "DecisionRecord",
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
