"""The undo step of a step, which takes the output of the step that it undoes."""

from typing import Any

from engine.authoring.options import Retry, Undo
from engine.authoring.workflow import Node
from engine.compiler.attached import attached_step
from engine.compiler.definition.checks import Checks
from engine.compiler.nodes.step_code import StepCode
from engine.compiler.nodes.steps import failure_spec
from engine.model.spec import FailureSpec, StepSpec


def undo_spec(checks: Checks, node: Node, undo: Any) -> tuple[StepSpec, StepCode] | None:
    """Return the undo step and its code; what is wrong with it is among the checks' errors.

    Its failure always asks the owner: a run that fails cannot fail again.
    """
    declared = undo if isinstance(undo, Undo) else Undo(undo)
    retry = Retry() if declared.retry is None else declared.retry
    compiled = attached_step(checks, node, "undo", declared.function, retry, declared.timeout, declared.uses)
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


def _asking(checks: Checks, node: Node) -> FailureSpec:
    own = node.step.on_failure if node.step is not None else None
    declared = checks.options.on_failure if own is None else own
    return FailureSpec() if declared == "fail" else failure_spec(checks, declared, node)
