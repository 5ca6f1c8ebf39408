"""Can an approval be answered by the people there are? Pure, given who is meant by each reference."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace

from engine.kernel import roles
from engine.kernel.requests.quorum import (
    Members,
    Rosters,
    match_people,
    people_who_answered,
    required_people,
    stage_progress,
)
from engine.kernel.requests.requesters import excluded_names
from engine.kernel.resilience.alerts import alerted_references
from engine.model.definition.spec import ApprovalSpec, Definition, QuorumSpec
from engine.model.people import is_on_call, unknown_schedule_text
from engine.model.records.records import RequestRecord
from engine.model.text.template import sole_path


def approver_references(definition: Definition) -> list[str]:
    """Return every reference that the workflow's approvals name, except `{step.field}`."""
    return _asked_references([node for node in definition.nodes if isinstance(node, ApprovalSpec)])


def responding_references(definition: Definition) -> list[str]:
    """Return the same of the approvals that take a response."""
    approvals = [node for node in definition.nodes if isinstance(node, ApprovalSpec)]
    return _asked_references([node for node in approvals if node.respond])


def glass_references(definition: Definition) -> list[str]:
    """Return every reference that may break glass at an approval of the workflow."""
    approvals = [node for node in definition.nodes if isinstance(node, ApprovalSpec)]
    named = [ref for node in approvals if node.break_glass for ref in node.break_glass.people]
    return list(dict.fromkeys(named))


def _asked_references(approvals: Sequence[ApprovalSpec]) -> list[str]:
    references = [ref for node in approvals for stage in node.stages for ref in stage.approvers]
    references += [ref for node in approvals for ref in node.veto]
    references += [ref for node in approvals for escalation in node.escalations for ref in escalation.to]
    return [ref for ref in dict.fromkeys(references) if sole_path(ref) is None]


def schedule_references(definition: Definition) -> list[str]:
    """Return every `oncall:` reference that the workflow names."""
    named = [*roles.listing(definition), *roles.cancelling(definition)]
    named += [*deciding_references(definition), *alerted_references(definition), *definition.may_notify]
    return [ref for ref in dict.fromkeys(named) if is_on_call(ref)]


def deciding_references(definition: Definition) -> list[str]:
    """Return the same, and the references to whose members an approval can be reassigned."""
    approvals = [node for node in definition.nodes if isinstance(node, ApprovalSpec)]
    further = [ref for node in approvals for ref in node.reassign_to]
    return list(dict.fromkeys([*approver_references(definition), *further]))


def unknown_member_findings(members: Members) -> list[str]:
    """Return a sentence for each group with unknown members."""
    return [
        f"{', '.join(sorted(meant.unknown))} of {ref} cannot be found in this workspace and cannot decide."
        for ref, meant in members.items()
        if meant is not None and meant.unknown
    ]


def without_public_members(members: Members) -> Members:
    """The same, where nobody decides as a member of what anybody can join."""
    return {
        ref: replace(meant, able=frozenset()) if meant is not None and meant.public else meant
        for ref, meant in members.items()
    }


def public_approver_findings(definition: Definition, members: Members) -> list[str]:
    """Return a sentence for each approver that anybody can join."""
    below = _references_below_high_risk(definition)
    return [
        f"{ref} is a public channel, so anybody can join it and decide. Name a group or a private channel."
        if ref in below
        else f"{ref} is a public channel, so anybody can join it. At risk=high its members cannot decide, "
        "veto or become approvers. Name a group or a private channel."
        for ref in deciding_references(definition)
        if (meant := members.get(ref)) is not None and meant.public
    ]


def _references_below_high_risk(definition: Definition) -> list[str]:
    nodes = [node for node in definition.nodes if isinstance(node, ApprovalSpec) and node.risk != "high"]
    return deciding_references(definition.model_copy(update={"nodes": nodes}))


