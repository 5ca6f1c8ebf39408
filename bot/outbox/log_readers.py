"""The rule for the log that a line in a run's thread follows: the people who may go on to read it."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from bot.outbox.ports import Readers
from engine import Actor, NotAllowed, People, RunDetail, UnknownRun, full_member


class ChannelNames(Protocol):
    async def by_id(self, channel_id: str) -> Mapping[str, Any]: ...


class SeesRuns(Protocol):
    async def detail(self, run_id: str) -> RunDetail: ...


class FollowedLogs(Protocol):
    async def may_be_read(self, channel_id: str, run_id: str, asker: str) -> bool: ...


class EveryLog:
    """Every log may be followed everywhere."""

    async def may_be_read(self, channel_id: str, run_id: str, asker: str) -> bool:
        return True


class LogReaders:
    """The rule at the click and before each edit: rights and channels change while a step executes."""

    def __init__(
        self,
        audience: Readers,
        channels: ChannelNames,
        people: People,
        seen_by: Callable[[Actor], SeesRuns],
    ) -> None:
        self._audience, self._channels, self._people, self._seen_by = audience, channels, people, seen_by

    async def may_be_read(self, channel_id: str, run_id: str, asker: str) -> bool:
        """Return whether the person who asked, and everybody who reads the channel, may see the run.

        Raises `PeopleUnavailable`.
        """
        name = (await self._channels.by_id(channel_id)).get("name")
        if not asker or not name or not await self._audience.may_read(f"#{name}", run_id):
            return False
        try:
            await full_member(self._people, asker)
            await self._seen_by(Actor("slack", asker)).detail(run_id)
        except (NotAllowed, UnknownRun):
            return False
        return True
