"""Lines in a run's thread: what happened, one event a line. `event` is the event as JSON, as the outbox
keeps it: type, at, actor [source, id, as_user], step, request_id, data."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.views.blocks import section
from bot.views.message import Message, Names, message
from bot.views.requests import break_glass, grant, quorum, request_summary
from bot.views.requests.failure import sentence
from bot.views.runs.undoing import steps_that_succeeded
from bot.views.wording import channels, icons
from bot.views.wording.short_ids import short_id
from bot.views.wording.text import code_tail, exact, label, question_line, quote, safe, some, words
from bot.views.wording.times import at, duration, moment, nth
from engine import Actor, Failure, GrantUse, RequestRecord, RunDetail
from engine.text import count

Event = Mapping[str, Any]
_DID = {
    "approve": (icons.DONE, "approved *{title}*"),
    "reject": (icons.FAILED, "rejected *{title}*"),
    "request_changes": (icons.AT_RISK, "requested changes at *{title}*"),
    "respond": (icons.RESPONDED, "responded to *{title}*, neither yes nor no"),
    "retry": (icons.RUNNING, "chose to retry *{title}*"),
    "reroute": (icons.AT_RISK, "chose the alternative of *{title}*"),
    "accept": (icons.AT_RISK, "accepted the rows that fit of *{title}*"),
    "skip": (icons.SKIPPED, "skipped *{title}*"),
    "abort": (icons.FAILED, "aborted the run at *{title}*"),
    "answer": (icons.DONE, "answered a question about *{title}*"),
    "revoke": (icons.AT_RISK, "revoked the approval of *{title}*"),
}
_LOG_LINES = 30


def actor_of(event: Event) -> Actor:
    """The actor that the event names, so that the name is looked up beforehand."""
    source, id_, as_user = event["actor"]
    return Actor(source, id_, as_user)


def thread_line(event: Event, detail: RunDetail, names: Names, now: datetime) -> Message | None:
    """Return the line about an event; None if the event has none."""
    tell = _LINES.get(event["type"])
    return tell(event, detail, names, now) if tell else None


def _title(event: Event, detail: RunDetail) -> str:
    return safe(detail.titles.get(event["step"] or "", event["step"] or "the run"), 60)


def _request(event: Event, detail: RunDetail) -> RequestRecord | None:
    return next((request for request in detail.requests if request.id == event["request_id"]), None)


def _failure(event: Event) -> Failure:
    failure = event["data"].get("failure") or {}
    return Failure(str(failure.get("kind", "")), str(failure.get("message", "")))


def _one(head: str, *more: str) -> Message:
    return message(head, section("\n".join([head, *filter(None, more)])))


def _decision(event: Event, detail: RunDetail, names: Names, now: datetime) -> Message:
    sign, did = _DID.get(event["data"].get("choice", ""), (icons.DONE, "answered *{title}*"))
    comment = str(event["data"].get("comment") or "")
    who = names.decider(actor_of(event), str(event["data"].get("on_behalf") or ""))
    if stored := event["data"].get("grant"):
        use = grant.use_words(GrantUse.from_json(stored), now)
        who, comment = f"A grant of {names.person(stored['by'])}", f"{use}."
    head = f"{sign} {who} {did.format(title=_title(event, detail))}"
    if event["data"].get("break_glass"):
        head = f"{icons.AT_RISK} *Break-glass:* {who} {did.format(title=_title(event, detail))} alone"
    return _one(head, *_changes(event, detail), quote(comment) if comment.strip() else "")


def _changes(event: Event, detail: RunDetail) -> list[str]:
    """Return the proposed values that an approver changed."""
    request = _request(event, detail)
    proposed = request.proposed if request is not None and isinstance(request.proposed, Mapping) else {}
    changes = event["data"].get("changes") or {}
    lines = [
        f"{safe(label(name), 60)}: {_side(before)} → {_side(after)}"
        for name, (before, after) in changes.items()
        if before is not None or name in proposed
    ]
    return [
        *lines[:20],
        *([f"… and {count(len(lines) - 20, 'more change')} in Details"] if len(lines) > 20 else []),
    ]


def _side(value: Any) -> str:
    return exact(words(value, 200, inside=True), 200)


def _expired(event: Event, detail: RunDetail, names: Names, now: datetime) -> Message:
    request = _request(event, detail)
    if request is None or request.state != "expired":
        return _one(f"{icons.AT_RISK} *{_title(event, detail)}* expired: nobody answered in time.")
    told = f"{_title(event, detail)}: {request_summary.ending(request, detail, names, now)}"
    if event["data"].get("unused"):
        return _one(told, f"Owner: {names.any_of((detail.owner,), notify=True)}")
    return _one(told)


def _reminded(event: Event, detail: RunDetail, names: Names, now: datetime) -> Message | None:
    request = _request(event, detail)
    if request is None or request.state != "open":
        return None
    claimer = str(event["data"].get("claimed_by") or "")
    who = f"{names.mention(claimer)}, who is on it" if claimer else _approvers(request, names)
    head = f"{icons.PEOPLE} Still waiting for {who}: {question_line(request.ask, 300)}"
    return _with_deadline(head, request, now)


def _approvers(request: RequestRecord, names: Names) -> str:
    return names.any_of(request.approvers, notify=True, word=quorum.word_between(request))


def _claim_ended(event: Event, detail: RunDetail, names: Names, now: datetime) -> Message | None:
    """Return that nobody is on an open request any more. The approvers are notified."""
    request = _request(event, detail)
    if request is None or request.state != "open" or request.people.claim is not None:
        return None
    who = names.person(str(event["data"].get("by")))
    gave = event["data"].get("why") == "given_back"
    what = f"{who} gave it back" if gave else f"{who} was on it and did not decide in time"
    head = f"{icons.CLAIMED} {what}. Waiting for {_approvers(request, names)}"
    return _with_deadline(f"{head}: {question_line(request.ask, 300)}", request, now)


def _with_deadline(head: str, request: RequestRecord, now: datetime) -> Message:
    """Return a line with the deadline. That silence approves is as loud as in the question."""
    if silence := request_summary.silence_approves(request, now):
        return message(f"{head} · {silence}", section(f"{head}\n{silence}"))
    return _one(f"{head} · {request_summary.until(request, now)}" if request.clock.expires_at else head)


def _recovered(event: Event, detail: RunDetail, names: Names, now: datetime) -> Message:
    run = safe(short_id(str(event["data"].get("run", "")), datetime.fromisoformat(event["at"])), 150)
    passed = f"{run} passed this step, perhaps with another input"
    return _one(f"{icons.DONE} *{_title(event, detail)}* works again: {passed}.")


def _slowed(event: Event, detail: RunDetail, names: Names, now: datetime) -> Message:
    workflow, failures = safe(detail.run.workflow.replace("_", "-"), 80), event["data"].get("failures", 0)
    schedule = safe(str(event["data"].get("description", "")), 200)
    head = f"{icons.AT_RISK} *{workflow}* failed {failures} times in a row, so it is slowed down."
    rule = f"Its schedule ({schedule}) fires less and less often, but at least once an hour."
    return _one(f"{head} {rule} It returns to normal after the first success.")


def _canary_ended(event: Event, detail: RunDetail, names: Names, now: datetime) -> Message:
    """Mention the owner: nobody clicked anything."""
    workflow, promoted = safe(detail.run.workflow.replace("_", "-"), 80), event["type"] == "canary.promoted"
    sign, act = (icons.DONE, "promoted") if promoted else (icons.AT_RISK, "rolled back")
    head = f"{sign} {names.mention(detail.owner)} The candidate of *{workflow}* was {act} by its rules"
    rest = "New runs execute the candidate." if promoted else "New runs execute the current file."
    return _one(f"{head}: {safe(str(event['data'].get('reason', '')), 300)}. {rest}")


def _opened(event: Event, detail: RunDetail, names: Names, now: datetime) -> Message | None:
    data, failure = event["data"], event["data"].get("failure") or {}
    until = _moment_in(data, "half_opens_at")
    if until is None:
        return None
    resource = safe(str(data.get("resource", "")), 100)
    head = f"{icons.AT_RISK} The circuit breaker of *{resource}* is open after too many failures."
    rest = f"Steps that use it wait. One attempt probes it again {at(until, now)}."
    return _one(f"{head} {rest}\nThe last failure: {safe(str(failure.get('message', '')), 300)}")


def _closed(event: Event, detail: RunDetail, names: Names, now: datetime) -> Message | None:
    began, ended = _moment_in(event["data"], "opened_at"), _moment_in(event, "at")
    if began is None or ended is None:
        return None
    resource = safe(str(event["data"].get("resource", "")), 100)
    how = "closed" if event["type"] == "resource.closed" else "was reset"
    after = duration(max((ended - began).total_seconds(), 0))
    return _one(f"{icons.DONE} The circuit breaker of *{resource}* {how} after {after}. Steps continue.")


def _moment_in(values: Mapping[str, Any], name: str) -> datetime | None:
    try:
        return datetime.fromisoformat(str(values.get(name)))
    except ValueError:
        return None


def _restored(event: Event, detail: RunDetail, names: Names, now: datetime) -> Message:
    workflow = safe(detail.run.workflow.replace("_", "-"), 80)
    return _one(f"{icons.DONE} *{workflow}* succeeded, so its schedule is back to normal.")


def _stage(event: Event, detail: RunDetail, names: Names, now: datetime) -> Message | None:
    request = _request(event, detail)
    if request is None or request.state != "open" or request.stage != event["data"].get("stage"):
        return None
    return _one(f"{icons.PEOPLE} {quorum.who_may(request, names)}: {question_line(request.ask, 300)}")


def _escalated(event: Event, detail: RunDetail, names: Names, now: datetime) -> Message | None:
    request = _request(event, detail)
    if request is None or request.state != "open":
        return None
    to = names.any_of(tuple(map(str, event["data"].get("to") or ())), notify=True)
    also = "instead" if event["data"].get("replace") else "as well"
    if on_call := event["data"].get("why"):
        head = f"{icons.AT_RISK} {safe(str(on_call), 600)} {channels.at_start(to)} can decide {also}"
        return _with_deadline(f"{head}: {question_line(request.ask, 300)}", request, now)
    if missing := event["data"].get("missing"):
        listed = some([safe(str(each), 40) for each in missing], 5)
        head = f"{icons.AT_RISK} {listed} cannot be found in this workspace."
        rest = f"{channels.at_start(to)} can answer in their place. All other approvers must still approve"
        return _one(f"{head} {rest}: {question_line(request.ask, 300)}")
    why = (
        "Too few approvers are left to complete this"
        if event["data"].get("unanswerable")
        else "This request is still open"
    )
    could = set(event["data"].get("to") or ()) <= set(event["data"].get("already") or ())
    then = f". {channels.at_start(to)} can still decide" if could else f", so {to} can decide {also}"
    return _with_deadline(f"{icons.AT_RISK} {why}{then}: {question_line(request.ask, 300)}", request, now)


def _unanswerable(event: Event, detail: RunDetail, names: Names, now: datetime) -> Message | None:
    request = _request(event, detail)
    if request is None:
        return None
    owner, why = str(event["data"].get("owner") or ""), str(event["data"].get("why") or "")
    head = f"{icons.AT_RISK} Nobody can answer this: {question_line(request.ask, 300)}"
    asked = tuple(map(str, event["data"].get("of") or ()))
    both = f"Neither {names.any_of(asked)} nor the owner {names.ref(owner)} names a"
    nobody = f"The owner {names.ref(owner)} names no" if asked == (owner,) else both
    return _one(
        head,
        f"{nobody} person who can decide, so the run waits.",
        safe(why, 900),
        "Ask the operator of Signoff to correct the names or the groups.",
    )


def _delegated(event: Event, detail: RunDetail, names: Names, now: datetime) -> Message | None:
    request = _request(event, detail)
    if request is None or request.state != "open":
        return None
    lines = [
        f"{names.mention(delegate.to)} can decide for {names.person(delegate.away)}, who is away until "
        f"{moment(delegate.until, now)}"
        for delegate in request.people.delegates
        if [delegate.away, delegate.to, delegate.until.isoformat()] in (event["data"].get("stand_ins") or [])
    ]
    represented = {delegate.away for delegate in request.people.delegates}
    lines += [
        f"{names.mention(str(back))} is back, so {names.person(str(to))} no longer decides for them"
        for back, to, _ in event["data"].get("ended") or ()
        if back not in represented
    ]
    return (
        _one(f"{icons.PEOPLE} {some(lines, 5, '; ')}: {question_line(request.ask, 300)}") if lines else None
    )


def _outdated(event: Event, detail: RunDetail, names: Names, now: datetime) -> Message:
    changed = "; ".join(map(str, event["data"].get("changes") or ()))
    if again := request_summary.asked_again_beside(changed, _title(event, detail)):
        return _one(f"{icons.AT_RISK} {again}")
    request = _request(event, detail)
    if request is not None and request.outcome is None:
        head = f"{icons.AT_RISK} *{_title(event, detail)}* changed after people were asked."
        return _one(f"{head} Signoff asks again.", quote(changed))
    head = f"{icons.AT_RISK} *{_title(event, detail)}* was approved, but then something changed."
    return _one(f"{head} Nothing was executed, and Signoff asks again.", quote(changed))


def _reassigned(event: Event, detail: RunDetail, names: Names, now: datetime) -> Message | None:
    request = _request(event, detail)
    if request is None or request.state != "open":
        return None
    to = names.any_of((str(event["data"].get("to")),), notify=True)
    by = names.actor(actor_of(event))
    if event["data"].get("risk") == "high":
        before = names.any_of(tuple(map(str, event["data"].get("before") or ())))
        head = f"{icons.AT_RISK} *High-risk approval reassigned* by {by} from {before} to {to}"
        return _one(f"{head}: {question_line(request.ask, 300)}")
    return _one(f"{icons.PEOPLE} {by} reassigned this to {to}: {question_line(request.ask, 300)}")


def claimed_line(event: Event, runs: int, workflow: str, names: Names) -> Message:
    """Return who took over the open runs of a card, or handed them to whom."""
    actor, to = actor_of(event), str(event["data"]["to"])
    which = f"{count(runs, 'run')} of {safe(workflow.replace('_', '-'), 80)}"
    if actor.source == "slack" and actor.id == to:
        line = _one(f"{icons.PEOPLE} {names.actor(actor)} took over {which}")
    else:
        whom = names.any_of((to,), notify=True)
        line = _one(f"{icons.PEOPLE} {names.actor(actor)} reassigned {which} to {whom}")
    return replace(line, several_runs=True)


def _recounted(event: Event, detail: RunDetail, names: Names, now: datetime) -> Message | None:
    request = _request(event, detail)
    gone = event["data"].get("people") or ()
    if request is None or not gone:
        return None
    lines = [
        f"{names.person(str(who))} chose {safe(str(choice), 40)}, but is no longer an active member of "
        f"{names.any_of(tuple(refs))}"
        for who, choice, refs in gone[:5]
    ]
    head = f"{icons.AT_RISK} {'; '.join(lines)}: that answer no longer counts"
    if request.state != "open":
        return _one(f"{head}.")
    return _one(f"{head}. {quorum.who_may(request, names)}: {question_line(request.ask, 300)}")


def _reopened(event: Event, detail: RunDetail, names: Names, now: datetime) -> Message | None:
    request = _request(event, detail)
    if request is None or request.state != "open":
        return None
    why = "too few of those who approved it may still decide"
    head = (
        f"{icons.AT_RISK} *{_title(event, detail)}* did not take effect, because {why}. Nothing was executed."
    )
    who = names.any_of(request.approvers, notify=True, word=quorum.word_between(request))
    return _one(f"{head} {channels.at_start(who)} can answer again: {question_line(request.ask, 300)}")


def _revoked(event: Event, detail: RunDetail, names: Names, now: datetime) -> Message | None:
    request = _request(event, detail)
    if request is None or request.state != "open":
        return None
    revocation = request_summary.last_revocation(request)
    who = names.decider(actor_of(event), revocation.on_behalf if revocation else "")
    why = request_summary.comment_of(revocation, False, names) if revocation else ""
    again = names.any_of(request.approvers, notify=True, word=quorum.word_between(request))
    head = f"{icons.AT_RISK} {who} revoked the approval. Nothing was executed."
    return _one(f"{head} {channels.at_start(again)} can answer again: {question_line(request.ask, 300)}", why)


def _effect_delayed(event: Event, detail: RunDetail, names: Names, now: datetime) -> Message:
    head = f"{icons.AT_RISK} *{_title(event, detail)}* is approved, but does not take effect yet"
    what = "Signoff could not check whether its approvers may still decide, and tries again every minute."
    return _one(f"{head}. {what}", quote(str(event["data"].get("why") or ""), 600))


def _retrying(event: Event, detail: RunDetail, names: Names, now: datetime) -> Message:
    data = event["data"]
    attempt = f" ({nth(data['attempt'])} attempt)" if isinstance(data.get("attempt"), int) else ""
    again = data.get("next_attempt_at")
    due = datetime.fromisoformat(again) if again else None
    # The line may be posted long after the event: Slack was down, or the engine stood still.
    then = f"Next try {at(due, now)}." if due is not None and due > now else ""
    head = f"{icons.AT_RISK} *{_title(event, detail)}* failed{attempt}. {then}".rstrip()
    return _one(head, quote(sentence(_failure(event), names), 600))


def _rerouted(event: Event, detail: RunDetail, names: Names, now: datetime) -> Message:
    head = f"{icons.AT_RISK} *{_title(event, detail)}* failed. Its alternative executes instead."
    return _one(head, quote(sentence(_failure(event), names), 600))


def _overrun(event: Event, detail: RunDetail, names: Names, now: datetime) -> Message:
    owner = names.any_of((detail.owner,), notify=True)
    head = f"{icons.AT_RISK} *{_title(event, detail)}* does not stop ({owner})"
    return _one(head, quote(str(event["data"].get("reason") or ""), 600))


def _failed(event: Event, detail: RunDetail, names: Names, now: datetime) -> Message:
    return failed_line(event, detail, names, 0)


def failed_line(event: Event, detail: RunDetail, names: Names, earlier: int) -> Message:
    """`earlier`: the runs that failed within the hour since one mentioned the owner, with that one."""
    head = f"{icons.FAILED} *{_title(event, detail)}* failed"
    if event["data"].get("ends_run"):  # nobody is asked, so the owner reads it here
        owner = names.any_of((detail.owner,), notify=not earlier)
        said = f": the {nth(earlier + 1)} run within an hour. {owner} was told of the first"
        head += f", and the run failed with it{said if earlier else f' ({owner})'}"
    why = sentence(_failure(event), names)
    log = [str(line) for line in event["data"].get("log") or ()][-_LOG_LINES:]
    tail = section(f"End of the log\n{code_tail(log, 2400)}") if log else None
    return message(f"{head}: {safe(why)}", section(f"{head}\n{quote(why, 1200)}"), tail)


def _waiting(event: Event, detail: RunDetail, names: Names, now: datetime) -> Message | None:
    return _failed(event, detail, names, now) if event["data"].get("failure") else None


def _cancelled(event: Event, detail: RunDetail, names: Names, now: datetime) -> Message:
    reason = str(event["data"].get("reason") or "")
    if event["data"].get("compensated"):
        return _one(f"{icons.CANCELLED} Cancelled. Nothing is left to undo")
    head = f"{icons.CANCELLED} Cancelled by {names.actor(actor_of(event))}"
    # The engine's own words for "nobody gave a reason" say nothing more.
    return _one(head, quote(reason) if reason.strip() and reason != "cancelled by a person" else "")


def _compensating(event: Event, detail: RunDetail, names: Names, now: datetime) -> Message:
    reason = str(event["data"].get("reason") or "")
    count = len(event["data"].get("steps") or ())
    ended = (
        f"Cancelled by {names.actor(actor_of(event))}" if event["data"].get("ends") == "cancel" else "Failed"
    )
    head = (
        f"{icons.UNDONE} {ended}. {steps_that_succeeded(count)} {'is' if count == 1 else 'are'} being undone"
    )
    return _one(head, quote(reason) if reason.strip() and reason != "cancelled by a person" else "")


def _paused(event: Event, detail: RunDetail, names: Names, now: datetime) -> Message:
    reason = str(event["data"].get("reason") or "")
    return _one(f"{icons.PAUSED} Paused by {names.actor(actor_of(event))}", quote(reason) if reason else "")


def _unpaused(event: Event, detail: RunDetail, names: Names, now: datetime) -> Message:
    reason = str(event["data"].get("reason") or "")
    return _one(f"{icons.RUNNING} Resumed by {names.actor(actor_of(event))}", quote(reason) if reason else "")


def _skipped_early(event: Event, detail: RunDetail, names: Names, now: datetime) -> Message | None:
    """A person skipped it before it executed; a skip after a failure is told by its decision."""
    comment = event["data"].get("comment")
    if comment is None:
        return None
    head = f"{icons.SKIPPED} {names.actor(actor_of(event))} skipped *{_title(event, detail)}*"
    return _one(head, quote(str(comment)) if str(comment).strip() else "")


def _signaled(event: Event, detail: RunDetail, names: Names, now: datetime) -> Message:
    name = safe(str(event["data"].get("name") or ""), 100)
    return _one(f"{icons.DONE} {names.actor(actor_of(event))} sent the signal *{name}*")


def _used(event: Event, detail: RunDetail, names: Names, now: datetime) -> Message:
    return _one(f"{icons.DONE} {names.actor(actor_of(event))} used the approval. It cannot be used again")


def _redeemed(event: Event, detail: RunDetail, names: Names, now: datetime) -> Message:
    return _one(f"{icons.DONE} The permit of this approval was redeemed")


def _redemption_refused(event: Event, detail: RunDetail, names: Names, now: datetime) -> Message:
    return _one(f"{icons.FAILED} The permit of this approval came a second time and was refused")


def _not_followed(event: Event, detail: RunDetail, names: Names, now: datetime) -> Message:
    workflow = safe(str(event["data"].get("workflow") or ""), 100)
    return _one(
        f"{icons.FAILED} *{workflow}*, which *{_title(event, detail)}* asked for, could not start",
        quote(str(event["data"].get("reason") or "")),
    )


def _grant_given(event: Event, detail: RunDetail, names: Names, now: datetime) -> Message:
    return grant.given_line(event, names, now)


def _grant_used(event: Event, detail: RunDetail, names: Names, now: datetime) -> Message:
    return grant.used_line(event, names, now)


def _grant_ended(event: Event, detail: RunDetail, names: Names, now: datetime) -> Message:
    return grant.ended_line(event, names)


def _glass_reviewed(event: Event, detail: RunDetail, names: Names, now: datetime) -> Message:
    return break_glass.reviewed_line(event, names)


def _glass_unreviewed(event: Event, detail: RunDetail, names: Names, now: datetime) -> Message:
    return break_glass.unreviewed_message(event, detail, names)


_LINES: dict[str, Callable[[Event, RunDetail, Names, datetime], Message | None]] = {
    "failure.recovered": _recovered,
    "resource.opened": _opened,
    "resource.closed": _closed,
    "resource.reset": _closed,
    "canary.promoted": _canary_ended,
    "canary.rolled_back": _canary_ended,
    "schedule.slowed": _slowed,
    "schedule.restored": _restored,
    "grant.given": _grant_given,
    "grant.used": _grant_used,
    "grant.ended": _grant_ended,
    "break_glass.used": break_glass.used_message,
    "break_glass.reviewed": _glass_reviewed,
    "break_glass.not_asked": _glass_unreviewed,
    "request.decision": _decision,
    "request.expired": _expired,
    "request.reminded": _reminded,
    "request.claim_ended": _claim_ended,
    "request.stage": _stage,
    "request.escalated": _escalated,
    "request.reassigned": _reassigned,
    "request.recounted": _recounted,
    "request.reopened": _reopened,
    "request.revoked": _revoked,
    "request.effect_delayed": _effect_delayed,
    "request.outdated": _outdated,
    "request.delegated": _delegated,
    "request.unanswerable": _unanswerable,
    "step.retrying": _retrying,
    "step.waiting": _waiting,
    "step.overrun": _overrun,
    "step.rerouted": _rerouted,
    "step.failed": _failed,
    "run.cancelled": _cancelled,
    "run.compensating": _compensating,
    "signal.received": _signaled,
    "request.used": _used,
    "request.redeemed": _redeemed,
    "request.redemption_refused": _redemption_refused,
    "run.paused": _paused,
    "run.unpaused": _unpaused,
    "step.skipped": _skipped_early,
    "follow_up.refused": _not_followed,
}
