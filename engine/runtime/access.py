"""Who may start, cancel and decide, asked of the people's source at that moment; when in doubt, nobody."""

from collections.abc import Iterable, Set

from engine import policy
from engine.errors import NotAllowed, UnknownPeople
from engine.people import Actor, Group, People, Person, belongs, in_whose_name, look_up
from engine.policy import Meant, Members, Rosters
from engine.records import RequestRecord, RunRecord
from engine.spec import Definition


async def refs_of(people: People, user_id: str, refs: Iterable[str]) -> frozenset[str]:
    """Those of the references that mean this person now. One that names nobody means nobody."""
    found = set()
    for ref in refs:
        try:
            if await belongs(people, user_id, ref):
                found.add(ref)
        except UnknownPeople:
            continue
    return frozenset(found)


_SOME = 5
"""So many people are looked up at a time until one is found who is able to decide."""


def _able(person: Person | None) -> bool:
    return person is not None and person.full_member


def _everybody_of(request: RequestRecord) -> set[str]:
    """References of which everybody is needed, from the open stage on."""
    quorums = [quorum for stage in request.stages[request.stage :] for quorum in stage.quorums]
    return {ref for quorum in quorums if quorum.needs == "all" for ref in quorum.approvers}


def _all_refs(request: RequestRecord) -> list[str]:
    """Of everybody who may answer at any stage."""
    return [*(ref for stage in request.stages for ref in stage.approvers), *request.veto]


class Access:
    """Raises `NotAllowed` with who may, and `PeopleUnavailable` when nobody can be asked."""

    def __init__(self, people: People) -> None:
        self.people = people

    async def may_run(self, actor: Actor, definition: Definition) -> None:
        """Full members, unless the workflow names who may. The command line and schedules always may."""
        if actor.source in ("schedule", "engine", "cli"):
            return
        if actor.source == "api":
            if not definition.gate:
                raise NotAllowed(f"{definition.name} is no gate, so it is not started from outside.")
            return
        person = await self._member(actor)
        if definition.may_run and not await refs_of(self.people, person.id, definition.may_run):
            raise NotAllowed(
                f"Only {', '.join(definition.may_run)} may start {definition.name}. "
                "Ask somebody there to start it."
            )

    async def may_cancel(self, actor: Actor, run: RunRecord, definition: Definition) -> None:
        """Whoever started it, the owner, and whom the workflow names."""
        if actor.source in ("engine", "cli") or (actor.source == "api" and run.actor == actor):
            return
        person = await self._member(actor)
        if run.actor.source == actor.source and run.actor.id == actor.id:
            return
        refs = (*definition.may_cancel, definition.owner)
        if not await refs_of(self.people, person.id, refs):
            raise NotAllowed(
                f"Only whoever started it or {', '.join(refs)} may cancel {run.short}. Ask one of them."
            )

    async def may_hand_on(
        self, actor: Actor, request: RequestRecord, definition: Definition
    ) -> frozenset[str] | None:
        """Those of the stage's references in whose place this person may put others; None: in anybody's."""
        if actor.source in ("engine", "cli"):
            return None
        person = await self._member(actor)
        if await refs_of(self.people, person.id, [definition.owner]):
            return None
        found = await refs_of(self.people, person.id, request.approvers)
        if not found:
            who = dict.fromkeys((*request.approvers, definition.owner))
            raise NotAllowed(f"Only {', '.join(who)} may hand this on. Ask one of them.")
        return found

    async def decider(self, actor: Actor, request: RequestRecord) -> tuple[Person, frozenset[str]]:
        """Who decides, and which of those who may, at any stage, that person is. Raises `UnknownPeople`."""
        person = await self.people.person(in_whose_name(actor))
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

    async def rosters(self, request: RequestRecord, deciding: Set[str]) -> tuple[Rosters, bool]:
        """Who is meant now by the references of which everybody is needed. `deciding`: who answers now.

        False: some are taken as able to decide without a look, since others are awaited anyway. A click on a
        group of hundreds must not look up hundreds.
        """
        refs = _everybody_of(request)
        meant = {ref: await self._meant(ref) for ref in sorted(refs)}
        everybody = {who for members in meant.values() for who in members or ()}
        awaited = policy.awaited(request, everybody) - deciding
        known = dict(await look_up(self.people, awaited, sparing=True))
        rest = sorted(awaited - known.keys())
        while rest and not any(_able(person) for person in known.values()):
            known |= await look_up(self.people, rest[:_SOME])
            del rest[:_SOME]
        unable = {who for who, person in known.items() if person is not None and not _able(person)}
        return {ref: None if found is None else found - unable for ref, found in meant.items()}, not rest

    async def members(self, request: RequestRecord) -> Members:
        """Who is able to decide now, by reference."""
        refs = {ref for stage in request.stages for ref in stage.approvers}
        return {ref: await self.meant(ref) for ref in sorted(refs)}

    async def meant(self, ref: str) -> Meant | None:
        """Who is meant by a reference; None where it names nobody."""
        found = await self._meant(ref)
        if found is None:
            return None
        people = await look_up(self.people, sorted(found))
        if not ref.startswith(("@", "#")) and people.get(ref) is None:
            return None
        able = frozenset(who for who, person in people.items() if _able(person))
        return Meant(able, frozenset(who for who in found if people.get(who) is None))

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
            person = await self.people.person(in_whose_name(actor))
        except UnknownPeople:
            raise NotAllowed("You are not known in this workspace, so you can't do that.") from None
        if not person.full_member:
            raise NotAllowed("Only full members of this workspace can do that.")
        return person
