"""Common parts of every request's message: the approvers, the deadline, and the outcome."""

from datetime import datetime

from bot.views.message import Names
from bot.views.requests.grant import use_words
from bot.views.wording import icons
from bot.views.wording.short_ids import short_id
from bot.views.wording.text import quote, safe
from bot.views.wording.times import at, duration, moment
from engine import (
    AWAITED,
    DecisionRecord,
    RequestRecord,
    RunDetail,
    clarification_pauses_deadline,
    deadline_resumes_at,
    decisions_for_outcome,
    decisions_of_leavers,
)
from engine.text import is_blank, sent_back_at

_MAX_NAMES = 5
"""The most people that one line names whose input a run carries."""
_BECOMES = {
    "approved": "approved",
    "rejected": "rejected",
    "abort": "the run is aborted",
    "skip": "the step is skipped",
    "retry": "the step is retried",
}
_UNANSWERED = {"approval": "not approved", "clarification": "it continues without an answer"}
"""By kind: what a request becomes where its workflow names no outcome."""
_COUNTED = {
    "approved": "so it counts as approved",
    "rejected": "so it counts as rejected",
    "abort": "so the run was aborted",
    "skip": "so the step was skipped",
    "retry": "so the step was retried",
}


def title_of(request: RequestRecord, detail: RunDetail) -> str:
    """Return the step's title for people; plain text."""
    return detail.titles.get(request.step, request.step)


def short_run(request: RequestRecord) -> str:
    """`deploy-8f3k`, where the run's id is one that nobody reads; plain text."""
    return short_id(request.run_id, request.opened_at)


def without_answer(request: RequestRecord) -> str:
    """`rejected`: what the request becomes if nobody decides it in time; plain text."""
    return _BECOMES.get(request.policy.on_expiry or "", _UNANSWERED.get(request.kind, ""))


def silence_approves(request: RequestRecord, now: datetime) -> str:
    """Return the line that an open request is approved if nobody decides; empty where it is not."""
    if request.state != "open" or request.policy.on_expiry != "approved":
        return ""
    ends = request.clock.expires_at if request.clock.paused_since is None else None
    by = f"by {moment(ends, now)}" if ends else "before the deadline"
    return f"{icons.AT_RISK} *Silence approves.* Without a decision {by}, this counts as approved."


def until(request: RequestRecord, now: datetime) -> str:
    """`expires 14:00, then rejected`."""
    becomes = without_answer(request)
    if request.clock.paused_since is not None:
        ends = deadline_resumes_at(request)
        latest = f", or until {moment(ends, now)}" if ends else ""
        then = f"; after the deadline: {becomes}" if becomes else ""
        return f"the deadline is paused until a question is answered{latest}{then}"
    if request.clock.expires_at is None:
        return "no deadline, so it waits until it is decided"
    then = f"then {becomes}" if becomes else ""
    spent = "" if clarification_pauses_deadline(request) else "questions no longer pause it"
    return ", ".join(filter(None, [f"expires {at(request.clock.expires_at, now)}", then, spent]))


def ending(request: RequestRecord, detail: RunDetail, names: Names, now: datetime) -> str:
    """The line that stands where the buttons stood: `✅ *Approved* by Bob at 12:07`, with the reason."""
    when = f" {at(request.ended_at, now)}" if request.ended_at else ""
    if request.coverage.superseded:
        return _superseded(request, safe(title_of(request, detail), 60), names, when)
    if request.state == "expired" and _window_ended(request):
        return _unused(request, names, when)
    if request.state == "expired":
        counted = _COUNTED.get(request.outcome or "", "")
        line = f"{icons.AT_RISK} *Expired*{when}: nobody answered in time"
        return ", ".join(filter(None, [line, counted])) + "."
    sign, word = icons.OUTCOME.get(request.outcome, (icons.DONE, safe(request.outcome, 40)))
    if request.state == "withdrawn":
        why = _withdrawn_because(detail)
        return f"{sign} *{word}*{when}{why}"
    standing = decisions_for_outcome(request, request.outcome)
    uses = [request.grant_of(decision) for decision in standing]
    by = _by([decider(request, decision, names) for decision in standing])
    comments = [
        use_words(use, now) + "." if use else comment_of(decision, len(standing) > 1, names)
        for decision, use in zip(standing, uses, strict=True)
    ]
    line = f"{sign} *{word}*{by}{when}"
    if request.state == "held" and request.clock.effective_at is not None:
        line += f" · {_takes_effect(request, request.clock.effective_at, now)} and can be revoked until then"
    if request.revision is not None and request.revision.sent_back:
        line += ". Signoff asks again when the steps have run again."
    elif request.outcome == "changes_requested":
        line += ". The caller can ask again."
    elif request.outcome == "responded":
        line += ". It is neither approved nor rejected."
    return "\n".join([line, *filter(None, comments)])


