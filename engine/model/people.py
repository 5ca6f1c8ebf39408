"""Actors, people and groups, by id only: a display name is never a reason to let somebody in."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, Protocol, get_args

from engine.errors import NobodyOnCall, NotAllowed, UnknownPeople

ON_CALL = "oncall:"
"""Begins a reference to the people who are on call for a schedule: `oncall:primary`."""
REFERENCE = re.compile(
    rf"@[A-Za-z0-9][A-Za-z0-9._-]*|#[\w-]+|[UW][A-Z0-9]+|{ON_CALL}[A-Za-z0-9][A-Za-z0-9._-]{{0,79}}"
)
"""A group, everybody in a channel, a person by id, or the people on call for a schedule."""

Source = Literal["slack", "cli", "api", "schedule", "webhook", "event", "file", "query", "engine"]
SOURCES: tuple[Source, ...] = get_args(Source)
AUTOMATIC: frozenset[Source] = frozenset({"schedule", "webhook", "event", "file", "query", "engine"})
"""Sources without a person behind them."""


@dataclass(frozen=True, slots=True)
class Actor:
    """The actor of an event. `id` is the person's id at that source (a Slack or operating-system user).

    `as_user` is the person to whom an operating-system user or a token is mapped; for an operating-system
    user who is not mapped, the person on whose behalf it says that it acts, which proves nothing.
    """

    source: Source
    id: str
    as_user: str | None = None
    claimed: str | None = None
    """The person named by an account that was not mapped to that person; see `identify_requester`."""

    def __str__(self) -> str:
        return f"{self.source}:{self.id}" + (f" as {self.as_user}" if self.as_user else "")

    @property
    def names(self) -> frozenset[str]:
        """Every name of the person who acted: their account, and the person on whose behalf it acts.

        Empty for a trigger and for the engine.
        """
        if self.source in AUTOMATIC:
            return frozenset()
        account = self.id if self.source == "slack" else f"{self.source}:{self.id}"
        return frozenset(filter(None, (account, self.as_user, self.claimed)))


ENGINE = Actor("engine", "engine")


def is_on_call(ref: str) -> bool:
    """Return whether a reference means the people who are on call for a schedule."""
    return ref.startswith(ON_CALL)


def is_group(ref: str) -> bool:
    """Return whether a reference can mean several people: a group, a channel, or those on call."""
    return ref.startswith(("@", "#", ON_CALL))


def any_of(refs: Iterable[str]) -> str:
    """Return people as text, each once: `@a, Bob, people on call for primary or members of #c`."""
    people = [_people_text(ref) for ref in dict.fromkeys(refs)]
    return " or ".join(filter(None, [", ".join(people[:-1]), *people[-1:]]))


def _people_text(ref: str) -> str:
    if is_on_call(ref):
        return f"people on call for {ref.removeprefix(ON_CALL)}"
    return f"members of {ref}" if ref.startswith("#") else ref


def effective_user_id(actor: Actor) -> str:
    """The person's id: the actor's own, or the one on whose behalf the command line says it acts."""
    return actor.as_user or actor.id


def identify(actor: Actor, cli_users: Mapping[str, str]) -> Actor:
    """The actor with the person behind an operating-system user. Raises `NotAllowed` for another person."""
    person = cli_users.get(actor.id) if actor.source == "cli" else None
    if person is None:
        return actor
    if actor.as_user not in (None, person):
        raise NotAllowed(
            f"The operating-system user {actor.id} is mapped to {person} in SIGNOFF_CLI_USERS, so it cannot "
            f"act as {actor.as_user}. Write --as {person}."
        )
    return replace(actor, as_user=person)


def identify_requester(actor: Actor, cli_users: Mapping[str, str]) -> Actor:
    """The actor of an earlier act, with the person to whom their account is mapped now.

    What an operating-system user claimed then proves nothing. It stays one of their names all the same.
    """
    if actor.source != "cli":
        return actor
    person = cli_users.get(actor.id)
    claimed = actor.claimed if actor.as_user in (None, person) else actor.as_user
    if (actor.as_user, actor.claimed) == (person, claimed):
        return actor
    return replace(actor, as_user=person, claimed=claimed)


def is_unmapped(actor: Actor) -> bool:
    """Return whether nobody knows which person acted: an account or a token that is mapped to no person."""
    return actor.source in ("cli", "api") and actor.as_user is None


@dataclass(frozen=True, slots=True)
class Person:
    """A person as the source knows them now. `outside` is a guest or somebody of another company."""

    id: str
    name: str
    active: bool = True
    is_bot: bool = False
    outside: bool = False
    tz: str = ""
    """Their time zone, such as `Europe/Berlin`; empty if it isn't known."""

    @property
    def full_member(self) -> bool:
        """One who may act here: active, a human being, of this workspace."""
        return self.active and not self.is_bot and not self.outside


