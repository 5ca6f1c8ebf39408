"""Pure: the reasons for refusing a decision, as texts for people."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from engine.kernel.requests.quorum import (
    REQUEST_CHANGES,
    RESPOND,
    REVOKE,
    counted_decisions,
    people_who_answered,
)
from engine.model.people import Actor, Person, any_of, effective_user_id, is_group
from engine.model.records.records import RequestRecord

VerdictCode = Literal[
    "allowed", "already_decided", "expired", "withdrawn", "not_allowed", "self_approval",
    "comment_required", "bad_choice", "already_answered", "form_required",
    "confirm_required", "code_required",
]  # fmt: skip

NOT_RECORDED = "Your answer was not recorded."

NO_RESPONSE = "Nobody can respond to this request with a text: its author does not allow it."

_ALREADY_ANSWERED = "This request is already answered."

_ALREADY_ANSWERED_TEXTS = {
    "approved": "This request is already approved.",
    "rejected": "This request is already rejected.",
    "changes_requested": "An approver already requested changes, so this round has ended.",
    "responded": "An approver already responded to this request.",
    "retry": "A person already chose to retry the step.",
    "skip": "A person already chose to skip the step.",
    "reroute": "A person already chose the alternative.",
    "accept": "A person already accepted the rows.",
    "abort": "A person already chose to abort the run.",
    "answered": "This question is already answered.",
}

_EXPIRED_OUTCOME_TEXTS = {
    "approved": " and counts as approved",
    "rejected": " and counts as rejected",
    "retry": ", so the step was retried",
    "skip": ", so the step was skipped",
    "abort": ", so the run was aborted",
}

_CHOICE_PARTICIPLES = {
    "approve": "approved", "reject": "rejected", REQUEST_CHANGES: "requested changes at",
    RESPOND: "responded to",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verdict:
    """Verdict on a decision. If it is refused, `text` gives the reason and the remedy."""

    code: VerdictCode
    text: str = ""

    @property
    def allowed(self) -> bool:
        return self.code == "allowed"


ALLOWED = Verdict("allowed")


def invalid_choice_text(request: RequestRecord, choice: str) -> str:
    if choice == REVOKE:
        back = any(decision.choice == REVOKE for decision in request.decisions)
        return (
            "The approval was already revoked, and the request is open again. Approve or reject it."
            if back
            else "This request is not approved, so there is nothing to revoke. Approve or reject it."
        )
    if choice == REQUEST_CHANGES and request.kind == "approval":
        return f"{why_not_sent_back(request)} {NOT_RECORDED} Approve or reject it."
    if choice == RESPOND and request.kind == "approval":
        return f"{NO_RESPONSE} {NOT_RECORDED} Approve or reject it."
    return f"“{choice}” is not a choice here. Choose {' or '.join(request.policy.choices)}."


def why_not_sent_back(request: RequestRecord) -> str:
    """Return why nobody can request changes at this approval, as a sentence; empty if an approver can."""
    revision = request.revision
    if revision is None:
        return "Changes cannot be requested at this approval: its author does not allow it."
    if revision.acted:
        return f"{revision.acted} has already executed, so changes can no longer be requested."
    if revision.round >= revision.rounds:
        return f"This is round {revision.round} of {revision.rounds}, so changes can no longer be requested."
    return ""


def speaks_of_another(actor: Actor) -> bool:
    """Return whether another person reads the answer: the one at the shell, who acts in a person's name."""
    return actor.source == "cli"


def membership_verdict_text(request: RequestRecord, person: Person, actor: Actor) -> str:
    problem = membership_problem(person, "decide", named=speaks_of_another(actor))
    return f"{problem} Ask {any_of(request.approvers)} to decide."


def unknown_member_problem(user_id: str) -> str:
    """Say that the source of people does not know this id."""
    return f"No member of this workspace has the id {user_id}."


def membership_problem(person: Person, what: str = "do that", *, named: bool = False) -> str:
    """Why a person who is not a full member cannot do `what`. `named`: said about them, not to them."""
    who, belong = (person.name, "belongs") if named else ("You", "belong")
    if not person.active:
        why = f"{f'The account of {who}' if named else 'Your account'} is deactivated."
    elif person.is_bot:
        why = f"{who} {'is' if named else 'are'} a bot."
    else:
        why = f"{who} {'is' if named else 'are'} a guest here, or {belong} to another organization."
    return f"{why} Only full, active members of this workspace can {what}."


def self_approval_text(request: RequestRecord, actor: Actor) -> str:
    """Say why one of the requesters cannot approve."""
    who = effective_user_id(actor) if speaks_of_another(actor) else "you"
    if request.requester.names.isdisjoint(actor.names):
        return f"This run carries input that {who} gave, so another approver must approve it."
    return f"{who[:1].upper()}{who[1:]} requested this approval, so another approver must approve it."


