"""Records as JSON: what `--json` prints and what goes through the socket. The keys are a promise.

Times are ISO 8601 in UTC, durations seconds; what is not known is null.
"""

import hashlib
import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot.notify_out.messages import OutsideMessages
from bot.views.requests.request_summary import without_answer
from bot.views.requests.rounds import round_of_step
from bot.views.runs import mapping
from bot.views.runs.progress import progress_words
from bot.views.runs.result import result_words
from bot.views.runs.steps import is_polled
from engine import (
    Actor,
    AttemptLog,
    Audit,
    Claim,
    Contract,
    DecisionRecord,
    DecisionResult,
    Drawing,
    EventRecord,
    GlassRule,
    Grant,
    GrantUse,
    Mute,
    OpenReview,
    Polling,
    Progress,
    QueueRecord,
    ReasonedAct,
    RelatedRun,
    ReplayedDecision,
    RequestRecord,
    ResourceRecord,
    Review,
    Revision,
    RunDetail,
    RunRecord,
    ServingRecord,
    StepRecord,
    Subscription,
    TriggerRecord,
    UnsettledStep,
    WorkerRecord,
    WorkflowRecord,
    counted_decisions,
    decisions_for_outcome,
    folded,
)

JSON = dict[str, Any]
_MAX_EXECUTING = 8
"""Elements of a mapped step whose own progress is shown: as many as execute at the same time by default."""


def subscription(record: Subscription) -> JSON:
    return {
        "channel": record.channel,
        "workflow": record.workflow,
        "kinds": list(record.kinds),
        "by": f"{record.by.source}:{record.by.as_user or record.by.id}",
        "at": record.at.isoformat(),
    }


def mute(record: Mute) -> JSON:
    """`step`: empty for every failure of the workflow."""
    return {
        "workflow": record.workflow,
        "step": record.step,
        "by": f"{record.by.source}:{record.by.as_user or record.by.id}",
        "until": record.until.isoformat(),
    }


def open_review(record: OpenReview) -> JSON:
    return {
        **record.told(),
        "ask": record.ask,
        "reason": record.reason,
        "at": _time(record.at),
        "problem": record.problem,
    }


def glass_rule(record: GlassRule) -> JSON:
    return {"step": record.step, "people": list(record.people), "review": record.review}


def grant(record: Grant) -> JSON:
    """`used`: ids of the requests that it approved; `rules`: the arguments that may differ, in words."""
    return {
        "id": record.id,
        "workflow": record.workflow,
        "step": record.step,
        "request": record.request,
        "ask": record.ask,
        "by": record.giver.as_user or record.giver.id,
        "requester": f"{record.requester.source}:{record.requester.as_user or record.requester.id}",
        "rules": list(record.rules),
        "uses": record.uses,
        "used": list(record.used),
        "at": record.at.isoformat(),
        "until": record.until.isoformat(),
    }


def run(record: RunRecord) -> JSON:
    return {**listed_run(record), "input": record.input}


def listed_run(record: RunRecord) -> JSON:
    """Without the input, which may be long: a list has up to a thousand runs."""
    return {
        "id": record.id,
        "short": record.short,
        "workflow": record.workflow,
        "state": record.state,
        "reason": record.reason,
        "refusal": record.refusal,
        "failure_waits_for": list(record.failure_waits_for),
        "trigger": record.trigger,
        "priority": record.priority,
        "started_by": _actor(record.actor),
        "channel": record.channel,
        "created_at": _time(record.created_at),
        "started_at": _time(record.started_at),
        "ended_at": _time(record.ended_at),
        "trace_id": record.trace_id,
    }


def reasoned_act(act: ReasonedAct) -> JSON:
    return {
        "act": act.act,
        "by": _actor(act.actor),
        "at": _time(act.at),
        "step": act.step,
        "priority": act.priority,
        "reason": act.reason,
    }


def outside_messages(messages: OutsideMessages) -> JSON:
    """Messages of steps outside Slack: how each stands, and how many more there are."""
    shown = [{**asdict(each), "again": _time(each.again)} for each in messages.shown]
    return {"messages": shown, "left_out": messages.left_out}