def public_findings(members: Members) -> list[str]:
    """Return a sentence for each reference that anybody can join."""
    return [
        f"{ref} is a public channel, so anybody can join it and decide. Name a group or a private channel."
        for ref, meant in members.items()
        if meant is not None and meant.public
    ]


def input_approver_findings(definition: Definition) -> list[str]:
    """Return a sentence for each approver that the requester names in the input."""
    approvals = [node for node in definition.nodes if isinstance(node, ApprovalSpec)]
    named = {
        node.name: [
            *(ref for stage in node.stages for ref in stage.approvers),
            *(ref for escalation in node.escalations for ref in escalation.to),
        ]
        for node in approvals
    }
    return [
        f"The requester of {definition.name} chooses who decides {name}: its approvers are {{{path}}}. "
        "Name a group, or let a step look up the people."
        for name, refs in named.items()
        for path in dict.fromkeys(filter(None, map(sole_path, refs)))
        if path.split(".")[0] == "input"
    ]


def possibly_public_findings(definition: Definition) -> list[str]:
    """Return the same for channels that may be public, without asking Slack."""
    name, below = definition.name, _references_below_high_risk(definition)
    return [
        f"The members of {ref} can decide in {name}. If it is a public channel, anybody can join it and "
        "decide: signoff check --people says whether it is."
        if ref in below
        else f"The members of {ref} can decide in {name} only if it is a private channel, because the "
        "approval is high risk: signoff check --people says whether it is."
        for ref in deciding_references(definition)
        if ref.startswith("#")
    ]


def unknown_option_findings(node: ApprovalSpec, meant: Members, close: Mapping[str, str]) -> list[str]:
    """Return a sentence for each reference beside the approvers that names nobody. `close`: see below."""
    options = {
        "veto": node.veto,
        "escalate": tuple(ref for escalation in node.escalations for ref in escalation.to),
        "reassign_to": node.reassign_to,
    }
    return [
        f"{option}: {unknown_reference_problem(ref, close.get(ref, ''))}"
        for option, refs in options.items()
        for ref in dict.fromkeys(refs)
        if sole_path(ref) is None and meant.get(ref) is None
    ]


def feasibility_findings(
    node: ApprovalSpec, meant: Members, close: Mapping[str, str], *, approver_asks: bool = True
) -> list[str]:
    """Why nobody could complete it, in sentences; empty when it can be answered.

    `approver_asks`: also where one of the approvers asks, who can't approve that. What an earlier step names
    can't be known beforehand; the owner is asked where that names nobody. `close`: by a reference that names
    nobody, the one that was probably meant.
    """
    quorums = [quorum for stage in node.stages for quorum in stage.quorums]
    excluded = approver_asks and not node.self_approval
    return quorum_findings(quorums, meant, close, high_risk=node.risk == "high", excluded=excluded)


def quorum_findings(
    quorums: Sequence[QuorumSpec],
    meant: Members,
    close: Mapping[str, str],
    *,
    high_risk: bool = False,
    excluded: bool = True,
) -> list[str]:
    """Return the same about quorums that must all be complete. `excluded`: the requester may not decide."""
    named = dict.fromkeys(ref for quorum in quorums for ref in quorum.approvers)
    nobody = [ref for ref in named if sole_path(ref) is None and meant.get(ref) is None]
    if nobody:
        return [" ".join(unknown_reference_problem(ref, close.get(ref, "")) for ref in nobody)]
    open_to_all = [ref for ref in named if (roster := meant.get(ref)) is not None and roster.public]
    if high_risk and open_to_all:
        return [f"{', '.join(open_to_all)} is public: anybody can join it, and the approval is high risk."]
    of_all = {ref for quorum in quorums if quorum.needs == "all" for ref in quorum.approvers}
    lacking = unknown_member_findings({ref: meant.get(ref) for ref in named if ref in of_all})
    if lacking:
        return [f"All of them must approve. {finding}" for finding in lacking]
    members = _able_members(meant)
    known = [quorum for quorum in quorums if not any(map(_changes, quorum.approvers))]
    people = {who for quorum in known for who in _members_of(quorum, members)}
    if not _can_complete(known, members, people):
        return [
            f"{', '.join(named)}: {_people_text(_total_needs(known, members))} must approve, and "
            f"{_people_text(len(people)) if people else 'nobody'} can decide."
        ]
    if not excluded:
        return []
    alone = sorted(who for who in people if not _can_complete(known, members, people - {who}))
    if alone and len(known) == len(quorums):
        return [f"If {' or '.join(alone[:3])} requests it, too few people are left to approve it."]
    return []


