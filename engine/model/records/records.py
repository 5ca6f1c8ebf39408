"""Frozen records that the engine gives its readers. Times are aware datetimes in UTC."""

import hashlib
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, fields, make_dataclass
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any, Literal, TypeVar, cast

import orjson

from engine.model.notices.alert import Alert
from engine.model.notices.trouble import NO_TROUBLE, Trouble
from engine.model.people import Actor
from engine.model.records.break_glass import REVIEW_TRIGGER, GlassUse
from engine.model.records.request_parts import (
    ClarificationLink,
    Coverage,
    Failure,
    Feedback,
    GrantUse,
    PolicyQuestion,
    RequestClock,
    RequestForm,
    RequestPeople,
    RequestPolicy,
    StepFailure,
)
from engine.model.runs.polling import Polling
from engine.model.runs.refusals import ENDINGS, Refusal
from engine.model.runs.report import Progress
from engine.model.runs.run_ids import short_run_id
from engine.model.runs.run_result import ProducedLink, RunResult
from engine.model.runs.transcript import TranscriptLine
from engine.model.runs.transform import InputTransform, transforms_in_words
from engine.model.states import RequestState, RunState, StepState
from engine.model.text.wording import as_number, as_numbers_at

RequestKind = Literal["approval", "failure", "clarification"]
"""`clarification`: an approver asks the requester a question about an approval."""


R = TypeVar("R")


def evolve(record: R, /, **changes: Any) -> R:
    """`dataclasses.replace` at 1.1 microseconds instead of 2.8 for a step; each takes four of them.

    For frozen dataclasses with slots. Raises `TypeError` for a field that there isn't.
    """
    kind: Any = type(record)
    values_of, positions, unfrozen = _shape(kind)
    values = list(values_of(record))
    try:
        for name, value in changes.items():
            values[positions[name]] = value
    except KeyError as error:
        raise TypeError(f"{kind.__name__} has no field {error}") from None
    evolved = unfrozen(*values)
    evolved.__class__ = kind
    return evolved  # type: ignore[no-any-return]


@cache
def _shape(kind: Hashable) -> tuple[Callable[[Any], tuple[Any, ...]], dict[str, int], type[Any]]:
    """Return what reads all values of a record, their positions, and a class of its slots that is not frozen.

    To fill a frozen record takes twice as long as all else: `dataclass` calls a function for each field.
    """
    assert not hasattr(kind, "__post_init__"), kind  # it would not be called
    names = [spec.name for spec in fields(cast(Any, kind))]
    positions = {name: position for position, name in enumerate(names)}
    return attrgetter(*names), positions, make_dataclass("Unfrozen", names, slots=True, eq=False)


