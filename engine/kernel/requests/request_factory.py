"""Pure: the requests that the engine opens, from the definition and what is known when people are asked."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from engine.errors import CannotAsk
from engine.kernel.requests.form_options import with_options
from engine.kernel.requests.quorum import REQUEST_CHANGES, RESPOND
from engine.kernel.requests.requesters import people_among
from engine.kernel.requests.window import capped, run_window
from engine.kernel.resilience.alerts import alert_of
from engine.kernel.schedules.working_hours import after_working_time
from engine.model.definition.operations import OperationSpec
from engine.model.definition.spec import (
    ApprovalSpec,
    Definition,
    FailureSpec,
    NodeSpec,
    QuorumSpec,
    Show,
    StageSpec,
)
from engine.model.people import REFERENCE, Actor
from engine.model.records.records import RequestRecord, Revision, RunRecord, Shown, StepRecord, evolve
from engine.model.records.request_parts import Failure, RequestClock, RequestForm, RequestPolicy, StepFailure
from engine.model.text.template import json_type_name, paths, render, short_repr, sole_path, value_at
from engine.model.text.visible_text import is_blank
from engine.model.text.wording import in_prose, unquoted

UNDECIDABLE_CHOICES = ("skip", "abort")
"""Choices when a condition cannot be decided: it would be asked about the same values again."""
_LASTING = ("Undecidable", "CannotMap", "TooLarge")


def approval_request(
    run: RunRecord,
    definition: Definition,
    node: ApprovalSpec,
    outputs: Mapping[str, Any],
    requesters: Iterable[Actor],
    now: datetime,
    id_: str,
    operations: Iterable[tuple[str, OperationSpec]] = (),
    later: Collection[str] = (),
    revision: Revision | None = None,
) -> RequestRecord:
    """Return the request of an approval. Raises `CannotAsk`.

    `outputs`: by step that succeeded. `operations`: those that it guards, with the titles of their steps.
    `later`: the nodes that end after it. `revision`: the round, where people may request changes.
    """
    scope = {**outputs, "input": run.input}
    titles = {step.name: step.title for step in definition.nodes}
    texts = _choices_with_text(node, revision)
    expires = None if node.expires is None else after_working_time(now, node.expires, node.hours)
    policy = RequestPolicy(
        choices=("approve", *texts, "reject"),
        stages=_stages(node, scope),
        rejections=node.rejections,
        veto=_people("veto", node.veto, scope),
        self_approval=node.self_approval,
        comment={**node.comment, **dict.fromkeys(texts, "required")},
        on_expiry=node.on_expiry,
        remind_every=node.remind_every,
        escalations=tuple(
            escalation.model_copy(update={"to": _people("escalate", escalation.to, scope)})
            for escalation in node.escalations
        ),
        hours=node.hours,
        revocable_for=node.revocable_for,
        risk=node.risk,
        confirm=_confirm(node, scope),
        one_time_code=node.one_time_code,
        grants=node.grants,
        break_glass=node.break_glass,
        window=None if node.window is None else run_window(node.window, scope, now),
    )
    return RequestRecord(
        id=id_,
        kind="approval",
        run_id=run.id,
        workflow=run.workflow,
        step=node.name,
        state="open",
        version=1,
        ask=_rendered("ask", node.ask, scope),
        requester=run.actor,
        further_requesters=people_among(requesters, but=(run.actor,)),
        entered=_entered(node),
        opened_at=now,
        shown=(
            *(_shown(node, show, scope, titles) for show in node.show),
            *shown_operations(operations, scope, later),
        ),
        channel=node.channel,
        form=_form(node, scope),
        policy=policy,
        clock=RequestClock(expires_at=capped(policy, expires)),
        revision=revision,
    )


def _choices_with_text(node: ApprovalSpec, revision: Revision | None) -> tuple[str, ...]:
    """Return the choices that are neither yes nor no; each is nothing without its text."""
    changes = (REQUEST_CHANGES,) if revision is not None and revision.can_be_sent_back else ()
    return (*changes, RESPOND) if node.respond else changes


def failure_request(
    run: RunRecord,
    definition: Definition,
    node: NodeSpec,
    record: StepRecord,
    failure: Failure,
    now: datetime,
    *,
    reroute: bool = False,
    accept: bool = False,
) -> RequestRecord:
    """Return the request to the owner about a failed step, or an approval that cannot be asked.

    `reroute`: the step has an alternative that was not tried. `accept`: it has rows that may be accepted.
    """
    policy = failure_policy(definition, node)
    if policy.do == "fail":  # the author wants a question about this error alone
        policy = FailureSpec()
    more = [word for word, is_possible in (("reroute", reroute), ("accept", accept)) if is_possible]
    choices = ("retry", *more, "skip", "abort")
    expires_at = None if policy.expires is None else now + timedelta(seconds=policy.expires)
    alert = alert_of(definition, node, now, expires_at)
    return RequestRecord(
        # A mapped step has no attempts of its own, and is asked about once in each round.
        id=f"{run.id}.{node.name}.{record.attempt or record.round}",
        kind="failure",
        run_id=run.id,
        workflow=run.workflow,
        step=node.name,
        state="open",
        version=1,
        ask=f"{definition.title} failed at {node.title}",
        requester=run.actor,
        opened_at=now,
        failure=StepFailure(
            failure.kind,
            failure.message,
            failure.detail,
            failure.place,
            attempts=record.failures + record.crashes,
        ),
        alert=alert,
        channel=next(iter(alert.channels), None) if alert else None,
        policy=RequestPolicy(
            choices=UNDECIDABLE_CHOICES if failure.kind in _LASTING else choices,
            stages=(anybody_of(definition.owner),),
            self_approval=True,
            comment={"accept": "required"} if accept else {},
            on_expiry="abort",
            remind_every=policy.remind_every,
        ),
        clock=RequestClock(expires_at=expires_at),
    )


def as_assigned(request: RequestRecord, earlier: Iterable[RequestRecord]) -> RequestRecord:
    """Ask the person or group who took the last failure of the step over and had it tried again."""
    before = [each for each in earlier if each.kind == "failure" and each.step == request.step]
    last = max(before, key=lambda each: each.opened_at, default=None)
    if last is None or last.outcome != "retry" or not last.people.handovers:
        return request
    if last.approvers != (last.people.handovers[-1].to,):
        return request
    return evolve(request, policy=evolve(request.policy, stages=(anybody_of(*last.approvers),)))


def failure_policy(definition: Definition, node: NodeSpec) -> FailureSpec:
    """Return the policy for when this node fails for good."""
    return (None if isinstance(node, ApprovalSpec) else node.failure) or definition.failure


def anybody_of(*refs: str) -> StageSpec:
    """Return a stage at which one answer from these people is enough."""
    return StageSpec(quorums=(QuorumSpec(approvers=refs),))


def _stages(node: ApprovalSpec, scope: Mapping[str, Any]) -> tuple[StageSpec, ...]:
    """Return the stages with people in place of `{step.field}`."""
    return tuple(
        StageSpec(
            name=stage.name,
            quorums=tuple(
                QuorumSpec(approvers=_people("approvers", quorum.approvers, scope), needs=quorum.needs)
                for quorum in stage.quorums
            ),
        )
        for stage in node.stages
    )


def _shown(node: ApprovalSpec, show: Show, scope: Mapping[str, Any], titles: Mapping[str, str]) -> Shown:
    """Return the shown values, also empty ones: people may decide on the emptiness."""
    sources = (show.source, show.before) if show.kind == "diff" else (show.source,)
    for source in sources:
        step = source.split(".")[0]
        if step not in scope and any(need.step == step and need.join == "optional" for need in node.needs):
            return Shown(show.label, f"{titles[step]} was skipped", "value")
    value = _value("show", show.source, scope)
    if show.kind == "diff":
        value = {"before": _value("show", show.before, scope), "after": value}
    requested = any(map(_is_input, sources))
    return Shown(show.label, value, show.kind, requested, show.numbers)


def shown_operations(
    operations: Iterable[tuple[str, OperationSpec]], scope: Mapping[str, Any], later: Collection[str]
) -> Iterator[Shown]:
    """Yield exactly what the operations will do, in full: a decision covers it."""
    for title, operation in operations:
        for does, text in operation.shown(scope, later):
            yield Shown(f"{title} {does}", text)


def _entered(node: ApprovalSpec) -> tuple[str, ...]:
    """Return the names of the fields of the run's input that the question quotes."""
    return tuple(dict.fromkeys(path.rpartition(".")[2] for path in paths(node.ask) if _is_input(path)))


