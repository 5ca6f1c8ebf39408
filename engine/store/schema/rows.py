"""Records to column values and back. The order of values is the order of the tables' columns."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, cast

import orjson
from pydantic import TypeAdapter

from engine.errors import AlteredRun, UnreadableRow, UnreadableRun
from engine.model.definition.break_glass import BreakGlassSpec
from engine.model.definition.grants import GrantSpec
from engine.model.definition.spec import EscalationSpec, FormSpec, HoursSpec, QuorumSpec, StageSpec
from engine.model.notices.alert import Alert
from engine.model.notices.trouble import NO_TROUBLE, Trouble
from engine.model.people import Actor
from engine.model.records.break_glass import GlassUse
from engine.model.records.change import EventDraft, Wait
from engine.model.records.records import (
    DecisionRecord,
    EventRecord,
    RequestKind,
    RequestRecord,
    Revision,
    RunRecord,
    Shown,
    StepRecord,
)
from engine.model.records.request_parts import (
    Binding,
    Claim,
    ClarificationLink,
    Coverage,
    Delegate,
    Failure,
    Feedback,
    GrantUse,
    Handover,
    RequestClock,
    RequestForm,
    RequestPeople,
    RequestPolicy,
    RunWindow,
    StepFailure,
)
from engine.model.runs.checkpoint import CheckpointRecord
from engine.model.runs.follow_up import FollowUp
from engine.model.runs.report import Progress, StepReport
from engine.model.runs.resources import Resource, ResourceSpec
from engine.model.runs.signals import SignalRecord
from engine.store.files.sqlite_errors import UNREADABLE
from engine.store.schema import columns, message_shapes
from engine.store.schema.stored_policy import read_policy

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TROUBLE: TypeAdapter[Trouble] = TypeAdapter(Trouble)
Row = Mapping[str, Any]
Values = tuple[Any, ...]


_STORED_KIND_OF = {"clarification": "question"}
"""Kinds of request whose stored word is that of an earlier release."""
_MAX_BYTES_NAMED = 20
_SHOWN_KINDS = frozenset({"value", "number", "link", "image", "table", "diff"})


def _kind(stored: str) -> RequestKind:
    return "clarification" if stored == _STORED_KIND_OF["clarification"] else cast(RequestKind, stored)


def by_name(columns: Sequence[str], selected: Iterable[Sequence[Any]]) -> list[Row]:
    """Return rows that are read by the names of their columns several times.

    The driver compares a name with that of each column before it, at 30 nanoseconds each.
    """
    return [dict(zip(columns, row, strict=True)) for row in selected]


def named(value: object) -> str:
    """Return a key for people: one that is not text as SQLite writes it."""
    return f"x'{value[:_MAX_BYTES_NAMED].hex()}'" if isinstance(value, bytes) else str(value)


def _unreadable(table: columns.Columns, row: Row, what: str, error: Exception) -> UnreadableRun:
    """Return the error for a row because of which lists leave its run out."""
    key = row["id" if table is columns.RUN else "run_id"]
    return UnreadableRun(named(key), _problem(table, row, what, error), key)


def _unreadable_part(table: columns.Columns, row: Row, what: str, error: Exception) -> AlteredRun:
    """Return the error for a row that lists of runs do not show."""
    return AlteredRun(named(row["run_id"]), _problem(table, row, what, error))


def unreadable_row(
    table: columns.Columns, row: Row, what: str, error: Exception, subject: str
) -> UnreadableRow:
    """Return the error for a row that belongs to no run."""
    return UnreadableRow(_problem(table, row, what, error), subject, table.table, table.key(row))


def _problem(table: columns.Columns, row: Row, what: str, error: Exception) -> str:
    return f"{what} cannot be read ({table.problem(row, error)})"


_MICROSECOND = timedelta(microseconds=1)


def micros(at: datetime | None) -> int | None:
    """Microseconds since the epoch: whole, so that what is read equals what was written."""
    if at is None:
        return None
    since = at - EPOCH  # dividing it would take twice as long
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def moment(value: int | None) -> datetime | None:
    return None if value is None else EPOCH + timedelta(microseconds=value)


def _at(value: int) -> datetime:
    return EPOCH + timedelta(microseconds=value)


def to_json(value: Any) -> str:
    return orjson.dumps(value).decode()


def from_json(text: str | None) -> Any:
    return None if text is None else orjson.loads(text)


def trouble(text: str | None) -> Trouble:
    """Return the trouble of a trigger. Raises `ValueError` for JSON of another shape."""
    return NO_TROUBLE if text is None else _TROUBLE.validate_json(text)


def to_actor(text: str, as_user: str | None) -> Actor:
    source, _, id_ = text.partition(":")
    return Actor(source, id_, as_user)  # type: ignore[arg-type]


def from_actor(actor: Actor) -> str:
    return f"{actor.source}:{actor.id}"


def _actors_json(actors: tuple[Actor, ...]) -> str:
    return to_json([[from_actor(actor), actor.as_user] for actor in actors])


def _actors(text: str) -> tuple[Actor, ...]:
    return tuple([to_actor(*stored) for stored in orjson.loads(text)])


def _texts(text: str) -> tuple[str, ...]:
    """Return a list of texts. Raises `TypeError` for other JSON."""
    values = orjson.loads(text)
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise TypeError("not a list of texts")
    return tuple(values)


def _object(text: str) -> dict[str, Any]:
    """Raises `TypeError` for other JSON."""
    value = orjson.loads(text)
    if not isinstance(value, dict):
        raise TypeError("not an object")
    return value


def _failure(text: str | None) -> Failure | None:
    return None if text is None else Failure(**_failure_texts(text))


def _failure_texts(text: str) -> dict[str, str]:
    stored: dict[str, str] = orjson.loads(text)
    if not all(isinstance(value, str) for value in stored.values()):
        raise TypeError("not a failure")
    return stored


def _failure_json(failure: Failure | None) -> str | None:
    return None if failure is None else to_json(failure.as_json)


def run_values(run: RunRecord, head: str, events: int, seal: str) -> Values:
    """`head`, `events`, `seal`: of its chain, which is the store's business."""
    return (
        run.id, run.workflow, run.definition, run.code_digest, run.state, run.version, to_json(run.input),
        from_actor(run.actor), run.actor.as_user, run.trigger, run.channel, run.trace_id,
        micros(run.created_at), micros(run.started_at), micros(run.ended_at), run.reason, head, events,
        run.id[-4:], seal, None, run.priority, run.concurrency_key,
        _actors_json(run.further_requesters) if run.further_requesters else "",
    )  # fmt: skip