def detail(record: RunDetail) -> JSON:
    return {
        "run": run(record.run),
        "owner": record.owner,
        "altered": record.altered,
        "repeats_because": record.repeats_because,
        "transforms": [each.as_json() for each in record.transforms],
        "transformed": record.transformed,
        "usual_seconds": record.usual_seconds,
        "steps": [
            {
                **_step(step, record.titles.get(step.step, step.step)),
                **_round(record, step),
                "progress": _progress(record.progress.get(step.step)),
                "polling": _polling(step, record.polls.get(step.step)),
                **_elements(record, step),
                "part_of": record.parts.get(step.step),
            }
            for step in record.steps
        ],
        "agents": _agents(record),
        "requests": [request(asked) for asked in record.requests],
        "result": _result(record),
        "links": [{"step": link.step, "url": link.url, "withheld": link.withheld} for link in record.links],
        "related": [_related(each) for each in record.related],
    }


def _agents(record: RunDetail) -> list[JSON]:
    """Return the agents of a run: the step whose state each has now, and what was said so far."""
    shown = {record.parts.get(step.step, step.step): step for step in folded(record).steps}
    return [
        {
            **_step(shown[agent], record.titles.get(agent, agent)),
            "step": agent,
            "part": shown[agent].step if shown[agent].step != agent else None,
            "transcript": [
                {"by": line.by, "tool": line.tool or None, "ending": line.ending or None, "text": line.text}
                for line in record.transcripts.get(agent, ())
            ],
        }
        for agent in dict.fromkeys(record.parts.values())
    ]


def _related(record: RelatedRun) -> JSON:
    return {
        "kind": record.kind,
        "step": record.step,
        "run": record.id,
        "short": record.short,
        "workflow": record.workflow,
        "state": record.state,
    }


def _result(record: RunDetail) -> JSON | None:
    """Return the result of a run: its text for people; from which step it is, where the author wrote none."""
    if record.result is None:
        return None
    return {"text": result_words(record), "step": record.result.step or None}


def _round(record: RunDetail, step: StepRecord) -> JSON:
    """Return in which round a step is, and its attempts in it. An approval asks once in a round."""
    asked = [each for each in record.requests if each.is_of_approval and each.step == step.step]
    if asked:
        last = max(asked, key=lambda each: each.opened_at).revision
        return {"round": last.round if last else 1, "attempt_in_round": 1}
    number, earlier = round_of_step(record.requests, step.step)
    return {"round": number, "attempt_in_round": step.attempt - earlier}


def _elements(record: RunDetail, step: StepRecord) -> JSON:
    """Return how far the elements of a mapped step are; nothing for another step."""
    counts = record.elements.get(step.step)
    if counts is None:
        return {}
    executing = [
        {"element": index, **(_progress(each) or {})}
        for index, each in mapping.of_elements(step.step, record.progress)[:_MAX_EXECUTING]
    ]
    return {"elements": {**asdict(counts), "text": mapping.tally(counts), "executing": executing}}


def element(record: StepRecord) -> JSON:
    """An element of a mapped step."""
    return _step(record, record.step)


def _step(record: StepRecord, title: str) -> JSON:
    return {
        "step": record.step,
        "title": title,
        "state": record.state,
        "reason": record.reason,
        "attempt": record.attempt,
        "started_at": _time(record.started_at),
        "ended_at": _time(record.ended_at),
        "next_attempt_at": _time(record.next_attempt_at),
        "failure": record.failure and {"kind": record.failure.kind, "message": record.failure.full_message},
        "log": list(record.log),
        "output": record.output,
    }


def _progress(progress: Progress | None) -> JSON | None:
    if progress is None:
        return None
    words = " · ".join(progress_words(progress))
    return {"done": progress.done, "of": progress.of, "text": progress.text, "words": words}


def _polling(step: StepRecord, polling: Polling | None) -> JSON | None:
    if polling is None:
        return None
    return {
        "checks": polling.checks,
        "total": polling.total,
        "since": _time(polling.since),
        "text": polling.text,
        "waits": is_polled(step, polling),
    }


def attempt_log(record: AttemptLog, title: str) -> JSON:
    return {
        "step": record.step,
        "title": title,
        "attempt": record.attempt,
        "ended": record.ended,
        "lines": list(record.lines),
        "progress": _progress(record.progress),
    }


def request(record: RequestRecord) -> JSON:
    fields = _request(record)
    return {**fields, "seen": _seen(fields)}


def _seen(request: JSON) -> str:
    """A code of what an approver of this open approval has to read; empty for anything else."""
    if request["kind"] != "approval" or request["state"] != "open":
        return ""
    names = ["id", "ask", "again", "shown", "value", *(["revision"] if request["revision"] else [])]
    printed = json.dumps([request[name] for name in names], sort_keys=True)
    return hashlib.sha256(printed.encode()).hexdigest()[:12]


