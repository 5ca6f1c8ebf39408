"""Approval guards: a node that names an approval runs only when people approved it.

The rule becomes part of the stored condition, so the planner knows nothing of it and a definition that an
earlier release stored keeps its meaning.
"""

from collections.abc import Collection, Iterable, Mapping

from engine.authoring.nodes import Node
from engine.compiler.definition.checks import Checks
from engine.model.definition.conditions import (
    AllOf,
    AnyOf,
    Condition,
    Leaf,
    Not,
    OutcomeIs,
    StateIs,
    combine,
    holds_after,
    leaves,
    steps_in,
    test_holds_after,
)
from engine.model.definition.spec import ApprovalSpec, NodeSpec, WaitSpec
from engine.model.states import OUTCOMES

_UNAPPROVED = ("rejected", "expired", "skipped", "failed")


def guarded_steps(spec: NodeSpec, approvals: Collection[str]) -> NodeSpec:
    """The node with a condition on each approval that it takes or follows and its `when=` does not name."""
    named = () if spec.when is None else steps_in(spec.when)
    joins = {need.step: need.join for need in spec.needs}
    when: Condition | None = spec.when
    for name in dict.fromkeys([*joins, *spec.after]):
        if name not in approvals or name in named:
            continue
        test: Condition = OutcomeIs(step=name, outcome="approved")
        if joins.get(name) in ("optional", "settled"):
            test = test | StateIs(step=name, state="skipped")
        when = test if when is None else when & test
    return spec if when is spec.when else spec.model_copy(update={"when": when})


def with_earlier(spec: NodeSpec, specs: Mapping[str, NodeSpec], advisory: Collection[str]) -> NodeSpec:
    """The node with a condition on the approvals that come before one whose skip it takes.

    People reject the first of two approvals, and the second is skipped: nobody approved anything, so a
    guarded node does not take this skip. Its `when=` may still name the first. `specs`: as `guarded_steps`
    made them; `advisory`: approvals that guard nothing.
    """
    if spec.when is None:
        return spec
    when, named = spec.when, steps_in(spec.when)
    for name in named:
        if not isinstance(specs.get(name), ApprovalSpec) or not _takes_skip(spec.when, name):
            continue
        earlier = [
            approval for approval in _awaited_approvals(name, specs) if approval not in (*named, *advisory)
        ]
        tests = [
            OutcomeIs(step=approval, outcome="approved") | StateIs(step=approval, state="skipped")
            for approval in earlier
        ]
        if tests:
            when = when & (~StateIs(step=name, state="skipped") | AllOf(all=tuple(tests)))
    return spec if when is spec.when else spec.model_copy(update={"when": when})


def _takes_skip(when: Condition, approval: str) -> bool:
    """It may hold after the approval was skipped, and is not for other outcomes alone."""
    return (
        holds_after(when, approval, "skipped") is not False
        and holds_after(when, approval, "approved") is not False
    )


def _awaited_approvals(name: str, specs: Mapping[str, NodeSpec]) -> list[str]:
    """The approvals without which a node is skipped, directly or because a node before it is skipped."""
    approvals = [each for each, spec in specs.items() if isinstance(spec, ApprovalSpec)]
    approvals_found: dict[str, None] = {}
    left, seen = [name], {name}
    while left:
        spec = specs.get(left.pop())
        if spec is None:
            continue
        before = () if spec.when is None else steps_in(spec.when)
        waits = [step for step in before if step in approvals and _waits(spec, step, approvals)]
        approvals_found |= dict.fromkeys(waits)
        needed = [need.step for need in spec.needs if need.join == "value"]
        nodes = {*waits, *needed, *spec.after, *(step for step in before if step not in approvals)} - seen
        seen |= nodes
        left += sorted(nodes)
    return list(approvals_found)


def check_condition(checks: Checks, node: Node, spec: NodeSpec, approvals: Collection[str]) -> None:
    """Refuse a condition that may hold after an outcome of an approval that it does not name."""
    if spec.when is None:
        return
    for name in steps_in(spec.when):
        if name not in approvals:
            continue
        if any(
            isinstance(leaf, StateIs) and leaf.state == "succeeded" for leaf in _guarded_by(spec.when, name)
        ):
            checks.error(
                f"when= tests {name}.succeeded, which is true whatever people decide.",
                f"Write {name}.approved, or {name}.answered for a step that runs whatever people decide.",
                node,
            )
        elif slips := _slips(spec, name, approvals, _ends(checks, name)):
            ends = " or ".join(slips) if len(slips) < 3 else f"{', '.join(slips[:-1])} or {slips[-1]}"
            checks.error(
                f"when= can hold when {name} was {ends}, which it does not name.",
                f"Write {name}.approved & (…); or name each outcome, such as "
                f"{name}.approved | {name}.{slips[0]}; or {name}.answered for a step that runs whatever "
                "people decide.",
                node,
            )


