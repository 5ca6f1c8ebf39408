"""A step that executes an operation, such as a command: from what the author wrote to a checked spec."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson
from pydantic import BaseModel

from engine.authoring.nodes import Node, StepOptions
from engine.authoring.operation_functions import operation_function
from engine.compiler.definition.checks import Checks, type_name
from engine.compiler.nodes.decisions import checked_decision
from engine.compiler.nodes.notifying import check_hyphen
from engine.compiler.paths import fields_of, is_list, members
from engine.model.definition.decisions import DecisionSpec
from engine.model.definition.operations import OperationSpec, paths_of
from engine.model.values.frozen import Frozen
from engine.steps.decision import Decision
from engine.steps.kind import StepKind


def operation_spec(checks: Checks, node: Node, operation: StepKind | None) -> OperationSpec | None:
    """Return the checked operation; None for another step. Mistakes are among the checks' errors."""
    if operation is None:
        return None
    before = len(checks.errors)
    for problem, remedy in operation.problems():
        checks.error(problem, remedy, node)
    if len(checks.errors) > before:
        return None
    spec = operation.spec
    for place, template in spec.templates:
        for path in paths_of(template):
            _check_path(checks, node, place, path, is_argument=place in spec.argument_places)
    return checked_decision(checks, node, spec) if isinstance(spec, DecisionSpec) else spec


def operation_code(node: Node, options: StepOptions, spec: OperationSpec | None) -> Callable[..., Any]:
    """Return the function of a step. That of a decision compares values as its checked spec says."""
    if not isinstance(options.operation, Decision) or not isinstance(spec, DecisionSpec):
        return options.function
    return operation_function(node.name, replace(options.operation, checked=spec))


def data_digest(data: Frozen) -> str:
    """Return the digest of what a step does that is data, as `source_digest` does for a function.

    An approval covers it.
    """
    return hashlib.sha256(orjson.dumps(data.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS)).hexdigest()


def _check_path(checks: Checks, node: Node, place: str, path: str, *, is_argument: bool) -> None:
    step, *fields = path.split(".")
    if check_hyphen(checks, node, place, step) or not (step == "input" or step in checks.names):
        return
    kind = checks.path(node, step, tuple(fields), place)
    for member in members(kind) if is_argument else ():
        is_model = isinstance(member, type) and issubclass(member, BaseModel)
        if is_list(member) or is_model or fields_of(member):
            checks.error(
                f"{place} names {path}, which is {type_name(kind)}, and makes one argument.",
                "Name a text or a number in it.",
                node,
            )
            return
