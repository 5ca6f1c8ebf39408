"""A decision step: its conditions with the types that they compare, and what no values can reach."""

from collections.abc import Mapping
from typing import Any, get_origin

from pydantic import BaseModel

from engine.authoring.nodes import Node
from engine.compiler.conditions import typed_tests
from engine.compiler.definition.checks import Checks, type_name
from engine.compiler.nodes.notifying import check_hyphen
from engine.compiler.paths import members
from engine.kernel.decision_coverage import unreachable
from engine.model.definition.conditions import steps_in
from engine.model.definition.decisions import DecisionSpec, RuleSpec
from engine.steps.decision import same_thresholds


def checked_decision(checks: Checks, node: Node, spec: DecisionSpec) -> DecisionSpec:
    """Return the decision as it is stored. Mistakes are among the checks' errors."""
    before = len(checks.errors)
    spec = spec.model_copy(
        update={
            "rules": tuple(_typed(checks, node, number, rule) for number, rule in enumerate(spec.rules, 1))
        }
    )
    if spec.score:
        _check_score(checks, node, spec)
    for path in spec.groups:
        checks.path(node, "input", tuple(path.split(".")[1:]), "groups")
    if len(checks.errors) == before:
        _check_reachable(checks, node, spec)
    return spec


def _typed(checks: Checks, node: Node, number: int, rule: RuleSpec) -> RuleSpec:
    place = f"rules[{number - 1}].when"
    steps = steps_in(rule.when)
    if any(check_hyphen(checks, node, place, step) for step in steps):
        return rule
    if not all(step == "input" or step in checks.names for step in steps):
        return rule  # the wiring names it
    return rule.model_copy(update={"when": typed_tests(checks, rule.when, place, node)})


def _check_score(checks: Checks, node: Node, spec: DecisionSpec) -> None:
    step, *fields = spec.score.split(".")
    if not (step == "input" or step in checks.names) or not step.isidentifier():
        return
    kinds = list(members(checks.path(node, step, tuple(fields), "score")))
    is_number = any(kind in (int, float) for kind in kinds)
    for problem, remedy in same_thresholds(spec.thresholds) if is_number else ():
        checks.error(problem, remedy, node)
    if is_number and spec.margin is None:
        checks.error(
            f"score names {spec.score}, a number, and no margin tells how sure its outcome is.",
            "Write margin=0.1: the distance from a threshold at which the confidence is 1.",
            node,
        )
    if any(_is_mapping(kind) for kind in kinds):
        wrong = {outcome: start for outcome, start in spec.thresholds.items() if not 0 <= start <= 1}
        for outcome, start in wrong.items():
            checks.error(
                f"thresholds has {start} for {outcome}, and {spec.score} has probabilities.",
                "Give a number from 0 to 1.",
                node,
            )
    elif not (is_number or Any in kinds):
        checks.error(
            f"score names {spec.score}, which is {' or '.join(map(type_name, kinds))}.",
            "Name a number, or a dict with the probability of each outcome.",
            node,
        )


def _is_mapping(kind: Any) -> bool:
    origin = get_origin(kind) or kind
    return isinstance(origin, type) and issubclass(origin, Mapping | BaseModel)


def _check_reachable(checks: Checks, node: Node, spec: DecisionSpec) -> None:
    found = unreachable(spec)
    for number, earlier in found.rules:
        rule = spec.rules[number - 1]
        if earlier:
            first = f"rule {earlier} or one before it matches first"
            problem = f"Rule {number} ({rule.written}) is never reached: {first}."
            remedy = f"Put rule {number} before it, or remove it."
        else:
            problem = f"Rule {number} ({rule.written}) never matches: no value meets all of its comparisons."
            remedy = "Write || where one of them is enough, or remove the rule."
        checks.error(problem, remedy, node)
    for outcome in found.outcomes:
        checks.error(
            f"The outcome {outcome} is never given: the points of the rules cannot add up to it.",
            "Change the points or its threshold, or remove it.",
            node,
        )
