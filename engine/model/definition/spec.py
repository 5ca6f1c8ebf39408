"""A definition as data: what is stored, digested and planned on. No functions, no types, no Slack.

`engine.authoring` makes these; the canonical JSON of one is its version.
Durations are seconds.
"""

import hashlib
import math
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal

import orjson
from pydantic import Field, model_validator

from engine.model.definition.break_glass import BreakGlassSpec
from engine.model.definition.conditions import Condition
from engine.model.definition.grants import GrantSpec
from engine.model.definition.operations import OperationSpec
from engine.model.definition.trigger_spec import TriggerSpec
from engine.model.definition.window import WindowSpec
from engine.model.values.frozen import Frozen


class RetrySpec(Frozen):
    """Exponential backoff: `delay * backoff ** n`, at most `max_delay`, less up to `jitter` of itself.

    A `max_delay` below `delay` is the default, and `delay` holds.
    """

    left_out_when_empty: ClassVar[frozenset[str]] = frozenset(
        {"alternative_on", "ask_on", "fail_on", "classify", "deadline"}
    )

    attempts: int = 1
    delay: float = Field(1.0, alias="first")
    backoff: float = Field(2.0, alias="factor")
    max_delay: float = Field(60.0, alias="cap")
    jitter: float = 0.25
    retry_on: tuple[str, ...] | None = Field(None, alias="on")
    """Qualified names of the error classes worth another try; None: any `Exception`."""
    alternative_on: tuple[str, ...] = ()
    ask_on: tuple[str, ...] = ()
    fail_on: tuple[str, ...] = ()
    classify: str = ""
    """Name of the function that says what follows from an error."""
    deadline: float | None = None
    """Time for all attempts of a round, from the start of the first one."""


class PollSpec(Frozen):
    """Checks of a step until it is ready: the interval grows from `delay` by `backoff` up to `max_delay`.

    `deadline`: from the start of the first check.
    """

    deadline: float
    delay: float
    backoff: float
    max_delay: float


class FailureSpec(Frozen):
    """The policy for a step that fails for good: ask the owner (until a deadline), or fail the run."""

    do: Literal["ask", "fail"] = "ask"
    remind_every: float | None = 4 * 3600.0
    expires: float | None = 3 * 86400.0


class Need(Frozen):
    """A parameter that takes a step's output. `value`: needs success; `optional`: a skip gives None;
    `settled`: takes success, failure and skip alike."""

    parameter: str
    step: str
    join: Literal["value", "optional", "settled"] = "value"


class _Node(Frozen):
    name: str
    title: str
    """The name that people read: `name` with spaces unless the author says otherwise."""
    needs: tuple[Need, ...] = ()
    after: tuple[str, ...] = ()
    when: Condition | None = None


class EachSpec(Frozen):
    """A mapped step executes once for every element of a list; a mapped child workflow runs once for each."""

    left_out_when_empty: ClassVar[frozenset[str]] = frozenset({"undoes"})

    source: str
    """Path of the list, such as `load.rows`."""
    parameter: str
    """The parameter that takes one element; of a child workflow, the name of an element in its input."""
    at_once: int
    """Elements that execute, or whose child runs are under way, at the same time."""
    settled: bool = False
    """Its output holds how every element ended, so that elements may fail."""
    tolerate: int | None = None
    """Failed elements that are tolerated; None: `percent`, or any number where it is `settled`."""
    percent: float | None = None
    """Tolerated failures in percent of all elements."""
    undoes: bool = False
    """An undo step: `source` is the mapped step whose elements it undoes, each by what that one returned."""

    def tolerated(self, total: int) -> int:
        """Return how many of so many elements may fail."""
        if self.percent is not None:
            return math.floor(total * self.percent / 100 + 1e-9)
        if self.tolerate is not None:
            return self.tolerate
        return total if self.settled else 0


class QualitySpec(Frozen):
    """Rows of a step that may be rejected: a `count`, or else `percent` of all rows."""

    count: int | None = None
    percent: float | None = None
    then: Literal["ask", "fail"] = "ask"
    row: str = ""
    """Name of the type of a row; empty: the step checks its rows itself."""
    unique: str = ""

    def accepted(self, total: int) -> int:
        """Return how many of so many rows may be rejected."""
        return self.count if self.count is not None else math.floor(total * (self.percent or 0) / 100 + 1e-9)

    @property
    def limit(self) -> str:
        """`20%`, or the number of rows."""
        return f"{self.percent:g}%" if self.count is None else f"{self.count:,}"


class HoursSpec(Frozen):
    """When people work. `days`: Monday is 0; `start`, `end`: minutes of the day; an end before the start is
    on the next day."""

    days: tuple[int, ...]
    start: int
    end: int
    tz: str
    holidays: tuple[str, ...] = ()


