"""A transition of one run as data: what it leaves, what it enters, what is told of it, what then starts.

The machine makes them, the store commits each in one transaction or not at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from engine.model.people import Actor
from engine.model.records.break_glass import OpenReview
from engine.model.records.records import DecisionRecord, RequestRecord, RunRecord, StepRecord
from engine.model.records.request_parts import GrantUse
from engine.model.runs.checkpoint import CheckpointRecord
from engine.model.runs.dispatch import Job
from engine.model.runs.follow_up import FollowUp
from engine.model.runs.resources import Resource, Ticket
from engine.model.runs.signals import SignalRecord
from engine.model.runs.transform import InputTransform

WaitKind = Literal[
    "retry", "remind", "escalate", "expire", "effect", "code", "pause", "sleep", "until", "signal", "child",
    "report", "follow_up", "resource", "claim",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wait:
    """A durable wait of a run, and its end. `code`: for a workflow file; `pause`: for a person who
    resumes the run. No time ends these two.

    `child`: the child run of a step is to be brought in line with it when this is due. `report`: a child run
    that has ended is to be told to its parent. `resource`: a step that waits for its resources fails then.
    `follow_up`: a run that follows this one is to be started. `claim`: the claim of a request ends then.
    """

    id: str
    kind: WaitKind
    run_id: str
    step: str
    request_id: str | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class EventDraft:
    """A fact before the log gives it its place."""

    type: str
    at: datetime
    actor: Actor
    step: str | None = None
    request_id: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


class Lineage:
    """Transitions built one upon the other, from one reading of a run's rows.

    Once one of them is refused, those after it are too: they were built on what never came to be. Their
    versions alone don't tell: a transition from elsewhere may have made the version that they leave.
    """

    __slots__ = ("broken",)

    def __init__(self) -> None:
        self.broken = False


@dataclass(frozen=True, slots=True)
class Fired:
    """The trigger that starts a run, and what its rows say from then on."""

    key: str
    at: datetime
    """The fire time, or the time of the fact."""
    cursor: str | None = None
    """The trigger's place in what it observes; None: as it was."""
    facts: tuple[str, ...] = ()
    """Facts that count as taken by this run."""
    burst: tuple[str, datetime] | None = None
    """A burst of facts that ends with this run, and the end that was read: a later fact moves it."""
    once: str = ""
    """A fact that counts as taken by this run, and that no other run took before."""
    transforms: tuple[InputTransform, ...] = ()
    """Those that made the fact's input one of the newest version."""


@dataclass(slots=True)
class Change:
    """Everything that one transition does. `leaves` is the run's version before it; 0 creates the run."""

    run: RunRecord
    leaves: int
    lineage: Lineage = field(default_factory=Lineage)
    moves_run: bool = True
    """More of the run changes than its version."""
    steps: dict[str, StepRecord] = field(default_factory=dict)
    requests: dict[str, RequestRecord] = field(default_factory=dict)
    decisions: list[DecisionRecord] = field(default_factory=list)
    waits: dict[str, Wait | None] = field(default_factory=dict)
    """By id; None ends the wait."""
    checkpoints: dict[str, CheckpointRecord] = field(default_factory=dict)
    """By id."""
    signals: dict[str, SignalRecord] = field(default_factory=dict)
    """By name: signals that the run got."""
    follow_ups: dict[str, FollowUp] = field(default_factory=dict)
    """By id: runs that follow this one."""
    events: list[EventDraft] = field(default_factory=list)
    starts: list[StepRecord] = field(default_factory=list)
    """Attempts to execute in this process once this is durable."""
    dispatches: list[StepRecord] = field(default_factory=list)
    """Attempts for a worker to execute."""
    jobs: list[Job] = field(default_factory=list)
    """The same, as workers get them. They are enqueued in the transaction of this change."""
    recalls: list[str] = field(default_factory=list)
    """Step runs whose attempt a worker no longer executes for us."""
    heard: tuple[int, ...] = ()
    """Numbers of the reports of workers that this change carries out."""
    stops: list[str] = field(default_factory=list)
    """Steps whose attempt under way is to be stopped."""
    resources: dict[str, Resource] = field(default_factory=dict)
    """By name: resources that are taken or given back."""
    tickets: dict[str, Ticket | None] = field(default_factory=dict)
    """By step: places in the queue for resources; None: it waits no longer."""
    limit: int | None = None
    """At most this many runs of the workflow may be under way for this one to enter; None: no bound."""
    fired: Fired | None = None
    """For a run that a trigger starts."""
    grant: GrantUse | None = None
    """The use of a grant, which is counted in the transaction of this change."""
    review: OpenReview | None = None
    """The review of a use of break-glass, which is opened in the transaction of this change."""
