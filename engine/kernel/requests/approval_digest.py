"""Pure: what a decision covers, and what of it has changed since.

It covers one SHA-256 over canonical bytes: the full values that people were shown, the policy, the version
of the workflow, the run's input, and the outputs and the code that the guarded steps will use. The outputs
and the code are recorded when people are asked, not when they answer: they did not see a later change.
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import orjson

from engine.kernel.live_run import LiveRun
from engine.kernel.shapes.awaiting import starts_child
from engine.model.definition.graph import dependencies
from engine.model.definition.spec import ApprovalSpec, NodeSpec
from engine.model.records.records import RequestRecord, StepRecord
from engine.model.records.request_parts import Binding, PolicyQuestion
from engine.model.states import STEP_SETTLED

CodeDigest = Callable[[str], str]
"""Digest of the loaded code, by step."""


def canonical(value: Any) -> bytes:
    """Return the bytes that are digested and signed: JSON with sorted keys."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def sha256(value: Any) -> str:
    """Return the SHA-256 of the canonical bytes, in hex."""
    return hashlib.sha256(canonical(value)).hexdigest()


def bind(state: LiveRun, approval: str, code: CodeDigest, policy: PolicyQuestion | None = None) -> Binding:
    """Return the current values and code that the guarded steps of an approval will use.

    `policy`: it asks about the step `approval` itself, which no approval of the workflow is.
    """
    scopes = state.graph.scopes
    if policy is None:
        reads, guarded = scopes.reads[approval], scopes.guarded[approval]
    else:
        reads, guarded = dependencies(state.graph.nodes[approval]), (approval,)
    return Binding(
        version=state.run.definition,
        input=sha256(state.run.input),
        outputs={
            step: output_digest(state.graph.nodes[step], state.steps[step])
            for step in reads
            if _settled(state, step)
        },
        code={step: code(step) for step in guarded},
        policy=policy,
    )


def covered_values(request: RequestRecord) -> dict[str, Any]:
    """Return everything that a decision made now covers, as JSON."""
    return {
        "request": request.id,
        "run": request.run_id,
        "workflow": request.workflow,
        "step": request.step,
        "ask": request.ask,
        "shown": [item.as_json for item in request.shown],
        "value": request.value,
        "policy": policy_of(request),
        "binding": None if request.coverage.binding is None else request.coverage.binding.as_json(),
        # Digests of earlier releases have no `revision`.
        **({"revision": request.revision.covered()} if request.revision else {}),
    }


def policy_of(request: RequestRecord) -> dict[str, Any]:
    """Return the policy of a request as JSON: who may decide, and how many."""
    return {
        "choices": list(request.policy.choices),
        "stages": [stage.as_json for stage in request.policy.stages],
        "rejections": request.policy.rejections,
        "veto": list(request.policy.veto),
        "self_approval": request.policy.self_approval,
        "comment": dict(request.policy.comment),
        "risk": request.policy.risk,
        "confirm": request.policy.confirm,
        "one_time_code": request.policy.one_time_code,
        "on_expiry": request.policy.on_expiry,
        "stand_ins": [
            [delegate.away, delegate.to, delegate.until.isoformat()] for delegate in request.people.delegates
        ],
        # Digests of earlier releases have no `further_requesters` and no `handovers`.
        **(
            {"further_requesters": [[actor.source, actor.id, actor.as_user] for actor in further]}
            if (further := request.further_requesters)
            else {}
        ),
        **(
            {"handovers": [handover.as_json() for handover in request.people.handovers]}
            if request.people.handovers
            else {}
        ),
        **({"window": request.policy.window.as_json()} if request.policy.window else {}),
        **({"break_glass": request.policy.break_glass.as_json()} if request.policy.break_glass else {}),
    }


def digest(request: RequestRecord) -> str:
    """SHA-256 of what a decision made now covers, hex. Empty for what covers nothing."""
    return "" if request.coverage.binding is None else sha256(covered_values(request))


def seen_digest(request: RequestRecord) -> str:
    """Return a short digest of what an approver goes by: all that is covered, the stage, the answers."""
    answers = [
        [each.id, each.choice, each.actor.source, each.actor.id, each.on_behalf, each.comment, each.stage,
         list(each.member_of)]
        for each in request.decisions
    ]  # fmt: skip
    seen = {
        **covered_values(request),
        "revocable_for": request.policy.revocable_for,
        "stage": request.stage,
        "answers": answers,
        "lost": {id_: list(refs) for id_, refs in request.people.lost.items()},
        "again": request.coverage.again,
        "clarifications": request.clarification.clarifications,
    }
    return sha256(seen)[:12]


