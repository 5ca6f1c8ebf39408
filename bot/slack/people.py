"""The people of a Slack workspace: who somebody is, and who is in a group.

A person who acts is looked up at that moment. Groups and channels are seconds old and follow Slack's events,
so that a person who left the group, or the company, a minute ago is refused. Others, who only count, are
remembered for minutes.
"""

import asyncio
import math
import re
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from datetime import timedelta

from bot.oncall.failures import FailureTimes
from bot.oncall.schedules import OnCall, OnCallFailed
from bot.slack.channel_references import ChannelReferences
from bot.slack.channels import ChannelIndex, ChannelMembers, readable
from bot.slack.directory import MAX_RECORD_AGE, UserDirectory
from bot.slack.followed_channels import FollowedChannels, Places
from bot.slack.reads import CLICK_SECONDS, SlackReader, SlackReads, seconds_left
from bot.slack.user_groups import UserGroups
from engine import (
    ON_CALL,
    Clock,
    Group,
    NobodyOnCall,
    OnCallUnknown,
    PeopleUnavailable,
    Person,
    UnknownPeople,
    is_on_call,
    on_call_group,
)

__all__ = ["MAX_RECORD_AGE", "SlackPeople", "SlackReader"]
_GROUP_ID, _CHANNEL_ID = re.compile(r"S[A-Z0-9]{4,}"), re.compile(r"[CG][A-Z0-9]{4,}")
_NOTICE_INTERVAL = timedelta(hours=12).total_seconds()


