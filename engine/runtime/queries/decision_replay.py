"""Replay of past decisions: what rules would have decided on the values that are stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from engine.compiler.compiled import Compiled
from engine.errors import NotPossible
from engine.kernel.decisions import decide
from engine.model.definition.conditions import Undecidable
from engine.model.definition.decisions import DecisionSpec
from engine.model.definition.operations import paths_of
from engine.model.definition.spec import StepSpec
from engine.model.records.records import RunRecord
from engine.store import queries
from engine.store.store import Store

MAX_REPLAYED = 500
"""Decisions on one page."""


@dataclass(frozen=True, slots=True)
class ReplayedDecision:
    """A past decision, and what the rules decide now. `problem`: why they cannot; `outcome` is empty then."""

    run: RunRecord
    past_outcome: str
    past_confidence: float
    outcome: str = ""
    confidence: float = 0.0
    why: str = ""
    problem: str = ""

    @property
    def differs(self) -> bool:
        return self.outcome != self.past_outcome


def decisions_of(compiled: Compiled) -> dict[str, DecisionSpec]:
    """Return the decisions of a workflow by step."""
    return {
        node.name: spec
        for node in compiled.graph.nodes.values()
        if isinstance(node, StepSpec) and isinstance(spec := _operation(compiled, node), DecisionSpec)
    }


def decision_of(compiled: Compiled, step: str) -> tuple[str, DecisionSpec]:
    """Return a decision of a workflow; empty `step`: its only one. Raises `NotPossible`."""
    decisions = decisions_of(compiled)
    name, listed = compiled.definition.name, ", ".join(decisions)
    if not decisions:
        raise NotPossible(f"{name} has no decision step. Name a workflow that has one.")
    if step and step not in decisions:
        raise NotPossible(f"{name} has no decision {step}. There are: {listed}.")
    if not step and len(decisions) > 1:
        raise NotPossible(
            f"{name} has several decisions: {listed}. Name one: {name}.{next(iter(decisions))}."
        )
    step = step or next(iter(decisions))
    return step, decisions[step]


def _operation(compiled: Compiled, node: StepSpec) -> object:
    """Return the operation that a step executes: approvers may have changed its thresholds."""
    code = compiled.code.get(node.name)
    return code.operation if code and code.operation else node.operation


def rules_from(data: Mapping[str, Any]) -> DecisionSpec:
    """Return the rules of another version. Raises `NotPossible`."""
    try:
        return DecisionSpec.model_validate(data)
    except ValidationError:
        raise NotPossible(
            "The rules to compare with cannot be read. Check that file with signoff check."
        ) from None


async def replayed(
    store: Store, workflow: str, step: str, spec: DecisionSpec, since: datetime, before: RunRecord | None
) -> list[ReplayedDecision]:
    """Return a page of decisions, newest first."""
    runs = await store.read(queries.decided_runs, workflow, step, since, before, MAX_REPLAYED, store.skip)
    paths = [*spec.paths, *(path for rule in spec.rules for path in paths_of(rule.reason))]
    named = {step, *(path.split(".")[0] for path in paths)}
    outputs: dict[str, dict[str, Any]] = {}
    for record in await store.read(queries.steps_with_output, [run.id for run in runs], named, store.skip):
        outputs.setdefault(record.run_id, {})[record.step] = record.output
    return [
        _replayed(run, outputs[run.id].pop(step), {**outputs[run.id], "input": run.input}, spec)
        for run in runs
        if step in outputs.get(run.id, ())
    ]


def _replayed(run: RunRecord, past: Any, scope: Mapping[str, Any], spec: DecisionSpec) -> ReplayedDecision:
    given = past if isinstance(past, Mapping) else {}
    outcome, confidence = str(given.get("outcome", "")), given.get("confidence", 0)
    try:
        verdict = decide(spec, scope)
    except Undecidable as error:
        return ReplayedDecision(run, outcome, confidence, problem=str(error))
    return ReplayedDecision(run, outcome, confidence, verdict.outcome, verdict.confidence, verdict.why)
