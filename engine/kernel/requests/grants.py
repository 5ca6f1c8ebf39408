"""Pure: which further requests a grant covers.

A grant covers a request only if everything that its giver approved is the same: the version of the workflow,
the code of the guarded steps, the approvers, the requester, the input, and the outputs that people were shown
or that guarded steps read. The author may except arguments, each by an explicit rule over its JSON value.
"""

from collections.abc import Mapping
from typing import Any

from engine.kernel.requests.approval_digest import sha256
from engine.model.definition.grants import GrantSpec, value_at, without
from engine.model.definition.graph import Graph
from engine.model.definition.spec import ApprovalSpec, NodeSpec
from engine.model.records.grant import Grant
from engine.model.records.records import RequestRecord, RunRecord, StepRecord

_KEY_CHARACTERS = 20
"""The end of a run's id that a token started, after the mark of the token."""
OUTDATED = "The workflow or its code has changed since."
"""A problem that ends a grant."""


def arguments(
    graph: Graph, node: ApprovalSpec, run: RunRecord, steps: Mapping[str, StepRecord]
) -> dict[str, Any]:
    """Return the input, and the outputs that people are shown or that guarded steps read, by name."""
    names = {need.step for need in node.needs} | {*graph.scopes.reads[node.name]}
    return {"input": run.input} | {
        name: _argument(graph.nodes[name], steps[name]) for name in sorted(names) if name in steps
    }


def _argument(node: NodeSpec, record: StepRecord) -> Any:
    """Return what steps use of a step that has ended: its output, or how it went without one."""
    output = record.output
    if isinstance(node, ApprovalSpec) and isinstance(output, Mapping):
        # Who decided an earlier approval, and when, differs each time.
        return {name: output.get(name) for name in ("outcome", "value", "comment")}
    if record.state == "succeeded":
        return output
    error = record.failure.message if record.failure else record.reason
    return [record.state, error, output]


def covered(spec: GrantSpec, values: Mapping[str, Any]) -> str:
    """Return the digest of the arguments that may not differ. Raises `KeyError` where one is missing."""
    fixed: Any = dict(values)
    for rule in spec.rules:
        fixed = without(fixed, rule.path)
    return sha256(fixed)


def _mark(run: str, grant: Grant) -> str:
    """Return the part of a run's id that a token alone has; empty for tokens of before there were marks."""
    return run.removeprefix(f"{grant.workflow}-")[:-_KEY_CHARACTERS]


def version_of(request: RequestRecord) -> str:
    """Return the digest of the version, the code of guarded steps and the approvers."""
    binding = request.coverage.binding
    assert binding is not None
    stages = [stage.as_json for stage in request.policy.stages]
    veto = list(request.policy.veto)
    return sha256([binding.version, dict(binding.code), stages, veto])


def refusal(request: RequestRecord) -> str:
    """Return why no grant can be given with this request, and none can approve it; empty if one could."""
    policy = request.policy
    if request.kind != "approval" or policy.grants is None or request.coverage.binding is None:
        return "The author of the workflow allows no grants here."
    if policy.risk == "high":
        return "This request is of high risk, so no grant covers it."
    if len(policy.stages) != 1 or [quorum.needs for quorum in policy.stages[0].quorums] != [1]:
        return "This request needs several approvers, so no grant covers it."
    if request.form is not None or policy.confirm or policy.one_time_code or request.revision is not None:
        return "This request asks for more than an approval, so no grant covers it."
    if request.people.handovers or request.further_requesters:
        return "Other people are concerned than those of the workflow, so no grant covers it."
    return ""


def problem(grant: Grant, request: RequestRecord, values: Mapping[str, Any]) -> str:
    """Return why the grant does not cover this request; empty if it does. Time and uses are not looked at."""
    if why := refusal(request):
        return why
    spec = request.policy.grants
    assert spec is not None
    if (grant.workflow, grant.step) != (request.workflow, request.step):
        return "It is for another approval."
    if grant.requester != request.requester:
        return "It is for another requester."
    if request.requester.source == "api" and _mark(grant.run, grant) != _mark(request.run_id, grant):
        return "It is for an earlier token of this name."
    if request.counts_from < grant.at:
        return "It was asked before the grant was given."
    if grant.version != version_of(request):
        return OUTDATED
    if request.decisions or request.clarification.clarifications or request.coverage.again:
        return "People have begun to deal with this request."
    try:
        if not all(rule.covers(value_at(values, rule.path)) for rule in spec.rules):
            return "An argument is not what the rules of the workflow allow."
        if covered(spec, values) != grant.covers:
            return "Something differs from what was approved."
    except KeyError:
        return "An argument is missing."
    return ""