class AlertSpec(Frozen):
    """Where the news of a failure goes, by severity, and when it waits."""

    severity: Literal["low", "normal", "high"] = "normal"
    to: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """References by severity; for a severity that is missing, the workflow's channel."""
    quiet: HoursSpec | None = None
    """Hours in which news of low and normal severity waits."""


class ObjectivesSpec(Frozen):
    """Objectives of a workflow within `window` seconds. None: it does not have that one."""

    success: float | None = None
    """Percentage of its runs that succeed."""
    p95: float | None = None
    """Seconds that 95 of 100 runs take at most."""
    recover: float | None = None
    """Seconds from a failure to the next success, in 95 of 100 cases."""
    decide: float | None = None
    """Seconds from the opening of an approval to its decision, in 95 of 100 cases."""
    start_every: float | None = None
    """Seconds after which triggers that started no run are silent."""
    window: float


class NotifySpec(Frozen):
    """A message that a step posts when it executes."""

    left_out_when_empty: ClassVar[frozenset[str]] = frozenset({"subject"})

    to: str
    text: str
    """Template; `{input.service}` and `{build.version}` are filled in."""
    table: str = ""
    """Path of the list of its rows."""
    subject: str = ""
    """Template of the subject of an e-mail; empty: its first line."""


DEFAULT_QUEUE = "default"
"""The queue of steps that name none."""
MAX_QUEUE_NAME = 40
"""Characters: the queue makes a channel of the name, which holds 63 with its prefix."""


class StepSpec(_Node):
    """A step that executes code."""

    left_out_when_empty: ClassVar[frozenset[str]] = frozenset(
        {
            "alternative",
            "poll",
            "reroute_by",
            "undo",
            "each",
            "uses",
            "quality",
            "resource_timeout",
            "reroute_when_open",
            "alerts",
            "notify",
            "operation",
            "queue",
            "part_of",
        }
    )

    kind: Literal["step"] = "step"
    takes_input: bool = False
    takes_ctx: bool = False
    timeout: float | None = None
    retry: RetrySpec = RetrySpec()
    failure: FailureSpec | None = None
    """None: the workflow's."""
    schema_digest: str = ""
    """Digest of the schemas of its parameters and its output."""
    alternative: "StepSpec | None" = None
    """The step that executes in its place when it fails for good."""
    reroute_by: Literal["rule", "person"] = "rule"
    """By whom the alternative is taken."""
    poll: PollSpec | None = None
    """None: a step that is not ready fails."""
    undo: "StepSpec | None" = None
    """The step that undoes it, executed only when the run is compensated."""
    each: EachSpec | None = None
    """None: it executes once."""
    quality: QualitySpec | None = None
    """None: any number of its rows may be rejected."""
    uses: tuple[str, ...] = ()
    """Names of the resources that each attempt uses."""
    resource_timeout: float | None = None
    """How long it waits for them before it fails; None: forever."""
    reroute_when_open: bool = False
    """Its alternative executes as soon as the circuit breaker of one of them is open."""
    alerts: AlertSpec | None = None
    """None: the workflow's."""
    notify: NotifySpec | None = None
    """None: it posts no message by itself."""
    operation: OperationSpec | None = None
    """None: it executes a function."""
    queue: str = ""
    """The queue of the workers that execute it; empty: `DEFAULT_QUEUE`."""
    part_of: str = ""
    """The agent of which it is a turn, an approval or a call. People see the agent as one step."""

    @property
    def queue_name(self) -> str:
        return self.queue or DEFAULT_QUEUE


class Show(Frozen):
    """One thing that people see: a label and where the value comes from, such as `build.version`."""

    left_out_when_empty: ClassVar[frozenset[str]] = frozenset({"numbers"})

    label: str
    source: str
    kind: Literal["value", "number", "link", "image", "table", "diff"] = "value"
    """`number`: a Decimal, which JSON keeps as text."""
    before: str = ""
    """For a diff: where the value before comes from."""
    numbers: tuple[str, ...] = ()
    """Paths to the Decimals within the value, as in `*.price`; `*` is every item or every field."""


class QuorumSpec(Frozen):
    """So many of these people. A person who is in several quorums of a stage counts for one of them."""

    left_out_when_empty: ClassVar[frozenset[str]] = frozenset({"missing", "stands_in"})

    approvers: tuple[str, ...]
    """References: `@group`, `#channel`, a user id, or `{step.field}`, which holds one or several of them."""
    needs: int | Literal["all"] = 1
    """`all`: everybody who is meant at the moment of a decision."""
    former: tuple[str, ...] = ()
    """Those who were asked before it was handed on: what they have answered still counts."""
    missing: tuple[str, ...] = ()
    """User ids and references that nobody knew, so that the owner answers in their place. Not in any file.

    A schedule is among them only while nobody is on call for it.
    """
    stands_in: tuple[str, ...] = ()
    """The references in whose place these people answer, while one of them means nobody. Not in any file."""


