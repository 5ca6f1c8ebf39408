"""People that remember each answer, for one act that asks about the same people many times."""

from engine.errors import UnknownPeople
from engine.model.people import Group, People, Person


class RememberedPeople:
    """Asks `people` once for each person and each reference. Use it for one act only."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._persons: dict[str, Person | UnknownPeople] = {}
        self._resolved: dict[str, Person | Group | UnknownPeople] = {}

    async def person(self, user_id: str) -> Person:
        if user_id not in self._persons:
            try:
                self._persons[user_id] = await self._people.person(user_id)
            except UnknownPeople as error:
                self._persons[user_id] = error
        person = self._persons[user_id]
        if isinstance(person, UnknownPeople):
            raise person
        return person

    async def resolve(self, ref: str) -> Person | Group:
        if ref not in self._resolved:
            try:
                self._resolved[ref] = await self._people.resolve(ref)
            except UnknownPeople as error:
                self._resolved[ref] = error
        resolved = self._resolved[ref]
        if isinstance(resolved, UnknownPeople):
            raise resolved
        return resolved
