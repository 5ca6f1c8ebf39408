"""Channels by name, and who is in them.

Slack finds no channel by its name, so the names are listed: first the channels that the bot is in, then all,
page by page in the background. A list that was interrupted goes on where it stopped.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from bot.slack.reads import (
    BULK_SECONDS,
    Busy,
    SlackReads,
    beside,
    next_cursor,
    seconds_left,
    unavailable,
)
from bot.slack.web_api import SlackRefused
from engine import Clock, PeopleUnavailable, UnknownPeople

log = logging.getLogger(__name__)

Record = Mapping[str, Any]
_PAGE_SIZE = 999
"""From 1,000 on a page counts for a slower tier."""
_ALL_TYPES = "public_channel,private_channel"
VERIFIED_SECONDS = 60.0
"""Seconds, as all ages here."""
_LISTING_INTERVAL = 15.0
"""For each page there is. A name that is missing from a list this young is not looked for again."""
_RETRY_INTERVAL = timedelta(seconds=30)
_MAX_WAIT_SECONDS = 2.0
_FRESH_SECONDS, _FRESH_WHEN_ASKED_OFTEN = 2.0, 15.0
_CALLS_LIMIT = 30
_MAX_AGE_WHEN_BUSY_SECONDS = 60.0
_NOT_THERE = frozenset({"channel_not_found", "not_in_channel"})


class ChannelIndex:
    """`notice`: a sentence for the operator."""

    def __init__(self, reads: SlackReads, clock: Clock, notice: Callable[[str], None]) -> None:
        self._reads, self._clock, self._notice = reads, clock, notice
        self._records: dict[str, Record] = {}
        self._verified: dict[str, float] = {}
        self._types = _ALL_TYPES
        self._own_at: float | None = None
        self._all_at: float | None = None
        self._pages = 0
        """Pages of the list: those read so far during a listing, all of them afterwards."""
        self._count = 0
        self._cursor: str | None = None
        self._listing: asyncio.Task[None] | None = None
        self._grew = asyncio.Event()

    def known(self, name: str) -> Record | None:
        """From memory."""
        return self._records.get(name.casefold())

    def is_public(self, name: str) -> bool:
        """Return whether anybody can join it; from memory. A channel of unknown kind counts as public."""
        return not (self.known(name) or {}).get("is_private")

    def is_readable(self, name: str) -> bool:
        """Return whether every full member can read it; from memory. Not where that is unknown."""
        return readable(self.known(name) or {})

    async def by_id(self, channel: str) -> Record:
        """The channel of that id, looked at a minute ago at most; empty where the bot cannot see it.

        Raises `PeopleUnavailable`.
        """
        at, now = self._verified.get(channel), self._clock.monotonic()
        kept = next((candidate for candidate in self._records.values() if candidate["id"] == channel), None)
        if kept is not None and at is not None and now - at < VERIFIED_SECONDS:
            return kept
        try:
            answer = await self._reads.ask("conversations.info", {"channel": channel})
        except SlackRefused as error:
            if error.code in _NOT_THERE:
                return {}
            raise unavailable(error) from None
        record: Record = answer.get("channel") or {}
        if record.get("name") and str(record.get("id")) == channel:
            self.renamed(channel, "")
            self._records[str(record["name"]).casefold()] = record
            self._verified[channel] = now
        return record

    def public_names(self) -> list[str]:
        """From memory; without those of which it is not known whether they are public."""
        return [str(record["name"]) for record in self._records.values() if record.get("is_private") is False]

    async def name(self, channel: str) -> str | None:
        """By the channel's id. Raises `PeopleUnavailable`."""
        try:
            answer = await self._reads.ask("conversations.info", {"channel": channel})
        except SlackRefused as error:
            if error.code in _NOT_THERE:
                return None
            raise unavailable(error) from None
        return (answer.get("channel") or {}).get("name")

    async def find(self, name: str, *, verified: float = VERIFIED_SECONDS) -> Record | None:
        """The channel, looked at `verified` seconds ago at most; None: the bot can see none of that name.

        Raises `SlackRefused`, and `PeopleUnavailable` while the list is not complete.
        """
        name = name.casefold()
        if name in self._records:
            await self._verify(name, verified)
        if name not in self._records:
            await self._list_own()
        if name not in self._records:
            await self._list_all(name)
        return self._records.get(name)

    def learn(self, channel: str, name: str) -> None:
        """Take over what an event or an act says; it is verified before anybody relies on it."""
        known = {record["id"] for record in self._records.values()}
        if name and channel[:1] in ("C", "G") and channel not in known:
            self._records[name.casefold()] = {"id": channel, "name": name}

    def renamed(self, channel: str, name: str) -> None:
        self._records = {other: record for other, record in self._records.items() if record["id"] != channel}
        self._verified.pop(channel, None)
        self.learn(channel, name)

    def forget(self) -> None:
        """Channels changed: look again when next asked."""
        self._own_at = self._all_at = None
        self._verified.clear()

    async def close(self) -> None:
        if self._listing is not None:
            self._listing.cancel()
            await asyncio.gather(self._listing, return_exceptions=True)

    async def _verify(self, name: str, verified: float) -> None:
        """Drop the name if the channel was renamed: another one may bear the name now."""
        channel, now = str(self._records[name]["id"]), self._clock.monotonic()
        at = self._verified.get(channel)
        if at is not None and now - at < verified:
            return
        try:
            answer = await self._reads.ask("conversations.info", {"channel": channel})
        except SlackRefused as error:
            if error.code not in _NOT_THERE:
                raise
            answer = {}
        record = answer.get("channel") or {}
        if str(record.get("name") or "").casefold() == name:
            self._records[name] = record
            self._verified[channel] = now
        else:
            self._records.pop(name, None)

    def _take(self, page: Mapping[str, Any]) -> None:
        now = self._clock.monotonic()
        for record in page.get("channels") or ():
            kept = {
                "id": str(record["id"]),
                "name": record.get("name"),
                "is_archived": record.get("is_archived"),
                "is_private": record.get("is_private"),
            }
            self._records[str(record.get("name")).casefold()] = kept
            self._verified[kept["id"]] = now

    async def _page(self, method: str, cursor: str | None, within: float | None) -> Mapping[str, Any]:
        """Without the private ones where the scope for them is missing."""
        asked = {"types": self._types, "limit": _PAGE_SIZE, "cursor": cursor}
        try:
            return await self._reads.ask(method, asked, within)
        except SlackRefused as error:
            if error.code != "missing_scope" or self._types != _ALL_TYPES:
                raise
            try:
                page = await self._reads.ask(method, {**asked, "types": "public_channel"}, within)
            except SlackRefused:
                raise error from None
            self._types = "public_channel"
            return page

    async def _list_own(self) -> None:
        """Those that the bot is in."""
        now = self._clock.monotonic()
        if self._own_at is not None and now - self._own_at < _LISTING_INTERVAL:
            return
        cursor: str | None = None
        while True:
            page = await self._page("users.conversations", cursor, None)
            self._take(page)
            cursor = next_cursor(page)
            if cursor is None:
                break
        self._own_at = now

    async def _list_all(self, name: str) -> None:
        """Wait a moment for the page that has it."""
        if (
            self._all_at is not None
            and self._clock.monotonic() - self._all_at < _LISTING_INTERVAL * self._pages
        ):
            return
        if self._listing is None or self._listing.done():
            self._listing = beside(self._read_pages())
        left = seconds_left()
        try:
            async with asyncio.timeout(_MAX_WAIT_SECONDS if left is None else left):
                while name not in self._records and not self._listing.done():
                    self._grew.clear()
                    await self._grew.wait()
        except TimeoutError:
            self._tell(name)
            raise PeopleUnavailable(
                f"#{name} is not found yet: Signoff has read {self._count:,} channels from Slack so far. "
                "Try again in a minute."
            ) from None
        if name not in self._records and self._listing.done() and (error := self._listing.exception()):
            raise error

    def _tell(self, name: str) -> None:
        self._notice(
            f"#{name} is not found yet, because reading all channels of this workspace takes minutes. "
            f"Requests that need #{name} wait. Type /invite @signoff in #{name}, and it is found at once."
        )

    async def _read_pages(self) -> None:
        if self._cursor is None:
            self._pages = self._count = 0
        try:
            while True:
                try:
                    page = await self._page("conversations.list", self._cursor, BULK_SECONDS)
                except Busy as busy:
                    await self._clock.sleep(timedelta(seconds=busy.seconds))
                    continue
                except SlackRefused:
                    self._cursor = None  # a cursor that has become too old is refused as well
                    raise
                self._take(page)
                self._pages, self._count = self._pages + 1, self._count + len(page.get("channels") or ())
                self._cursor = next_cursor(page)
                if self._cursor is None:
                    self._all_at = self._clock.monotonic()
                    return
                self._grew.set()
        except (SlackRefused, PeopleUnavailable) as error:
            log.warning("Slack's channels could not be listed to the end: %s", error)
            raise
        finally:
            self._grew.set()


