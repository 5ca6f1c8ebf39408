"""Channels in which the news of a run may be told: those whose members may all see the run."""

from collections.abc import Sequence

from engine.errors import UnknownPeople
from engine.kernel.roles import is_private, watching
from engine.kernel.visibility import audience_references, channel_reference
from engine.model.definition.spec import Definition
from engine.model.people import Group, is_group, look_up
from engine.runtime.access.authorization import Authorization
from engine.runtime.settings import EngineSettings
from engine.runtime.workflows.definition_cache import DefinitionCache
from engine.store import queries
from engine.store.store import Store

_MAX_LOOKED_UP = 50
"""Members of a channel who are looked up, because only their being a bot lets them read the news."""


class Audience:
    """Raises `PeopleUnavailable`. Where a channel is unknown, nothing may be told there."""

    def __init__(
        self,
        store: Store,
        definitions: DefinitionCache,
        authorization: Authorization,
        settings: EngineSettings,
    ) -> None:
        self._store, self._definitions = store, definitions
        self._authorization, self._settings = authorization, settings

    async def may_read(self, channel: str, run_id: str) -> bool:
        """Return whether everybody who reads the channel may see the run."""
        run = await self._store.read(queries.run, run_id)
        if run is None:
            return False
        definition, _ = await self._definitions.get(run.definition)
        requests = await self._store.read(queries.requests, None, run.id, queries.EVERY)
        own = list(filter(None, [channel_reference(run, definition)]))
        return await self._includes(channel, own, audience_references(run, definition, requests))

    async def may_read_workflow(self, channel: str, definition: Definition) -> bool:
        """Return the same for runs that nobody asked for in a channel."""
        own = [] if definition.channel is None else [f"#{definition.channel.removeprefix('#')}"]
        told_in = [] if is_private(definition) else own
        return await self._includes(channel, told_in, [*watching(definition), *told_in])

    async def _includes(self, channel: str, told_in: Sequence[str], audience: Sequence[str]) -> bool:
        if not self._settings.conceals:
            return True
        place = channel if channel.startswith("#") else f"#{channel}"
        if place in told_in:
            return True
        readers = await self._group(place)
        if readers is None:
            return False
        for ref in told_in:
            group = await self._group(ref)
            if group is not None and group.readable:
                return await self._only_members(readers.members - group.members)
        if readers.readable or readers.public:
            return False  # anybody can read it, also those who join it later
        allowed: set[str] = set()
        for ref in audience:
            if is_group(ref):
                group = await self._group(ref)
                allowed |= group.members if group is not None else set()
            else:
                allowed.add(ref)
        return await self._only_bots(readers.members - allowed)

    async def _only_members(self, users: frozenset[str]) -> bool:
        """Return whether nobody among them is a guest or from another company."""
        people = await look_up(self._authorization.people, sorted(users))
        return all(person is not None and (person.is_bot or not person.outside) for person in people.values())

    async def _only_bots(self, members: frozenset[str]) -> bool:
        if len(members) > _MAX_LOOKED_UP:
            return False
        people = await look_up(self._authorization.people, sorted(members))
        return all(person is not None and person.is_bot for person in people.values())

    async def _group(self, ref: str) -> Group | None:
        try:
            resolved = await self._authorization.people.resolve(ref)
        except UnknownPeople:
            return None
        return resolved if isinstance(resolved, Group) else None
