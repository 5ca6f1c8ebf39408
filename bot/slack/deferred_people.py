"""The people of a workspace before Slack has said which one it is: nobody is let in."""

from collections.abc import Collection, Mapping

from engine import Directory, Group, PeopleUnavailable, Person


class DeferredPeople:
    """`engine.model.people.Directory` that passes every question on once it has its `source`."""

    def __init__(self) -> None:
        self.source: Directory | None = None

    async def person(self, user_id: str) -> Person:
        return await self._asked().person(user_id)

    async def resolve(self, ref: str) -> Person | Group:
        return await self._asked().resolve(ref)

    async def look_up(
        self, user_ids: Collection[str], *, sparing: bool = False
    ) -> Mapping[str, Person | None]:
        return await self._asked().look_up(user_ids, sparing=sparing)

    def references(self) -> list[str]:
        """References of the source; none before the source exists."""
        return list(getattr(self.source, "references", list)())

    def _asked(self) -> Directory:
        if self.source is None:
            raise PeopleUnavailable("Signoff has not reached Slack since it started. Try again in a minute.")
        return self.source
