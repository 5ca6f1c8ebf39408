"""Pure: the requests that the engine opens, from the definition and what is known when people are asked."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from engine.forms import with_options
from engine.hours import after
from engine.people import REFERENCE
from engine.records import Failure, RequestRecord, RunRecord, Shown, StepRecord
from engine.spec import (
    ApprovalSpec,
    Definition,
    FailureSpec,
    QuorumSpec,
    Show,
    StageSpec,
    StepSpec,
)
from engine.template import render, sole_path, value_at

APPROVAL_CHOICES = ("approve", "reject")
FAILURE_CHOICES = ("retry", "skip", "abort")


def approval_request(
    run: RunRecord,
    definition: Definition,
    node: ApprovalSpec,
    outputs: Mapping[str, Any],
    now: datetime,
    id_: str,
) -> RequestRecord:
    """What an approval asks. `outputs` by step name, for the template and the values shown."""
    scope = {**outputs, "input": run.input}
    return RequestRecord(
        id=id_,
        kind="approval",
        run_id=run.id,
        workflow=run.workflow,
        step=node.name,
        state="open",
        version=1,
        ask=render(node.ask, scope),
        choices=APPROVAL_CHOICES,
        stages=_stages(node, definition.owner, scope),
        rejections=node.rejections,
        veto=_people(node.veto, scope),
        self_approval=node.self_approval,
        comment=node.comment,
        requester=run.actor,
        opened_at=now,
        shown=tuple(_shown(show, scope) for show in node.show),
        channel=node.channel,
        expires_at=None if node.expires is None else after(now, node.expires, node.hours),
        on_expiry=node.on_expiry,
        remind_every=node.remind_every,
        form=None if node.form is None else with_options(node.form, scope),
        value=_proposed(node, scope),
        proposed=_proposed(node, scope),
        escalations=tuple(
            one.model_copy(update={"to": _people(one.to, scope) or (definition.owner,)})
            for one in node.escalations
        ),
        hours=node.hours,
        undo=node.undo,
        risk=node.risk,
        confirm=render(node.confirm, scope),
        one_time_code=node.one_time_code,
    )


def failure_request(
    run: RunRecord,
    definition: Definition,
    node: StepSpec,
    record: StepRecord,
    failure: Failure,
    now: datetime,
) -> RequestRecord:
    """What the owner is asked about a step that failed for good."""
    policy: FailureSpec = node.failure or definition.failure
    return RequestRecord(
        id=f"{run.id}.{node.name}.{record.attempt}",
        kind="failure",
        run_id=run.id,
        workflow=run.workflow,
        step=node.name,
        state="open",
        version=1,
        ask=f"{definition.title} failed at {node.title}",
        choices=FAILURE_CHOICES,
        stages=(anybody_of(definition.owner),),
        self_approval=True,
        comment={},
        requester=run.actor,
        opened_at=now,
        expires_at=None if policy.expires is None else now + timedelta(seconds=policy.expires),
        on_expiry="abort",
        remind_every=policy.remind_every,
        failure=failure,
        attempts=record.failures + record.crashes,
    )


def anybody_of(*refs: str) -> StageSpec:
    """A stage at which one answer from among them is enough."""
    return StageSpec(quorums=(QuorumSpec(approvers=refs),))


def _stages(node: ApprovalSpec, owner: str, scope: Mapping[str, Any]) -> tuple[StageSpec, ...]:
    """The stages with people for `{step.field}`. Where that names nobody, the owner is asked."""
    return tuple(
        StageSpec(
            name=stage.name,
            quorums=tuple(
                QuorumSpec(approvers=_people(quorum.approvers, scope) or (owner,), needs=quorum.needs)
                for quorum in stage.quorums
            ),
        )
        for stage in node.stages
    )


def _shown(show: Show, scope: Mapping[str, Any]) -> Shown:
    """An empty value is shown too: that it is empty may be what people decide on."""
    value = value_at(show.source, scope)
    if show.kind == "diff":
        return Shown(show.label, {"before": value_at(show.before, scope), "after": value}, show.kind)
    return Shown(show.label, value, show.kind)


def _proposed(node: ApprovalSpec, scope: Mapping[str, Any]) -> Any:
    """The values that people are asked to approve or to change."""
    if node.form is None or not node.form.proposed:
        return None
    value = value_at(node.form.proposed, scope)
    known = node.form.fields.get("properties") or {}
    return {name: value[name] for name in known if name in value} if isinstance(value, Mapping) else None


def _people(refs: Iterable[str], scope: Mapping[str, Any]) -> tuple[str, ...]:
    """References, with those in place of `{step.field}` that the field holds: a text or a list of texts."""
    found: list[str] = []
    for ref in refs:
        path = sole_path(ref)
        value = value_at(path, scope) if path else ref
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, str) and REFERENCE.fullmatch(each.strip()):
                found.append(each.strip())
    return tuple(dict.fromkeys(found))