SEALED_RUN = (
    "id", "workflow", "definition", "code", "state", "input", "actor", "as_user", "trigger", "channel",
    "trace_id", "created_at", "started_at", "ended_at", "reason", "priority", "concurrency_key",
    "further_requesters",
)  # fmt: skip
"""Columns of a run that its log covers by digest, in this order; of the others the chain's seal is."""


def sealed_run(run: RunRecord) -> Values:
    """The values of `SEALED_RUN`."""
    return (
        run.id, run.workflow, run.definition, run.code_digest, run.state, to_json(run.input),
        from_actor(run.actor), run.actor.as_user, run.trigger, run.channel, run.trace_id,
        micros(run.created_at), micros(run.started_at), micros(run.ended_at), run.reason,
        *(_later(run) if run.further_requesters or run.priority or run.concurrency_key else ()),
    )  # fmt: skip


def _later(run: RunRecord) -> Values:
    """The columns that earlier releases do not have, without the empty ones at the end."""
    further = (_actors_json(run.further_requesters),) if run.further_requesters else ()
    return run.priority, run.concurrency_key, *further


def run_moves(run: RunRecord) -> Values:
    """Return the columns of a run's row that a transition may change."""
    return (
        run.state, run.version, micros(run.started_at), micros(run.ended_at), run.reason, run.priority,
    )  # fmt: skip


