"""Pure: who may decide a request, for themselves or for an absent approver."""

from collections.abc import Mapping, Set
from datetime import datetime

from engine.kernel.requests.confirmation import NOTHING_TO_TYPE, confirms
from engine.kernel.requests.quorum import REQUEST_CHANGES, RESPOND, REVOKE, people_who_answered
from engine.kernel.requests.requesters import excluded_names, is_requester, unknown_requester
from engine.kernel.requests.verdicts import (
    ALLOWED,
    Verdict,
    already_answered_text,
    closed_verdict,
    invalid_choice_text,
    membership_verdict_text,
    not_an_approver_text,
    self_approval_text,
    unknown_requester_text,
)
from engine.model.people import Actor, Person
from engine.model.records.decision import Decision
from engine.model.records.records import RequestRecord
from engine.model.text.visible_text import as_seen, is_blank


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
    """Return whether this person may make this decision, and if not, why.

    `member_of`: the request's references that mean this person at this moment. The caller has checked the
    values of `decision` against the form, and checks whether its one-time code is right.
    """
    choice = decision.choice
    ended = closed_verdict(request, now, choice)
    if ended is not None:
        return ended
    if choice not in request.policy.choices and not (choice == REVOKE and request.state == "held"):
        return Verdict("bad_choice", invalid_choice_text(request, choice))
    if actor.source == "cli" and not cli_decides:
        return Verdict(
            "not_allowed",
            "Decisions from the command line do not count in this installation. Decide in Slack, or ask the "
            "operator to set SIGNOFF_CLI_DECIDES=true.",
        )
    if actor.source == "api":
        return Verdict("not_allowed", "An API token can ask for an approval. It cannot decide one.")
    if not person.full_member:
        return Verdict("not_allowed", membership_verdict_text(request, person, actor))
    if choice != REVOKE and not people_who_answered(request).isdisjoint({person.id, *actor.names}):
        return Verdict("already_answered", already_answered_text(request, person, actor))
    if not member_of & permitted_references(request, choice):
        return Verdict("not_allowed", not_an_approver_text(request, choice, actor))
    if choice == REVOKE:
        return ALLOWED
    if choice == "approve" and not excluded_names(request).isdisjoint(actor.names):
        return Verdict("self_approval", self_approval_text(request, actor))
    unknown = unknown_requester(request) if request.policy.risk == "high" else None
    if choice == "approve" and unknown is not None:
        return Verdict("self_approval", unknown_requester_text(unknown, actor))
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
        text = f"Type “{wanted}” to confirm the approval." if wanted else NOTHING_TO_TYPE
        return Verdict("confirm_required", text)
    if choice == "approve" and request.policy.one_time_code and not decision.one_time_code.strip():
        return Verdict("code_required", "Enter the one-time code that your authenticator app shows now.")
    if request.policy.comment.get(choice) == "required" and is_blank(decision.comment):
        if choice == "answer":
            return Verdict("comment_required", "Write your answer.")
        if choice == REQUEST_CHANGES:
            return Verdict("comment_required", "Write the changes that you want.")
        if choice == RESPOND:
            return Verdict("comment_required", "Write your response.")
        return Verdict("comment_required", f"Give a reason. A comment is required to {choice}.")
    return None


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
    if choice == "approve":
        taken = taken | excluded_names(request)
    for away, refs in sorted(of_others.items()):
        if refs & may_now and away not in taken:
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


def permitted_references(request: RequestRecord, choice: str) -> Set[str]:
    """Return the references of the people who may make this choice now."""
    if choice == REVOKE:
        return {ref for stage in request.policy.stages for ref in stage.approvers} | {*request.policy.veto}
    vetoes = choice in ("reject", REQUEST_CHANGES, RESPOND)
    return {*request.approvers, *(request.policy.veto if vetoes else ())}
