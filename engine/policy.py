"""Pure: who may decide a request, and what the decisions make of it.

The outcome is a fold over all decisions, so that quorum and stages can follow without another shape.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from engine.people import Actor, Person
from engine.records import DecisionRecord, RequestRecord

Code = Literal[
    "allowed", "already_decided", "expired", "withdrawn", "not_allowed", "self_approval",
    "comment_required", "bad_choice",
]  # fmt: skip
_MEANS = {"approve": "approved", "reject": "rejected", "retry": "retry", "skip": "skip", "abort": "abort"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """May this decision be made? If not, `text` says why and what one can do."""

    code: Code
    text: str = ""

    @property
    def allowed(self) -> bool:
        return self.code == "allowed"


ALLOWED = Verdict("allowed")


def may_decide(
    request: RequestRecord,
    person: Person,
    member_of: frozenset[str],
    choice: str,
    comment: str,
    now: datetime,
    actor: Actor,
    *,
    cli_decides: bool = False,
) -> Verdict:
    """`member_of`: those of the request's approvers that mean this person at this moment."""
    ended = _ended(request, now)
    if ended is not None:
        return ended
    if choice not in request.choices:
        return Verdict("bad_choice", f"{choice!r} is no answer here; use {' or '.join(request.choices)}.")
    if actor.source == "cli" and not cli_decides:
        return Verdict(
            "not_allowed",
            "Decisions by command line don't count here. Decide in Slack, or set SIGNOFF_CLI_DECIDES=true.",
        )
    if not person.active or person.is_bot or person.outside:
        return Verdict("not_allowed", "Only full, active members of this workspace can decide.")
    if not member_of:
        return Verdict(
            "not_allowed",
            f"Only {_listed(request.approvers)} can decide this, and you are not among them. "
            "Ask somebody there to have a look.",
        )
    if choice == "approve" and not request.self_approval and _is_requester(request, actor):
        return Verdict("self_approval", "You asked for this yourself, so somebody else has to approve it.")
    if request.comment.get(choice) == "required" and not comment.strip():
        return Verdict("comment_required", f"Say why: a comment is needed to {choice}.")
    return ALLOWED


def outcome(request: RequestRecord, decisions: Sequence[DecisionRecord], now: datetime) -> str | None:
    """`approved`, `rejected`, `retry`, `skip`, `abort`; None while more is needed.

    One answer is enough now; the earliest counts, whatever order they arrive in.
    """
    if not decisions:
        return None
    first = min(decisions, key=lambda decision: (decision.at, decision.id))
    return _MEANS[first.choice]


def duplicate(decisions: Sequence[DecisionRecord], actor: Actor, choice: str) -> bool:
    """The same person said the same before: a second click, or a delivery that came twice."""
    return any(decision.actor == actor and decision.choice == choice for decision in decisions)


def _ended(request: RequestRecord, now: datetime) -> Verdict | None:
    match request.state:
        case "decided":
            return Verdict("already_decided", f"This was decided already: {_how(request.outcome)}.")
        case "expired":
            return Verdict("expired", f"The time to answer is over; it ended as {_how(request.outcome)}.")
        case "withdrawn":
            return Verdict("withdrawn", "Nobody needs to answer this any more: the run has ended.")
    if request.expires_at is not None and now >= request.expires_at:
        return Verdict("expired", "The time to answer is over.")
    return None


def _how(found: str | None) -> str:
    return {"retry": "try again", "skip": "skip the step", "abort": "abort the run"}.get(
        found or "", found or "–"
    )


def _is_requester(request: RequestRecord, actor: Actor) -> bool:
    asked = request.requester
    return (asked.as_user or asked.id) == (actor.as_user or actor.id) and asked.source in (
        "slack",
        "cli",
        "api",
    )


def _listed(refs: Sequence[str]) -> str:
    return refs[0] if len(refs) == 1 else f"{', '.join(refs[:-1])} or {refs[-1]}"