def _changes(ref: str) -> bool:
    """Return whether a reference means other people when the approval is asked: a path, or a schedule."""
    return sole_path(ref) is not None or is_on_call(ref)


def unknown_reference_problem(ref: str, close: str = "") -> str:
    """Why a reference means nobody, as far as can be known. `close`: the one that was probably meant."""
    if close:
        return f"{_unknown_reference_text(ref)} Did you mean {close}?"
    return _unknown_reference_text(ref)


def _unknown_reference_text(ref: str) -> str:
    if ref.startswith("#"):
        return f"Signoff cannot see {ref}: it may be renamed, private or misspelled."
    if is_on_call(ref):
        return unknown_schedule_text(ref)
    if ref.startswith("@"):
        return f"There is no group called {ref}, or it is disabled."
    return f"No active member of this workspace has the id {ref}."


def _people_text(count: int) -> str:
    return f"{count} {'person' if count == 1 else 'people'}"


def is_stuck(request: RequestRecord, members: Members) -> bool:
    """Return whether no further answer can complete the request.

    Either too few people are left to answer, or nothing is needed any more because those who were missing
    have left.
    """
    if request.state != "open":
        return False
    if request.kind == "failure":
        return not any(meant and meant.able for meant in members.values())
    if request.kind != "approval":
        return False
    if _all_there_have_agreed(request, members):
        return True
    stages = range(request.stage, len(request.policy.stages))
    left = [remainder for number in stages for remainder in _remainders(request, number, members)]
    needs = [remainder.needs for remainder in left]
    fits = {
        who: [number for number, remainder in enumerate(left) if who in remainder.people]
        for who in sorted({who for remainder in left for who in remainder.people})
    }
    return len(match_people(fits, needs)) < sum(needs)


QuorumReplacements = Mapping[tuple[int, QuorumSpec], tuple[QuorumSpec, ...]]
"""By stage and quorum: what is put in its place."""


def owner_replacements(
    request: RequestRecord, members: Members, owner: str, owners: Set[str]
) -> QuorumReplacements:
    """Quorums that need all, of whom some can't agree any more, and what the owner can do about each.

    Where some are not known, everybody else must still agree, and the owner in the place of the unknown: by
    an answer more, unless one of the owner (`owners`) is among those who must. Else the owner's is enough.
    A schedule is never taken out: the owner answers in its place, by an answer more, while nobody is on call.
    """
    over = request.stage if _all_there_have_agreed(request, members) else None
    replacements: dict[tuple[int, QuorumSpec], tuple[QuorumSpec, ...]] = {}
    for number in range(request.stage, len(request.policy.stages)):
        for remainder in _remainders(request, number, members):
            if remainder.quorum.needs != "all" or not (
                number == over or remainder.needs > len(remainder.people)
            ):
                continue
            missing = _missing_members(remainder.quorum, members)
            rest = [ref for ref in remainder.quorum.approvers if ref not in missing]
            able = {who for ref in rest if (meant := members.get(ref)) for who in meant.able}
            if any(map(is_on_call, remainder.quorum.approvers)):
                gaps = _gaps(request, remainder.quorum, members)
                replacements[number, remainder.quorum] = _beside_schedules(
                    remainder.quorum, tuple(dict.fromkeys([*missing, *gaps])), owner
                )
                continue
            if not missing or not able:
                replacements[number, remainder.quorum] = (QuorumSpec(approvers=(owner,)),)
                continue
            without = remainder.quorum.model_copy(update={"missing": missing})
            own = QuorumSpec(approvers=(owner,))
            needed = not owners & able and own not in request.policy.stages[number].quorums
            replacements[number, remainder.quorum] = (without, own) if needed else (without,)
    return replacements