class StageSpec(Frozen):
    """One after the other: people of a stage are asked when the one before it is complete."""

    name: str = ""
    quorums: tuple[QuorumSpec, ...]

    @cached_property
    def approvers(self) -> tuple[str, ...]:
        """Everybody who may decide at this stage; a copy by `model_copy` would keep it."""
        return tuple(dict.fromkeys(ref for quorum in self.quorums for ref in quorum.approvers))

    @cached_property
    def as_json(self) -> dict[str, Any]:
        """Made once: a click writes it, and digests it twice. Not to be changed."""
        return self.model_dump(mode="json")


class EscalationSpec(Frozen):
    """Further people to ask when nobody has answered for so long; with `replace`, instead."""

    after: float
    """Seconds since it was asked, of working time where there are hours."""
    to: tuple[str, ...]
    replace: bool = False


class FormSpec(Frozen):
    """Values that an approval gives: filled in, chosen, or defaults from an earlier step, changed or not."""

    fields: dict[str, Any]
    """JSON Schema of an object."""
    defaults_from: str = Field("", alias="proposed")
    """Where its first values come from, such as `plan` or `input.release`; empty: the form starts empty."""
    sole: str = ""
    """The one field whose value stands for the whole, where people choose among options."""
    options: dict[str, str] = Field(default_factory=dict)
    """By field of texts: where the list of them comes from that people choose among."""

    def outcome_value(self, value: Any) -> Any:
        """Return `Outcome.value`, as steps get it, for the form's values."""
        return value[self.sole] if self.sole and value is not None else value


class ApprovalSpec(_Node):
    """A step that asks people. `needs` hold the steps named in `ask` and `show`."""

    left_out_when_empty: ClassVar[frozenset[str]] = frozenset(
        {"revise", "rounds", "grants", "window", "part_of", "respond", "break_glass"}
    )

    kind: Literal["approval"] = "approval"
    ask: str
    """Template; `{input.service}` and `{build.version}` are filled in when people are asked."""
    show: tuple[Show, ...] = ()
    stages: tuple[StageSpec, ...]
    rejections: int = 1
    """So many of them reject it."""
    veto: tuple[str, ...] = ()
    """One rejection from here ends it, at any stage."""
    self_approval: bool = False
    form: FormSpec | None = None
    comment: dict[str, Literal["optional", "required"]] = Field(default_factory=dict)
    """By choice (`approve`, `reject`)."""

    @model_validator(mode="before")
    @classmethod
    def _of_the_first_release(cls, data: Any) -> Any:
        """It had one list of approvers, any of whom was enough; runs of it may still wait."""
        if isinstance(data, dict) and "approvers" in data:
            approvers = data["approvers"]
            rest = {name: value for name, value in data.items() if name != "approvers"}
            return {**rest, "stages": [{"quorums": [{"approvers": approvers}]}]}
        return data

    channel: str | None = None
    expires: float | None
    """None: never."""
    on_expiry: Literal["approved", "rejected"] | None = None
    remind_every: float | None = None
    escalations: tuple[EscalationSpec, ...] = ()
    """In order of time."""
    confirm: str = ""
    """Template of the text an approver must type; empty: nothing."""
    one_time_code: bool = False
    """An approver must also enter a one-time code."""
    risk: Literal["low", "normal", "high"] = "normal"
    part_of: str = ""
    """The agent of which it is a turn, an approval or a call. People see the agent as one step."""
    """Only low-risk requests can be approved several at once."""
    revocable_for: float | None = Field(None, alias="undo")
    """Seconds between the approval and its effect, in which approvers may take it back."""
    hours: HoursSpec | None = None
    """Reminders, escalations and the end count working time alone; None: all time."""
    count_leavers: bool = Field(False, alias="leavers_count")
    """Decisions of people who left before the request completed count all the same."""
    reassign_to: tuple[str, ...] = ()
    """References whose members a request may be reassigned to; empty: those who were asked, and the owner."""
    revise: tuple[str, ...] = ()
    """The steps that run again when an approver requests changes."""
    rounds: int = 0
    """How often people are asked at most, where they may request changes; 0: they may not."""
    respond: bool = False
    """An approver may hand a text back instead of a decision."""
    grants: GrantSpec | None = None
    """Bounds of what an approver may approve in advance; None: nothing."""
    window: WindowSpec | None = None
    """When the guarded steps may start; None: at any time."""
    break_glass: BreakGlassSpec | None = None
    """The people who may approve it alone in an emergency; None: nobody."""