def check_approval(checks: Checks, node: Node, specs: Mapping[str, NodeSpec], named: Collection[str]) -> None:
    """Refuse an approval that no node waits for. `named`: by nodes that have mistakes of their own."""
    assert node.approval is not None
    advisory = node.approval.advisory
    if not isinstance(advisory, bool):
        checks.error(f"advisory is {advisory!r}.", "Use True or False.", node)
        return
    approvals = [name for name, spec in specs.items() if isinstance(spec, ApprovalSpec)]
    waiting = [
        name
        for name, spec in specs.items()
        if not isinstance(spec, WaitSpec) and _waits(spec, node.name, approvals)
    ]
    if advisory and waiting:
        checks.error(
            f"The approval has advisory=True, but {waiting[0]} runs only if it is approved.",
            f"Leave advisory out, or give {waiting[0]} when={node.name}.answered.",
            node,
        )
    elif not (advisory or waiting or node.name in named or checks.options.gate):
        checks.error(
            "The approval guards nothing: no step waits for it.",
            f"Name it in the step that it should guard: as a parameter, when={node.name}.approved or "
            f"after=[{node.name}]. If no step needs the approval, write advisory=True.",
            node,
        )


def _waits(spec: NodeSpec, approval: str, approvals: Collection[str]) -> bool:
    """It may run after an approval and never after a rejection."""
    if spec.when is None or approval not in steps_in(spec.when):
        return False
    may_run = holds_after(spec.when, approval, "approved") is not False
    return may_run and _holds(spec.when, approval, "rejected", approvals) is False


def _ends(checks: Checks, approval: str) -> tuple[str, ...]:
    """Return how an approval can end without an approval."""
    options = next(node.approval for node in checks.nodes if node.name == approval)
    return (*_UNAPPROVED, "responded") if options and options.respond else _UNAPPROVED


def _slips(
    spec: NodeSpec, approval: str, approvals: Collection[str], unapproved: Collection[str]
) -> list[str]:
    """Ends of an approval after which the node may run although its condition does not name them."""
    assert spec.when is not None
    if holds_after(spec.when, approval, "approved") is False:
        return []  # it is for other outcomes
    allowed = _named(spec.when, approval)
    join = next((need.join for need in spec.needs if need.step == approval), None)
    if join in ("optional", "settled"):
        allowed.add("skipped")
    if join in ("value", "optional"):
        allowed.add("failed")  # its parameter keeps it from running
    if join == "value":
        allowed.add("skipped")
    return [
        end
        for end in unapproved
        if end not in allowed and _holds(spec.when, approval, end, approvals) is not False
    ]


def _holds(when: Condition, approval: str, end: str, approvals: Collection[str]) -> bool | None:
    """Does it hold when this approval ended so and people approved none of the others? None: perhaps."""

    def test(leaf: Leaf) -> bool | None:
        if leaf.step == approval:
            return test_holds_after(leaf, end)
        if leaf.step in approvals and isinstance(leaf, OutcomeIs) and leaf.outcome == "approved":
            return False
        return None

    return combine(when, test)


def _named(condition: Condition, approval: str, positive: bool = True) -> set[str]:
    """The ends of an approval that a condition asks for; what stands under `~` is not asked for."""
    match condition:
        case AllOf():
            return _each_named(condition.all, approval, positive)
        case AnyOf():
            return _each_named(condition.any, approval, positive)
        case Not():
            return _named(condition.no, approval, not positive)
        case OutcomeIs() if positive and condition.step == approval:
            return {*OUTCOMES} if condition.outcome == "answered" else {condition.outcome}
        case StateIs() if positive and condition.step == approval:
            return {condition.state}
    return set()


def _each_named(conditions: Iterable[Condition], approval: str, positive: bool) -> set[str]:
    return {end for each in conditions for end in _named(each, approval, positive)}


def _guarded_by(condition: Condition, step: str) -> list[Leaf]:
    return [leaf for leaf in leaves(condition) if leaf.step == step]