CHILD, FOLLOW_UP = "child:", "follow_up:"
"""How the triggers of child runs and of follow-up runs begin."""
OWN_QUESTIONS = ("canary:", "threshold:", REVIEW_TRIGGER)
"""How the triggers of runs begin at which Signoff itself asks."""
_TIMED = ("cron:", "every:", "once:")
"""How the keys of triggers begin that the clock fires."""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One execution of one version of a workflow. `version` grows with every transition."""

    id: str
    workflow: str
    definition: str
    """Digest of the definition it runs on."""
    state: RunState
    version: int
    input: Any
    actor: Actor
    trigger: str
    """`manual`; the key of the workflow's trigger, such as `cron:0 2 * * *`; `rerun:` or `fork:` and the id
    of the run that it repeats; `child:` or `follow_up:`, the step and the id of the run that brought it
    about; or `canary:` and the workflow whose candidate it asks about; or `threshold:` and the
    workflow whose threshold it asks about; or `break_glass:` and the request whose approval it reviews."""
    channel: str | None
    """Where it was asked for; None: the workflow's channel."""
    trace_id: str
    created_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    reason: str = ""
    """Why it failed, was cancelled, or what it waits for, in a sentence."""
    code_digest: str = ""
    """Digest of the code of all steps when it was created."""
    priority: int = 0
    """The higher one comes first where runs or steps wait for their turn."""
    concurrency_key: str = ""
    """Runs of the workflow with the same key run one after the other; empty: it has none."""
    refusal: Refusal = ""
    """How the approval ended because of which a run that succeeded skipped steps. It is worked out for people
    who read the run, and not stored."""
    further_requesters: tuple[Actor, ...] = ()
    """People besides `actor` whose input it carries, from the runs that it came from."""
    failure_waits_for: tuple[str, ...] = ()
    """The approvers who decide on its failed step, of the oldest of several; empty where none waits for a
    decision. It is worked out for people who read the run, and not stored."""

    @property
    def short(self) -> str:
        """How people see it: `deploy-8f3k`, and `nightly-1126T234500Z` where a schedule started it.

        The run of a backfill for another year is `nightly-20251126T234500Z`.
        """
        return short_run_id(self.id, readable=self.trigger.startswith(_TIMED), near=self.created_at)

    @property
    def ending(self) -> str:
        """How it ended, after "it": `was cancelled`, `was rejected`. It needs `refusal`."""
        if self.refusal:
            return ENDINGS[self.refusal]
        if self.state == "succeeded" and self.reason:
            return "finished with skipped steps"
        return "was cancelled" if self.state == "cancelled" else self.state

    @property
    def origin(self) -> str:
        """The id of the run that this one repeats; empty for a run of its own."""
        how, _, origin = self.trigger.partition(":")
        return origin if how in ("rerun", "fork") else ""

    @property
    def parent(self) -> tuple[str, str] | None:
        """The id of the run that waits for this one, and the step; None for any other run."""
        return self._brought_about_by(CHILD)

    @property
    def follows(self) -> tuple[str, str] | None:
        """The id of the run that this one follows, and the step that asked for it; None for any other run."""
        return self._brought_about_by(FOLLOW_UP)

    @property
    def source(self) -> str:
        """The id of the run from which this one has its input; empty for a run of its own."""
        before = self.parent or self.follows
        event = self.actor.id if self.actor.source == "event" else ""
        return self.origin or (before[0] if before else event)

    def _brought_about_by(self, how: str) -> tuple[str, str] | None:
        if not self.trigger.startswith(how):
            return None
        step, _, run_id = self.trigger.removeprefix(how).partition(":")
        return run_id, step


@dataclass(frozen=True, slots=True)
class StepRecord:
    """A step run. `attempt` counts tries, crashes included, and is the fencing token."""

    run_id: str
    step: str
    state: StepState
    attempt: int = 0
    round: int = 1
    """Grows when a person says Retry: with it the idempotency key."""
    crashes: int = 0
    """Deaths of the process while nothing but this step was under way. Each counts as an attempt."""
    failures: int = 0
    """Failed tries in this round."""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    next_attempt_at: datetime | None = None
    output: Any = None
    failure: Failure | None = None
    reason: str = ""
    """Why it was skipped or cancelled, or what it waits for."""
    log: tuple[str, ...] = ()
    """The tail of what the last attempt said through `ctx.log`."""
    code_digest: str = ""
    """Digest of the code that the last attempt executed."""
    deaths: int = 0
    """Deaths of the process under this attempt and the ones before it that did not end; above zero, the step
    is a suspect."""
    queued_at: datetime | None = None
    """Since when it waits for its resources; None: it does not."""
    round_started_at: datetime | None = None
    """Start of the first attempt of this round, for a step whose retries have a deadline."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One labeled value that people see when they are asked."""

    label: str
    value: Any
    kind: Literal["value", "number", "link", "image", "table", "diff"] = "value"
    """For a diff the value is `{"before": …, "after": …}`."""
    requested: bool = False
    """It comes from the run's input, so that it is what the requester entered."""

    numbers: tuple[str, ...] = ()
    """Paths to the Decimals within the value, as `engine.model.definition.spec.Show` has them."""

    @property
    def as_json(self) -> list[Any]:
        # Digests of earlier releases know neither the requester's values nor the Decimals within a value.
        if self.numbers:
            return [self.label, self.value, self.kind, self.requested, list(self.numbers)]
        return [self.label, self.value, self.kind, *([True] if self.requested else [])]

    def __post_init__(self) -> None:
        object.__setattr__(self, "numbers", tuple(self.numbers))
        if self.kind == "number":
            object.__setattr__(self, "value", as_number(self.value))
        for path in self.numbers:
            object.__setattr__(self, "value", as_numbers_at(self.value, path.split(".")))