def _revision(revision: Revision) -> JSON:
    return {
        "round": revision.round,
        "rounds": revision.rounds,
        "previous": revision.previous,
        "feedback": [
            {"round": each.round, "by": each.by, "at": _time(each.at), "comment": each.comment}
            for each in revision.feedback
        ],
        "runs_again": sorted(revision.sent_back),
    }


def _request(record: RequestRecord) -> JSON:
    if record.outcome is None:
        counting = counted_decisions(record, record.decisions)
    else:
        counting = decisions_for_outcome(record, record.outcome)
    counted = {decision.id for decision in counting}
    return {
        "id": record.id,
        "kind": record.kind,
        "run": record.run_id,
        "workflow": record.workflow,
        "step": record.step,
        "state": record.state,
        "outcome": record.outcome,
        "ask": record.ask,
        "shown": [
            {"label": item.label, "value": item.value, "kind": item.kind, "requested": item.requested}
            for item in record.shown
        ],
        "choices": list(record.policy.choices),
        "approvers": list(record.approvers),
        "opened_at": _time(record.opened_at),
        "expires_at": _time(record.clock.expires_at),
        "on_expiry": record.policy.on_expiry,
        "without_answer": without_answer(record),
        "deadline_paused": record.clock.paused_since is not None,
        "value": record.value,
        "effective_at": _time(record.clock.effective_at),
        "window": record.policy.window and record.policy.window.as_json(),
        "ended_at": _time(record.ended_at),
        "digest": record.coverage.digest,
        "again": record.coverage.again,
        "revision": record.revision and _revision(record.revision),
        "altered": record.altered,
        "failure": record.failure and {"kind": record.failure.kind, "message": record.failure.full_message},
        "about": record.clarification.about,
        "claim": _claim(record.people.claim),
        "stand_ins": [
            {"away": delegate.away, "to": delegate.to, "until": _time(delegate.until)}
            for delegate in record.people.delegates
        ],
        "decisions": [
            _decision(decision, decision.id in counted, record.grant_of(decision))
            | {"break_glass": (glass := record.glass_of(decision)) and glass.as_json()}
            for decision in record.decisions
        ],
    }


def _claim(claim: Claim | None) -> JSON | None:
    """Return the approver who is on a request; None where nobody is."""
    if claim is None:
        return None
    return {"by": claim.by, "at": _time(claim.at), "until": _time(claim.until)}


def _decision(record: DecisionRecord, counts: bool, use: GrantUse | None) -> JSON:
    """`grant`: the use of a grant that approved for its giver; null where they answered."""
    return {
        "choice": record.choice,
        "by": _actor(record.actor),
        "on_behalf": record.on_behalf,
        "comment": record.comment,
        "at": _time(record.at),
        "digest": record.digest,
        "counts": counts,
        "grant": use and use.as_json(),
    }


def decision_result(record: DecisionResult) -> JSON:
    return {
        "code": record.code,
        "accepted": record.accepted,
        "text": record.text,
        "problems": [list(problem) for problem in record.problems],
        "request": record.request and request(record.request),
    }


def event(record: EventRecord) -> JSON:
    return {
        "seq": record.seq,
        "type": record.type,
        "at": _time(record.at),
        "by": _actor(record.actor),
        "step": record.step,
        "request": record.request_id,
        "data": dict(record.data),
    }


def found_event(record: EventRecord) -> JSON:
    """An event of the whole log, with its run and workflow."""
    return {**event(record), "run": record.run_id, "workflow": record.workflow, "trace": record.trace_id}


def review(record: Review) -> JSON:
    """A review of approvals. Durations are seconds; null where nothing was decided."""

    return {
        "since": record.since.isoformat(),
        "until": record.until.isoformat(),
        "workflows": [
            {
                "workflow": each.workflow,
                "asked": each.asked,
                "approved": each.approved,
                "rejected": each.rejected,
                "sent_back": each.sent_back,
                "responded": each.responded,
                "expired": each.expired,
                "withdrawn": each.withdrawn,
                "open": each.open,
                "median_seconds": each.half_within,
                "p95_seconds": each.most_within,
            }
            for each in record.workflows
        ],
        "people": [
            {
                "person": each.person,
                "decisions": each.decisions,
                "approved": each.approved,
                "rejected": each.rejected,
                "sent_back": each.sent_back,
                "responded": each.responded,
                "on_behalf": each.on_behalf,
                "by_grant": each.by_grant,
                "by_break_glass": each.by_break_glass,
                "quick": each.quick,
                "stamps": each.stamps,
                "median_seconds": each.half_within,
                "p95_seconds": each.most_within,
            }
            for each in record.people
        ],
        "events": dict(record.events),
    }


