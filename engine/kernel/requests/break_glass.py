"""Pure: who may break glass at a request, what reviewers are asked, and what their verdict is."""

from collections.abc import Collection, Set
from datetime import datetime
from typing import Literal

from engine.kernel.requests.confirmation import NOTHING_TO_TYPE, confirms
from engine.kernel.requests.quorum import decisions_for_outcome
from engine.kernel.requests.verdicts import NOT_RECORDED, closed_verdict
from engine.model.people import Actor, Person, any_of, effective_user_id
from engine.model.records.break_glass import MAX_REASON, MIN_REASON, OpenReview
from engine.model.records.decision import DecisionResult
from engine.model.records.records import RequestRecord
from engine.model.text.visible_text import as_seen, visible_length

_MAX_QUESTION, _MAX_ASK, _MAX_NAME, _MAX_LINES = 300, 1200, 80, 20
MAX_DETAILS = 3000
"""Characters that a gate takes as details."""
_CUT = "… (the run shows the rest)"
NOT_HERE = "Nobody can break glass at this request."
VERDICTS = {"approved": "justified", "rejected": "not justified"}


def right_problem(
    request: RequestRecord,
    person: Person,
    member_of: Set[str],
    actor: Actor,
    now: datetime,
) -> DecisionResult | None:
    """Return why this person cannot break glass here; None if they may. Reason and code are not looked at.

    `member_of`: the references of the rule that mean this person now.
    """
    spec = request.policy.break_glass
    if request.kind != "approval" or spec is None:
        return DecisionResult("not_allowed", f"{NOT_HERE} {NOT_RECORDED}", request)
    if (ended := closed_verdict(request, now, "approve")) is not None:
        return DecisionResult(ended.code, ended.text, request)  # type: ignore[arg-type]
    if actor.source != "slack":
        text = f"Break glass in Slack: no other way proves who you are. {NOT_RECORDED}"
        return DecisionResult("not_allowed", text, request)
    if not person.full_member:
        text = f"Only full, active members of this workspace can break glass. {NOT_RECORDED}"
        return DecisionResult("not_allowed", text, request)
    if not member_of & {*spec.people}:
        text = f"Only {any_of(spec.people)} can break glass here. {NOT_RECORDED}"
        return DecisionResult("not_allowed", text, request)
    return None


def words_missing(request: RequestRecord, reason: str, typed: str, code: str) -> DecisionResult | None:
    """Return what a person still has to write; None if nothing is missing."""
    length = len(reason)
    if visible_length(reason) < MIN_REASON:
        text = f"Give a reason of at least {MIN_REASON} visible characters. Everybody concerned reads it."
        return DecisionResult("comment_required", text, request)
    if length > MAX_REASON:
        text = f"The reason has {length} characters. Give one of at most {MAX_REASON}."
        return DecisionResult("comment_required", text, request)
    if request.policy.confirm and not confirms(typed, request.policy.confirm):
        wanted = as_seen(request.policy.confirm)
        text = f"Type “{wanted}” to confirm the approval." if wanted else NOTHING_TO_TYPE
        return DecisionResult("confirm_required", text, request)
    if not code.strip():
        text = "Enter the one-time code that your authenticator app shows now."
        return DecisionResult("code_required", text, request)
    return None


def review_text(review: OpenReview) -> str:
    """Return why a person cannot break glass again."""
    return (
        f"Your break-glass at {review.workflow} of {review.at:%Y-%m-%d %H:%M} UTC is not reviewed yet. "
        f"Ask the approvers of {review.gate} to close the review. {NOT_RECORDED}"
    )


def no_gate_text(gate: str) -> str:
    """Return why nobody can break glass while the gate that reviews it is gone."""
    return (
        f"Nobody could review it: the gate {gate} is not loaded. {NOT_RECORDED} "
        "Ask the operator to load its file again."
    )


def question(review: OpenReview, name: str) -> dict[str, str]:
    """Return what the reviewers read. `name`: of the person."""
    who = f"{name[:_MAX_NAME]} ({review.by})" if name and name != review.by else review.by
    # The texts of people come last: however they wrap, no line of Signoff's own follows them.
    lines = (
        f"{who} approved this alone.",
        f"At: {review.at:%Y-%m-%d %H:%M} UTC",
        f"Approval: {review.step} of {review.workflow}",
        f"Request: {review.request}",
        "Approve: it was justified. Reject, with a comment: it was not justified.",
        f"Until you decide, {who} cannot break glass again.",
        "The question and the reason:",
    )
    reason = _quoted(review.reason)
    room = MAX_DETAILS - len("\n".join((*lines, *reason))) - 1
    asked_for = "\n".join(_quoted(_cut(review.ask, _MAX_ASK)))
    if len(asked_for) > room:
        asked_for = f"> {_cut(' '.join(review.ask.split()), room - len(_CUT) - 4)}"
    asked = f"Was the break-glass of {who} at {review.workflow} justified?"
    return {"question": asked[:_MAX_QUESTION], "details": "\n".join((*lines, asked_for, *reason))}


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: max(most, 0)]} {_CUT}"


def _quoted(text: str) -> list[str]:
    """Return the lines of a text, each marked: none looks like a line of Signoff's own."""
    lines = [line for line in text.splitlines() if line.strip()]
    return [f"> {line}" for line in (lines if len(lines) <= _MAX_LINES else [" ".join(lines)])]


def verdict_of(
    review: OpenReview, requests: Collection[RequestRecord]
) -> tuple[Literal["justified", "not justified"], list[str], str] | None:
    """Return the verdict, who gave it, and the comment; None where nobody else read it and decided."""
    for request in requests:
        if request.state != "decided" or request.outcome not in VERDICTS:
            continue
        made = [
            each for each in decisions_for_outcome(request, request.outcome) if not request.grant_of(each)
        ]
        own = {review.by, *review.actor.names}
        others = [each for each in made if own.isdisjoint({*each.actor.names, each.on_behalf})]
        if others:
            people = [effective_user_id(each.actor) for each in others]
            return VERDICTS[request.outcome], people, others[-1].comment  # type: ignore[return-value]
    return None