class SlackPeople:
    """`engine.model.people.People` on Slack.

    `groups`: handles without the `@` to user ids, from the settings, for workspaces without user groups. They
    come before Slack's of the same handle: the operator outranks members who create user groups. `team_id`:
    the home workspace; everybody else is from outside. `answer_within`: seconds for one call to Slack.
    `places`: ids of channels by name, to follow renamed ones. `on_call`: the schedules of the settings.
    """

    def __init__(
        self,
        slack: SlackReader,
        clock: Clock,
        *,
        team_id: str,
        groups: Mapping[str, Iterable[str]] | None = None,
        answer_within: float = CLICK_SECONDS,
        places: Places | None = None,
        on_call: OnCall | None = None,
    ) -> None:
        self.on_call = on_call
        self.reads = SlackReads(slack, clock, answer_within)
        self._groups = {handle.lstrip("@"): frozenset(members) for handle, members in (groups or {}).items()}
        self.directory = UserDirectory(self.reads, clock, team_id)
        self.user_groups = UserGroups(self.reads, clock)
        self.channels = ChannelIndex(self.reads, clock, self._notice)
        self.channel_members = ChannelMembers(self.reads, clock, self.channels)
        self.followed_channels = FollowedChannels(self.channels, places)
        self.channel_references = ChannelReferences(self.followed_channels)
        self.notices: asyncio.Queue[str] = asyncio.Queue(maxsize=100)
        """Sentences for the operator."""
        self._clock = clock
        self._noticed: dict[str, float] = {}
        self._address_failures = FailureTimes(clock)
        self._shift: dict[str, tuple[str, ...]] = {}

    def start(self) -> None:
        """Read everybody beside what goes on, so that the first clicks need not wait for it."""
        self.directory.start()

    async def close(self) -> None:
        await self.directory.close()
        if self.on_call is not None:
            await self.on_call.close()
        await self.channels.close()

    async def person(self, user_id: str) -> Person:
        """Ask Slack now. Raises `UnknownPeople`, `PeopleUnavailable`."""
        return await self.directory.fresh(user_id)

    async def look_up(
        self, user_ids: Collection[str], *, sparing: bool = False
    ) -> Mapping[str, Person | None]:
        """By id, minutes old at most; None: Slack shows nobody of that id. Raises `PeopleUnavailable`.

        `sparing`: leave out those about whom Slack would have to be asked.
        """
        if sparing:
            return self.directory.remembered(user_ids)
        return await self.directory.look_up(user_ids)

    async def resolve(self, ref: str) -> Person | Group:
        """A group for `@handle`, everybody in it for `#channel` (or `#` and its id), a person for a user id.

        The people who are on call for `oncall:schedule`. Raises `UnknownPeople`, `PeopleUnavailable`.
        """
        if is_on_call(ref):
            return await self._on_call(ref)
        if ref.startswith("#") and _CHANNEL_ID.fullmatch(ref[1:]):
            members, record = await self.channel_members.of_id(ref[1:]), await self.channels.by_id(ref[1:])
            public = not record.get("is_private")
            return Group(f"channel:{ref[1:]}", ref[1:], members, public, readable(record))
        if ref.startswith("#"):
            members = await self.channel_members.of(ref[1:])
            public, open_to_all = self.channels.is_public(ref[1:]), self.channels.is_readable(ref[1:])
            id_ = (self.channels.known(ref[1:]) or {}).get("id", ref[1:])
            return Group(f"channel:{id_}", ref[1:], members, public, open_to_all)
        if not ref.startswith("@"):
            return await self.person(ref)
        handle = ref[1:]
        if handle in self._groups:
            return Group(f"group:{handle}", handle, self._groups[handle])
        group = await self.user_groups.to_decide(handle)
        if group is None:
            raise UnknownPeople(
                f"There is no group called @{handle}. Create a Slack user group with that handle, "
                'or list its members in SIGNOFF_GROUPS: {"' + handle + '": ["U012AB3CD"]}.'
            )
        if group.disabled:
            raise UnknownPeople(
                f"The group @{handle} is disabled in Slack. Enable it, or name another group."
            )
        return Group(group.id, handle, group.members)

    def references(self) -> list[str]:
        """Groups and public channels, from memory: the name of a private channel is told to nobody."""
        handles = {*self._groups, *self.user_groups.handles()}
        schedules = self.on_call.names if self.on_call is not None else ()
        return [
            *(f"@{name}" for name in handles),
            *(f"#{name}" for name in self.channels.public_names()),
            *(f"{ON_CALL}{name}" for name in schedules),
        ]

    async def reference(self, mentioned: str) -> str:
        """`@handle` or `#channel` for an id of Slack's, as a mention in a command has it; others as they are.

        Raises `PeopleUnavailable`.
        """
        if _GROUP_ID.fullmatch(mentioned):
            handle = await self.user_groups.handle(mentioned)
            return f"@{handle}" if handle else mentioned
        if _CHANNEL_ID.fullmatch(mentioned):
            name = await self.channels.name(mentioned)
            return f"#{name}" if name else mentioned
        return mentioned

    async def group_id(self, handle: str) -> str | None:
        """Id of a Slack user group by its handle, minutes old at most; None if there is none to mention."""
        if is_on_call(handle):
            with suppress(UnknownPeople):  # `members` has those who are on call now
                await self._on_call(handle)
            return None
        if handle in self._groups:
            return None
        group = await self.user_groups.to_show(handle)
        return group.id if group is not None and not group.disabled else None

    def members(self, handle: str) -> tuple[str, ...]:
        """Return the members of a group of the settings; none for a group that Slack can mention.

        For a schedule, the people who were on call when it was last looked up.
        """
        if is_on_call(handle):
            return self._shift.get(handle, ())
        return tuple(sorted(self._groups.get(handle, ())))

    async def is_missing(self, handle: str) -> bool:
        """Return whether no group that is enabled has the handle, as far as was known minutes ago.

        `#channel`: whether Signoff can see no channel of that name. Raises `PeopleUnavailable`.
        """
        if handle.startswith("#"):
            return not await self.channel_references.id_of(handle[1:])
        if is_on_call(handle):
            return self.on_call is None or handle.removeprefix(ON_CALL) not in self.on_call.names
        return handle not in self._groups and await self.group_id(handle) is None

    def is_public(self, channel: str) -> bool:
        """Return whether anybody can join the channel, as far as was known minutes ago."""
        return self.channels.is_public(channel)

    def is_readable(self, channel: str) -> bool:
        """Return whether every full member can read the channel, as far as was known minutes ago."""
        return self.channels.is_readable(channel)

    async def with_channel_ids(self, text: str) -> str:
        """Return a plain sentence with the id of each channel in it, in place of its name."""
        return await self.channel_references.in_sentence(text)

    async def name(self, user_id: str) -> str:
        """To be shown, never to decide by; the id itself where Slack can't say."""
        return (await self.names([user_id]))[user_id]

    async def names(self, user_ids: Iterable[str]) -> dict[str, str]:
        """As `name`, for several people at once."""
        wanted = list(dict.fromkeys(user_ids))
        with suppress(PeopleUnavailable):  # a name may be old
            await self.look_up(wanted)
        return {who: self.directory.name(who) or who for who in wanted}

    async def _on_call(self, ref: str) -> Group:
        """Return the people on call. A source that does not answer means nobody, and the operator is told.

        Raises `NobodyOnCall`, `OnCallUnknown` while that is recent, and `UnknownPeople` for an unknown
        schedule.
        """
        name = ref.removeprefix(ON_CALL)
        self._shift.pop(ref, None)
        if self.on_call is None or name not in self.on_call.names:
            return on_call_group(ref, None)
        left = seconds_left()
        try:
            failures = self.on_call.failures
            answers = await self.on_call.now(name, math.inf if left is None else left)
            failures = self._address_failures
            members = {each: await self._user_id(each) for each in answers}
            failures.ended(name)
        except OnCallFailed as error:
            self._notice(
                f"{error} Until then nobody counts as on call for {name}. "
                "The owner is asked if that lasts for 5 minutes."
            )
            if failures.lasts(name):
                raise NobodyOnCall(str(error)) from None
            raise OnCallUnknown(str(error)) from None
        unknown = [each for each, user_id in members.items() if user_id is None]
        if unknown:
            self._notice(
                f"On call for {name}: no member of this workspace has the address {', '.join(unknown[:5])}. "
                "Add the person under people in the file of SIGNOFF_ONCALL."
            )
        known = sorted(filter(None, members.values()))
        group = on_call_group(ref, [*known, *unknown] if known else ())
        self._shift[ref] = tuple(known)
        return group  # a quorum of all waits for those who are unknown too

    async def _user_id(self, answer: str) -> str | None:
        """Return the user id of a person that a source names by id or by e-mail address."""
        if "@" not in answer:
            return answer
        try:
            return await self.directory.by_email(answer)
        except PeopleUnavailable as error:
            raise OnCallFailed(f"Slack cannot say who has the address {answer}: {error}") from None

    def _notice(self, text: str) -> None:
        """Once in half a day."""
        now = self._clock.monotonic()
        noticed = self._noticed.get(text)
        if (noticed is None or now - noticed > _NOTICE_INTERVAL) and not self.notices.full():
            self._noticed[text] = now
            self.notices.put_nowait(text)