def decider(request: RequestRecord, decision: DecisionRecord, names: Names) -> str:
    """Return who decided: a person, a delegate, the grant of a person, or a person alone by break-glass."""
    person = names.decider(decision.actor, decision.on_behalf)
    if request.glass_of(decision):
        return f"break-glass of {person}"
    return f"a grant of {person}" if request.grant_of(decision) else person


def runs_in_window(request: RequestRecord, now: datetime) -> str:
    """Return when the guarded steps may start, mrkdwn; empty without a window, and after the end."""
    window = request.policy.window
    if window is None or request.state not in AWAITED:
        return ""
    until = moment(window.closes, now)
    if window.opens <= now:
        return f"{icons.LATER} *Runs now, until {until}.* No step starts after that."
    starts = f"{icons.LATER} *Runs {at(window.opens, now)}*, until {until}"
    return f"{starts}. No step starts before or after that. If the window is missed, nothing runs."


def _window_ended(request: RequestRecord) -> bool:
    window = request.policy.window
    return window is not None and request.ended_at is not None and request.ended_at >= window.closes


def _unused(request: RequestRecord, names: Names, when: str) -> str:
    """Return that the window ended before anything ran, who had approved, and what one can do."""
    approved = [each for each in request.decisions if each.choice == "approve"]
    by = _by([decider(request, each, names) for each in approved])
    had = f" It was approved{by}." if approved else " It was not approved in time."
    return (
        f"{icons.AT_RISK} *Expired unused*{when}: its window has ended.{had} No step ran with this approval. "
        "Start a new run to ask for the next window."
    )


def _takes_effect(request: RequestRecord, moment: datetime, now: datetime) -> str:
    window = request.policy.window
    if window is not None and moment == window.opens and moment > now:
        return f"runs {at(moment, now)}"
    if moment > now:
        return f"takes effect {at(moment, now)}"
    return "takes effect when Signoff has checked that its approvers may still decide"


def asked_again_beside(why: str, title: str) -> str:
    """Return that an approval is asked again because of changes at another; empty for another reason."""
    where = sent_back_at(why)
    return f"Changes were requested at *{safe(where, 200)}*, so *{title}* is asked again." if where else ""


def _superseded(request: RequestRecord, title: str, names: Names, when: str) -> str:
    """Return that a new request replaced this one, and that its decisions had no effect."""
    by = _by(
        [decider(request, decision, names) for decision in decisions_for_outcome(request, request.outcome)]
    )
    if again := asked_again_beside(request.coverage.superseded, title):
        decided = f" It was {request.outcome}{by}{when}." if request.outcome else ""
        return f"{icons.AT_RISK} *Superseded.*{decided} {again}"
    decided = f" It was {request.outcome}{by}{when} and had no effect." if request.outcome else ""
    what = "Something changed after people were asked, so Signoff asked again."
    return f"{icons.AT_RISK} *Superseded.*{decided} {what}\n{quote(request.coverage.superseded, 600)}"


def left_since(request: RequestRecord, names: Names) -> str:
    """Return the decisions that no longer count, each with its reason."""
    return "\n".join(
        f"{icons.AT_RISK} {names.decider(decision.actor, decision.on_behalf)} chose "
        f"{safe(decision.choice, 40)}, but {_leaver(decision, names)}is no longer an active member of "
        f"{names.any_of(decision.member_of).removeprefix('members of ')}. That answer no longer counts."
        for decision in decisions_of_leavers(request)[-5:]
    )


