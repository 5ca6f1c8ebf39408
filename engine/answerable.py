"""Can an approval be answered by the people there are? Pure, given who is meant by each reference."""

from collections.abc import Set
from dataclasses import dataclass

from engine import policy
from engine.people import in_whose_name
from engine.policy import Rosters, matched
from engine.records import RequestRecord
from engine.spec import ApprovalSpec, Definition, QuorumSpec
from engine.template import sole_path


def refs(definition: Definition) -> list[str]:
    """Every reference that its approvals name, `{step.field}` aside."""
    approvals = [node for node in definition.nodes if isinstance(node, ApprovalSpec)]
    found = [ref for node in approvals for stage in node.stages for ref in stage.approvers]
    found += [ref for node in approvals for ref in node.veto]
    found += [ref for node in approvals for one in node.escalations for ref in one.to]
    return [ref for ref in dict.fromkeys(found) if sole_path(ref) is None]


def findings(node: ApprovalSpec, members: Rosters) -> list[str]:
    """Why nobody could complete it, in sentences; empty when it can be answered whoever asks.

    What an earlier step names can't be known beforehand; the owner is asked where that names nobody.
    """
    quorums = [quorum for stage in node.stages for quorum in stage.quorums]
    named = dict.fromkeys(ref for quorum in quorums for ref in quorum.approvers)
    unknown = [ref for ref in named if sole_path(ref) is None and members.get(ref) is None]
    if unknown:
        return [f"{', '.join(unknown)} names nobody there is."]
    known = [quorum for quorum in quorums if not any(sole_path(ref) for ref in quorum.approvers)]
    people = {who for quorum in known for who in _of(quorum, members)}
    if not _complete(known, members, people):
        return [f"Needed: {_needs(known, members)} people. Able to decide: {len(people)}."]
    if node.self_approval:
        return []
    alone = sorted(who for who in people if not _complete(known, members, people - {who}))
    if alone and len(known) == len(quorums):
        return [f"If {' or '.join(alone[:3])} asks, the others are too few to approve it."]
    return []


def stuck(request: RequestRecord, members: Rosters) -> bool:
    """Are those who are left, and have not answered, too few for what it still needs?

    Or is nothing needed any more since those who were missing have left? Then nobody's answer ends it.
    """
    if request.kind != "approval" or request.state != "open":
        return False
    if _all_there_have_agreed(request, members):
        return True
    stages = range(request.stage, len(request.stages))
    left = [one for number in stages for one in _left(request, number, members)]
    needs = [one.needs for one in left]
    fits = {
        who: [number for number, one in enumerate(left) if who in one.people]
        for who in sorted({who for one in left for who in one.people})
    }
    return len(matched(fits, needs)) < sum(needs)


def hopeless(request: RequestRecord, members: Rosters) -> set[tuple[int, QuorumSpec]]:
    """With their stages: the quorums that need all, of whom some can't agree any more, or none is left to."""
    over = request.stage if _all_there_have_agreed(request, members) else None
    return {
        (number, one.quorum)
        for number in range(request.stage, len(request.stages))
        for one in _left(request, number, members)
        if one.quorum.needs == "all" and (number == over or one.needs > len(one.people))
    }


def _all_there_have_agreed(request: RequestRecord, members: Rosters) -> bool:
    places = policy.progress(request, request.decisions, request.stage, members)
    return all(place.complete for place in places)


@dataclass(frozen=True, slots=True)
class _Left:
    """What a quorum still needs, and who could give it."""

    quorum: QuorumSpec
    needs: int
    people: Set[str]


def _left(request: RequestRecord, number: int, members: Rosters) -> list[_Left]:
    gone = policy.answered(request)
    if not request.self_approval:
        gone.add(in_whose_name(request.requester))
    found = []
    for place in policy.progress(request, request.decisions, number, members):
        people: Set[str] | None = _of(place.quorum, members)
        if place.quorum.needs == "all":
            people = policy.everybody(request, place.quorum, request.decisions, members)
        found.append(_Left(place.quorum, place.needs - len(place.by), (people or set()) - gone))
    return found


def _fits(quorums: list[QuorumSpec], members: Rosters, people: Set[str]) -> dict[str, list[int]]:
    """To which of the quorums each of these people belongs."""
    return {
        who: [number for number, quorum in enumerate(quorums) if who in _of(quorum, members)]
        for who in sorted(people)
    }


def _complete(quorums: list[QuorumSpec], members: Rosters, people: Set[str]) -> bool:
    """Is there a place for so many of them at every quorum, each person at one?"""
    needs = [
        len(_of(quorum, members) & people) or 1 if quorum.needs == "all" else quorum.needs
        for quorum in quorums
    ]
    return len(matched(_fits(quorums, members, people), needs)) == sum(needs)


def _of(quorum: QuorumSpec, members: Rosters) -> set[str]:
    return {who for ref in quorum.approvers for who in members.get(ref) or ()}


def _needs(quorums: list[QuorumSpec], members: Rosters) -> int:
    return sum(len(_of(one, members)) if one.needs == "all" else one.needs for one in quorums)