def run_record(row: Row) -> RunRecord:
    try:
        columns.RUN.check(row)
        if row["base"] is not None:
            _object(row["base"])
        return RunRecord(
            id=row["id"],
            workflow=row["workflow"],
            definition=row["definition"],
            code_digest=row["code"],
            state=row["state"],
            version=row["version"],
            input=from_json(row["input"]),
            actor=to_actor(row["actor"], row["as_user"]),
            trigger=row["trigger"],
            channel=row["channel"],
            trace_id=row["trace_id"],
            created_at=_at(row["created_at"]),
            started_at=moment(row["started_at"]),
            ended_at=moment(row["ended_at"]),
            reason=row["reason"],
            priority=row["priority"],
            concurrency_key=row["concurrency_key"],
            further_requesters=_actors(row["further_requesters"]) if row["further_requesters"] else (),
        )
    except UNREADABLE as error:
        raise _unreadable(columns.RUN, row, "its row", error) from error


def step_values(step: StepRecord) -> Values:
    has_output = step.state in ("succeeded", "compensated")
    has_output = has_output or (step.state == "waiting" and step.output is not None)  # rows to be accepted
    return (
        step.run_id, step.step, step.state, step.attempt, step.round, step.crashes, step.failures,
        micros(step.started_at), micros(step.ended_at), micros(step.next_attempt_at),
        to_json(step.output) if has_output else None,
        _failure_json(step.failure), step.reason, to_json(step.log) if step.log else None, step.code_digest,
        step.deaths, micros(step.queued_at) if step.queued_at else None,
        step.round_started_at and micros(step.round_started_at),
    )  # fmt: skip


def step_record(row: Row) -> StepRecord:
    try:
        columns.STEP.check(row)
        return StepRecord(
            run_id=row["run_id"],
            step=row["step"],
            state=row["state"],
            attempt=row["attempt"],
            round=row["round"],
            crashes=row["crashes"],
            failures=row["failures"],
            started_at=moment(row["started_at"]),
            ended_at=moment(row["ended_at"]),
            next_attempt_at=moment(row["next_attempt_at"]),
            output=from_json(row["output"]),
            failure=_failure(row["failure"]),
            reason=row["reason"],
            log=_texts(row["log"]) if row["log"] else (),
            code_digest=row["code_digest"],
            deaths=row["deaths"],
            queued_at=moment(row["queued_at"]),
            round_started_at=moment(row["round_started_at"]),
        )
    except UNREADABLE as error:
        raise _unreadable_part(columns.STEP, row, f"the step {named(row['step'])}", error) from error