class WaitSpec(_Node):
    """A node that waits as a row: for a duration, for a moment, or for a signal. `needs` hold the steps that
    `at` names."""

    kind: Literal["wait"] = "wait"
    duration: float | None = None
    at: str = ""
    """Path to the moment, such as `plan.starts_at`, or the moment itself in ISO 8601."""
    signal: str = ""
    payload: dict[str, Any] | None = None
    """JSON Schema of the signal's payload. None: it has none."""
    expires: float | None = None
    """None: it waits for its signal forever."""
    on_expiry: Literal["fail", "skip"] = "fail"
    failure: FailureSpec | None = None
    """None: the workflow's."""


class ChildSpec(_Node):
    """A node that runs another workflow, and waits for the end of that run. `needs` hold the steps that its
    input names."""

    left_out_when_empty: ClassVar[frozenset[str]] = frozenset({"each"})

    kind: Literal["child"] = "child"
    workflow: str
    input: Any = None
    """JSON. A text that is one path alone, such as `{plan.release}`, stands for the value there. None: no
    input."""
    output: str = ""
    """The step of the child run whose output it gives; empty: as `engine.kernel.shapes.child_runs` has it."""
    failure: FailureSpec | None = None
    """None: the workflow's."""
    each: EachSpec | None = None
    """None: it starts one run."""


MappedSpec = StepSpec | ChildSpec
"""The nodes that may have `each`."""
NodeSpec = Annotated[StepSpec | ApprovalSpec | WaitSpec | ChildSpec, Field(discriminator="kind")]


class EarlierInputSpec(Frozen):
    """An earlier version of an input. `by`: the function that makes it the next one; empty for a mapping."""

    version: int
    by: str = ""


class Definition(Frozen):
    """A workflow as data. Equal definitions have equal digests, however they were written."""

    left_out_when_empty: ClassVar[frozenset[str]] = frozenset(
        {
            "result",
            "description",
            "concurrency_key",
            "priority",
            "alerts",
            "may_notify",
            "may_operate",
            "may_see_personal",
            "objectives",
            "earlier_inputs",
        }
    )

    name: str
    title: str
    owner: str
    channel: str | None = None
    input_schema: dict[str, Any] | None = None
    nodes: tuple[NodeSpec, ...]
    triggers: tuple[TriggerSpec, ...] = ()
    max_active_runs: int | None = Field(None, alias="concurrency")
    """Runs of this workflow under way at once; None: no bound."""
    overlap: Literal["allow", "skip", "queue", "cancel_previous"] = "allow"
    """The fate of a run beyond `max_active_runs`. `allow` goes with no bound."""
    max_parallel_steps: int | None = Field(None, alias="parallel")
    """Steps of one run executing at once; None: the engine's limit alone."""
    failure: FailureSpec = FailureSpec()
    may_run: tuple[str, ...] = ()
    """References; empty: every full member."""
    may_cancel: tuple[str, ...] = ()
    """References; empty: the requester, and the owner."""
    may_operate: tuple[str, ...] = ()
    """References besides the owner."""
    may_see: tuple[str, ...] = ()
    """References; empty: the members of the channels in which a run is told of."""
    may_see_personal: tuple[str, ...] = ()
    """References; empty: nobody reads its personal data in Slack or on the console."""
    description: str = ""
    """Purpose of the workflow, for people who choose one."""
    result: str = ""
    """Template of what people read when a run succeeded; empty: the output of its last step."""
    gate: bool = False
    """Principals with a token for it may start it from outside."""
    concurrency_key: str = ""
    """Template of a key: `max_active_runs` and `overlap` count for the runs with the same one."""
    priority: int = 0
    """The priority of its runs: the higher one comes first where they wait for their turn."""
    alerts: AlertSpec | None = None
    """None: the news of failures goes to its channel, at any time."""
    may_notify: tuple[str, ...] = ()
    """References and addresses, besides its own channel, to which its steps may post messages."""
    objectives: ObjectivesSpec | None = None
    """None: its health is judged by its last runs."""
    earlier_inputs: tuple[EarlierInputSpec, ...] = ()
    """Earlier versions of its input that it still takes, oldest first."""

    def canonical(self) -> bytes:
        """The bytes that are stored and digested: JSON with sorted keys."""
        return orjson.dumps(self.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS)

    def digest(self) -> str:
        """SHA-256 over the canonical bytes, hex."""
        return hashlib.sha256(self.canonical()).hexdigest()
