"""The steps that run again when an approver requests changes, and how many rounds there are."""

from engine.authoring.approval_options import ApprovalOptions
from engine.authoring.nodes import Node
from engine.authoring.refs import Ref
from engine.compiler.definition.checks import Checks, did_you_mean
from engine.kernel.requests.revision import revised_steps
from engine.model.definition.graph import Graph
from engine.model.definition.spec import ApprovalSpec, NodeSpec, StepSpec

DEFAULT_ROUNDS = 3
MAX_ROUNDS = 10


def revise_and_rounds(checks: Checks, node: Node, options: ApprovalOptions) -> tuple[tuple[str, ...], int]:
    """Return the names of the steps that run again, and the number of rounds; 0 without such steps."""
    names = [each.name if isinstance(each, Ref) else each for each in options.revise]
    for each in names:
        if not isinstance(each, str):
            checks.error(f"revise has {each!r}, which is not a step.", "Write revise=[plan].", node)
        elif each not in checks.names:
            remedy = did_you_mean(each, checks.names)
            checks.error(f"revise names {each}, but this workflow has no such step.", remedy, node)
    rounds = options.rounds
    if rounds is None:
        return tuple(dict.fromkeys(names)), DEFAULT_ROUNDS if names else 0
    if isinstance(rounds, bool) or not isinstance(rounds, int) or not 2 <= rounds <= MAX_ROUNDS:
        checks.error(
            f"rounds is {rounds!r}.", f"Give a whole number from 2 to {MAX_ROUNDS}, or leave it out.", node
        )
    elif not names and not checks.options.gate:
        checks.error(
            f"rounds is {rounds}, but no step runs again.",
            "Name the steps that run again, as in revise=[plan], or leave rounds out.",
            node,
        )
    return tuple(dict.fromkeys(names)), rounds


def check_revisions(checks: Checks, graph: Graph) -> None:
    """Refuse steps that could not run again, or whose new result would not reach everything that used it."""
    for node in checks.nodes:
        spec = graph.nodes[node.name]
        if isinstance(spec, ApprovalSpec) and spec.revise:
            for problem, remedy in revision_problems(graph, spec):
                checks.error(problem, remedy, node)


def revision_problems(graph: Graph, approval: ApprovalSpec) -> list[tuple[str, str]]:
    """Return why its steps cannot run again, each problem with its remedy."""
    before, after = graph.before(approval.name), {approval.name, *graph.after(approval.name)}
    for name in approval.revise:
        if isinstance(graph.nodes[name], ApprovalSpec):
            problem = f"revise names {name}, which is an approval."
            return [(problem, "Name the step whose result people want changed.")]
        if name not in before:
            problem = f"revise names {name}, which does not end before {approval.name} asks people."
            return [(problem, f"Show a field of {name}, or write after=[{name}].")]
    again = revised_steps(graph, approval)
    problems = [
        (
            f"{name} would run again when changes are requested, but {why}.",
            f"Let it run after {approval.name}, or name other steps in revise.",
        )
        for name in again
        if (why := _cannot_run_again(graph.nodes[name]))
    ]
    changed = {name for step in approval.revise for name in graph.after(step)}
    kept = [name for name in graph.order if name in changed and name not in after and name not in again]
    return problems + [
        (
            f"{name} uses what {' and '.join(approval.revise)} returned, and would keep the result of an "
            "earlier round.",
            f"Let it run after {approval.name}, or before it: then it runs again too.",
        )
        for name in kept
    ]


def _cannot_run_again(spec: NodeSpec) -> str:
    """Return why a node cannot run again; empty if it can."""
    match spec:
        case ApprovalSpec():
            return ""
        case StepSpec(each=None, undo=None):
            return ""
        case StepSpec(each=None):
            return "it declares undo=, so its first effect would stand beside the second"
        case StepSpec():
            return "it is a mapped step, which runs once"
    return "it is a wait or a child workflow, which runs once"