@dataclass(frozen=True, slots=True)
class Revision:
    """The round of an approval that can be sent back, and what people saw in the round before.

    A decision covers it: the message shows the difference to the round before.
    """

    round: int
    rounds: int
    """The number of rounds at most."""
    feedback: tuple[Feedback, ...] = ()
    """The changes that were requested in the rounds before, oldest first."""
    previous: str = ""
    """Id of the request of the round before; empty in the first round."""
    ask: str = ""
    """The question of the round before."""
    shown: tuple[Shown, ...] = ()
    """The values of the round before."""
    value: Any = None
    """The form's values of the round before."""
    acted: str = ""
    """Title of a step that has executed after the approval, so that it cannot be sent back; usually empty."""
    sent_back: Mapping[str, int] = field(default_factory=dict)
    """By step that runs again because of this request: the attempt that was sent back. A decision does not
    cover it."""

    @property
    def can_be_sent_back(self) -> bool:
        return self.round < self.rounds and not self.acted

    def covered(self) -> dict[str, Any]:
        """Return all that a decision covers, as JSON."""
        return {
            "round": self.round,
            "rounds": self.rounds,
            "feedback": [each.as_json() for each in self.feedback],
            "previous": self.previous,
            "ask": self.ask,
            "shown": [item.as_json for item in self.shown],
            "value": self.value,
            "acted": self.acted,
        }


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """One person's answer. For a `cli` actor, `actor.as_user` says in whose name."""

    id: str
    request_id: str
    choice: str
    actor: Actor
    comment: str
    at: datetime
    stage: int = 0
    """Stage of the policy that was open then, counted from 0."""
    member_of: tuple[str, ...] = ()
    """Those of the references of that stage, or of the veto, that meant this person then."""
    value: Any = None
    """The form's values, where this decision gave or changed them; it voids the decisions before it."""
    digest: str = ""
    """Of all that it covers: see `engine.kernel.requests.approval_digest`."""
    on_behalf: str = ""
    """User id of the person who is away and for whom this was decided; empty: for themselves."""


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """A durable question to people. `version` grows with every decision and transition."""

    id: str
    kind: RequestKind
    run_id: str
    workflow: str
    step: str
    state: RequestState
    version: int
    ask: str
    """The question, one plain line."""
    requester: Actor
    opened_at: datetime
    policy: RequestPolicy
    stage: int = 0
    """The open stage of the policy, counted from 0."""
    shown: tuple[Shown, ...] = ()
    channel: str | None = None
    """The approval's channel; None: the workflow's."""
    clock: RequestClock = field(default_factory=RequestClock)
    form: RequestForm | None = None
    """None where approvers fill in nothing."""
    failure: StepFailure | None = None
    """The reason for a failure request."""
    alert: Alert | None = None
    """Where the news of a failure goes; None: to the workflow's channel."""
    clarification: ClarificationLink = field(default_factory=ClarificationLink)
    coverage: Coverage = field(default_factory=Coverage)
    people: RequestPeople = field(default_factory=RequestPeople)
    outcome: str | None = None
    """`approved`, `rejected`, `changes_requested`, `responded`, `expired`; `retry`, `skip`, `abort`;
    `answered`; None: it is open or withdrawn."""
    ended_at: datetime | None = None
    decisions: tuple[DecisionRecord, ...] = ()
    further_requesters: tuple[Actor, ...] = ()
    """People besides the requester whose input the run carried when they were asked."""
    entered: tuple[str, ...] = ()
    """Names of the fields of the run's input that the question quotes: what the requester entered."""
    altered: str = ""
    """Why the records of its run do not match the log, for people who read it. It is never stored."""
    revision: Revision | None = None
    """None where people cannot request changes: the approval names no steps that run again."""

    def grant_of(self, decision: DecisionRecord) -> GrantUse | None:
        """Return the use of a grant that this decision is; None where a person made it.

        A grant is used only where nobody has answered yet.
        """
        first = bool(self.decisions) and self.decisions[0].id == decision.id
        return self.coverage.grant if first or not self.decisions else None

    def glass_of(self, decision: DecisionRecord) -> GlassUse | None:
        """Return the use of break-glass that this decision is; None for any other decision."""
        use = self.coverage.glass
        return use if use is not None and use.decision == decision.id else None

    @property
    def policy_question(self) -> PolicyQuestion | None:
        """The policy of the installation that asks about the step; None where the workflow asks."""
        return self.coverage.binding.policy if self.coverage.binding is not None else None

    @property
    def is_of_approval(self) -> bool:
        """Return whether its step is an approval of the workflow."""
        return self.kind == "approval" and self.policy_question is None

    @property
    def value(self) -> Any:
        """The form's values that are up for approval. None: the first approver gives them."""
        return self.form.value if self.form else None

    @property
    def proposed(self) -> Any:
        """The form's values as an earlier step proposed them."""
        return self.form.proposed if self.form else None

    @property
    def approvers(self) -> tuple[str, ...]:
        """References of those who may decide now, veto aside."""
        return self.policy.stages[self.stage].approvers

    @property
    def values_digest(self) -> str:
        """A short digest of the form's values up for approval, or of there being none yet. Empty: no form."""
        if self.form is None:
            return ""
        return hashlib.sha256(orjson.dumps(self.value, option=orjson.OPT_SORT_KEYS)).hexdigest()[:12]

    @property
    def together(self) -> bool:
        """It may be approved with others at once: of low risk, nothing to fill in or to say, no question."""
        policy = self.policy
        asks = policy.confirm or policy.one_time_code or policy.comment.get("approve") == "required"
        plain = self.form is None and not asks
        fits = policy.risk == "low" and self.kind == "approval" and self.state == "open"
        fits = fits and (self.revision is None or not self.revision.feedback)  # the list shows no difference
        return fits and plain and not self.clarification.clarifications and not self.altered

    @property
    def counts_from(self) -> datetime:
        """The moment from which its durations count: when it opened, in the time of day that holds now."""
        return self.opened_at + self.clock.moved

    @property
    def further_channels(self) -> tuple[str, ...]:
        """Those that an alert names besides, and those that it was brought to when nobody answered."""
        alerted = self.alert.channels[1:] if self.alert else ()
        come_about = self.policy.escalations[: self.clock.escalated]
        return tuple(
            dict.fromkeys((*alerted, *(ref for each in come_about for ref in each.to if ref.startswith("#"))))
        )