def _gaps(request: RequestRecord, quorum: QuorumSpec, members: Members) -> list[str]:
    """Return the schedules of a quorum for which nobody who may decide the request is on call."""
    excluded, needed = excluded_names(request), _needed_members(members)
    return [
        ref for ref in quorum.approvers if is_on_call(ref) and not (needed.get(ref) or frozenset()) - excluded
    ]


def _beside_schedules(quorum: QuorumSpec, missing: tuple[str, ...], owner: str) -> tuple[QuorumSpec, ...]:
    """Return a quorum with schedules, and the owner in the place of what is newly missing."""
    new = tuple(ref for ref in missing if ref not in quorum.missing)
    if not new:
        return (quorum,)
    own = QuorumSpec(approvers=(owner,), stands_in=new)
    return (quorum.model_copy(update={"missing": missing}), own)


def _missing_members(quorum: QuorumSpec, members: Members) -> tuple[str, ...]:
    """Return the references and ids of a quorum that the people source does not know."""
    missing = [ref for ref in quorum.approvers if members.get(ref) is None]
    for ref in quorum.approvers:
        if (meant := members.get(ref)) is not None:
            missing += sorted(meant.unknown)
    return tuple(dict.fromkeys([*quorum.missing, *missing]))


def _all_there_have_agreed(request: RequestRecord, members: Members) -> bool:
    quorums = stage_progress(request, request.decisions, request.stage, _needed_members(members))
    return all(quorum.complete for quorum in quorums)


def _able_members(members: Members) -> Rosters:
    return {ref: None if meant is None else meant.able for ref, meant in members.items()}


def _needed_members(members: Members) -> Rosters:
    return {ref: None if meant is None else meant.able | meant.unknown for ref, meant in members.items()}


@dataclass(frozen=True, slots=True)
class _Remainder:
    """The decisions that a quorum still needs, and the people who could make them."""

    quorum: QuorumSpec
    needs: int
    people: Set[str]


def _remainders(request: RequestRecord, number: int, members: Members) -> list[_Remainder]:
    gone = people_who_answered(request) | excluded_names(request)
    remainders = []
    needed, able = _needed_members(members), _able_members(members)
    unknown_ids = {who for meant in members.values() if meant is not None for who in meant.unknown}
    for place in stage_progress(request, request.decisions, number, needed):
        people: Set[str] | None = _members_of(place.quorum, able)
        if place.quorum.needs == "all":
            people = required_people(request, place.quorum, request.decisions, needed)
            people = None if people is None else people - unknown_ids
        remainders.append(_Remainder(place.quorum, place.needs - len(place.by), (people or set()) - gone))
    return remainders


def _fits(quorums: list[QuorumSpec], members: Rosters, people: Set[str]) -> dict[str, list[int]]:
    """Return, for each person, the quorums that the person belongs to."""
    return {
        who: [number for number, quorum in enumerate(quorums) if who in _members_of(quorum, members)]
        for who in sorted(people)
    }


def _can_complete(quorums: list[QuorumSpec], members: Rosters, people: Set[str]) -> bool:
    """Return whether these people can fill every quorum, each person counted at one."""
    needs = [
        len(_members_of(quorum, members) & people) or 1 if quorum.needs == "all" else quorum.needs
        for quorum in quorums
    ]
    return len(match_people(_fits(quorums, members, people), needs)) == sum(needs)


def _members_of(quorum: QuorumSpec, members: Rosters) -> set[str]:
    return {who for ref in quorum.approvers for who in members.get(ref) or ()}


def _total_needs(quorums: list[QuorumSpec], members: Rosters) -> int:
    return sum(
        len(_members_of(quorum, members)) if quorum.needs == "all" else quorum.needs for quorum in quorums
    )
