"""Pure: the outcome of a request from people's decisions.

The outcome is a fold over all decisions, whatever order they arrived in: at each stage people are matched to
quorums, so that one person counts for one quorum only; stages follow each other.
"""

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any

from engine.kernel.requests.requesters import excluded_names
from engine.model.definition.spec import QuorumSpec
from engine.model.people import Actor, effective_user_id, is_on_call
from engine.model.records.records import DecisionRecord, RequestRecord
from engine.model.records.request_parts import Delegate

Rosters = Mapping[str, Set[str] | None]
"""The people meant now by each reference that a quorum of `all` names; None: it names nobody
that is known. An id that nobody knows is meant too: everybody can't have agreed without it."""

_UNREACHABLE = 10**9

REVOKE = "revoke"
"""Choice with which an approver revokes an approval that has not taken effect."""

_CHOICE_OF = {
    "approved": "approve", "rejected": "reject", "retry": "retry", "skip": "skip", "abort": "abort",
    "reroute": "reroute", "accept": "accept",
    "answered": "answer", "changes_requested": "request_changes", "responded": "respond",
}  # fmt: skip

REQUEST_CHANGES = "request_changes"
"""Choice with which an approver sends the request back."""

RESPOND = "respond"
"""Choice with which an approver hands a text back, neither yes nor no."""

_SUFFICIENT_ALONE = frozenset({"reject", "retry", "reroute", "accept", "skip", "abort"})
"""Choices of which a single one can decide."""


@dataclass(frozen=True, slots=True)
class QuorumProgress:
    """A quorum and its progress."""

    quorum: QuorumSpec
    needs: int
    by: tuple[str, ...]
    """Ids of the people who count for the quorum, earliest first."""

    @property
    def complete(self) -> bool:
        return len(self.by) >= self.needs


@dataclass(frozen=True, slots=True)
class ResolvedReference:
    """By a reference. `able`: those who are able to decide; `unknown`: ids that nobody knows.

    `public`: anybody can join it.
    """

    able: Set[str]
    unknown: Set[str] = frozenset()
    public: bool = False


Members = Mapping[str, ResolvedReference | None]
"""By reference; None: it names nobody."""


def people_who_answered(request: RequestRecord) -> set[str]:
    """Return the ids of the people who answered, in person or through a delegate: each counts once."""
    counted = counted_decisions(request, request.decisions)
    names = {
        name for decision in counted for name in (effective_user_id(decision.actor), *decision.actor.names)
    }
    return names | {decision.on_behalf for decision in counted if decision.on_behalf}


def decided_outcome(
    request: RequestRecord, decisions: Sequence[DecisionRecord], rosters: Rosters | None = None
) -> str | None:
    """Return `approved`, `rejected`, `changes_requested`, `responded` or the choice about a failure; None
    while more decisions are needed. One approver is enough to request changes, and to respond."""
    decisions = counted_decisions(request, decisions)
    if request.kind == "clarification":
        return "answered" if decisions else None
    if request.coverage.glass is not None:
        return "approved"
    ending = [decision for decision in decisions if decision.choice in _SUFFICIENT_ALONE]
    rejections = [decision for decision in ending if decision.choice == "reject"]
    vetoed = any(set(decision.member_of) & set(request.policy.veto) for decision in rejections)
    if any(decision.choice == REQUEST_CHANGES for decision in decisions):
        return "changes_requested"
    if any(decision.choice == RESPOND for decision in decisions):
        return "responded"
    if request.kind == "failure" and ending:
        return min(ending, key=lambda decision: (decision.at, decision.id)).choice
    if (
        vetoed
        or len({effective_user_id(decision.actor) for decision in rejections}) >= request.policy.rejections
    ):
        return "rejected"
    return (
        "approved"
        if open_stage(request, decisions, rosters, request.stage) == len(request.policy.stages)
        else None
    )


def standing_decisions(decisions: Sequence[DecisionRecord]) -> Sequence[DecisionRecord]:
    """Those that count: not what was said of values that were changed since, nor before a revocation."""
    first = 0
    for number, decision in enumerate(decisions):
        if decision.choice == REVOKE:
            first = number + 1
        elif decision.value is not None:
            first = number
    return decisions[first:] if first else decisions