@dataclass(frozen=True, slots=True)
class ElementCounts:
    """The elements of a mapped step that has begun, by how far they are."""

    total: int
    succeeded: int = 0
    failed: int = 0
    running: int = 0
    retrying: int = 0
    waiting: int = 0
    """Elements whose child run is under way."""
    skipped: int = 0

    @property
    def ended(self) -> int:
        return self.succeeded + self.failed + self.skipped


RelatedKind = Literal["parent", "origin", "child", "follow_up"]


@dataclass(frozen=True, slots=True)
class RelatedRun:
    """A run that a step of another run brought about, or that other run.

    `parent` waits for this run, and `origin` was followed by it; `child` and `follow_up` are the other way.
    """

    kind: RelatedKind
    step: str
    """The step that brought one of the two about."""
    id: str
    short: str
    workflow: str
    state: RunState
    private: bool = False
    """It is of a private workflow, and people who see this run may not see it: no message names it."""


@dataclass(frozen=True, slots=True)
class RunDetail:
    """A run with all that belongs to it; steps in the order of the graph."""

    run: RunRecord
    owner: str
    workflow_channel: str | None
    steps: tuple[StepRecord, ...]
    requests: tuple[RequestRecord, ...]
    usual_seconds: float | None = None
    """Median time that finished runs of this workflow took; None below three of them."""
    titles: Mapping[str, str] = field(default_factory=dict)
    """Step name to the words that people see."""
    branches: bool = False
    """Its steps do not simply come one after the other."""
    undoes: tuple[str, ...] = ()
    """Steps that are undone when it fails or is cancelled now."""
    quiet: bool = False
    """Its trigger wants it told of only when it needs people or ends badly."""
    held_until: datetime | None = None
    """The end of the quiet hours for which news of its failures waits; None: it goes out at once."""
    untold: Mapping[str, datetime] = field(default_factory=dict)
    """By id of an open failure request: until when quiet hours hold its message back."""
    altered: str = ""
    """Why it is not as the log recorded it, with the remedy; empty as a rule, and where nobody looked."""
    progress: Mapping[str, Progress] = field(default_factory=dict)
    """How far executing steps have got, by name; elements of mapped steps too, as in `send[17]`."""
    polls: Mapping[str, Polling] = field(default_factory=dict)
    """Checks of steps that were found not ready, by name."""
    elements: Mapping[str, ElementCounts] = field(default_factory=dict)
    """By mapped step that has begun."""
    result: RunResult | None = None
    """None while it has not succeeded, and where no step gave anything."""
    links: tuple[ProducedLink, ...] = ()
    """Addresses in the outputs of its steps."""
    repeats_because: str = ""
    """Why it repeats another run, in the words of the person who wanted it."""
    transforms: tuple[InputTransform, ...] = ()
    """Those that its input went through before it began, in order."""
    related: tuple[RelatedRun, ...] = ()
    """The run that brought this one about, then the runs that its steps brought about, in order."""
    parts: Mapping[str, str] = field(default_factory=dict)
    """Steps that are parts of an agent: name to that of the agent."""
    transcripts: Mapping[str, tuple[TranscriptLine, ...]] = field(default_factory=dict)
    """Transcripts by agent, as far as its turns ended. Credentials are hidden."""
    used_at: datetime | None = None
    """Of an approval at a gate: the time at which the program used it."""

    @property
    def transformed(self) -> str:
        """Which transforms its input went through, in words; plain text, empty for none."""
        return transforms_in_words(self.transforms)

    def naming_only(self, shown: Collection[str]) -> "RunDetail":
        """Return the run without related runs of other ids than these, also in the reasons of its steps."""
        hidden = [run.short for run in self.related if run.id not in shown]
        if not hidden:
            return self
        steps = tuple(evolve(step, reason=_naming_none(step.reason, hidden)) for step in self.steps)
        related = tuple(run for run in self.related if run.id in shown)
        return evolve(self, steps=steps, related=related)