def _is_input(path: str) -> bool:
    return path.split(".")[0] == "input"


def _proposed(node: ApprovalSpec, scope: Mapping[str, Any]) -> Any:
    """The values that people are asked to approve or to change. Each field of the form must be among them."""
    if node.form is None or not node.form.defaults_from:
        return None
    path = node.form.defaults_from
    value = _value("defaults_from", path, scope)
    known = node.form.fields.get("properties") or {}
    if not isinstance(value, Mapping):
        wrong = f"{{{path}}} is {json_type_name(value)}, and the form needs {', '.join(known)}."
        raise CannotAsk(f"defaults_from: {wrong}")
    if missing := [name for name in known if name not in value]:
        raise CannotAsk(f"defaults_from: {{{path}}} has no {', '.join(missing)}, which the form needs.")
    return {name: value[name] for name in known}


def _confirm(node: ApprovalSpec, scope: Mapping[str, Any]) -> str:
    """Return the text that an approver must type; empty only if the workflow asks for none."""
    for path in paths(node.confirm):
        value = _value("confirm", path, scope)
        if value in (None, [], {}) or is_blank(str(value)):
            raise CannotAsk(f"confirm: {{{path}}} is empty, so an approver could not type it.")
    return _rendered("confirm", node.confirm, scope, unquoted)


