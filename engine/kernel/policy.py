"""Pure: who may decide a request, and what the decisions make of it.

The outcome is a fold over all decisions, whatever order they arrived in: at each stage people are matched to
quorums, so that one person counts for one quorum only; stages follow each other.
"""

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from engine.kernel.confirmation import NOTHING_TO_TYPE, confirms
from engine.model.decision import Decision
from engine.model.people import Actor, Person, effective_user_id, is_unmapped
from engine.model.records import DecisionRecord, RequestRecord
from engine.model.request_parts import StandIn
from engine.model.spec import QuorumSpec
from engine.model.visible_text import as_seen, is_blank

VerdictCode = Literal[
    "allowed", "already_decided", "expired", "withdrawn", "not_allowed", "self_approval",
    "comment_required", "bad_choice", "already_answered", "form_required",
    "confirm_required", "code_required",
]  # fmt: skip
Rosters = Mapping[str, Set[str] | None]
"""The people meant now by each reference that a quorum of `all` names; None: it names nobody
that is known. An id that nobody knows is meant too: everybody can't have agreed without it."""

_UNREACHABLE = 10**9

REVOKE = "revoke"
"""An approver takes back an approval that has not taken effect."""

_CHOICE_OF = {
    "approved": "approve", "rejected": "reject", "retry": "retry", "skip": "skip", "abort": "abort",
    "answered": "answer",
}  # fmt: skip
NOT_RECORDED = "Your answer was not recorded."
_ALREADY_ANSWERED = "This request is already answered."
_ALREADY_ANSWERED_TEXTS = {
    "approved": "This request is already approved.",
    "rejected": "This request is already rejected.",
    "retry": "A person already chose to retry the step.",
    "skip": "A person already chose to skip the step.",
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
_CHOICE_PARTICIPLES = {"approve": "approved", "reject": "rejected"}
_SUFFICIENT_ALONE = frozenset({"reject", "retry", "skip", "abort"})
"""Choices of which one may be enough."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """May this decision be made? If not, `text` says why and what one can do."""

    code: VerdictCode
    text: str = ""

    @property
    def allowed(self) -> bool:
        return self.code == "allowed"


@dataclass(frozen=True, slots=True)
class QuorumProgress:
    """A quorum and how far it has got."""

    quorum: QuorumSpec
    needs: int
    by: tuple[str, ...]
    """Ids of those who count for it, earliest first."""

    @property
    def complete(self) -> bool:
        return len(self.by) >= self.needs


@dataclass(frozen=True, slots=True)
class ResolvedReference:
    """By a reference. `able`: those who are able to decide; `unknown`: ids that nobody knows.

    `public`: anybody can join it.
    """

    able: Set[str]
    unknown: Set[str] = frozenset()
    public: bool = False


Members = Mapping[str, ResolvedReference | None]
"""By reference; None: it names nobody."""

ALLOWED = Verdict("allowed")


def may_decide(
    request: RequestRecord,
    person: Person,
    member_of: Set[str],
    decision: Decision,
    now: datetime,
    actor: Actor,
    *,
    cli_decides: bool = False,
) -> Verdict:
    """Return whether this person may decide so, and if not, why.

    `member_of`: the request's references that mean this person at this moment. The caller has checked the
    values of `decision` against the form, and checks whether its one-time code is right.
    """
    choice = decision.choice
    ended = _closed_verdict(request, now, choice)
    if ended is not None:
        return ended
    if choice not in request.policy.choices and not (choice == REVOKE and request.state == "held"):
        return Verdict("bad_choice", _invalid_choice_text(request, choice))
    if actor.source == "cli" and not cli_decides:
        return Verdict(
            "not_allowed",
            "Decisions from the command line do not count in this installation. Decide in Slack, or ask the "
            "operator to set SIGNOFF_CLI_DECIDES=true.",
        )
    if actor.source == "api":
        return Verdict("not_allowed", "An API token can ask for an approval. It cannot decide one.")
    if not person.full_member:
        return Verdict("not_allowed", _membership_verdict_text(request, person))
    if choice != REVOKE and not people_who_answered(request).isdisjoint({person.id, *actor.names}):
        return Verdict("already_answered", _already_answered_text(request, person, actor))
    if not member_of & permitted_references(request, choice):
        return Verdict("not_allowed", _not_an_approver_text(request, choice))
    if choice == REVOKE:
        return ALLOWED
    if choice == "approve" and not request.policy.self_approval and is_requester(request, actor):
        return Verdict("self_approval", "You requested this approval, so another approver must approve it.")
    if choice == "approve" and request.policy.risk == "high" and self_approval_possible(request):
        return Verdict("self_approval", _unknown_requester_text(request.requester))
    return _missing_from_answer(request, decision) or ALLOWED


def _missing_from_answer(request: RequestRecord, decision: Decision) -> Verdict | None:
    """Return what the decision itself still needs."""
    choice = decision.choice
    if choice == "approve" and request.form is not None and decision.value is None and request.value is None:
        return Verdict("form_required", "Fill in the values before you approve.")
    if (
        choice == "approve"
        and request.policy.confirm
        and not confirms(decision.typed, request.policy.confirm)
    ):
        wanted = as_seen(request.policy.confirm)
        text = f"Type {wanted} to confirm the approval." if wanted else NOTHING_TO_TYPE
        return Verdict("confirm_required", text)
    if choice == "approve" and request.policy.one_time_code and not decision.one_time_code.strip():
        return Verdict("code_required", "Enter the one-time code that your authenticator app shows now.")
    if request.policy.comment.get(choice) == "required" and is_blank(decision.comment):
        if choice == "answer":
            return Verdict("comment_required", "Write your answer.")
        return Verdict("comment_required", f"Give a reason. A comment is required to {choice}.")
    return None


def _invalid_choice_text(request: RequestRecord, choice: str) -> str:
    if choice == REVOKE:
        back = any(made.choice == REVOKE for made in request.decisions)
        return (
            "The approval was already revoked, and the request is open again. Approve or reject it."
            if back
            else "This request is not approved, so there is nothing to revoke. Approve or reject it."
        )
    return f"“{choice}” is not a choice here. Choose {' or '.join(request.policy.choices)}."


def _membership_verdict_text(request: RequestRecord, person: Person) -> str:
    return f"{membership_problem(person, 'decide')} Ask {_listed(request.approvers)} to decide."


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


def self_approval_possible(request: RequestRecord) -> bool:
    """Whether the requester must not approve, and nobody knows which person that is."""
    return request.kind == "approval" and not request.policy.self_approval and is_unmapped(request.requester)


def _unknown_requester_text(requester: Actor) -> str:
    if requester.source == "api":
        how = f"requested with the token of {requester.id}, which is mapped to no person"
        remedy = f"revoke the token and to create it again with --person, then ask again as {requester.id}"
    else:
        how = f"started on the command line by {requester.id}, who is mapped to no Slack user"
        remedy = f"add {requester.id} to SIGNOFF_CLI_USERS"
    return (
        f"This approval is high risk and was {how}, so you might be approving your own request. "
        f"Ask the operator to {remedy}."
    )


def _already_answered_text(request: RequestRecord, person: Person, actor: Actor) -> str:
    if person.id not in people_who_answered(request):
        return (
            f"The operating-system user {actor.id} already answered this request for another person, and "
            "each person counts once. Answer in Slack, or ask the operator to set SIGNOFF_CLI_USERS."
        )
    own = [
        made
        for made in counted_decisions(request, request.decisions)
        if effective_user_id(made.actor) == person.id
    ]
    if own:
        chose = _CHOICE_PARTICIPLES.get(own[-1].choice, "answered")
        return f"You already {chose} this request, and each person counts once. Another approver must answer."
    return (
        "Your delegate already answered for you, and each person counts once. Another approver must answer."
    )


def _not_an_approver_text(request: RequestRecord, choice: str) -> str:
    if choice == REVOKE:
        every = [ref for stage in request.policy.stages for ref in stage.approvers] + [*request.policy.veto]
        who = _listed(list(dict.fromkeys(every)))
        return f"Only {who} can revoke this approval, and you are not one of them."
    return (
        f"Only {_listed(request.approvers)} can decide this request, and you are not one of them. "
        "Ask one of them to decide."
    )


def people_who_answered(request: RequestRecord) -> set[str]:
    """Ids of those who have answered, themselves or by somebody who stands in: each counts once."""
    made = counted_decisions(request, request.decisions)
    names = {name for one in made for name in (effective_user_id(one.actor), *one.actor.names)}
    return names | {one.on_behalf for one in made if one.on_behalf}


def acting_capacity(
    request: RequestRecord,
    choice: str,
    own: Set[str],
    of_others: Mapping[str, Set[str]],
) -> tuple[str, Set[str]]:
    """For whom a person decides (empty: for themselves), and as a member of what.

    `own`: the references that mean them, `of_others`: those that mean somebody for whom they stand in. Their
    own right comes first; nobody stands in for a person who has answered already, or couldn't approve it.
    """
    may_now = permitted_references(request, choice)
    if own & may_now:
        return "", own
    taken = people_who_answered(request) if choice != REVOKE else set()
    for away, refs in sorted(of_others.items()):
        asked_it = away in request.requester.names and not request.policy.self_approval
        if refs & may_now and away not in taken and not (choice == "approve" and asked_it):
            return away, refs
    return "", own


def awaits_person(
    request: RequestRecord, user_id: str, own: Set[str], of_others: Mapping[str, Set[str]]
) -> bool:
    """Does it wait for this person, or for them as a stand-in? `own`, `of_others`: see `acting_capacity`.

    Not any more once they have answered, and not where they asked for it and so can't approve.
    """
    choice = "approve" if "approve" in request.policy.choices else request.policy.choices[0]
    asked_it = choice == "approve" and is_requester(request, Actor("slack", user_id))
    if user_id in people_who_answered(request) or (asked_it and not request.policy.self_approval):
        return False
    _, refs = acting_capacity(request, choice, own, of_others)
    return bool(refs & permitted_references(request, choice))


def decided_outcome(
    request: RequestRecord, decisions: Sequence[DecisionRecord], rosters: Rosters | None = None
) -> str | None:
    """`approved`, `rejected`, `retry`, `skip`, `abort`; None while more is needed."""
    decisions = counted_decisions(request, decisions)
    if request.kind == "clarification":
        return "answered" if decisions else None
    ending = [made for made in decisions if made.choice in _SUFFICIENT_ALONE]
    rejections = [made for made in ending if made.choice == "reject"]
    vetoed = any(set(made.member_of) & set(request.policy.veto) for made in rejections)
    if request.kind == "failure" and ending:
        return min(ending, key=lambda made: (made.at, made.id)).choice
    if vetoed or len({effective_user_id(made.actor) for made in rejections}) >= request.policy.rejections:
        return "rejected"
    return (
        "approved"
        if open_stage(request, decisions, rosters, request.stage) == len(request.policy.stages)
        else None
    )


def standing_decisions(decisions: Sequence[DecisionRecord]) -> Sequence[DecisionRecord]:
    """Those that count: not what was said of values that were changed since, nor before a revocation."""
    first = 0
    for number, made in enumerate(decisions):
        if made.choice == REVOKE:
            first = number + 1
        elif made.value is not None:
            first = number
    return decisions[first:] if first else decisions


def counted_decisions(request: RequestRecord, decisions: Sequence[DecisionRecord]) -> list[DecisionRecord]:
    """Those that stand, as members of what their people still belong to; none of people who left."""
    lost = request.people.lost
    return [
        replace(made, member_of=tuple(ref for ref in made.member_of if ref not in lost[made.id]))
        if made.id in lost
        else made
        for made in standing_decisions(decisions)
        if made.id not in lost or {*made.member_of} - {*lost[made.id]}
    ]


def decisions_of_leavers(request: RequestRecord) -> list[DecisionRecord]:
    """Decisions that stood and do not count any more, since the people who made them left."""
    here = {made.id for made in counted_decisions(request, request.decisions)}
    return [made for made in standing_decisions(request.decisions) if made.id not in here]


def decisions_for_outcome(request: RequestRecord, outcome: str | None) -> list[DecisionRecord]:
    """The decisions that stand for that outcome; none where time or the run's end made it."""
    if request.state == "expired":
        return []
    choice = _CHOICE_OF.get(outcome or "")
    return [made for made in counted_decisions(request, request.decisions) if made.choice == choice]


def open_stage(
    request: RequestRecord,
    decisions: Sequence[DecisionRecord],
    rosters: Rosters | None = None,
    first: int = 0,
) -> int:
    """The first stage that is not complete; their number when all are.

    `first`: those before it were complete when it opened. People who left since have been taken out.
    """
    number = first
    while number < len(request.policy.stages):
        quorums = stage_progress(request, decisions, number, rosters)
        if not all(quorum.complete for quorum in quorums):
            break
        number += 1
    return number


def stage_progress(
    request: RequestRecord,
    decisions: Sequence[DecisionRecord],
    number: int,
    rosters: Rosters | None = None,
) -> list[QuorumProgress]:
    """How far each quorum of a stage is. Each person counts once, where that completes the most quorums.

    Without `rosters` nobody was asked who is meant: a look at how far it is, where all are needed.
    """
    quorums = request.policy.stages[number].quorums
    named = [required_people(request, quorum, decisions, rosters) for quorum in quorums]
    needs = [
        quorum.needs if quorum.needs != "all" else _UNREACHABLE if people is None else max(len(people), 1)
        for quorum, people in zip(quorums, named, strict=True)
    ]
    refs_of: dict[str, set[str]] = {}
    for made in sorted(counted_decisions(request, decisions), key=lambda made: (made.at, made.id)):
        if made.choice == "approve" and made.stage == number:
            refs_of.setdefault(effective_user_id(made.actor), set()).update(made.member_of)
    fits = {
        who: [
            index
            for index, quorum in enumerate(quorums)
            if _counts_for(who, refs, quorum, named[index] or ())
        ]
        for who, refs in refs_of.items()
    }
    filled = match_people(fits, needs)
    return [
        QuorumProgress(quorum, need, tuple(who for who in fits if filled.get(who) == index))
        for index, (quorum, need) in enumerate(zip(quorums, needs, strict=True))
    ]


def is_duplicate(request: RequestRecord, actor: Actor, choice: str, value: Any = None) -> bool:
    """The same person said the same before: a second click, or a delivery that came twice."""
    return any(
        made.actor == actor and made.choice == choice and value in (None, made.value)
        for made in counted_decisions(request, request.decisions)
    )


def required_people(
    request: RequestRecord,
    quorum: QuorumSpec,
    decisions: Sequence[DecisionRecord],
    rosters: Rosters | None,
) -> Set[str] | None:
    """Those who must agree where all are needed, as people are now; empty where nobody is meant.

    For who is away, whoever answered for them or stands in must; once, for all for whom they do. None where
    somebody is meant whom nobody knows: everybody of a group that is gone can't have agreed.
    """
    if quorum.needs != "all" or rosters is None:
        return frozenset()
    each = [rosters.get(ref) for ref in quorum.approvers if ref not in quorum.missing]
    if None in each:
        return None
    people = {who for members in each if members for who in members}
    people -= {_self_excluded(request), *quorum.missing}
    return {*_representatives(request, decisions, people).values()}


def awaited_people(request: RequestRecord, people: Set[str]) -> set[str]:
    """Those of the people who have not answered, nor anybody for them."""
    done = people_who_answered(request)
    meant = people - {_self_excluded(request)}
    represented = _representatives(request, request.decisions, meant)
    return {who for who, by in represented.items() if not {who, by} & done}


def delegates(request: RequestRecord) -> list[StandIn]:
    """Return those who may decide for somebody absent: the requester is none, as they may not approve."""
    return [one for one in request.people.stand_ins if one.to != _self_excluded(request)]


def _self_excluded(request: RequestRecord) -> str:
    """The requester's id where they can't approve what they asked for; else empty."""
    return "" if request.policy.self_approval else effective_user_id(request.requester)


def _representatives(
    request: RequestRecord, decisions: Sequence[DecisionRecord], people: Set[str]
) -> dict[str, str]:
    """By person: who answers for them, which is themselves as a rule."""
    made = counted_decisions(request, decisions)
    for_themselves = {effective_user_id(one.actor) for one in made}
    others = {one.away: one.to for one in delegates(request)}
    others |= {one.on_behalf: effective_user_id(one.actor) for one in made if one.on_behalf}
    return {who: who if who in for_themselves else others.get(who, who) for who in people}


def _counts_for(who: str, refs: Set[str], quorum: QuorumSpec, named: Collection[str]) -> bool:
    """Whether this person may count for that quorum. `refs`: the references as which they answered."""
    if named and who not in named:
        return False
    # Where all are needed, and there is nobody, those who agreed formerly are not all.
    asked = quorum.approvers if quorum.needs == "all" and not named else (*quorum.approvers, *quorum.former)
    return not refs.isdisjoint(asked)


def match_people(fits: Mapping[str, Sequence[int]], needs: Sequence[int]) -> dict[str, int]:
    """Everybody to one of the quorums that they fit, as many as can be (augmenting paths)."""
    assigned: dict[str, int] = {}

    def assign(who: str, tried: set[int]) -> bool:
        for index in fits[who]:
            if index in tried:
                continue
            tried.add(index)
            there = [other for other, its in assigned.items() if its == index]
            if len(there) < needs[index] or any(assign(other, tried) for other in there):
                assigned[who] = index
                return True
        return False

    for who in fits:
        assign(who, set())
    return assigned


def permitted_references(request: RequestRecord, choice: str) -> Set[str]:
    """References of those who may choose this now."""
    if choice == REVOKE:
        return {ref for stage in request.policy.stages for ref in stage.approvers} | {*request.policy.veto}
    return {*request.approvers, *(request.policy.veto if choice == "reject" else ())}


def _closed_verdict(request: RequestRecord, now: datetime, choice: str) -> Verdict | None:
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
            choice == REVOKE and request.outcome == "approved" and request.policy.revocable_for is not None
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


def is_requester(request: RequestRecord, actor: Actor) -> bool:
    """Whether this is the person who asked, under any of their names."""
    return not request.requester.names.isdisjoint(actor.names)


def _listed(refs: Sequence[str]) -> str:
    return refs[0] if len(refs) == 1 else f"{', '.join(refs[:-1])} or {refs[-1]}"
