"""The alternative of a step: another function with the same output, for when the step fails for good."""

from typing import Any

from engine.authoring.nodes import Node
from engine.authoring.options import Alternative, Retry
from engine.compiler.attached import attached_step
from engine.compiler.definition.checks import Checks, type_name
from engine.compiler.nodes.step_code import StepCode
from engine.compiler.types.type_compat import type_fits
from engine.model.definition.spec import StepSpec


def with_alternative(
    checks: Checks, node: Node, spec: StepSpec, alternative: Any
) -> tuple[StepSpec, StepCode] | None:
    """Return the step with its alternative, and the alternative's code.

    An alternative takes nothing that its step does not: what it takes has settled, and an approval covers it.
    """
    declared = alternative if isinstance(alternative, Alternative) else Alternative(alternative)
    if spec.each is not None:
        checks.error(
            "alternative= cannot be combined with each=.",
            f"Take {node.name} as list[Settled[…]] in a step that returns the elements that failed, and map "
            "the alternative over them in another step.",
            node,
        )
        return None
    if not isinstance(declared.ask, bool):
        checks.error(f"Alternative(ask={declared.ask!r}).", "Write True or False.", node)
        return None
    retry = Retry(attempts=1) if declared.retry is None else declared.retry
    compiled = attached_step(
        checks, node, "alternative", declared.function, retry, declared.timeout, declared.uses
    )
    if compiled is None:
        return None
    own, code, attached = compiled
    if others := [need.parameter for need in own.needs if need not in spec.needs]:
        checks.error(
            f"The alternative takes {others[0]}, which {node.name} does not take in the same way.",
            f"Give both functions the parameter {others[0]} with the same type, or leave it out.",
            attached,
        )
        return None
    given, wanted = checks.returns[attached.name], checks.returns[node.name]
    if not type_fits(given, wanted):
        checks.error(
            f"The alternative returns {type_name(given)}, but {node.name} returns {type_name(wanted)}.",
            "Make the two the same.",
            attached,
        )
        return None
    by = "person" if declared.ask else "rule"
    return spec.model_copy(update={"alternative": own, "reroute_by": by}), code
