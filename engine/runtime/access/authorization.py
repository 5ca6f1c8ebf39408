"""Authorization: checks who may start, cancel and decide, in the people's source at that moment.

When the source cannot be asked, nobody may.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace

from engine.errors import NobodyOnCall, NotAllowed, OnCallUnknown, PeopleUnavailable, UnknownPeople
from engine.kernel import personal_reveal, roles
from engine.kernel.requests import feasibility
from engine.kernel.requests.quorum import Members, ResolvedReference, Rosters, awaited_people
from engine.kernel.requests.reassignment import Role
from engine.kernel.requests.verdicts import none_of_them
from engine.model.definition.spec import Definition
from engine.model.people import (
    Actor,
    Group,
    People,
    Person,
    any_of,
    effective_user_id,
    is_group,
    is_member,
    is_on_call,
    look_up,
)
from engine.model.records.records import RequestRecord, RunRecord
from engine.model.records.request_parts import Handover
from engine.runtime.access.membership import full_member
from engine.runtime.access.suggestions import nearest_reference


async def refs_of(people: People, user_id: str, refs: Iterable[str]) -> frozenset[str]:
    """Return the references that mean this person now. A reference that names nobody is left out."""
    references = set()
    for ref in refs:
        try:
            if await is_member(people, user_id, ref):
                references.add(ref)
        except UnknownPeople:
            continue
    return frozenset(references)


def _why_nobody(ref: str, members: Set[str]) -> str:
    if not is_group(ref):
        return f"{ref} is not an active member of this workspace."
    if not members:
        return f"{ref} has no members."
    return f"{ref} has no member who is a full, active member of this workspace."


_MAX_LOOKUPS = 20
"""Most people that are looked up to explain why nobody can decide."""
_LOOKUPS_AT_A_TIME = 5
"""Number of people that are looked up at a time, until one of them is able to decide."""


def _able(person: Person | None) -> bool:
    return person is not None and person.full_member


def _references_needing_all(request: RequestRecord) -> set[str]:
    """Return the references of which every member is needed, from the open stage on."""
    quorums = [quorum for stage in request.policy.stages[request.stage :] for quorum in stage.quorums]
    return {ref for quorum in quorums if quorum.needs == "all" for ref in quorum.approvers}


def all_references(request: RequestRecord) -> list[str]:
    """Return the references of everybody who may answer at any stage."""
    return [*(ref for stage in request.policy.stages for ref in stage.approvers), *request.policy.veto]


class Authorization:
    """Checks permissions by user id.

    Raises `NotAllowed`, which names the people who may, and `PeopleUnavailable` when the people's source does
    not answer.
    """

    def __init__(self, people: People, operator: str | None = None) -> None:
        self.people, self._operator = people, operator

    async def may_run(self, actor: Actor, definition: Definition) -> None:
        """Check that the actor may start the workflow: full members, or those that the workflow names.

        The command line and schedules always may.
        """
        if actor.source in ("schedule", "engine", "cli"):
            return
        if actor.source == "api":
            if not definition.gate:
                raise NotAllowed(f"{definition.name} is not a gate, so the API cannot start it.")
            return
        person = await self._member(actor)
        if definition.may_run and not await refs_of(self.people, person.id, definition.may_run):
            raise NotAllowed(
                f"Only {any_of(definition.may_run)} can start {definition.name}. Ask one of them."
            )

    async def may_cancel(
        self, actor: Actor, run: RunRecord, definition: Definition, act: str = "cancel"
    ) -> None:
        """Check that the actor may cancel the run: its requester, the owner, and those the workflow names.

        `act`: the verb for people, where the same rule governs something else.
        """
        if actor.source in ("engine", "cli"):
            return
        if actor.source == "api":
            if (run.actor.source, run.actor.id) != (actor.source, actor.id):
                verb = "withdraw" if act == "cancel" else act
                raise NotAllowed(f"Only the token that asked can {verb} {run.short}.")
            return
        person = await self._member(actor)
        if not run.actor.names.isdisjoint(actor.names):
            return
        refs = roles.cancelling(definition)
        if not await refs_of(self.people, person.id, refs):
            raise NotAllowed(f"Only its requester or {any_of(refs)} can {act} {run.short}. Ask one of them.")

    async def may_operate(self, actor: Actor, definition: Definition, act: str) -> None:
        """Check that the actor owns or operates the workflow. `act`: what only they may do: `pause deploy`.

        The command line always may.
        """
        if actor.source in ("engine", "cli"):
            return
        if actor.source == "api":
            raise NotAllowed(f"A token cannot {act}.")
        person = await self._member(actor)
        refs = roles.operating(definition)
        if not await refs_of(self.people, person.id, refs):
            who = any_of(refs) if definition.may_operate else f"the owner, {definition.owner},"
            raise NotAllowed(f"Only {who} can {act}.")

    async def may_skip(self, actor: Actor, run: RunRecord, definition: Definition) -> None:
        """Check that the actor may skip a step of the run: its owner, its operators, and the command line."""
        await self.may_operate(actor, definition, f"skip a step of {run.short}")

    async def may_reveal(
        self, actor: Actor, run: RunRecord, definitions: Iterable[Definition | None]
    ) -> None:
        """Check that the actor may read personal data: a full member whom each definition names.

        The command line always may, since its user reads the keys. Nobody else may, a token included.
        """
        if actor.source == "cli":
            return
        if actor.source != "slack":
            raise NotAllowed("Only a person can read personal data, in Slack or on the console.")
        person = await self._member(actor)
        for refs in personal_reveal.readers(definitions):
            if not refs or not await refs_of(self.people, person.id, refs):
                raise NotAllowed(personal_reveal.refusal(refs, run))

    async def role(
        self, actor: Actor, request: RequestRecord, definition: Definition
    ) -> tuple[Role | None, frozenset[str] | None]:
        """Return the role in which the actor could reassign, and the stage's references that mean the actor.

        None instead of references: the actor may reassign in place of any of them.
        """
        if actor.source in ("engine", "cli"):
            return "operator", None
        if actor.source == "api":
            return None, frozenset()
        person = await self._member(actor)
        if person.id == self._operator:
            return "operator", None
        if await refs_of(self.people, person.id, [definition.owner]):
            return "owner", None
        stage_references = await refs_of(self.people, person.id, request.approvers)
        return ("approver" if stage_references else None), stage_references

    async def may_know(self, actor: Actor, ref: str) -> bool:
        """Return whether the actor may learn whom a reference means: members alone, of a private channel."""
        if not ref.startswith("#") or actor.source in ("engine", "cli"):
            return True
        try:
            resolved = await self.people.resolve(ref)
        except UnknownPeople:
            return False
        return isinstance(resolved, Group) and (
            resolved.readable or effective_user_id(actor) in resolved.members
        )

    async def references_covering(self, to: str, refs: Set[str]) -> frozenset[str]:
        """Return the references whose members include everybody that `to` means."""
        people = await self.able_members(to)
        covered = {ref for ref in refs if ref == to}
        for ref in refs - covered:
            if people and people <= await self.able_members(ref):
                covered.add(ref)
        return frozenset(covered)

    async def decider(self, actor: Actor, request: RequestRecord) -> tuple[Person, frozenset[str]]:
        """Return the person who decides, and the request's references that mean that person at any stage.

        Raises `UnknownPeople`.
        """
        person = await self.people.person(effective_user_id(actor))
        return person, await self.references_meaning(person.id, request)

    async def references_meaning(self, user_id: str, request: RequestRecord) -> frozenset[str]:
        """Return the request's references, at any stage, that mean this person now."""
        return await self.counting_references(user_id, request, all_references(request))

    async def counting_references(
        self, user_id: str, request: RequestRecord, refs: Iterable[str]
    ) -> frozenset[str]:
        """Those of the references that mean this person now.

        Groups change: a new approver counts only while the policy that let them be named means them too.
        """
        counting = await refs_of(self.people, user_id, dict.fromkeys(refs))
        for handover in request.people.handovers:
            if handover.to in counting and handover.within:
                within = await self._within(handover, request)
                counting -= set() if await refs_of(self.people, user_id, within) else {handover.to}
        return counting

    async def lapsed_handover_text(self, actor: Actor, request: RequestRecord) -> str:
        """Why a person to whom a request was reassigned can no longer decide it; empty for anybody else."""
        user_id = effective_user_id(actor)
        for handover in reversed(request.people.handovers):
            if (
                handover.within
                and await refs_of(self.people, user_id, [handover.to])
                and not await refs_of(self.people, user_id, await self._within(handover, request))
            ):
                if not await self._within(handover, request):
                    return (
                        f"This approval is high risk, and anybody can join {any_reference(handover.within)}, "
                        "so its members cannot decide it. Ask the owner of the workflow to reassign it to a "
                        "group."
                    )
                return (
                    f"This request was reassigned to {handover.to}. Only members of "
                    f"{any_reference(handover.within)} can decide it, and {none_of_them(actor)}."
                )
        return ""

    async def refs_of_member(self, user_id: str, request: RequestRecord) -> frozenset[str]:
        """Return the same as `references_meaning`, and nothing for a person who is not a full member now."""
        try:
            person = await self.people.person(user_id)
        except UnknownPeople:
            return frozenset()
        return await self.references_meaning(user_id, request) if person.full_member else frozenset()

    async def rosters(self, request: RequestRecord, deciding: Set[str]) -> tuple[Rosters, Set[str]]:
        """Return the members of the references of which every member is needed, and people still awaited.

        A click on a group of hundreds must not look up hundreds. While a person who is able to decide is
        still awaited, others count as able without a lookup, and the second value holds the awaited people.
        It is empty where everybody was looked up. `deciding`: ids of the people who answer now.
        Raises `PeopleUnavailable` where the owner would answer in the place of people on call who are unknown
        for a short time only.
        """
        refs = _references_needing_all(request)
        members_by_reference = {ref: await self._counting_member_ids(ref, request) for ref in sorted(refs)}
        stood_in = {
            ref for stage in request.policy.stages for each in stage.quorums for ref in each.stands_in
        }
        await self.require_known_shifts(
            ref for ref in sorted(stood_in) if members_by_reference.get(ref) is None
        )
        everybody = {user_id for members in members_by_reference.values() for user_id in members or ()}
        if not everybody:
            return members_by_reference, frozenset()
        awaited = awaited_people(request, everybody) - deciding
        people = dict(await look_up(self.people, awaited, sparing=True))
        not_looked_up = sorted(awaited - people.keys())
        while not_looked_up and not any(_able(person) for person in people.values()):
            people |= await look_up(self.people, not_looked_up[:_LOOKUPS_AT_A_TIME])
            del not_looked_up[:_LOOKUPS_AT_A_TIME]
        unable = {user_id for user_id, person in people.items() if person is not None and not _able(person)}
        able = {user_id for user_id, person in people.items() if _able(person)}
        rosters = {
            ref: None if member_ids is None else member_ids - unable
            for ref, member_ids in members_by_reference.items()
        }
        return rosters, able if not_looked_up else frozenset()

    async def why_nobody_can(self, request: RequestRecord) -> str:
        """Return why nobody can decide the request at its open stage.

        Empty where a person can, or where the people's source cannot tell.
        """
        refs = request.approvers
        try:
            members_by_reference = {ref: await self._member_ids(ref) for ref in refs}
            if sum(len(member_ids or ()) for member_ids in members_by_reference.values()) > _MAX_LOOKUPS:
                return ""
            people = await look_up(
                self.people,
                sorted(
                    {user_id for member_ids in members_by_reference.values() for user_id in member_ids or ()}
                ),
            )
        except PeopleUnavailable:
            return ""
        if any(_able(person) for person in people.values()):
            return ""
        whys = [
            await self.unknown_reference_text(ref)
            if member_ids is None and is_group(ref)
            else _why_nobody(ref, member_ids or set())
            for ref, member_ids in members_by_reference.items()
        ]
        return " ".join(["Nobody can decide this request.", *whys])

    async def unknown_reference_text(self, ref: str) -> str:
        """Return why a reference means nobody, with the reference that was probably meant."""
        if is_on_call(ref):
            try:
                await self.people.resolve(ref)
            except NobodyOnCall as error:
                return str(error)
            except (UnknownPeople, PeopleUnavailable):
                pass
        return feasibility.unknown_reference_problem(ref, await nearest_reference(self.people, ref))

    async def unresolved_text(self, members: Mapping[str, object | None]) -> str:
        """Return a sentence for each reference that means nobody."""
        return " ".join(
            [await self.unknown_reference_text(ref) for ref, resolved in members.items() if resolved is None]
        )

    async def unresolved_approvers_text(self, request: RequestRecord) -> str:
        """Return a sentence for each approver that means nobody now; empty if the source does not answer."""
        try:
            members_by_reference = {ref: await self._member_ids(ref) for ref in request.approvers}
        except PeopleUnavailable:
            return ""
        return await self.unresolved_text(members_by_reference)

    async def members(self, request: RequestRecord) -> Members:
        """Return the people who are able to decide now, by reference."""
        refs = {ref for stage in request.policy.stages for ref in stage.approvers}
        members = {ref: await self._counting_members(ref, request) for ref in sorted(refs)}
        return feasibility.without_public_members(members) if request.policy.risk == "high" else members

    async def resolve(self, ref: str) -> ResolvedReference | None:
        """Return the people that a reference means; None where it names nobody."""
        member_ids = await self._member_ids(ref)
        if member_ids is None:
            return None
        people = await look_up(self.people, sorted(member_ids))
        if not is_group(ref) and people.get(ref) is None:
            return None
        able = frozenset(user_id for user_id, person in people.items() if _able(person))
        unknown = frozenset(user_id for user_id in member_ids if people.get(user_id) is None)
        return ResolvedReference(able, unknown, await self.is_public(ref))

    async def planned(self, ref: str) -> ResolvedReference | None:
        """As `resolve`; a schedule for which nobody is on call now is known all the same, with nobody."""
        resolved = await self.resolve(ref)
        if resolved is None and is_on_call(ref):
            try:
                await self.people.resolve(ref)
            except NobodyOnCall:
                return ResolvedReference(frozenset(), frozenset())
            except UnknownPeople:
                return None
        return resolved

    async def require_known_shifts(self, refs: Iterable[str]) -> None:
        """Raise `PeopleUnavailable` for a schedule whose source fails, unless it has failed for long."""
        for ref in filter(is_on_call, refs):
            try:
                await self.people.resolve(ref)
            except OnCallUnknown as error:
                raise PeopleUnavailable(str(error)) from None
            except UnknownPeople:
                continue

    async def is_public(self, ref: str) -> bool:
        """Return whether anybody can join the channel that the reference means, and decide then."""
        if not ref.startswith("#"):
            return False
        try:
            resolved = await self.people.resolve(ref)
        except UnknownPeople:
            return False
        return isinstance(resolved, Group) and resolved.public

    async def untrusted(self, request: RequestRecord) -> frozenset[str]:
        """Return references of a high-risk request whose members cannot decide it: anybody can join them."""
        return await self.untrusted_of(request, all_references(request))

    async def untrusted_of(self, request: RequestRecord, refs: Iterable[str]) -> frozenset[str]:
        """Those of the references by which nobody decides the request, or becomes its approver."""
        if request.policy.risk != "high":
            return frozenset()
        return frozenset([ref for ref in dict.fromkeys(refs) if await self.is_public(ref)])

    async def able_members(self, ref: str) -> frozenset[str]:
        """Return the members of a reference who are able to decide."""
        resolved = await self.resolve(ref)
        return frozenset() if resolved is None else frozenset(resolved.able)

    async def _counting_members(self, ref: str, request: RequestRecord) -> ResolvedReference | None:
        """As `resolve`, of those who count in this request."""
        resolved = await self.resolve(ref)
        counting = await self._counting_member_ids(ref, request) or frozenset()
        return None if resolved is None else replace(resolved, able=resolved.able & counting)

    async def _counting_member_ids(self, ref: str, request: RequestRecord) -> Set[str] | None:
        """As `_member_ids`, of those who count in this request; see `counting_references`."""
        member_ids = await self._member_ids(ref)
        for handover in request.people.handovers:
            if member_ids and handover.to == ref and handover.within:
                covering = [
                    await self._member_ids(covered) or frozenset[str]()
                    for covered in await self._within(handover, request)
                ]
                member_ids = member_ids & frozenset[str]().union(*covering)
        return member_ids

    async def _within(self, handover: Handover, request: RequestRecord) -> frozenset[str]:
        """Return the references of which a new approver must still be a member."""
        return frozenset(handover.within) - await self.untrusted_of(request, handover.within)

    async def _member_ids(self, ref: str) -> Set[str] | None:
        """Return the ids of the members of a reference; None where a group or channel is unknown."""
        if not is_group(ref):
            return frozenset({ref})
        try:
            resolved = await self.people.resolve(ref)
        except UnknownPeople:
            return None
        return resolved.members if isinstance(resolved, Group) else frozenset({resolved.id})

    async def _member(self, actor: Actor) -> Person:
        return await full_member(self.people, effective_user_id(actor))


def any_reference(refs: Sequence[str]) -> str:
    """Return the references as text, `@a, @b or #c`, each once. See `any_of` for the people they mean."""
    unique = list(dict.fromkeys(refs))
    return " or ".join(filter(None, [", ".join(unique[:-1]), unique[-1]]))
