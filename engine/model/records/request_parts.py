"""Parts of a request: its policy, clock, form, failure, clarification, coverage and people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from engine.model.definition.break_glass import BreakGlassSpec
from engine.model.definition.grants import GrantSpec
from engine.model.definition.spec import EscalationSpec, FormSpec, HoursSpec, StageSpec
from engine.model.people import Actor
from engine.model.records.break_glass import GlassUse

POLICY_DENIED = "PolicyDenied"
"""The kind of the failure of a step that the policies deny."""


@dataclass(frozen=True, slots=True)
class RunWindow:
    """When the steps that an approval guards may start: from `opens`, and before `closes`."""

    opens: datetime
    closes: datetime

    def as_json(self) -> dict[str, str]:
        return {"opens": self.opens.isoformat(), "closes": self.closes.isoformat()}

    @classmethod
    def from_json(cls, value: Mapping[str, str]) -> "RunWindow":
        return cls(datetime.fromisoformat(value["opens"]), datetime.fromisoformat(value["closes"]))


@dataclass(frozen=True, slots=True)
class RequestPolicy:
    """Rules of one request: the choices, the people who decide, and the effect of time."""

    choices: tuple[str, ...]
    """`approve`, `reject` and perhaps `request_changes` and `respond` for an approval; `retry`, `skip`,
    `abort` for a failure; or `answer`."""
    stages: tuple[StageSpec, ...]
    """The approvers, and how many of them must agree."""
    self_approval: bool
    comment: Mapping[str, Literal["optional", "required"]]
    """By choice; a choice that is missing takes an optional comment."""
    rejections: int = 1
    veto: tuple[str, ...] = ()
    risk: Literal["low", "normal", "high"] = "normal"
    confirm: str = ""
    """The text an approver must type; empty: nothing."""
    one_time_code: bool = False
    """An approver must give a one-time code too."""
    revocable_for: float | None = None
    """Seconds in which an approval can be revoked; then it takes effect."""
    on_expiry: str | None = None
    """The outcome when it expires: `approved`, `rejected`, or None for `expired`; `abort` for a failure."""
    remind_every: float | None = None
    """Seconds."""
    escalations: tuple[EscalationSpec, ...] = ()
    hours: HoursSpec | None = None
    """Working hours in which its clock runs; None: always."""
    grants: GrantSpec | None = None
    """Bounds of what an approver may approve in advance; None: nothing."""
    window: RunWindow | None = None
    """When the guarded steps may start; None: at any time."""
    break_glass: BreakGlassSpec | None = None
    """The people who may approve it alone in an emergency; None: nobody."""

    @property
    def can_be_revoked(self) -> bool:
        """Return whether an approval waits before it takes effect, so that an approver may revoke it."""
        return self.revocable_for is not None or self.window is not None


@dataclass(frozen=True, slots=True)
class RequestClock:
    """Moments of a request, and how far time has brought it."""

    expires_at: datetime | None = None
    effective_at: datetime | None = None
    """When the outcome takes effect; in the future while the request is `held`."""
    reminders: int = 0
    escalated: int = 0
    """Number of escalations that have happened."""
    paused_since: datetime | None = None
    """Since when a question to the requester pauses the clock; None: it runs."""
    paused_seconds: float = 0.0
    """Seconds of earlier pauses, of working time if the policy has hours."""
    returned_seconds: float = 0.0
    """Seconds that it had back because an approval did not take effect, of working time as well."""
    moved: timedelta = timedelta()
    """By how much jumps of the machine's clock moved it: durations count from that much after `opened_at`."""


@dataclass(frozen=True, slots=True)
class RequestForm:
    """A form that approvers fill in or change."""

    spec: FormSpec
    value: Any = None
    """The values that are up for approval. None: the first approver gives them."""
    proposed: Any = None
    """The values as an earlier step proposed them."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an attempt failed. `kind` is the error's class name, `message` its text, `detail` the traceback."""

    kind: str
    message: str
    detail: str = ""
    place: str = ""
    """Where the step may not post. It may be a private channel, so only the command line shows it."""

    @property
    def as_json(self) -> dict[str, str]:
        stored = {"kind": self.kind, "message": self.message, "detail": self.detail}
        return stored | ({"place": self.place} if self.place else {})

    @property
    def full_message(self) -> str:
        """The message with the place that it does not name."""
        return f"{self.message} The place is {self.place}." if self.place else self.message

    @property
    def names_people(self) -> bool:
        """Return whether the ids in the message are of people: a policy denied it."""
        return self.kind == POLICY_DENIED


@dataclass(frozen=True, slots=True)
class StepFailure(Failure):
    """The failure that a failure request is about: that of the last attempt."""

    attempts: int = 0


