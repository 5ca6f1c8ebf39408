"""Break-glass: from what the author wrote to checked people and the name of a gate."""

from collections.abc import Mapping

from engine.authoring.approval_options import ApprovalOptions, several
from engine.authoring.nodes import Node
from engine.authoring.options import BreakGlass
from engine.compiler.compiled import Compiled
from engine.compiler.definition.checks import Checks
from engine.errors import DefinitionError
from engine.kernel.roles import is_private
from engine.model.definition.break_glass import BreakGlassSpec
from engine.model.definition.spec import ApprovalSpec

_EXAMPLE = 'Write break_glass=BreakGlass(people="@leads", review="break-glass-review").'
_EXCLUDING = ("form", "choose", "revocable_for", "window", "revise", "rounds", "advisory")


def break_glass_spec(checks: Checks, node: Node, options: ApprovalOptions) -> BreakGlassSpec | None:
    """Return who may approve alone; None for nobody, or where something is wrong."""
    declared = options.break_glass
    if declared is None:
        return None
    if not isinstance(declared, BreakGlass):
        checks.error(f"break_glass is {declared!r}.", _EXAMPLE, node)
        return None
    errors_before = len(checks.errors)
    for name in _EXCLUDING:
        if getattr(options, name):
            remedy = "Leave one of them out: break-glass is an approval at once, of exactly what is shown."
            checks.error(f"break_glass cannot be combined with {name}.", remedy, node)
    people = several(declared.people)
    if not people:
        checks.error("break_glass: people names nobody.", _EXAMPLE, node)
    checks.refs(people, "break_glass: people", node)
    for ref in people:
        if isinstance(ref, str) and ref.startswith("#"):
            problem = f"break_glass: people names {ref}, and members of a channel may invite others."
            checks.error(problem, "Name people by id, or a group (@handle).", node)
    if not isinstance(declared.review, str) or not declared.review.strip():
        checks.error(f"break_glass: review is {declared.review!r}.", _EXAMPLE, node)
    if len(checks.errors) > errors_before:
        return None
    return BreakGlassSpec(people=people, review=declared.review)


def break_glass_errors(workflows: Mapping[str, Compiled]) -> list[DefinitionError]:
    """Return the approvals whose gate cannot review break-glass. Look when all workflows are loaded."""
    return [
        DefinitionError(
            f"break_glass: {problem}",
            remedy=remedy,
            workflow=compiled.definition.name,
            step=node.name,
            file=compiled.place(node.name, problem),
        )
        for compiled in workflows.values()
        for node in compiled.definition.nodes
        if isinstance(node, ApprovalSpec) and node.break_glass is not None
        for problem, remedy in _review_problems(
            node.break_glass, workflows.get(node.break_glass.review), private=is_private(compiled.definition)
        )
    ]


def _review_problems(spec: BreakGlassSpec, gate: Compiled | None, *, private: bool) -> list[tuple[str, str]]:
    named = f"review names {spec.review}"
    if gate is None:
        return [(f"{named}, which is not loaded.", "Load the file of that gate too, or correct the name.")]
    nodes = [node for node in gate.definition.nodes if isinstance(node, ApprovalSpec)]
    if not gate.definition.gate or not nodes:
        return [(f"{named}, which is not a gate.", f'Write Gate("{spec.review}", …), or name another one.')]
    (asked,) = nodes
    problems = []
    reviewers = {ref for stage in asked.stages for ref in stage.approvers}
    if reviewers <= {*spec.people}:
        only = f"{named}, whose approvers are only people who may use break-glass."
        problems.append((only, "Add approvers to the gate who may not use break-glass."))
    if asked.self_approval:
        problems.append((f"{named}, which has self_approval.", "Remove self_approval from the gate."))
    if asked.on_expiry is not None:
        remedy = "Remove on_expiry from the gate: only a person closes a review."
        problems.append((f"{named}, which has on_expiry.", remedy))
    if asked.respond:
        remedy = "Remove respond from the gate: a response gives no verdict."
        problems.append((f"{named}, which has respond.", remedy))
    if asked.grants is not None:
        remedy = "Remove grants from the gate: a person reads each review."
        problems.append((f"{named}, which has grants.", remedy))
    if private and not is_private(gate.definition):
        remedy = "Give the gate may_see too, or name another one."
        problems.append((f"{named}, which has no may_see, and this workflow has one.", remedy))
    if asked.break_glass is not None:
        remedy = "Remove break_glass from the gate: nobody reviews break-glass alone."
        problems.append((f"{named}, which has break_glass itself.", remedy))
    return problems
