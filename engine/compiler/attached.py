"""Functions that belong to a step without being nodes of the graph: its alternative, and its undo step.

Each is compiled as a step of its own, so that its attempts are executed, recorded and resumed like any other.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from engine.authoring.approval_options import listed
from engine.authoring.nodes import Node, StepOptions
from engine.authoring.options import Duration, Retry
from engine.compiler.definition.checks import Checks
from engine.compiler.definition.round_trip_checks import check_round_trip
from engine.compiler.nodes.step_code import StepCode
from engine.compiler.nodes.steps import returned_type, step_spec
from engine.model.definition.spec import EachSpec, StepSpec


def attached_step(
    checks: Checks,
    node: Node,
    role: str,
    function: Callable[..., Any] | Any,
    retry: Retry,
    timeout: Duration | None,
    uses: Any = (),
    undoes: EachSpec | None = None,
) -> tuple[StepSpec, StepCode, Node] | None:
    """Return the step `node.role`, its code and its declaration; what is wrong is among the checks' errors.

    `role`: `undo` or `alternative`. No name that an author gives has a dot. `undoes`: see `step_spec`.
    """
    if not callable(function):
        checks.error(
            f"{role} is {function!r}, which is not a function.",
            f"Write {role}=a_function, without calling it.",
            node,
        )
        return None
    before = len(checks.errors)
    name, title = f"{node.name}.{role}", f"{role} of {node.title or node.name.replace('_', '-')}"
    options = StepOptions(
        function, timeout, retry, None, uses=listed(uses), queue=node.step.queue if node.step else None
    )
    attached = replace(node, name=name, title=title, when=None, after=(), step=options)
    checks.returns[name] = returned_type(attached)
    common = {"name": name, "title": title, "when": None, "after": ()}
    compiled = step_spec(checks, attached, options, common, before, undoes)
    if compiled is None:
        return None
    check_round_trip(checks, "The output", checks.returns[name], attached)
    return *compiled, attached