def unknown_requester_text(requester: Actor, actor: Actor) -> str:
    if requester.source == "api":
        how = f"requested with the token of {requester.id}, which is mapped to no person"
        remedy = f"revoke the token and to create it again with --person, then ask again as {requester.id}"
    else:
        how = f"started on the command line by {requester.id}, who is mapped to no Slack user"
        remedy = f"add {requester.id} to SIGNOFF_CLI_USERS"
    own = (
        f"this might be {effective_user_id(actor)}'s own request"
        if speaks_of_another(actor)
        else "you might be approving your own request"
    )
    return f"This approval is high risk and was {how}, so {own}. Ask the operator to {remedy}."


def already_answered_text(request: RequestRecord, person: Person, actor: Actor) -> str:
    if person.id not in people_who_answered(request):
        return (
            f"The operating-system user {actor.id} already answered this request for another person, and "
            "each person counts once. Answer in Slack, or ask the operator to set SIGNOFF_CLI_USERS."
        )
    own = [
        decision
        for decision in counted_decisions(request, request.decisions)
        if effective_user_id(decision.actor) == person.id
    ]
    if own:
        chose = _CHOICE_PARTICIPLES.get(own[-1].choice, "answered")
        who = person.id if speaks_of_another(actor) else "You"
        return (
            f"{who} already {chose} this request, and each person counts once. Another approver must answer."
        )
    who = f"A delegate already answered for {person.id}"
    who = who if speaks_of_another(actor) else "Your delegate already answered for you"
    return f"{who}, and each person counts once. Another approver must answer."


def not_an_approver_text(request: RequestRecord, choice: str, actor: Actor) -> str:
    none = none_of_them(actor)
    if choice == REVOKE:
        every = [ref for stage in request.policy.stages for ref in stage.approvers] + [*request.policy.veto]
        who = any_of(every)
        return f"Only {who} can revoke this approval, and {none}. Ask one of them."
    who = any_of(request.approvers)
    high = " At high risk a delegate must be an approver too." if request.policy.risk == "high" else ""
    if len(request.approvers) == 1 and not is_group(request.approvers[0]):
        return f"Only {who} can decide this request. Ask {who} to decide.{high}"
    return f"Only {who} can decide this request, and {none}. Ask one of them to decide.{high}"


def none_of_them(actor: Actor) -> str:
    """`you are not one of them`, said to this person or of them."""
    who = f"{effective_user_id(actor)} is" if speaks_of_another(actor) else "you are"
    return f"{who} not one of them"


def reader_text(request: RequestRecord) -> str:
    """Say what a person can do who reads the request's message and may not see its run."""
    text = "You can read this message, but you may not see its run."
    if request.state != "open":
        return text
    who = any_of(request.approvers)
    ask = "one of them" if len(request.approvers) > 1 or is_group(request.approvers[0]) else who
    return f"{text} Only {who} can decide this request. Ask {ask} to decide."


def closed_verdict(request: RequestRecord, now: datetime, choice: str) -> Verdict | None:
    match request.state:
        case "held" if choice == REVOKE:
            return None
        case "held":
            return Verdict(
                "already_decided",
                "This request is already approved. An approver can revoke it until it takes effect. "
                f"{NOT_RECORDED}",
            )
        case "decided" if (
            choice == REVOKE and request.outcome == "approved" and request.policy.can_be_revoked
        ):
            return Verdict(
                "already_decided", "The approval has taken effect, so it can no longer be revoked."
            )
        case "decided" | "withdrawn" if request.coverage.superseded:
            return Verdict(
                "withdrawn",
                "Something changed after people were asked, so a new request replaced this one. "
                f"{NOT_RECORDED} Decide the new request.",
            )
        case "decided":
            return Verdict(
                "already_decided",
                f"{_ALREADY_ANSWERED_TEXTS.get(request.outcome or '', _ALREADY_ANSWERED)} {NOT_RECORDED}",
            )
        case "expired":
            ended = _EXPIRED_OUTCOME_TEXTS.get(request.outcome or "", "")
            return Verdict("expired", f"This request has expired{ended}. {NOT_RECORDED}")
        case "withdrawn" if request.kind == "clarification":
            return Verdict("withdrawn", f"The approval that this question is about has ended. {NOT_RECORDED}")
        case "withdrawn":
            return Verdict(
                "withdrawn",
                f"This request was withdrawn, because its answer is no longer needed. {NOT_RECORDED}",
            )
    over = request.clock.expires_at is not None and now >= request.clock.expires_at
    if over and request.clock.paused_since is None:
        return Verdict("expired", f"The deadline of this request has passed. {NOT_RECORDED}")
    return None
