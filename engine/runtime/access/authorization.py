"""Who may start, cancel and decide, asked of the people's source at that moment; when in doubt, nobody."""

from collections.abc import Iterable, Mapping, Sequence, Set

from engine.errors import NotAllowed, PeopleUnavailable, UnknownPeople
from engine.kernel import feasibility
from engine.kernel.quorum import Members, ResolvedReference, Rosters, awaited_people
from engine.kernel.reassignment import Role
from engine.kernel.verdicts import membership_problem, unknown_member_problem
from engine.model.people import Actor, Group, People, Person, effective_user_id, is_member, look_up
from engine.model.records import RequestRecord, RunRecord
from engine.model.spec import Definition
from engine.runtime.access.suggestions import close_to


async def refs_of(people: People, user_id: str, refs: Iterable[str]) -> frozenset[str]:
    """Those of the references that mean this person now. One that names nobody means nobody."""
    found = set()
    for ref in refs:
        try:
            if await is_member(people, user_id, ref):
                found.add(ref)
        except UnknownPeople:
            continue
    return frozenset(found)


def _why_nobody(ref: str, members: Set[str]) -> str:
    if not ref.startswith(("@", "#")):
        return f"{ref} is not an active member of this workspace."
    if not members:
        return f"{ref} has no members."
    return f"{ref} has no member who is a full, active member of this workspace."


_FEW = 20
"""So many people are looked up to say why nobody can decide."""
_SOME = 5
"""So many people are looked up at a time until one is found who is able to decide."""


def _able(person: Person | None) -> bool:
    return person is not None and person.full_member


def _everybody_of(request: RequestRecord) -> set[str]:
    """References of which everybody is needed, from the open stage on."""
    quorums = [quorum for stage in request.policy.stages[request.stage :] for quorum in stage.quorums]
    return {ref for quorum in quorums if quorum.needs == "all" for ref in quorum.approvers}


def _all_refs(request: RequestRecord) -> list[str]:
    """Of everybody who may answer at any stage."""
    return [*(ref for stage in request.policy.stages for ref in stage.approvers), *request.policy.veto]