@dataclass(frozen=True, slots=True)
class Group:
    """A group of people; `handle` without the `@`. `public`: anybody can join it, as a public channel.

    `id`: the same one for the name of a channel and for its id.
    `readable`: every full member of the workspace can read what is in it. Where nobody knows, it counts as
    public for those who would decide, and not as readable for those who would read.
    """

    id: str
    handle: str
    members: frozenset[str]
    public: bool = False
    readable: bool = False


class People(Protocol):
    """The source of truth about people.

    References are `@handle` of a group, `#channel`, a user id, or `oncall:` with the name of a schedule.
    Every method raises `PeopleUnavailable` when the source can't be asked, and then nobody is let
    in, and `UnknownPeople` when the reference or the id names nothing. `NobodyOnCall` says that a schedule
    means nobody at this moment.
    """

    async def person(self, user_id: str) -> Person: ...

    async def resolve(self, ref: str) -> Person | Group:
        """Return what a reference in a workflow (`@on-call`, `U012AB3CD`) stands for now."""


class Directory(People, Protocol):
    """A source that can tell of several people at once."""

    async def look_up(
        self, user_ids: Collection[str], *, sparing: bool = False
    ) -> Mapping[str, Person | None]: ...


async def look_up(
    people: People, user_ids: Collection[str], *, sparing: bool = False
) -> Mapping[str, Person | None]:
    """Several people by id, for those who do not act themselves; None: nobody knows that id.

    They may be known from some minutes ago. `sparing`: leave out those of whom it costs something to tell.
    """
    # Asking whether it is a Directory would take 40 calls, and each click asks.
    directory: Directory | None = people if hasattr(people, "look_up") else None  # type: ignore[assignment]
    if directory is not None:
        return await directory.look_up(user_ids, sparing=sparing)
    people_by_id: dict[str, Person | None] = {}
    for user_id in user_ids:
        try:
            people_by_id[user_id] = await people.person(user_id)
        except UnknownPeople:
            people_by_id[user_id] = None
    return people_by_id


class StaticPeople:
    """People from settings: for tests, the command line, and workspaces without user groups.

    `public`: those of the groups that anybody can join, as `#deploys`. `on_call`: user ids by schedule, read
    at each question, so that a change of the mapping is a change of shift.
    """

    def __init__(
        self,
        people: Iterable[Person] = (),
        groups: Mapping[str, Iterable[str]] | None = None,
        public: Collection[str] = (),
        on_call: Mapping[str, Iterable[str]] | None = None,
    ) -> None:
        self._on_call = {} if on_call is None else on_call
        self._people = {person.id: person for person in people}
        self._groups = {
            handle.lstrip("@"): Group(
                f"group:{handle.lstrip('@')}",
                handle.lstrip("@"),
                frozenset(ids),
                public=handle in public,
                readable=handle in public,
            )
            for handle, ids in (groups or {}).items()
        }
        for group in self._groups.values():
            for user_id in group.members:
                self._people.setdefault(user_id, Person(user_id, user_id))

    async def person(self, user_id: str) -> Person:
        try:
            return self._people[user_id]
        except KeyError:
            if any(user_id in members for members in self._on_call.values()):
                return Person(user_id, user_id)
            raise UnknownPeople(f"Nobody here has the id {user_id}.") from None

    def references(self) -> list[str]:
        """Of all groups and schedules."""
        return [*(f"@{handle}" for handle in self._groups), *(f"{ON_CALL}{name}" for name in self._on_call)]

    async def resolve(self, ref: str) -> Person | Group:
        if is_on_call(ref):
            return on_call_group(ref, self._on_call.get(ref.removeprefix(ON_CALL)))
        group = self._groups.get(ref.removeprefix("@"))
        if group is not None and ref[:1] in "@#":
            return group
        return await self.person(ref.removeprefix("@"))


def on_call_group(ref: str, user_ids: Iterable[str] | None) -> Group:
    """Return the people on call for a schedule.

    Raises `UnknownPeople` for None, an unknown schedule, and `NobodyOnCall` where nobody is on call.
    """
    schedule = ref.removeprefix(ON_CALL)
    if user_ids is None:
        raise UnknownPeople(unknown_schedule_text(ref))
    members = frozenset(user_ids)
    if not members:
        raise NobodyOnCall(f"Nobody is on call for {schedule} now.")
    return Group(ref, schedule, members)


def unknown_schedule_text(ref: str) -> str:
    """Say that no schedule has the name in the reference, and where schedules are listed."""
    return f"There is no on-call schedule called {ref.removeprefix(ON_CALL)}. Add it to SIGNOFF_ONCALL."


async def is_member(people: People, user_id: str, ref: str) -> bool:
    """Return whether the reference means this person, as the source has it at this moment."""
    if not is_group(ref):
        return ref == user_id
    resolved = await people.resolve(ref)
    return user_id in resolved.members if isinstance(resolved, Group) else resolved.id == user_id