def _people(what: str, refs: Iterable[str], scope: Mapping[str, Any]) -> tuple[str, ...]:
    """References, with those that `{step.field}` holds in its place: a text or a list of texts, all valid."""
    references: list[str] = []
    for ref in refs:
        path = sole_path(ref)
        if path is None:
            references.append(ref)
            continue
        value = _value(what, path, scope)
        named = value if isinstance(value, list) else [value]
        if not named or named == [""] or named == [None]:
            raise CannotAsk(f"{what}: {{{path}}} names nobody.")
        for each in named:
            if not isinstance(each, str) or not REFERENCE.fullmatch(each.strip()):
                raise CannotAsk(
                    f"{what}: {{{path}}} has {short_repr(each)}, which is not a group (@handle), a channel "
                    "(#name) or a member id (U…)."
                )
            references.append(each.strip())
    return tuple(dict.fromkeys(references))


def _form(node: ApprovalSpec, scope: Mapping[str, Any]) -> RequestForm | None:
    if node.form is None:
        return None
    proposed = _proposed(node, scope)
    return RequestForm(with_options(node.form, scope), proposed, proposed)


def _value(what: str, path: str, scope: Mapping[str, Any]) -> Any:
    try:
        return value_at(path, scope)
    except CannotAsk as error:
        raise CannotAsk(f"{what}: {error}") from None


def _rendered(
    what: str, template: str, scope: Mapping[str, Any], worded: Callable[[Any], str] = in_prose
) -> str:
    try:
        text = render(template, scope, worded)
    except CannotAsk as error:
        raise CannotAsk(f"{what}: {error}") from None
    if "\0" in text:  # a column of PostgreSQL holds none, and the process would end
        raise CannotAsk(
            f"{what} is {template!r}: a value in it has a NUL character. Remove it from the value."
        )
    return text
