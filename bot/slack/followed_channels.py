"""Channels that a workflow file names, followed by their ids: a renamed channel keeps its id."""

import logging
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from bot.slack.channels import ChannelIndex, Record
from engine import Altered, PeopleUnavailable, StoreBusy

log = logging.getLogger(__name__)


class Change(Protocol):
    """A change of the stored mapping, which becomes durable at its end."""

    mapping: dict[str, Any]


class Places(Protocol):
    """The id of each channel that messages went to, by its name at that time; durable."""

    async def read(self) -> dict[str, Any]: ...

    def changing(self) -> AbstractAsyncContextManager[Change]: ...


class NameTaken(Exception):
    """Another channel has the name now, so nobody knows which is meant. `former`: id of the earlier one."""

    def __init__(self, name: str, former: str) -> None:
        self.former = former
        super().__init__(name)


class FollowedChannels:
    """Finds a channel by the name that it has, or had when the first message went there.

    `places`: None follows nothing.
    """

    def __init__(self, channels: ChannelIndex, places: Places | None = None) -> None:
        self._channels, self._places = channels, places
        self._noted: dict[str, str] | None = None
        self._renamed: dict[str, Record] = {}

    def known(self, name: str) -> Record | None:
        """From memory: the channel of that name, else the one that had it."""
        return self._channels.known(name) or self._renamed.get(name.casefold())

    def was_renamed(self, name: str) -> bool:
        """Return whether the channel that was found last for the name has another one now."""
        return name.casefold() in self._renamed

    def forget(self) -> None:
        """Channels changed: look again when next asked."""
        self._channels.forget()

    async def find(self, name: str, *, verified: float) -> Record | None:
        """The channel of that name, else the one that had it; None: there is neither.

        `verified`: as in `ChannelIndex.find`. Raises `NameTaken`, `SlackRefused`, `PeopleUnavailable`.
        """
        name = name.casefold()
        noted = (await self._read()).get(name)
        found = self._channels.known(name)
        if found is None and noted and self._has_name(await self._channels.by_id(noted), name):
            found = self._channels.known(name)
        if found is None or found.get("is_archived") or noted not in (None, str(found["id"])):
            found = await self._channels.find(name, verified=verified)
        if found is not None and noted in (None, str(found["id"])):
            self._renamed.pop(name, None)
            return found
        return await self._former(name, noted, found) if noted else None

    async def _former(self, name: str, noted: str, found: Record | None) -> Record | None:
        """Return the channel that had the name. `found`: the one that has it now."""
        former = await self._channels.by_id(noted)
        self._renamed.pop(name, None)
        if self._has_name(former, name):
            return former
        if found is not None:  # Slack does not say whether a channel that the bot cannot see was deleted
            raise NameTaken(name, noted)
        if not former:
            return None
        self._renamed[name] = former
        return former

    async def note(self, name: str, channel: str) -> None:
        """Keep which channel the name means: a message went there. The first one stays."""
        name = name.casefold()
        if self._places is None:
            return
        try:
            if name in await self._read():
                return
            async with self._places.changing() as change:
                kept = change.mapping.setdefault(name, channel)
        except (Altered, PeopleUnavailable, StoreBusy) as error:
            log.warning("If #%s is renamed, it will not be found: %s", name, error)
            return
        self._noted = {**(self._noted or {}), name: str(kept)}

    async def _read(self) -> dict[str, str]:
        """Raises `PeopleUnavailable`."""
        if self._noted is None and self._places is not None:
            try:
                self._noted = {
                    str(name): str(channel) for name, channel in (await self._places.read()).items()
                }
            except Altered as error:  # nobody knows which channel a name means until it is put right
                raise PeopleUnavailable(str(error)) from None
        return self._noted or {}

    @staticmethod
    def _has_name(record: Record, name: str) -> bool:
        return str(record.get("name") or "").casefold() == name
