"""Pure: who may reassign a request, and to whom.

A reassignment never changes how many must approve, nor a later stage, and it never lets the requester choose
the approver: the new approver is one whom the author's policy names.
"""

from collections.abc import Callable, Set
from typing import Literal

from engine.kernel.requests.requesters import is_requester
from engine.model.definition.spec import ApprovalSpec, NodeSpec, QuorumSpec
from engine.model.people import Actor, any_of
from engine.model.records.records import RequestRecord

Role = Literal["operator", "owner", "approver"]


def reassignment_problem(request: RequestRecord, actor: Actor, role: Role | None, owner: str) -> str:
    """Return why this person cannot reassign the request; empty if they can."""
    helpers = any_of([*request.approvers[:5], owner])
    if request.kind == "clarification":
        return "A question goes to the requester, so it cannot be reassigned."
    if actor.source == "api":
        return "An API token can ask for an approval. It cannot reassign one."
    if request.kind == "approval" and is_requester(request, actor):
        return f"You requested this approval, so another person must reassign it. Ask {helpers}."
    if role is None and request.policy.risk != "high":
        return f"Only {helpers} can reassign this request. Ask one of them."
    if request.policy.risk == "high" and role in (None, "approver"):
        return (
            f"This approval is high risk, so only the owner, {any_of([owner])}, or the operator of Signoff "
            "can reassign it. Ask one of them."
        )
    return ""


def public_channel_problem(refs: Set[str]) -> str:
    """Return why members of these public channels cannot become approvers of a high-risk request."""
    return (
        "At risk=high the members of a public channel cannot decide, and anybody can join "
        f"{' and '.join(sorted(refs))}. Name a member of a group or of a private channel that the workflow "
        "names, or ask its author to add one to reassign_to=."
    )


def eligible_references(
    request: RequestRecord, quorum: QuorumSpec, node: NodeSpec, owner: str
) -> tuple[str, ...]:
    """References of which the new approver of a quorum must be a member. Empty: anybody who can decide.

    A failure decides about a step and not for the requester, so its owner chooses whom to ask.
    """
    if request.kind != "approval":
        return ()
    if not isinstance(node, ApprovalSpec):  # a policy asks, and the owner is none of its people
        return tuple(dict.fromkeys([*quorum.former, *quorum.approvers]))
    return node.reassign_to or tuple(dict.fromkeys([*quorum.former, *quorum.approvers, owner]))


def is_replaced(whose: Set[str] | None, fits: Callable[[QuorumSpec], bool], quorum: QuorumSpec) -> bool:
    """Return whether a quorum goes to the new approver. `whose`: references to who reassigns; None: any.

    An approver's place is theirs to give where one answer is enough. Where several are needed it isn't: who
    could replace the others as well would make a quorum of one.
    """
    own = whose is None or (quorum.needs == 1 and bool(whose & {*quorum.approvers}))
    return own and fits(quorum)