def _naming_none(text: str | None, names: Iterable[str]) -> str | None:
    for name in names:
        text = text.replace(name, "another run") if text else text
    return text


@dataclass(frozen=True, slots=True)
class TriggerRecord:
    """A schedule row. `key` is text such as `cron:0 2 * * *`."""

    workflow: str
    key: str
    description: str
    """`daily at 02:00 Europe/Berlin` or as close to it as can be said."""
    enabled: bool
    next_fire_at: datetime | None
    last_fire_at: datetime | None = None
    failures: int = 0
    """Failed runs in a row for which it fires less often; 0: it fires as usual."""
    trouble: Trouble = NO_TROUBLE
    """The problem of its source, and facts that did not fit."""
    unreadable: str = ""
    """Why its row cannot be read: it starts nothing, and nobody knows whether it is on. Usually empty."""
    paused: bool = False
    """Its workflow is paused. It is worked out for people who read it, and not stored."""

    @property
    def timed(self) -> bool:
        """The clock fires it."""
        return self.key.startswith(_TIMED)

    @property
    def upcoming(self) -> datetime | None:
        """When a run starts next; None where it is off or paused."""
        return self.next_fire_at if self.enabled and not self.paused else None


@dataclass(frozen=True, slots=True)
class WorkflowRecord:
    """A workflow as it is loaded now."""

    name: str
    title: str
    definition: str
    owner: str
    channel: str | None
    steps: tuple[str, ...]
    triggers: tuple[TriggerRecord, ...]
    input_schema: Mapping[str, Any] | None
    """JSON Schema of the input model; None when it takes no input."""
    may_run: tuple[str, ...]
    may_cancel: tuple[str, ...]
    file: str | None = None
    gate: bool = False
    may_see: tuple[str, ...] = ()
    may_operate: tuple[str, ...] = ()
    description: str = ""
    asks: bool = False
    """People approve something in it."""
    startable: bool = True
    """The person who lists it may start it."""


@dataclass(frozen=True, slots=True)
class EventRecord:
    """A fact in the log. `seq` orders them for consumers; `data` is JSON."""

    seq: int
    type: str
    at: datetime
    actor: Actor
    run_id: str | None
    workflow: str | None
    step: str | None
    request_id: str | None
    trace_id: str | None
    data: Mapping[str, Any]