def counted_decisions(request: RequestRecord, decisions: Sequence[DecisionRecord]) -> list[DecisionRecord]:
    """Return the standing decisions with the groups that their people still belong to, without leavers."""
    lost = request.people.lost
    if not lost:
        return [*standing_decisions(decisions)]
    return [
        replace(decision, member_of=tuple(ref for ref in decision.member_of if ref not in lost[decision.id]))
        if decision.id in lost
        else decision
        for decision in standing_decisions(decisions)
        if decision.id not in lost or {*decision.member_of} - {*lost[decision.id]}
    ]


def decisions_of_leavers(request: RequestRecord) -> list[DecisionRecord]:
    """Return decisions that no longer count because the people who made them left.

    Those of people who came back and decided again are left out.
    """
    counted = counted_decisions(request, request.decisions)
    here, again = {decision.id for decision in counted}, {_decided_for(decision) for decision in counted}
    return [
        decision
        for decision in standing_decisions(request.decisions)
        if decision.id not in here and _decided_for(decision) not in again
    ]


def _decided_for(decision: DecisionRecord) -> str:
    return decision.on_behalf or decision.actor.id


def decisions_for_outcome(request: RequestRecord, outcome: str | None) -> list[DecisionRecord]:
    """Return the decisions behind that outcome; none if time or the run's end made it."""
    if request.state == "expired":
        return []
    choice = _CHOICE_OF.get(outcome or "")
    return [
        decision for decision in counted_decisions(request, request.decisions) if decision.choice == choice
    ]


def open_stage(
    request: RequestRecord,
    decisions: Sequence[DecisionRecord],
    rosters: Rosters | None = None,
    first: int = 0,
) -> int:
    """The first stage that is not complete; their number when all are.

    `first`: those before it were complete when it opened. People who left since have been taken out.
    """
    number = first
    while number < len(request.policy.stages):
        quorums = stage_progress(request, decisions, number, rosters)
        if not all(quorum.complete for quorum in quorums):
            break
        number += 1
    return number


def stage_progress(
    request: RequestRecord,
    decisions: Sequence[DecisionRecord],
    number: int,
    rosters: Rosters | None = None,
) -> list[QuorumProgress]:
    """How far each quorum of a stage is. Each person counts once, where that completes the most quorums.

    Without `rosters` nobody was asked who is meant: a look at how far it is, where all are needed.
    """
    quorums = request.policy.stages[number].quorums
    named = [required_people(request, quorum, decisions, rosters) for quorum in quorums]
    absent = _absent_references(request, number, rosters)
    needs = [_needed_answers(quorum, people, absent) for quorum, people in zip(quorums, named, strict=True)]
    refs_of: dict[str, set[str]] = {}
    for decision in sorted(
        counted_decisions(request, decisions), key=lambda decision: (decision.at, decision.id)
    ):
        if decision.choice == "approve" and decision.stage == number:
            refs_of.setdefault(effective_user_id(decision.actor), set()).update(decision.member_of)
    fits = {
        who: [
            index
            for index, quorum in enumerate(quorums)
            if _counts_for(who, refs, quorum, named[index] or ())
        ]
        for who, refs in refs_of.items()
    }
    filled = match_people(fits, needs)
    return [
        QuorumProgress(quorum, need, tuple(who for who in fits if filled.get(who) == index))
        for index, (quorum, need) in enumerate(zip(quorums, needs, strict=True))
    ]


def _absent_references(request: RequestRecord, number: int, rosters: Rosters | None) -> Set[str]:
    """Return the references of a stage in whose place others answer now; a schedule only in a gap."""
    quorums = request.policy.stages[number].quorums
    if rosters is None or not any(quorum.stands_in for quorum in quorums):
        return frozenset()
    of_all = {ref for quorum in quorums if quorum.needs == "all" for ref in quorum.approvers}
    excluded = excluded_names(request)
    return {
        ref
        for quorum in quorums
        for ref in quorum.stands_in
        if not is_on_call(ref) or (ref in of_all and not (rosters.get(ref) or frozenset()) - excluded)
    }