def trigger(record: TriggerRecord) -> JSON:
    return {
        "workflow": record.workflow,
        "key": record.key,
        "description": record.description,
        "timed": record.timed,
        "enabled": record.enabled,
        "paused": record.paused,
        "next_fire_at": _time(record.next_fire_at),
        "last_fire_at": _time(record.last_fire_at),
        "failures": record.failures,
        "unreadable": bool(record.unreadable),
        "problem": record.trouble.problem or record.unreadable,
        "problem_since": _time(record.trouble.since),
        "misfits": record.trouble.misfits,
        "misfit": record.trouble.misfit,
        "misfit_since": _time(record.trouble.misfit_since),
        "misfit_at": _time(record.trouble.misfit_at),
        "skipped_at": _time(record.trouble.skipped_at),
    }


def resource(record: ResourceRecord) -> JSON:
    return {
        "name": record.name,
        "limits": record.limits,
        "at_once": record.at_once,
        "in_use": record.in_use,
        "used_by": [list(attempt) for attempt in record.used_by],
        "waiting": record.waiting,
        "rate": record.rate,
        "rate_used": record.rate_used,
        "breaker": record.breaker,
        "opened_at": _time(record.opened_at),
        "half_opens_at": _time(record.half_opens_at),
    }


def worker(record: WorkerRecord) -> JSON:
    return {
        "name": record.name,
        "queues": list(record.queues),
        "parallel": record.parallel,
        "state": record.state,
        "started_at": _time(record.started_at),
        "silent": record.silent,
        "workflows": list(record.workflows),
        "busy": record.busy,
        "executing": [list(step) for step in record.executing],
    }


def serving(record: ServingRecord) -> JSON:
    return {
        "name": record.name,
        "state": record.state,
        "leads": record.leads,
        "started_at": _time(record.started_at),
        "silent": record.silent,
    }


def queue(record: QueueRecord) -> JSON:
    return {
        "name": record.name,
        "waiting": record.waiting,
        "since": record.since,
        "workers": record.workers,
        "text": record.text,
        "remedy": record.remedy,
    }


def workflow(record: WorkflowRecord) -> JSON:
    return {
        "name": record.name,
        "title": record.title,
        "description": record.description,
        "owner": record.owner,
        "channel": record.channel,
        "file": record.file,
        "definition": record.definition,
        "steps": list(record.steps),
        "triggers": [trigger(each) for each in record.triggers],
        "input": record.input_schema,
    }


def contract(record: Contract) -> JSON:
    return asdict(record)


def replayed_decision(record: ReplayedDecision) -> JSON:
    return {
        "run": record.run.id,
        "short": record.run.short,
        "at": record.run.created_at.isoformat(),
        "was": {"outcome": record.past_outcome, "confidence": record.past_confidence},
        "now": None if record.problem else {"outcome": record.outcome, "confidence": record.confidence},
        "why": record.problem or record.why,
        "differs": record.differs,
    }


def unsettled(record: UnsettledStep) -> JSON:
    return {
        "run": record.run_id,
        "workflow": record.workflow,
        "step": record.node.name,
        "types": record.types,
    }


def drawing(record: Drawing) -> JSON:
    return asdict(record)


def audit(report: Audit) -> JSON:
    findings = [
        {
            "run": finding.run_id,
            "n": finding.n,
            "seq": finding.seq,
            "problem": finding.problem,
            "remedy": finding.remedy,
        }
        for finding in report.findings
    ]
    return {
        "runs": report.runs,
        "pruned": report.pruned,
        "events": report.events,
        "unchained": report.unchained,
        "digest": report.digest,
        "log": {"events": report.seq, "digest": report.digest},
        "accepted": [
            {"actor": each.actor, "at": _time(each.at), "reason": each.reason, "event": each.seq}
            for each in report.accepted
        ],
        "findings": findings,
    }


def _actor(actor: Actor) -> JSON:
    return {"source": actor.source, "id": actor.id, "as": actor.as_user}


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