def changes_since_approval(state: LiveRun, approval: str, code: CodeDigest) -> list[str]:
    """Describe what is no longer as it was approved; empty when all of it is. Only for what was approved."""
    record = state.steps[approval]
    if record.state != "succeeded":
        return []  # nobody was asked
    outcome = record.output if isinstance(record.output, Mapping) else {}
    request = state.requests.get(request_id(state.run.id, approval, record.attempt))
    if request is None:
        return ["the record of the question is gone"]
    if request.outcome != outcome.get("outcome"):
        return ["the recorded outcome differs from the decisions"]
    if request.outcome != "approved":
        return []
    if request.coverage.binding is None:
        # An earlier release took nothing down; it gave its decisions no digest either.
        taken = request.coverage.digest or any(decision.digest for decision in request.decisions)
        return ["the record of what people were asked is gone"] if taken else []
    changes = _changes_of(state, request, request.coverage.binding, code)
    if request.form is not None and outcome.get("value") != request.form.spec.outcome_value(request.value):
        changes.insert(0, "the values differ from those that were approved")
    return changes


def changes_since(state: LiveRun, request: RequestRecord, code: CodeDigest) -> list[str]:
    """Describe what is no longer as people approved it because a policy asked; empty when all of it is."""
    if request.coverage.binding is None:
        return ["the record of what people were asked is gone"]
    return _changes_of(state, request, request.coverage.binding, code)


def _changes_of(state: LiveRun, request: RequestRecord, then: Binding, code: CodeDigest) -> list[str]:
    changes = []
    if digest(request) != request.coverage.digest:
        changes.append("the values that were shown, or the policy, changed after the decision")
    now = bind(state, request.step, code, then.policy)
    if now.version != then.version:
        changes.append("the version of the workflow changed")
    if now.input != then.input:
        changes.append("the run's input changed")
    nodes = state.graph.nodes
    # All that a step reads has settled when a policy asks about it.
    before = state.graph.before(request.step) if then.policy is None else frozenset[str]()
    late = {step: "" for step in now.outputs if step in before}  # settled after people were asked
    seen = {**late, **then.outputs}
    changes += [f"the output of {nodes[step].title} changed" for step in _differing_steps(now.outputs, seen)]
    changes += [f"the code of {nodes[step].title} changed" for step in _differing_steps(now.code, then.code)]
    return changes


def code_changes(state: LiveRun, request: RequestRecord, code: CodeDigest) -> list[str]:
    """Describe guarded code that changed since people were asked; code that isn't loaded did not change."""
    then = request.coverage.binding.code if request.coverage.binding else {}
    changed = [step for step, digest in then.items() if code(step) not in ("", digest)]
    return [f"the code of {state.graph.nodes[step].title} changed" for step in changed]


def approvals_of_other_code(state: LiveRun, code: CodeDigest) -> list[str]:
    """Return the approvals that were given and whose guarded steps would execute changed code.

    Where the code of such a step is not loaded, its approval stays: the run waits for that code.
    """
    changed = []
    for name in state.graph.order:
        record = state.steps.get(name)
        if (
            record is None
            or record.state != "succeeded"
            or not isinstance(state.graph.nodes[name], ApprovalSpec)
        ):
            continue
        request = state.requests.get(request_id(state.run.id, name, record.attempt))
        then = request.coverage.binding.code if request and request.coverage.binding else {}
        to_execute = {step: code(step) for step in then if _still_executes(state, step)}
        if all(to_execute.values()) and any(then[step] != now for step, now in to_execute.items()):
            changed.append(name)
    return changed


def _still_executes(state: LiveRun, step: str) -> bool:
    record = state.steps.get(step)
    return record is None or record.state in ("pending", "retrying") or starts_child(state, step)


def request_id(run_id: str, step: str, attempt: int) -> str:
    """Return the id of the request of an approval's n-th attempt."""
    return f"{run_id}.{step}" if attempt <= 1 else f"{run_id}.{step}.{attempt}"


def window_end(state: LiveRun, step: str) -> datetime | None:
    """Return when the first window ends of those in which a step may start; None: it has no window."""
    ends = [
        request.policy.window.closes
        for guard in state.graph.scopes.guards.get(step, ())
        if (request := state.requests.get(request_id(state.run.id, guard, state.steps[guard].attempt)))
        and request.policy.window is not None
        and request.outcome == "approved"
    ]
    return min(ends, default=None)


def _differing_steps(now: Mapping[str, str], then: Mapping[str, str]) -> list[str]:
    return [step for step in then if now.get(step) != then[step]]


def _settled(state: LiveRun, step: str) -> bool:
    record = state.steps.get(step)
    return record is not None and record.state in STEP_SETTLED


def output_digest(node: NodeSpec, record: StepRecord) -> str:
    """Return the digest of what steps use of a step that has ended: its output, or how it went."""
    output = record.output
    if isinstance(node, ApprovalSpec) and isinstance(output, Mapping):
        # Who decided an earlier approval, and when, is not a value that steps use.
        output = {name: output.get(name) for name in ("outcome", "value")}
    error = record.failure.message if record.failure else record.reason
    return sha256([record.state, output, error])
