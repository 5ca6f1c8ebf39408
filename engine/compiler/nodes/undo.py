"""The undo step of a step, which takes the output of the step that it undoes."""

import inspect
import typing
from typing import Any

from engine.authoring.nodes import Node
from engine.authoring.options import Retry, Undo
from engine.compiler.attached import attached_step
from engine.compiler.definition.checks import Checks, type_name
from engine.compiler.nodes.step_code import StepCode
from engine.compiler.nodes.steps import failure_spec, returned_type
from engine.compiler.types.type_compat import type_fits
from engine.model.definition.spec import EachSpec, FailureSpec, StepSpec


def undo_spec(checks: Checks, node: Node, undo: Any) -> tuple[StepSpec, StepCode] | None:
    """Return the undo step and its code; what is wrong with it is among the checks' errors.

    Its failure always asks the owner: a run that fails cannot fail again.
    """
    declared = undo if isinstance(undo, Undo) else Undo(undo)
    retry = Retry() if declared.retry is None else declared.retry
    mapped = _elements(checks, node, declared.function)
    compiled = attached_step(
        checks, node, "undo", declared.function, retry, declared.timeout, declared.uses, mapped
    )
    if compiled is None:
        return None
    spec, code, attached = compiled
    if others := [need.parameter for need in spec.needs if need.step != node.name]:
        checks.error(
            f"The undo function takes {others[0]}, but it can take {node.name}, input and ctx only.",
            f"Return what it needs from {node.name}.",
            attached,
        )
        return None
    return spec.model_copy(update={"failure": _asking(checks, node)}), code


def _elements(checks: Checks, node: Node, function: Any) -> EachSpec | None:
    """Return what the undo step of a mapped step executes for; None for the undo step of another one."""
    if node.step is None or node.step.each is None or not callable(function):
        return None
    try:
        parameters = inspect.signature(function).parameters
        hint = typing.get_type_hints(function, include_extras=True).get(node.name, Any)
    except Exception:  # told by the check of the function
        return None
    given = returned_type(node)
    if node.name not in parameters:
        checks.error(
            "The undo function does not take what an element returned.",
            f"It executes once for each element: give it the parameter {node.name}.",
            node,
        )
    elif not type_fits(given, hint):
        checks.error(
            f"The undo function takes {type_name(hint)}, but an element returns {type_name(given)}.",
            "It executes once for each element: make the two the same.",
            node,
        )
    return EachSpec(source=node.name, parameter=node.name, at_once=node.step.at_once, undoes=True)


def _asking(checks: Checks, node: Node) -> FailureSpec:
    own = node.step.on_failure if node.step is not None else None
    declared = checks.options.on_failure if own is None else own
    return FailureSpec() if declared == "fail" else failure_spec(checks, declared, node)
