"""The undo step of a step: compiled as a step of its own that takes the output of the step it undoes."""

from dataclasses import replace
from typing import Any

from engine.authoring.options import Retry, Undo
from engine.authoring.workflow import Node, StepOptions
from engine.compiler.checks import Checks
from engine.compiler.round_trip_checks import check_round_trip
from engine.compiler.step_code import StepCode
from engine.compiler.steps import failure_spec, returned_type, step_spec
from engine.model.spec import FailureSpec, StepSpec

SUFFIX = ".undo"
"""Ends the name of an undo step; no name that an author gives has a dot."""


def undo_spec(checks: Checks, node: Node, undo: Any) -> tuple[StepSpec, StepCode] | None:
    """Return the undo step and its code; what is wrong with it is among the checks' errors.

    Its failure always asks the owner: a run that fails cannot fail again.
    """
    declared = undo if isinstance(undo, Undo) else Undo(undo)
    if not callable(declared.function):
        checks.error(
            f"undo is {declared.function!r}, which is not a function.",
            f"Write undo=a_function, which takes {node.name}.",
            node,
        )
        return None
    before = len(checks.errors)
    name, title = f"{node.name}{SUFFIX}", f"undo of {node.title or node.name.replace('_', '-')}"
    retry = Retry() if declared.retry is None else declared.retry
    options = StepOptions(declared.function, declared.timeout, retry, None)
    undoing = replace(node, name=name, title=title, when=None, after=(), step=options)
    checks.returns[name] = returned_type(undoing)
    common = {"name": name, "title": title, "when": None, "after": ()}
    compiled = step_spec(checks, undoing, options, common, before)
    if compiled is None:
        return None
    spec, code = compiled
    if others := [need.parameter for need in spec.needs if need.step != node.name]:
        checks.error(
            f"The undo function takes {others[0]}, but it can take {node.name}, input and ctx only.",
            f"Return what it needs from {node.name}.",
            undoing,
        )
        return None
    check_round_trip(checks, "The output", checks.returns[name], undoing)
    return spec.model_copy(update={"failure": _asking(checks, node)}), code


def _asking(checks: Checks, node: Node) -> FailureSpec:
    own = node.step.on_failure if node.step is not None else None
    declared = checks.options.on_failure if own is None else own
    return FailureSpec() if declared == "fail" else failure_spec(checks, declared, node)
