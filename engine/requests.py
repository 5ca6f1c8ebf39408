"""Pure: the requests that the engine opens, from the definition and what is known when people are asked."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from engine.records import Failure, RequestRecord, RunRecord, Shown, StepRecord
from engine.spec import ApprovalSpec, Definition, FailureSpec, StepSpec
from engine.template import render, value_at

APPROVAL_CHOICES = ("approve", "reject")
FAILURE_CHOICES = ("retry", "skip", "abort")


def approval_request(
    run: RunRecord, node: ApprovalSpec, outputs: Mapping[str, Any], now: datetime
) -> RequestRecord:
    """What an approval asks. `outputs` by step name, for the template and the values shown."""
    scope = {**outputs, "input": run.input}
    return RequestRecord(
        id=f"{run.id}.{node.name}",
        kind="approval",
        run_id=run.id,
        workflow=run.workflow,
        step=node.name,
        state="open",
        version=1,
        ask=render(node.ask, scope),
        choices=APPROVAL_CHOICES,
        approvers=node.approvers,
        self_approval=node.self_approval,
        comment=node.comment,
        requester=run.actor,
        opened_at=now,
        shown=tuple(Shown(show.label, value_at(show.source, scope)) for show in node.show),
        channel=node.channel,
        expires_at=None if node.expires is None else now + timedelta(seconds=node.expires),
        on_expiry=node.on_expiry,
        remind_every=node.remind_every,
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
        approvers=(definition.owner,),
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
