"""Pure: the facts about a run and a step on which the rules of a policy file decide."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine.kernel.live_run import LiveRun
from engine.kernel.requests.policy_question import approved_questions
from engine.kernel.requests.quorum import decisions_for_outcome
from engine.kernel.requests.requesters import requesters_of
from engine.model.definition.elements import node_of
from engine.model.definition.policies import PolicySet
from engine.model.definition.spec import Definition, StepSpec
from engine.model.people import effective_user_id
from engine.model.records.records import RequestRecord, RunRecord
from engine.model.text.personal import without_sealed

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def start_facts(
    policies: PolicySet,
    run: RunRecord,
    definition: Definition,
    now: datetime,
    variables: Mapping[str, str],
    runs_today: int | None = None,
) -> dict[str, Any]:
    """Return the facts at the start of a run. `runs_today`: of its workflow; None: not counted."""
    facts = _of_run(policies, run, definition, now, variables)
    return facts | {"usage": {} if runs_today is None else {"runs_today": runs_today}}


def step_facts(
    policies: PolicySet, state: LiveRun, step: str, now: datetime, variables: Mapping[str, str]
) -> dict[str, Any]:
    """Return the facts before an attempt of a step, or of an element."""
    node = state.graph.nodes[node_of(step)] if step not in state.graph.nodes else state.graph.nodes[step]
    assert isinstance(node, StepSpec)
    approvals = _approvals(state, node.name)
    people = sorted({who for each in approvals for who in each["approved_by"]})
    facts = _of_run(policies, state.run, state.definition, now, variables)
    facts["requester"]["names"] = _names(state.run, state)
    facts["step"] = {
        # A rule about a step holds also for what executes instead of it.
        "name": state.graph.alternative_of.get(node.name, node.name),
        "title": node.title,
        "kind": node.operation.kind if node.operation is not None else "function",
        "uses": list(node.uses),
        "queue": node.queue_name,
        "approvals": approvals,
        "approved_by": people,
        "others_approved": len(set(people) - set(facts["requester"]["names"])),
    }
    # No condition can name it: it counts for the rules that asked.
    return facts | {"given": _given(state, node.name)}


def _of_run(
    policies: PolicySet, run: RunRecord, definition: Definition, now: datetime, variables: Mapping[str, str]
) -> dict[str, Any]:
    kind = run.trigger.partition(":")[0]
    return {
        "workflow": {
            "name": run.workflow,
            "owner": definition.owner,
            "channel": definition.channel or "",
            "gate": definition.gate,
        },
        # A rule that names personal data cannot be evaluated, so it denies.
        "input": without_sealed(run.input) if run.input is not None else {},
        "requester": {
            "id": effective_user_id(run.actor),
            "source": run.actor.source,
            "names": _names(run, None),
        },
        "trigger": {"kind": kind, "key": run.trigger},
        "time": time_facts(now, policies.zone),
        "env": {name: variables[name] for name in policies.environment if name in variables},
    }


def time_facts(now: datetime, zone: str) -> dict[str, Any]:
    """Return the facts of a moment in a time zone."""
    local = now.astimezone(ZoneInfo(zone))
    return {
        "weekday": _WEEKDAYS[local.weekday()],
        "hour": local.hour,
        "minute": local.minute,
        "date": local.date().isoformat(),
        "clock": local.strftime("%H:%M"),
    }


def _names(run: RunRecord, state: LiveRun | None) -> list[str]:
    """Return every name of the people whose input the run carries."""
    actors = requesters_of(run, state.signals.values() if state is not None else ())
    return sorted({name for actor in actors for name in (*actor.names, effective_user_id(actor))})


def _given(state: LiveRun, step: str) -> dict[str, list[str]]:
    """Return the people who approved a step because a rule asked them, by the digest of the rule."""
    given: dict[str, list[str]] = {}
    for request in approved_questions(state, step):
        assert request.policy_question is not None
        made = decisions_for_outcome(request, "approved")
        people = given.setdefault(request.policy_question.digest, [])
        people += (effective_user_id(each.actor) for each in made)
    return given


def _approvals(state: LiveRun, step: str) -> list[dict[str, Any]]:
    """Return the approvals that guard a step and were given, each with the people."""
    guards = state.graph.scopes.guards.get(step, ())
    given = {}
    for request in state.requests.values():
        if request.step in guards and request.kind == "approval" and request.outcome == "approved":
            given[request.step] = request  # of several, the newest is the last
    return [
        each
        for name, request in given.items()
        if not request.coverage.superseded
        for each in _approval(name, request)
    ]


def _approval(name: str, request: RequestRecord) -> list[dict[str, Any]]:
    """Return who was asked and approved. A person who broke glass was not asked: those who may are apart."""
    made = decisions_for_outcome(request, "approved")
    alone = {effective_user_id(each.actor) for each in made if request.glass_of(each)}
    others = {effective_user_id(each.actor) for each in made if not request.glass_of(each)}
    given = [{"name": name, "asked": sorted(_asked(request)), "approved_by": sorted(others)}]
    if alone and request.policy.break_glass is not None:
        people = sorted({*request.policy.break_glass.people})
        given.append({"name": name, "asked": people, "approved_by": sorted(alone)})
    return given


def _asked(request: RequestRecord) -> frozenset[str]:
    """Return everybody who was asked, also later: by an escalation, or because it was reassigned."""
    policy = request.policy
    refs = {ref for stage in policy.stages for ref in stage.approvers}
    refs |= {ref for escalation in policy.escalations for ref in escalation.to}
    return frozenset(refs | {handover.to for handover in request.people.handovers})