class Authorization:
    """Raises `NotAllowed` with who may, and `PeopleUnavailable` when nobody can be asked."""

    def __init__(self, people: People) -> None:
        self.people = people

    async def may_run(self, actor: Actor, definition: Definition) -> None:
        """Full members, unless the workflow names who may. The command line and schedules always may."""
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

    async def may_cancel(self, actor: Actor, run: RunRecord, definition: Definition) -> None:
        """Whoever started it, the owner, and whom the workflow names."""
        if actor.source in ("engine", "cli"):
            return
        if actor.source == "api":
            if (run.actor.source, run.actor.id) != (actor.source, actor.id):
                raise NotAllowed(f"Only the token that asked can withdraw {run.short}.")
            return
        person = await self._member(actor)
        if not run.actor.names.isdisjoint(actor.names):
            return
        refs = (*definition.may_cancel, definition.owner)
        if not await refs_of(self.people, person.id, refs):
            raise NotAllowed(f"Only its requester or {any_of(refs)} can cancel {run.short}. Ask one of them.")

    async def role(
        self, actor: Actor, request: RequestRecord, definition: Definition
    ) -> tuple[Role | None, frozenset[str] | None]:
        """In which role a person could reassign, and the stage's references that mean them; None: any."""
        if actor.source in ("engine", "cli"):
            return "operator", None
        if actor.source == "api":
            return None, frozenset()
        person = await self._member(actor)
        if await refs_of(self.people, person.id, [definition.owner]):
            return "owner", None
        found = await refs_of(self.people, person.id, request.approvers)
        return ("approver" if found else None), found

    async def within(self, to: str, refs: Set[str]) -> frozenset[str]:
        """Those of the references that mean everybody who is meant by `to`."""
        people = await self.able(to)
        found = {ref for ref in refs if ref == to}
        for ref in refs - found:
            if people and people <= await self.able(ref):
                found.add(ref)
        return frozenset(found)

    async def decider(self, actor: Actor, request: RequestRecord) -> tuple[Person, frozenset[str]]:
        """Who decides, and which of those who may, at any stage, that person is. Raises `UnknownPeople`."""
        person = await self.people.person(effective_user_id(actor))
        return person, await self.asked(person.id, request)

    async def asked(self, user_id: str, request: RequestRecord) -> frozenset[str]:
        """Those of a request's references, at any stage, that mean this person now."""
        return await refs_of(self.people, user_id, dict.fromkeys(_all_refs(request)))

    async def refs_of_member(self, user_id: str, request: RequestRecord) -> frozenset[str]:
        """As `asked`; none for somebody who is no full member any more."""
        try:
            person = await self.people.person(user_id)
        except UnknownPeople:
            return frozenset()
        return await self.asked(user_id, request) if person.full_member else frozenset()

    async def rosters(self, request: RequestRecord, deciding: Set[str]) -> tuple[Rosters, Set[str]]:
        """Who is meant now by the references of which everybody is needed. `deciding`: who answers now.

        And people who are awaited anyway, so that others were taken as able to decide without a look; empty
        where everybody was looked up. A click on a group of hundreds must not look up hundreds.
        """
        refs = _everybody_of(request)
        meant = {ref: await self._meant(ref) for ref in sorted(refs)}
        everybody = {who for members in meant.values() for who in members or ()}
        awaited = awaited_people(request, everybody) - deciding
        known = dict(await look_up(self.people, awaited, sparing=True))
        rest = sorted(awaited - known.keys())
        while rest and not any(_able(person) for person in known.values()):
            known |= await look_up(self.people, rest[:_SOME])
            del rest[:_SOME]
        unable = {who for who, person in known.items() if person is not None and not _able(person)}
        able = {who for who, person in known.items() if _able(person)}
        rosters = {ref: None if found is None else found - unable for ref, found in meant.items()}
        return rosters, able if rest else frozenset()

    async def nobody_can(self, request: RequestRecord) -> str:
        """Why nobody can decide it at its open stage; empty where somebody can, or it can't be told now."""
        refs = request.approvers
        try:
            found = {ref: await self._meant(ref) for ref in refs}
            if sum(len(members or ()) for members in found.values()) > _FEW:
                return ""
            people = await look_up(
                self.people, sorted({who for some in found.values() for who in some or ()})
            )
        except PeopleUnavailable:
            return ""
        if any(_able(person) for person in people.values()):
            return ""
        whys = [
            await self.no_such(ref) if some is None and ref[:1] in "@#" else _why_nobody(ref, some or set())
            for ref, some in found.items()
        ]
        return " ".join(["Nobody can decide this request.", *whys])

    async def no_such(self, ref: str) -> str:
        """Why a reference means nobody, with the one that was probably meant."""
        return feasibility.unknown_reference_problem(ref, await close_to(self.people, ref))

    async def unresolved(self, members: Mapping[str, object | None]) -> str:
        """A sentence for each reference that means nobody."""
        return " ".join([await self.no_such(ref) for ref, meant in members.items() if meant is None])

    async def unresolved_approvers(self, request: RequestRecord) -> str:
        """Which of its approvers mean nobody now, in sentences; empty where it can't be told."""
        try:
            found = {ref: await self._meant(ref) for ref in request.approvers}
        except PeopleUnavailable:
            return ""
        return await self.unresolved(found)

    async def members(self, request: RequestRecord) -> Members:
        """Who is able to decide now, by reference."""
        refs = {ref for stage in request.policy.stages for ref in stage.approvers}
        found = {ref: await self.meant(ref) for ref in sorted(refs)}
        return feasibility.without_public_members(found) if request.policy.risk == "high" else found

    async def meant(self, ref: str) -> ResolvedReference | None:
        """Who is meant by a reference; None where it names nobody."""
        found = await self._meant(ref)
        if found is None:
            return None
        people = await look_up(self.people, sorted(found))
        if not ref.startswith(("@", "#")) and people.get(ref) is None:
            return None
        able = frozenset(who for who, person in people.items() if _able(person))
        unknown = frozenset(who for who in found if people.get(who) is None)
        return ResolvedReference(able, unknown, await self.is_public(ref))

    async def is_public(self, ref: str) -> bool:
        """Whether anybody can join what the reference means, and decide then."""
        if not ref.startswith("#"):
            return False
        try:
            found = await self.people.resolve(ref)
        except UnknownPeople:
            return False
        return isinstance(found, Group) and found.public

    async def untrusted(self, request: RequestRecord) -> frozenset[str]:
        """References of a high-risk request whose members cannot decide it, since anybody can join them."""
        if request.policy.risk != "high":
            return frozenset()
        return frozenset([ref for ref in dict.fromkeys(_all_refs(request)) if await self.is_public(ref)])

    async def able(self, ref: str) -> frozenset[str]:
        """Those of a reference who are able to decide."""
        found = await self.meant(ref)
        return frozenset() if found is None else frozenset(found.able)

    async def _meant(self, ref: str) -> Set[str] | None:
        """Ids; None where a group or a channel is unknown."""
        if not ref.startswith(("@", "#")):
            return frozenset({ref})
        try:
            found = await self.people.resolve(ref)
        except UnknownPeople:
            return None
        return found.members if isinstance(found, Group) else frozenset({found.id})

    async def _member(self, actor: Actor) -> Person:
        try:
            person = await self.people.person(effective_user_id(actor))
        except UnknownPeople:
            raise NotAllowed(unknown_member_problem(effective_user_id(actor))) from None
        if not person.full_member:
            raise NotAllowed(membership_problem(person))
        return person


def any_of(refs: Sequence[str]) -> str:
    """`@a, @b or @c`, each once."""
    found = list(dict.fromkeys(refs))
    return " or ".join(filter(None, [", ".join(found[:-1]), found[-1]]))