def _needed_answers(quorum: QuorumSpec, people: Set[str] | None, absent: Set[str]) -> int:
    if quorum.needs != "all":
        return 0 if quorum.stands_in and absent.isdisjoint(quorum.stands_in) else quorum.needs
    if people is None:
        return _UNREACHABLE
    # Where all are absent, the answer of those who stand in is the one that is needed.
    replaced = absent >= {*quorum.approvers} and not absent.isdisjoint(quorum.missing)
    return len(people) if people or replaced else 1


def is_duplicate(request: RequestRecord, actor: Actor, choice: str, value: Any = None) -> bool:
    """Return whether the person made the same decision before: a second click, or a repeated delivery."""
    return any(
        decision.actor == actor and decision.choice == choice and value in (None, decision.value)
        for decision in counted_decisions(request, request.decisions)
    )


def required_people(
    request: RequestRecord,
    quorum: QuorumSpec,
    decisions: Sequence[DecisionRecord],
    rosters: Rosters | None,
) -> Set[str] | None:
    """Those who must agree where all are needed, as people are now; empty where nobody is meant.

    A delegate agrees for everyone absent whom they represent, and counts once. None where a reference names
    an unknown person or group: not everybody of it can have agreed.
    """
    if quorum.needs != "all" or rosters is None:
        return frozenset()
    each = [
        rosters.get(ref)
        for ref in quorum.approvers
        if ref not in quorum.missing or (is_on_call(ref) and rosters.get(ref) is not None)
    ]
    if None in each:
        return None
    people = {who for members in each if members for who in members}
    people -= {*excluded_names(request), *quorum.missing}
    return {*_representatives(request, decisions, people).values()}


def awaited_people(request: RequestRecord, people: Set[str]) -> set[str]:
    """Return the people who have not answered, in person or through a delegate."""
    done = people_who_answered(request)
    meant = people - excluded_names(request)
    represented = _representatives(request, request.decisions, meant)
    return {who for who, by in represented.items() if not {who, by} & done}


def delegates(request: RequestRecord) -> list[Delegate]:
    """Return the delegations that count. A requester cannot be a delegate where they may not approve."""
    excluded = excluded_names(request)
    return [delegate for delegate in request.people.delegates if delegate.to not in excluded]


def _representatives(
    request: RequestRecord, decisions: Sequence[DecisionRecord], people: Set[str]
) -> dict[str, str]:
    """Return, by person, who answers for them: usually the person, else a delegate."""
    counted = counted_decisions(request, decisions)
    for_themselves = {effective_user_id(decision.actor) for decision in counted}
    others = {delegate.away: delegate.to for delegate in delegates(request)}
    others |= {
        decision.on_behalf: effective_user_id(decision.actor) for decision in counted if decision.on_behalf
    }
    return {who: who if who in for_themselves else others.get(who, who) for who in people}


def _counts_for(who: str, refs: Set[str], quorum: QuorumSpec, named: Collection[str]) -> bool:
    """Return whether this person may count for that quorum. `refs`: the references as which they answered."""
    if named and who not in named:
        return False
    # Where all are needed, and there is nobody, those who agreed formerly are not all.
    asked = quorum.approvers if quorum.needs == "all" and not named else (*quorum.approvers, *quorum.former)
    return not refs.isdisjoint(asked)


def match_people(fits: Mapping[str, Sequence[int]], needs: Sequence[int]) -> dict[str, int]:
    """Match as many people as possible to quorums that they fit, one each (augmenting paths)."""
    assigned: dict[str, int] = {}
    for who in fits:
        _assign(who, fits, needs, assigned, set())
    return assigned


def _assign(
    who: str,
    fits: Mapping[str, Sequence[int]],
    needs: Sequence[int],
    assigned: dict[str, int],
    tried: set[int],
) -> bool:
    """Find this person a quorum in `assigned`, also by moving others; return whether there is one.

    Not a closure: one that calls itself is garbage that only the collector frees.
    """
    for index in fits[who]:
        if index in tried:
            continue
        tried.add(index)
        there = [other for other, its in assigned.items() if its == index]
        if len(there) < needs[index] or any(_assign(other, fits, needs, assigned, tried) for other in there):
            assigned[who] = index
            return True
    return False