@dataclass(frozen=True, slots=True)
class ClarificationLink:
    """Relation between an approval and the questions that its approvers ask the requester."""

    about: str = ""
    """The id of the approval; on a question only."""
    clarifications: int = 0
    """Number of questions asked about the approval; on an approval only."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """Changes that an approver requested, with which one round of an approval ended."""

    approval: str
    """Name of the approval."""
    round: int
    by: str
    """Id of the approver."""
    comment: str
    at: datetime

    def as_json(self) -> list[Any]:
        return [self.approval, self.round, self.by, self.comment, self.at.isoformat()]

    @classmethod
    def from_json(cls, value: Sequence[Any]) -> "Feedback":
        approval, number, by, comment, at = value
        return cls(approval, number, by, comment, datetime.fromisoformat(at))


@dataclass(frozen=True, slots=True)
class PolicyQuestion:
    """A policy of the installation that asks people, and not an approval of the workflow."""

    rule: str
    """Its name."""
    digest: str
    """Digest of the rule, as it was when people were asked."""
    file: str
    """Digest of the policy file."""

    def as_json(self) -> dict[str, str]:
        return {"rule": self.rule, "digest": self.digest, "file": self.file}


@dataclass(frozen=True, slots=True)
class Binding:
    """Digests of what the guarded steps will use, as it was when people were asked; SHA-256, hex."""

    version: str
    """The definition's digest."""
    input: str
    outputs: Mapping[str, str]
    """By step whose output they read."""
    code: Mapping[str, str]
    """By gated step."""
    policy: PolicyQuestion | None = None
    """None: an approval of the workflow asks."""

    def as_json(self) -> dict[str, Any]:
        return {
            "version": self.version,
            "input": self.input,
            "outputs": dict(self.outputs),
            "code": dict(self.code),
            # Digests of earlier releases have no `policy`.
            **({"policy": self.policy.as_json()} if self.policy else {}),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Binding":
        policy = stored.get("policy")
        return cls(**{**stored, "policy": PolicyQuestion(**policy) if policy else None})


@dataclass(frozen=True, slots=True)
class GrantUse:
    """A request was approved by a grant."""

    grant: str
    """Id of the grant."""
    by: str
    """User id of the approver who gave it."""
    request: str
    """Id of the request at which it was given."""
    number: int
    """Which use of the grant this is, from 1."""
    uses: int
    until: datetime

    @property
    def words(self) -> str:
        """The use as the comment of the decision: where it is read, nobody takes it for a click."""
        ends = f"{self.until.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        return f"By grant {self.grant} of {self.by}, use {self.number} of {self.uses}, ends {ends}"

    def as_json(self) -> dict[str, Any]:
        stored = {"grant": self.grant, "by": self.by, "request": self.request}
        return {**stored, "number": self.number, "uses": self.uses, "until": self.until.isoformat()}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "GrantUse":
        return cls(**{**stored, "until": datetime.fromisoformat(stored["until"])})


@dataclass(frozen=True, slots=True)
class Coverage:
    """Everything that an approval covers, and changes of it since people were asked."""

    binding: Binding | None = None
    """None: a failure, or a request of a release that stored none."""
    digest: str = ""
    """Digest of all that the approval covers; empty until it is approved."""
    again: str = ""
    """Why people are asked again after they approved; usually empty."""
    superseded: str = ""
    """The change because of which another request replaced this one; usually empty."""
    grant: GrantUse | None = None
    """The grant that approved it; None: people decide."""
    glass: GlassUse | None = None
    """The person who approved it alone by break-glass; None: nobody did."""


@dataclass(frozen=True, slots=True)
class Delegate:
    """Until then `to` may decide what `away` might; both are user ids."""

    away: str
    to: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Handover:
    """`by` reassigned a request from the references `before` to `to`."""

    by: Actor
    to: str
    before: tuple[str, ...]
    at: datetime
    within: tuple[str, ...] = ()
    """References of the author's policy; a person whom `to` means counts only while one of these means them
    too. Empty: the policy names `to` itself, or allows anybody."""

    def as_json(self) -> dict[str, Any]:
        by = [self.by.source, self.by.id, self.by.as_user]
        stored = {"by": by, "to": self.to, "before": list(self.before), "at": self.at.isoformat()}
        # Digests of earlier releases have no `within`.
        return stored | ({"within": list(self.within)} if self.within else {})

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Handover":
        at = datetime.fromisoformat(value["at"])
        within = tuple(value.get("within", ()))
        return cls(Actor(*value["by"]), value["to"], tuple(value["before"]), at, within)


@dataclass(frozen=True, slots=True)
class Claim:
    """An approver said that they are on it. It changes nobody's right to decide."""

    by: str
    """User id."""
    at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class RequestPeople:
    """Changes of the people who decide a request."""

    delegates: tuple[Delegate, ...] = ()
    """Delegates of approvers who are away."""
    handovers: tuple[Handover, ...] = ()
    """Reassignments, oldest first."""
    lost: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By id of a decision: the references that its person left, so that it no longer counts for them."""
    claim: Claim | None = None
    """The approver who is on it now. A decision does not cover it."""