def request_values(request: RequestRecord) -> Values:
    policy = {
        "choices": request.policy.choices,
        "stages": [stage.as_json for stage in request.policy.stages],
        "rejections": request.policy.rejections,
        "veto": request.policy.veto,
        "stage": request.stage,
        "self_approval": request.policy.self_approval,
        "comment": dict(request.policy.comment),
        "on_expiry": request.policy.on_expiry,
        "remind_every": request.policy.remind_every,
        "form": request.form and request.form.spec.model_dump(),
        "value": request.value,
        "proposed": request.proposed,
        "escalations": [escalation.model_dump() for escalation in request.policy.escalations],
        "escalated": request.clock.escalated,
        "hours": request.policy.hours and request.policy.hours.model_dump(),
        "undo": request.policy.revocable_for,
        "risk": request.policy.risk,
        "confirm": request.policy.confirm,
        "one_time_code": request.policy.one_time_code,
        "binding": request.coverage.binding and request.coverage.binding.as_json(),
        "digest": request.coverage.digest,
        "again": request.coverage.again,
        "superseded": request.coverage.superseded,
        "about": request.clarification.about,
        "questions": request.clarification.clarifications,
        "held_since": micros(request.clock.paused_since),
        "held_for": request.clock.paused_seconds,
        **({"returned": request.clock.returned_seconds} if request.clock.returned_seconds else {}),
        **({"moved": request.clock.moved // _MICROSECOND} if request.clock.moved else {}),
        "stand_ins": [
            [delegate.away, delegate.to, micros(delegate.until)] for delegate in request.people.delegates
        ],
        **({"alert": request.alert.as_json()} if request.alert else {}),
        **(
            {"further_requesters": _actors_json(request.further_requesters)}
            if request.further_requesters
            else {}
        ),
        **({"entered": request.entered} if request.entered else {}),
        **({"lost": request.people.lost} if request.people.lost else {}),
        **(
            {"handovers": [handover.as_json() for handover in request.people.handovers]}
            if request.people.handovers
            else {}
        ),
        **({"revision": _revision_json(request.revision)} if request.revision else {}),
        **({"claim": _claim_json(request.people.claim)} if request.people.claim else {}),
        **({"grants": request.policy.grants.model_dump(mode="json")} if request.policy.grants else {}),
        **({"window": request.policy.window.as_json()} if request.policy.window else {}),
        **({"grant": request.coverage.grant.as_json()} if request.coverage.grant else {}),
        **({"break_glass": request.policy.break_glass.as_json()} if request.policy.break_glass else {}),
        **({"glass": request.coverage.glass.as_json()} if request.coverage.glass else {}),
    }
    return (
        request.id, _STORED_KIND_OF.get(request.kind, request.kind), request.run_id, request.workflow,
        request.step, request.state, request.version, request.ask, to_json(policy),
        from_actor(request.requester), request.requester.as_user, micros(request.opened_at),
        to_json([shown.as_json for shown in request.shown]), request.channel,
        micros(request.clock.expires_at), request.clock.reminders, request.outcome, micros(request.ended_at),
        micros(request.clock.effective_at), _failure_json(request.failure),
        request.failure.attempts if request.failure else 0,
    )  # fmt: skip


def request_record(row: Row, decisions: tuple[DecisionRecord, ...]) -> RequestRecord:
    try:
        columns.REQUEST.check(row)
        stored = read_policy(row["policy"])
        return RequestRecord(
            id=row["id"],
            kind=_kind(row["kind"]),
            run_id=row["run_id"],
            workflow=row["workflow"],
            step=row["step"],
            state=row["state"],
            version=row["version"],
            ask=row["ask"],
            requester=to_actor(row["requester"], row["requester_as"]),
            opened_at=_at(row["opened_at"]),
            policy=_policy(stored),
            stage=stored.get("stage", 0),
            shown=tuple(_shown(*shown) for shown in from_json(row["shown"])),
            channel=row["channel"],
            clock=_clock(row, stored),
            form=_form(stored),
            failure=_step_failure(row),
            alert=Alert.from_json(stored.get("alert")),
            clarification=ClarificationLink(stored.get("about", ""), stored.get("questions", 0)),
            coverage=_coverage(stored),
            people=_people(stored),
            outcome=row["outcome"],
            ended_at=moment(row["ended_at"]),
            decisions=decisions,
            further_requesters=_actors(stored.get("further_requesters", "[]")),
            entered=tuple(stored.get("entered", ())),
            revision=_revision(stored["revision"]) if stored.get("revision") else None,
        )
    except UNREADABLE as error:
        raise _unreadable(columns.REQUEST, row, f"the request {named(row['id'])}", error) from error


def _shown(label: str, value: Any, kind: str = "value", *more: Any) -> Shown:
    if not isinstance(label, str) or kind not in _SHOWN_KINDS:
        raise ValueError("shown")
    return Shown(label, value, kind, *more)  # type: ignore[arg-type]


def _revision_json(revision: Revision) -> dict[str, Any]:
    sent_back = {"sent_back": dict(revision.sent_back)} if revision.sent_back else {}
    return {**revision.covered(), **sent_back}


def _revision(stored: Mapping[str, Any]) -> Revision:
    return Revision(
        round=stored["round"],
        rounds=stored["rounds"],
        feedback=tuple(map(Feedback.from_json, stored["feedback"])),
        previous=stored["previous"],
        ask=stored["ask"],
        shown=tuple(_shown(*shown) for shown in stored["shown"]),
        value=stored["value"],
        acted=stored["acted"],
        sent_back=stored.get("sent_back", {}),
    )


def _policy(stored: Mapping[str, Any]) -> RequestPolicy:
    return RequestPolicy(
        choices=tuple(stored["choices"]),
        stages=_stages(stored),
        self_approval=stored["self_approval"],
        comment=stored["comment"],
        rejections=stored.get("rejections", 1),
        veto=tuple(stored.get("veto", ())),
        risk=stored.get("risk", "normal"),
        confirm=stored.get("confirm", ""),
        one_time_code=stored.get("one_time_code", False),
        revocable_for=stored.get("undo"),
        on_expiry=stored["on_expiry"],
        remind_every=stored["remind_every"],
        escalations=tuple(map(EscalationSpec.model_validate, stored.get("escalations", ()))),
        hours=HoursSpec.model_validate(stored["hours"]) if stored.get("hours") else None,
        grants=GrantSpec.model_validate(stored["grants"]) if stored.get("grants") else None,
        window=RunWindow.from_json(stored["window"]) if stored.get("window") else None,
        break_glass=BreakGlassSpec.model_validate(stored["break_glass"])
        if stored.get("break_glass")
        else None,
    )


def _clock(row: Row, stored: Mapping[str, Any]) -> RequestClock:
    return RequestClock(
        expires_at=moment(row["expires_at"]),
        effective_at=moment(row["effective_at"]),
        reminders=row["reminders"],
        escalated=stored.get("escalated", 0),
        paused_since=moment(stored.get("held_since")),
        paused_seconds=stored.get("held_for", 0.0),
        returned_seconds=stored.get("returned", 0.0),
        moved=stored.get("moved", 0) * _MICROSECOND,
    )


def _form(stored: Mapping[str, Any]) -> RequestForm | None:
    if not stored.get("form"):
        return None
    spec = FormSpec.model_validate(stored["form"])
    return RequestForm(spec, stored.get("value"), stored.get("proposed"))


def _step_failure(row: Row) -> StepFailure | None:
    failure = row["failure"]
    return None if failure is None else StepFailure(**_failure_texts(failure), attempts=row["attempts"])


def _coverage(stored: Mapping[str, Any]) -> Coverage:
    return Coverage(
        binding=Binding.from_json(stored["binding"]) if stored.get("binding") else None,
        digest=stored.get("digest", ""),
        again=stored.get("again", ""),
        superseded=stored.get("superseded", ""),
        grant=GrantUse.from_json(stored["grant"]) if stored.get("grant") else None,
        glass=GlassUse.from_json(stored["glass"]) if stored.get("glass") else None,
    )


def _people(stored: Mapping[str, Any]) -> RequestPeople:
    delegates = stored.get("stand_ins", ())
    return RequestPeople(
        delegates=tuple(Delegate(away, to, _at(until)) for away, to, until in delegates),
        handovers=tuple(map(Handover.from_json, stored.get("handovers", ()))),
        lost={id_: tuple(refs) for id_, refs in stored.get("lost", {}).items()},
        claim=_claim(stored["claim"]) if stored.get("claim") else None,
    )


def _claim_json(claim: Claim) -> dict[str, Any]:
    return {"by": claim.by, "at": micros(claim.at), "until": micros(claim.until)}


def _claim(stored: Mapping[str, Any]) -> Claim:
    return Claim(stored["by"], _at(stored["at"]), _at(stored["until"]))


def _stages(policy: Mapping[str, Any]) -> tuple[StageSpec, ...]:
    if "stages" not in policy:  # as the first release wrote it
        return (StageSpec(quorums=(QuorumSpec(approvers=tuple(policy["approvers"])),)),)
    return tuple([_stage(orjson.dumps(stage)) for stage in policy["stages"]])


@lru_cache(maxsize=256)
def _stage(text: bytes) -> StageSpec:
    """Return one stage for all requests that have it: it is frozen, and keeps its JSON."""
    return StageSpec.model_validate(orjson.loads(text))


def decision_values(decision: DecisionRecord) -> Values:
    return (
        decision.id, decision.request_id, decision.choice, from_actor(decision.actor),
        decision.actor.as_user, decision.comment, micros(decision.at), decision.stage,
        to_json(decision.member_of), None if decision.value is None else to_json(decision.value),
        decision.digest, decision.on_behalf,
    )  # fmt: skip


def decision_record(row: Row, run_id: str) -> DecisionRecord:
    try:
        columns.DECISION.check(row)
        actor = to_actor(row["actor"], row["as_user"])
        return DecisionRecord(
            row["id"], row["request_id"], row["choice"], actor, row["comment"], _at(row["at"]), row["stage"],
            _texts(row["member_of"]), from_json(row["value"]), row["digest"],
            row["on_behalf"],
        )  # fmt: skip
    except UNREADABLE as error:
        problem = _problem(columns.DECISION, row, f"the decision {named(row['id'])}", error)
        raise UnreadableRun(named(run_id), problem, run_id) from error


def wait_values(wait: Wait) -> Values:
    return (wait.id, wait.kind, wait.run_id, wait.step, wait.request_id, micros(wait.due_at))


def wait_record(row: Row) -> Wait:
    try:
        columns.WAIT.check(row)
        due_at = moment(row["due_at"])
    except UNREADABLE as error:
        raise _unreadable_part(columns.WAIT, row, f"the wait {named(row['id'])}", error) from error
    return Wait(row["id"], row["kind"], row["run_id"], row["step"], row["request_id"], due_at)


def checkpoint_values(checkpoint: CheckpointRecord) -> Values:
    return (
        checkpoint.id, checkpoint.run_id, checkpoint.step, checkpoint.number, checkpoint.key,
        checkpoint.attempt, checkpoint.value, micros(checkpoint.at),
    )  # fmt: skip


def checkpoint_record(row: Row) -> CheckpointRecord:
    try:
        columns.CHECKPOINT.check(row)
        at = _at(row["at"])
        orjson.loads(row["value"])
    except UNREADABLE as error:
        what = f"the checkpoint {named(row['id'])}"
        raise _unreadable_part(columns.CHECKPOINT, row, what, error) from error
    return CheckpointRecord(
        row["run_id"], row["step"], row["number"], row["key"], row["attempt"], row["value"], at
    )


def report_values(report: StepReport) -> Values:
    progress = report.progress
    told = None if progress is None else to_json([progress.done, progress.of, progress.text])
    return (report.run_id, report.step, report.attempt, told, to_json(report.log), micros(report.at))


def report_record(row: Row) -> StepReport:
    try:
        columns.REPORT.check(row)
        progress = None if row["progress"] is None else _progress(*from_json(row["progress"]))
        return StepReport(
            row["run_id"], row["step"], row["attempt"], progress, _texts(row["log"]), _at(row["at"])
        )
    except UNREADABLE as error:
        what = f"the report of {named(row['step'])}"
        raise _unreadable_part(columns.REPORT, row, what, error) from error


def _progress(done: float, of: float | None, text: str) -> Progress:
    numbers = (int, float)
    if not (isinstance(done, numbers) and isinstance(of, (*numbers, type(None))) and isinstance(text, str)):
        raise TypeError("progress")
    return Progress(done, of, text)


def resource_values(resource: Resource) -> Values:
    state = {
        "holders": sorted(resource.holders),
        "begun": [[micros(at), count] for at, count in resource.begun],
        "failed": [micros(at) for at in resource.failed],
        "probe": resource.probe,
        "opened_by": resource.opened_by,
    }
    return (
        resource.spec.name, to_json(resource.spec.model_dump(mode="json")), to_json(state),
        micros(resource.opened_at), micros(resource.half_opens_at),
    )  # fmt: skip


def resource_of(row: Row) -> Resource:
    """A resource as its row is: with those who held it when the row was written. Raises `UnreadableRow`."""
    try:
        columns.RESOURCE.check(row)
        return _resource(row, from_json(row["state"]))
    except UNREADABLE as error:
        name = named(row["name"])
        subject = f"resource.{name}"
        raise unreadable_row(columns.RESOURCE, row, f"The resource {name}", error, subject) from error


def _resource(row: Row, state: Mapping[str, Any]) -> Resource:
    return Resource(
        spec=ResourceSpec.model_validate_json(row["limits"]),
        holders=frozenset((run_id, step, number) for run_id, step, number in state["holders"]),
        begun=tuple((_at(at), count) for at, count in state["begun"]),
        failed=tuple(map(_at, state["failed"])),
        opened_at=moment(row["opened_at"]),
        opened_by=state["opened_by"],
        half_opens_at=moment(row["half_opens_at"]),
        probe=tuple(state["probe"]) if state["probe"] else None,
    )


def signal_values(signal: SignalRecord) -> Values:
    return (
        signal.run_id, signal.name, to_json(signal.payload), from_actor(signal.actor), signal.actor.as_user,
        micros(signal.at),
    )  # fmt: skip


def signal_record(row: Row) -> SignalRecord:
    try:
        columns.SIGNAL.check(row)
        actor = to_actor(row["actor"], row["as_user"])
        return SignalRecord(row["run_id"], row["name"], from_json(row["payload"]), actor, _at(row["at"]))
    except UNREADABLE as error:
        raise _unreadable_part(columns.SIGNAL, row, f"the signal {named(row['name'])}", error) from error


def follow_up_values(follow_up: FollowUp) -> Values:
    return (
        follow_up.id, follow_up.run_id, follow_up.step, follow_up.workflow, to_json(follow_up.input),
        micros(follow_up.at),
    )  # fmt: skip


def follow_up_record(row: Row) -> FollowUp:
    try:
        columns.FOLLOW_UP.check(row)
        return FollowUp(
            row["id"], row["run_id"], row["step"], row["workflow"], from_json(row["input"]), _at(row["at"])
        )
    except UNREADABLE as error:
        what = f"the follow-up run {named(row['id'])}"
        raise _unreadable_part(columns.FOLLOW_UP, row, what, error) from error


def delivery_parts(row: Row) -> tuple[dict[str, Any], Any, Any]:
    """Return target, data and ref of a message of the outbox. Raises `UnreadableRow`."""
    try:
        columns.DELIVERY.check(row)
        moment(row["not_before"])
        target, data, ref = (from_json(row[name]) for name in ("target", "data", "ref"))
        message_shapes.check(row, target, data, ref)
        return target, data, ref
    except UNREADABLE as error:
        key = named(row["key"])
        what, subject = f"The message {key} of the outbox", f"delivery.{key}"
        raise unreadable_row(columns.DELIVERY, row, what, error, subject) from error


def event_values(event: EventDraft, run: RunRecord | None, n: int | None) -> Values:
    """The fields of `hash_chain.FIELDS`: without `seq`, which the log gives, and without the hash."""
    return (
        event.type, micros(event.at), from_actor(event.actor), event.actor.as_user,
        run.id if run else None,
        run.workflow if run else event.data.get("workflow"),
        event.step, event.request_id, run.trace_id if run else None, to_json(dict(event.data)), n,
    )  # fmt: skip


def event_record(row: Row) -> EventRecord:
    try:
        columns.EVENT.check(row)
        return _event(row)
    except UNREADABLE as error:
        if row["run_id"] is not None:
            raise _unreadable_part(columns.EVENT, row, f"event {row['n']}", error) from error
        seq = row["seq"]
        raise unreadable_row(columns.EVENT, row, f"Event {seq} of the log", error, f"event.{seq}") from error


def _event(row: Row) -> EventRecord:
    return EventRecord(
        seq=row["seq"],
        type=row["type"],
        at=_at(row["at"]),
        actor=to_actor(row["actor"], row["as_user"]),
        run_id=row["run_id"],
        workflow=row["workflow"],
        step=row["step"],
        request_id=row["request_id"],
        trace_id=row["trace_id"],
        data=_object(row["data"]),
    )
