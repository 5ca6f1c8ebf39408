"""Where messages go: channels by name, direct messages by person, each as the id that Slack wants."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.outbox.ports import Slack
from bot.outbox.problems import Problem
from bot.slackapi import SlackRefused, pages
from engine import Clock

_ID = re.compile(r"[CDG][A-Z0-9]{4,}")
_FRESH = timedelta(seconds=15)
"""A name that isn't in a list this young isn't looked up again: listing a large workspace is many calls."""


class Unpostable(Exception):
    """Nothing can be posted there; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


class Router:
    """Names and people to channel ids. Lists are kept until a name is missing from them."""

    def __init__(self, slack: Slack, clock: Clock) -> None:
        self._slack, self._clock = slack, clock
        self._channels: dict[str, Mapping[str, Any]] = {}
        self._listed_at: datetime | None = None
        self._direct: dict[str, str] = {}

    def known(self, ref: str) -> str:
        """The id if it is known already, else the name itself. Asks nobody."""
        return str(self._channels.get(_plain(ref), {}).get("id", ref))

    def forget(self) -> None:
        """Channels changed: list them anew when next asked."""
        self._channels.clear()
        self._listed_at = None

    async def channel(self, ref: str) -> str:
        """The id for `#deploys`, `deploys` or an id. Raises `Unpostable`, `SlackUnreachable`."""
        if _ID.fullmatch(ref):
            return ref
        name = _plain(ref)
        found = self._channels.get(name)
        if (found is None or found.get("is_archived")) and self._stale():
            await self._list(ref)
            found = self._channels.get(name)
        if found is None:
            raise Unpostable(Problem("channel_not_found", ref))
        if found.get("is_archived"):
            raise Unpostable(Problem("is_archived", ref))
        return str(found["id"])

    async def direct(self, user_id: str) -> str:
        """The direct message with this person. Raises `Unpostable`, `SlackUnreachable`."""
        if user_id not in self._direct:
            try:
                answer = await self._slack.read("conversations.open", {"users": user_id})
            except SlackRefused as error:
                raise Unpostable(Problem(error.code, "", error.rejected.needed)) from None
            self._direct[user_id] = str(answer["channel"]["id"])
        return self._direct[user_id]

    def _stale(self) -> bool:
        return self._listed_at is None or abs(self._clock.now() - self._listed_at) >= _FRESH

    async def _list(self, ref: str) -> None:
        try:
            found = await self._channels_of("public_channel,private_channel")
        except SlackRefused as error:
            if error.code != "missing_scope":
                raise Unpostable(Problem(error.code, ref)) from None
            found = await self._public_only(ref, error)
        self._channels = {str(channel["name"]).casefold(): channel for channel in found}
        self._listed_at = self._clock.now()

    async def _public_only(self, ref: str, first: SlackRefused) -> list[Mapping[str, Any]]:
        try:
            return await self._channels_of("public_channel")
        except SlackRefused:
            raise Unpostable(Problem(first.code, ref, first.rejected.needed)) from None

    async def _channels_of(self, types: str) -> list[Mapping[str, Any]]:
        return await pages(self._slack.read, "conversations.list", "channels", {"types": types})


def _plain(ref: str) -> str:
    return ref.removeprefix("#").casefold()
