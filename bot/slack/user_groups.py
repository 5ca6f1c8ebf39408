"""Slack's user groups with their members: all of them in one call, kept current by events."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.slack.reads import Busy, SlackReads, unavailable
from bot.slack.web_api import SlackRefused
from engine import Clock, PeopleUnavailable

_FRESH_SECONDS, _FRESH_WHEN_ASKED_OFTEN = 2.0, 6.0
"""Seconds, as all ages here."""
_CALLS_LIMIT = 8
"""Calls in the last minute. Slack allows 20: eight at once and then one every six seconds stay below."""
_MAX_AGE_WHEN_BUSY_SECONDS = 60.0
"""How old the groups may be that decide while Slack allows no more calls."""
_SHOWN_SECONDS = 300.0
_NO_GROUPS = frozenset({"plan_upgrade_required", "paid_teams_only", "not_allowed_for_team"})
_GONE = frozenset({"no_such_subteam", "subteam_not_found", "user_group_not_found"})


@dataclass(frozen=True, slots=True)
class UserGroup:
    """`whole`: the list of members has as many entries as Slack counts."""

    id: str
    handle: str
    members: frozenset[str]
    disabled: bool = False
    whole: bool = True


class UserGroups:
    """By handle, which Slack keeps unique among the groups that are enabled."""

    def __init__(self, reads: SlackReads, clock: Clock) -> None:
        self._reads, self._clock = reads, clock
        self._groups: dict[str, UserGroup] = {}
        self._at: float | None = None
        self._reading: asyncio.Lock = asyncio.Lock()
        self._meanwhile: list[Callable[[], None]] = []
        """Changes that events announced while a list was being read: the list may be older."""
        self._single: dict[str, tuple[frozenset[str], float]] = {}

    async def to_decide(self, handle: str) -> UserGroup | None:
        """As fresh as Slack's limits allow: seconds old. Raises `PeopleUnavailable`."""
        often = self._reads.last_minute("usergroups.list") >= _CALLS_LIMIT
        age = _FRESH_WHEN_ASKED_OFTEN if often else _FRESH_SECONDS
        try:
            await self._read(age)
        except Busy:
            if self._at is None or self._clock.monotonic() - self._at > _MAX_AGE_WHEN_BUSY_SECONDS:
                raise
        group = self._by_handle(handle)
        if group is None or group.whole or group.disabled:
            return group
        return replace(group, members=await self._listed_alone(group, age))

    async def handle(self, group_id: str) -> str | None:
        """By the group's id. Raises `PeopleUnavailable`."""
        await self._read(_SHOWN_SECONDS)
        group = self._groups.get(group_id)
        return group.handle if group is not None else None

    async def to_show(self, handle: str) -> UserGroup | None:
        """Minutes old at most. Raises `PeopleUnavailable`."""
        await self._read(_SHOWN_SECONDS)
        return self._by_handle(handle)

    def handles(self) -> list[str]:
        """Handles of the enabled groups, from memory."""
        return [group.handle for group in self._groups.values() if not group.disabled]

    def members_changed(self, event: Mapping[str, Any]) -> None:
        """Take over `subteam_members_changed`."""
        added, removed = event.get("added_users") or (), event.get("removed_users") or ()
        counts = (event.get("added_users_count"), event.get("removed_users_count"))
        if any(
            count is not None and int(count) != len(some)
            for count, some in zip(counts, (added, removed), strict=True)
        ):
            self._at = None  # the event names only some of them

        def apply() -> None:
            group = self._groups.get(str(event.get("subteam_id")))
            if group is not None:
                members = (group.members | {*map(str, added)}) - {*map(str, removed)}
                self._groups[group.id] = replace(group, members=members)

        self._apply(apply)

    def changed(self, subteam: Mapping[str, Any]) -> None:
        """Take over `subteam_updated` and `subteam_created`."""
        if not subteam.get("id") or not isinstance(subteam.get("users"), list):
            self._at = None
            return

        def apply() -> None:
            self._groups[str(subteam["id"])] = _group(subteam)

        self._apply(apply)

    def _apply(self, change: Callable[[], None]) -> None:
        self._single.clear()
        change()
        self._meanwhile.append(change)

    def _by_handle(self, handle: str) -> UserGroup | None:
        fitting = [group for group in self._groups.values() if group.handle == handle]
        return min(fitting, key=lambda group: group.disabled, default=None)

    async def _read(self, age: float) -> None:
        """One call serves everybody who waits for it."""
        wanted = self._clock.monotonic()
        async with self._reading:
            if self._at is not None and (self._at >= wanted or self._clock.monotonic() - self._at < age):
                return
            began, self._meanwhile = self._clock.monotonic(), []
            try:
                asked = {"include_users": "true", "include_disabled": "true"}
                answer = await self._reads.ask("usergroups.list", asked)
            except SlackRefused as error:
                if error.code not in _NO_GROUPS:
                    raise unavailable(error) from None
                answer = {}
            listed = map(_group, answer.get("usergroups") or ())
            self._groups, self._at = {group.id: group for group in listed}, began
            for change in self._meanwhile:
                change()

    async def _listed_alone(self, group: UserGroup, age: float) -> frozenset[str]:
        now = self._clock.monotonic()
        members, at = self._single.get(group.id, (frozenset[str](), None))
        if at is not None and now - at < age:
            return members
        try:
            answer = await self._reads.ask("usergroups.users.list", {"usergroup": group.id})
        except SlackRefused as error:
            if error.code in _GONE:
                self._at = None
                raise PeopleUnavailable(
                    f"@{group.handle} was deleted or changed a moment ago. Try again."
                ) from None
            raise unavailable(error) from None
        members = frozenset(map(str, answer.get("users") or ()))
        self._single[group.id] = (members, now)
        return members


def _group(subteam: Mapping[str, Any]) -> UserGroup:
    members = frozenset(map(str, subteam.get("users") or ()))
    count = int(subteam.get("user_count") or len(members))
    return UserGroup(
        str(subteam["id"]),
        str(subteam.get("handle") or ""),
        members,
        disabled=bool(subteam.get("date_delete")),
        whole=len(members) >= count,
    )
