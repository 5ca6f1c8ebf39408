"""Who is who, asked of Slack at the moment of the click.

Nothing that lets somebody in is cached for longer than a breath: a person who left the group, or the
company, a minute ago is refused. Display names are only shown, and may be minutes old.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.slack_errors import TOKEN, token_problem
from bot.slackapi import SlackRefused, SlackUnreachable, pages
from engine import Clock, Group, PeopleUnavailable, Person, UnknownPeople

_HANDLES_KEPT = timedelta(seconds=60)
_MEMBERS_KEPT = timedelta(seconds=2)
"""usergroups.users.list takes twenty calls a minute: a burst of clicks on one message is one question."""
_NAMES_KEPT = timedelta(minutes=10)
_NOBODY = frozenset({"user_not_found", "user_not_visible", "users_not_found"})
_NO_GROUPS = frozenset({"plan_upgrade_required", "paid_teams_only", "not_allowed_for_team"})
_GONE = frozenset({"no_such_subteam", "subteam_not_found", "user_group_not_found"})


class Reads(Protocol):
    """What is asked of Slack: a read that raises `SlackRefused` or `SlackUnreachable`."""

    async def read(
        self, method: str, arguments: Mapping[str, Any] | None = None, *, tries: int = 3
    ) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class _Kept:
    value: Any
    until: datetime


class SlackPeople:
    """`engine.people.People` on Slack.

    `groups`: handles without the `@` to user ids, from the settings, for workspaces without user
    groups. They come before Slack's of the same handle: whoever runs the bot outranks whoever may
    create a user group. `team_id`: the home workspace; everybody else is from outside.
    `answer_within`: seconds; a click has three in all.
    """

    def __init__(
        self,
        slack: Reads,
        clock: Clock,
        *,
        team_id: str,
        groups: Mapping[str, Iterable[str]] | None = None,
        answer_within: float = 2.0,
    ) -> None:
        self._slack, self._clock, self._team_id = slack, clock, team_id
        self._groups = {handle.lstrip("@"): frozenset(members) for handle, members in (groups or {}).items()}
        self._within = answer_within
        self._handles: _Kept | None = None
        self._channels: _Kept | None = None
        self._members: dict[str, _Kept] = {}
        self._names: dict[str, _Kept] = {}

    async def person(self, user_id: str) -> Person:
        """Asked anew each time. Raises `UnknownPeople`, `PeopleUnavailable`."""
        try:
            answer = await self._ask("users.info", {"user": user_id})
        except SlackRefused as error:
            if error.code in _NOBODY:
                raise UnknownPeople(f"Nobody in this workspace has the id {user_id}.") from None
            raise _unavailable(error) from None
        user = answer.get("user")
        if not isinstance(user, Mapping) or not user.get("id"):
            raise PeopleUnavailable(f"Slack's answer about {user_id} could not be read.")
        person = _person(user, self._team_id)
        self._names[person.id] = _Kept(person.name, self._clock.now() + _NAMES_KEPT)
        return person

    async def resolve(self, ref: str) -> Person | Group:
        """A group for `@handle`, everybody in it for `#channel`, a person for a user id.

        Raises `UnknownPeople`, `PeopleUnavailable`.
        """
        if ref.startswith("#"):
            return Group(f"channel:{ref[1:]}", ref[1:], await self._channel_members(ref[1:]))
        if not ref.startswith("@"):
            return await self.person(ref)
        handle = ref[1:]
        if handle in self._groups:
            return Group(f"group:{handle}", handle, self._groups[handle])
        group_id = await self.group_id(handle)
        if group_id is None:
            raise UnknownPeople(
                f"There is no group @{handle}. Create a Slack user group with that handle, "
                'or name its members in SIGNOFF_GROUPS, e.g. {"' + handle + '": ["U012AB3CD"]}.'
            )
        return Group(group_id, handle, await self._group_members(group_id, handle))

    async def group_id(self, handle: str) -> str | None:
        """Id of a Slack user group by its handle, up to a minute old; None if there is none."""
        now = self._clock.now()
        kept = self._handles
        if kept is None or kept.until <= now or handle not in kept.value:
            kept = self._handles = _Kept(await self._slack_groups(), now + _HANDLES_KEPT)
        found = kept.value.get(handle)
        return str(found) if found else None

    async def name(self, user_id: str) -> str:
        """To be shown, never to decide by; the id itself where Slack can't say."""
        kept = self._names.get(user_id)
        if kept is not None and kept.until > self._clock.now():
            return str(kept.value)
        try:
            return (await self.person(user_id)).name
        except (PeopleUnavailable, UnknownPeople):
            return str(kept.value) if kept else user_id

    async def names(self, user_ids: Iterable[str]) -> dict[str, str]:
        """As `name`, for several people at once."""
        wanted = list(dict.fromkeys(user_ids))
        return dict(zip(wanted, await asyncio.gather(*map(self.name, wanted)), strict=True))

    def forget(self) -> None:
        """Somebody or some group changed: ask again."""
        self._handles = self._channels = None
        self._members.clear()
        self._names.clear()

    async def _slack_groups(self) -> dict[str, str]:
        try:
            answer = await self._ask("usergroups.list", {"include_disabled": "false"})
        except SlackRefused as error:
            if error.code in _NO_GROUPS:
                return {}
            raise _unavailable(error) from None
        found = answer.get("usergroups") or []
        return {str(group["handle"]): str(group["id"]) for group in found if not group.get("date_delete")}

    async def _group_members(self, group_id: str, handle: str) -> frozenset[str]:
        now = self._clock.now()
        kept = self._members.get(group_id)
        if kept is not None and kept.until > now:
            return frozenset(kept.value)
        try:
            answer = await self._ask("usergroups.users.list", {"usergroup": group_id})
        except SlackRefused as error:
            if error.code in _GONE:
                self._handles = None
                raise UnknownPeople(f"The group @{handle} was removed from Slack.") from None
            raise _unavailable(error) from None
        members = frozenset(map(str, answer.get("users") or ()))
        self._members = {id_: other for id_, other in self._members.items() if other.until > now}
        self._members[group_id] = _Kept(members, now + _MEMBERS_KEPT)
        return members

    async def _channel_members(self, name: str) -> frozenset[str]:
        now = self._clock.now()
        kept = self._members.get(f"#{name}")
        if kept is not None and kept.until > now:
            return frozenset(kept.value)
        try:
            channel = {"channel": await self._channel_id(name)}
            members = frozenset(map(str, await pages(self._ask, "conversations.members", "members", channel)))
        except SlackRefused as error:
            raise _unavailable(error) from None
        self._members[f"#{name}"] = _Kept(members, now + _MEMBERS_KEPT)
        return members

    async def _channel_id(self, name: str) -> str:
        """Up to a minute old: to list the channels of a large workspace takes many calls."""
        now = self._clock.now()
        kept = self._channels
        if kept is None or kept.until <= now or name not in kept.value:
            types = {"types": "public_channel,private_channel"}
            listed = await pages(self._ask, "conversations.list", "channels", types)
            by_name = {str(one.get("name")): str(one["id"]) for one in listed}
            kept = self._channels = _Kept(by_name, now + _HANDLES_KEPT)
        if name not in kept.value:
            raise UnknownPeople(f"There is no channel #{name}, or Signoff is not in it.")
        return str(kept.value[name])

    async def _ask(self, method: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        try:
            async with asyncio.timeout(self._within):
                return await self._slack.read(method, arguments)
        except (SlackUnreachable, TimeoutError):
            raise PeopleUnavailable("Slack could not be asked who this is. Try again in a minute.") from None


def _unavailable(error: SlackRefused) -> PeopleUnavailable:
    if error.code in TOKEN:
        return PeopleUnavailable(token_problem(error.code))
    scope = error.rejected.needed
    remedy = f" Add the scope {scope} to the app and install it again." if scope else ""
    return PeopleUnavailable(f"Slack would not say who this is ({error.code}).{remedy}")


def _person(user: Mapping[str, Any], team_id: str) -> Person:
    profile = user.get("profile") or {}
    names = (profile.get("display_name"), user.get("real_name"), profile.get("real_name"), user.get("name"))
    return Person(
        id=str(user["id"]),
        name=next((str(name) for name in names if name), str(user["id"])),
        active=not user.get("deleted"),
        is_bot=bool(user.get("is_bot")) or user["id"] == "USLACKBOT",
        outside=_is_outside(user, team_id),
        tz=str(user.get("tz") or ""),
    )


def _is_outside(user: Mapping[str, Any], team_id: str) -> bool:
    if any(user.get(flag) for flag in ("is_restricted", "is_ultra_restricted", "is_stranger")):
        return True
    # On Enterprise Grid a colleague's home may be another workspace of the same company.
    teams = {user.get("team_id"), *((user.get("enterprise_user") or {}).get("teams") or ())}
    return team_id not in teams