def _leaver(decision: DecisionRecord, names: Names) -> str:
    """Return who left, where it is not the person who answered."""
    return f"{names.person(decision.on_behalf)} " if decision.on_behalf else ""


def reassigned(request: RequestRecord, names: Names, now: datetime) -> str:
    """Return the last three reassignments, oldest first. A high-risk request shows a warning sign."""
    sign = icons.AT_RISK if request.policy.risk == "high" else icons.PEOPLE
    return "\n".join(
        f"{sign} Reassigned by {names.actor(handover.by)} from {names.any_of(handover.before)} "
        f"to {names.ref(handover.to)} {at(handover.at, now)}."
        for handover in request.people.handovers[-3:]
    )


def claimed(request: RequestRecord, names: Names, now: datetime) -> str:
    """`🔎 carol is on it since 12:04`, and when that ends; empty where nobody is."""
    claim = request.people.claim
    if claim is None or request.state != "open":
        return ""
    who = names.person(claim.by)
    return f"{icons.CLAIMED} {who} is on it since {moment(claim.at, now)}, until {moment(claim.until, now)}."


def revoked(request: RequestRecord, names: Names, now: datetime) -> str:
    """Return who revoked the approval last, when and why; empty if nobody did."""
    last = last_revocation(request)
    if last is None:
        return ""
    who = names.decider(last.actor, last.on_behalf)
    line = f"{icons.AT_RISK} Approval revoked by {who} {at(last.at, now)}. Earlier answers do not count."
    return "\n".join(filter(None, [line, comment_of(last, False, names)]))


def last_revocation(request: RequestRecord) -> DecisionRecord | None:
    """Return the newest decision that revoked the approval; None if nobody revoked it."""
    return next((each for each in reversed(request.decisions) if each.choice == "revoke"), None)


def comment_of(decision: DecisionRecord, several: bool, names: Names) -> str:
    """The comment of a decision as a quote; with the name where several decided."""
    if is_blank(decision.comment):
        return ""
    quoted = quote(decision.comment, 900)
    return f"{names.decider(decision.actor, decision.on_behalf)}:\n{quoted}" if several else quoted


def waited(request: RequestRecord) -> str:
    if request.ended_at is None:
        return ""
    return f"Waited {duration((request.ended_at - request.counts_from).total_seconds())}"


def asked(request: RequestRecord, names: Names, now: datetime) -> str:
    """`asked by alice at 12:00`, `run started by alice · failed at 12:00`: mrkdwn.

    The request of a failure opens when the step has failed, which can be long after the run started.
    """
    failed = " · failed" if request.kind == "failure" else ""
    return f"{_asked_by(request, names)}{failed} {at(request.opened_at, now)}"


def _asked_by(request: RequestRecord, names: Names) -> str:
    """Return who asked, or whose run failed, and the first of those whose input the run carries too."""
    what = "asked by" if request.is_of_approval or request.kind == "clarification" else "run started by"
    question = request.policy_question
    policy = f"asked by the policy {safe(question.rule, 80)}, " if question is not None else ""
    asked = f"{policy}{what} {names.actor(request.requester)}"
    further = list(dict.fromkeys([names.actor(actor) for actor in request.further_requesters]))
    if not further:
        return asked
    left_out = [f"{len(further) - _MAX_NAMES} more"] if len(further) > _MAX_NAMES else []
    listed = [*further[:_MAX_NAMES], *left_out]
    return f"{asked} with input from {' and '.join(filter(None, [', '.join(listed[:-1]), listed[-1]]))}"


def _by(deciders: list[str]) -> str:
    shown = list(dict.fromkeys(deciders))
    return f" by {' and '.join(filter(None, [', '.join(shown[:-1]), shown[-1]]))}" if shown else ""


def _withdrawn_because(detail: RunDetail) -> str:
    match detail.run.state:
        case "cancelled":
            return ": the run was cancelled."
        case "failed":
            return ": the run has failed."
    return ": an answer is no longer needed."