class ChannelMembers:
    """Members of a channel: seconds old, and current by events where the bot is a member."""

    def __init__(self, reads: SlackReads, clock: Clock, index: ChannelIndex) -> None:
        self._reads, self._clock, self._index = reads, clock, index
        self._kept: dict[str, tuple[frozenset[str], float]] = {}

    async def of(self, name: str) -> frozenset[str]:
        """Raises `UnknownPeople`, `PeopleUnavailable`."""
        try:
            record = await self._index.find(name)
            if record is None:
                raise UnknownPeople(_no_channel(name))
            return await self._of(str(record["id"]))
        except SlackRefused as error:
            if error.code in _NOT_THERE:
                raise UnknownPeople(_no_channel(name)) from None
            raise unavailable(error) from None

    async def of_id(self, channel: str) -> frozenset[str]:
        """By the channel's id. Raises `UnknownPeople`, `PeopleUnavailable`."""
        try:
            return await self._of(channel)
        except SlackRefused as error:
            if error.code in _NOT_THERE:
                raise UnknownPeople(f"Signoff cannot see who is in the channel {channel}.") from None
            raise unavailable(error) from None

    def joined(self, channel: str, user: str) -> None:
        members, at = self._kept.get(channel, (frozenset[str](), None))
        if at is not None:
            self._kept[channel] = (members | {user}, at)

    def left(self, channel: str, user: str) -> None:
        members, at = self._kept.get(channel, (frozenset[str](), None))
        if at is not None:
            self._kept[channel] = (members - {user}, at)

    def forget(self, channel: str) -> None:
        """The bot left: Slack sends no further events about its members, and may not show them."""
        self._kept.pop(channel, None)

    async def _of(self, channel: str) -> frozenset[str]:
        now = self._clock.monotonic()
        members, at = self._kept.get(channel, (frozenset[str](), None))
        often = self._reads.last_minute("conversations.members") >= _CALLS_LIMIT
        if at is not None and now - at < (_FRESH_WHEN_ASKED_OFTEN if often else _FRESH_SECONDS):
            return members
        try:
            everybody = await self._all(channel)
        except Busy:
            if at is None or now - at > _MAX_AGE_WHEN_BUSY_SECONDS:
                raise
            return members
        self._kept[channel] = (everybody, now)
        return everybody

    async def _all(self, channel: str) -> frozenset[str]:
        members: set[str] = set()
        cursor: str | None = None
        while True:
            asked = {"channel": channel, "limit": 1000, "cursor": cursor}
            page = await self._reads.ask("conversations.members", asked)
            members.update(map(str, page.get("members") or ()))
            cursor = next_cursor(page)
            if cursor is None:
                return frozenset(members)


def readable(record: Record) -> bool:
    """Return whether Slack says that the channel is public, so that every full member can read it."""
    return record.get("is_private") is False and not record.get("is_im") and not record.get("is_mpim")


def _no_channel(name: str) -> str:
    return (
        f"Signoff cannot see #{name}: no channel has this name, or it is private. If it was renamed, write "
        f"its new name. Otherwise create it, or type /invite @signoff in #{name}."
    )
