"""Pure: which steps an approval guards, and what of a run a decision there covers.

A step is guarded by the approvals that it names, in its condition or as a parameter, unless it is for another
outcome. What it reads must have settled when people are asked, or they would approve what does not exist yet.
Left aside is a step that merely gathers what came of it: one that would execute whatever people decide, and
reads what follows from their decision.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from engine.model.definition.conditions import holds_after, requires_approval
from engine.model.definition.spec import ApprovalSpec, ChildSpec, NodeSpec, StepSpec


@dataclass(frozen=True, slots=True)
class ApprovalScopes:
    """`guards`: by step, the approvals that guard it. `guarded`: by approval, the steps.

    `reads`: by approval, the steps whose outputs the guarded ones read, without what follows from it.
    `unsettled`: step, approval and a step that may settle only after people were asked.
    """

    guards: Mapping[str, tuple[str, ...]]
    guarded: Mapping[str, tuple[str, ...]]
    reads: Mapping[str, tuple[str, ...]]
    unsettled: tuple[tuple[str, str, str], ...]


def approval_scopes(
    nodes: Mapping[str, NodeSpec], dependencies: Mapping[str, tuple[str, ...]], order: Iterable[str]
) -> ApprovalScopes:
    """`order`: topological."""
    approvals = {name for name, node in nodes.items() if isinstance(node, ApprovalSpec)}
    if not approvals:
        return ApprovalScopes({}, {}, {}, ())
    before: dict[str, frozenset[str]] = {}
    """By step: all that must settle before it."""
    for name in order:
        before[name] = frozenset(dependencies[name]).union(*(before[other] for other in dependencies[name]))
    guards: dict[str, tuple[str, ...]] = {}
    guarded: dict[str, list[str]] = {name: [] for name in approvals}
    reads: dict[str, dict[str, None]] = {name: {} for name in approvals}
    unsettled: list[tuple[str, str, str]] = []
    for name, node in nodes.items():
        if not isinstance(node, StepSpec | ChildSpec):
            continue
        guarding = []
        for approval in dependencies[name]:
            if approval not in approvals or not _guards(node, approval, before):
                continue
            guarding.append(approval)
            guarded[approval].append(name)
            for other in dependencies[name]:
                if other == approval or approval in before[other]:
                    continue  # it follows from what was approved
                reads[approval][other] = None
                if (
                    other not in before[approval]
                    and other not in approvals
                    and _requires_approval(node, approval)
                ):
                    unsettled.append((name, approval, other))
        if guarding:
            guards[name] = tuple(guarding)
    return ApprovalScopes(
        guards,
        {name: tuple(steps) for name, steps in guarded.items()},
        {name: tuple(names) for name, names in reads.items()},
        tuple(unsettled),
    )


def with_alternatives(scopes: ApprovalScopes, alternatives: Mapping[str, str]) -> ApprovalScopes:
    """Return the scopes in which an approval that guards a step also guards its alternative."""
    guards = {alternatives[name]: by for name, by in scopes.guards.items() if name in alternatives}
    guarded = {
        approval: (*names, *(alternatives[name] for name in names if name in alternatives))
        for approval, names in scopes.guarded.items()
    }
    return replace(scopes, guards={**scopes.guards, **guards}, guarded=guarded)


def _guards(node: StepSpec | ChildSpec, approval: str, before: Mapping[str, frozenset[str]]) -> bool:
    if node.when is not None and holds_after(node.when, approval, "approved") is False:
        return False
    gathers = any(approval in before[need.step] for need in node.needs)
    return _requires_approval(node, approval) or not gathers


def _requires_approval(node: StepSpec | ChildSpec, approval: str) -> bool:
    """It executes only if that is approved."""
    return node.when is not None and requires_approval(node.when, approval)
