"""People by id: asked freshly where they act, remembered for some minutes where they are only counted.

Read in bulk where many are needed, and kept current by Slack's events.
"""

import asyncio
import logging
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
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
from bot.views.wording.visible import visible
from engine import Clock, PeopleUnavailable, Person, UnknownPeople
from engine.text import is_blank

log = logging.getLogger(__name__)

MAX_RECORD_AGE = timedelta(minutes=10)
_MAX_ACTING_AGE_SECONDS = 60.0
"""Seconds. How old the record of an acting person may be while Slack allows no more calls."""
_MAX_SINGLE_LOOKUPS = 20
"""So many are asked one by one; for more the whole directory is read."""
_MAX_CONCURRENT = 10
_PAGE_SIZE = 1000
_NOBODY = frozenset({"user_not_found", "user_not_visible", "users_not_found"})


@dataclass(frozen=True, slots=True)
class _Seen:
    """`person`: None where Slack knows nobody of that id, or does not show them. `at`: monotonic seconds."""

    person: Person | None
    at: float
    updated: int = 0


class UserDirectory:
    """`team_id`: the home workspace; everybody else is from outside."""

    def __init__(self, reads: SlackReads, clock: Clock, team_id: str) -> None:
        self._reads, self._clock, self._team_id = reads, clock, team_id
        self._seen: dict[str, _Seen] = {}
        self._addresses: dict[str, tuple[str | None, float | None]] = {}
        self._reading: asyncio.Task[None] | None = None
        self._cursor: str | None = None

    async def fresh(self, user_id: str) -> Person:
        """Ask Slack now. Raises `UnknownPeople`, `PeopleUnavailable`."""
        try:
            person = await self._ask(user_id)
        except Busy:
            seen = self._seen.get(user_id)
            if seen is None or self._clock.monotonic() - seen.at > _MAX_ACTING_AGE_SECONDS:
                raise
            person = seen.person
        if person is None:
            raise UnknownPeople(f"No member of this workspace has the id {user_id}.")
        return person

    async def by_email(self, address: str) -> str | None:
        """Return the id of the person with an e-mail address, minutes old at most; None: nobody has it.

        Raises `PeopleUnavailable`.
        """
        key = address.casefold()
        user_id, at = self._addresses.get(key, (None, None))
        if at is not None and self._clock.monotonic() - at < MAX_RECORD_AGE.total_seconds():
            return user_id
        try:
            answer = await self._reads.ask("users.lookupByEmail", {"email": address})
        except SlackRefused as error:
            if error.code not in _NOBODY:
                raise unavailable(error) from None
            answer = {}
        user = answer.get("user")
        user_id = self._keep(user).id if isinstance(user, Mapping) and user.get("id") else None
        self._addresses[key] = (user_id, self._clock.monotonic())
        return user_id

    def remembered(self, user_ids: Collection[str]) -> dict[str, Person | None]:
        """Those of the ids that memory knows, without asking; None: Slack shows nobody of that id."""
        since = self._clock.monotonic() - MAX_RECORD_AGE.total_seconds()
        people = {who: self._seen.get(who) for who in user_ids}
        return {who: seen.person for who, seen in people.items() if seen is not None and seen.at >= since}

    async def look_up(self, user_ids: Collection[str]) -> dict[str, Person | None]:
        """By id, minutes old at most; None: Slack shows nobody of that id. Raises `PeopleUnavailable`."""
        people = self.remembered(user_ids)
        missing = [who for who in user_ids if who not in people]
        if len(missing) > _MAX_SINGLE_LOOKUPS:
            await self._read_all()
            people |= self.remembered(missing)
            missing = [who for who in missing if who not in people]
        for start in range(0, len(missing), _MAX_CONCURRENT):
            some = missing[start : start + _MAX_CONCURRENT]
            people |= zip(some, await asyncio.gather(*map(self._ask, some)), strict=True)
        return people

    def name(self, user_id: str) -> str | None:
        """However old; only to be shown."""
        seen = self._seen.get(user_id)
        return seen.person.name if seen is not None and seen.person is not None else None

    def changed(self, user: Mapping[str, Any]) -> bool:
        """Take over what an event says of a person. True: whether they may decide may be another now.

        Most of these events are of a status or a picture, about which nobody needs to be asked.
        """
        if not user.get("id"):
            return False
        before = self._seen.get(str(user["id"]))
        person = self._keep(user)
        if before is None or before.person is None:
            return not person.full_member
        return before.person.full_member != person.full_member

    def start(self) -> None:
        """Read everybody, beside what goes on."""
        if self._reading is None or self._reading.done():
            self._reading = beside(self._pages())
            self._reading.add_done_callback(_failed)

    async def close(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)

    async def _ask(self, user_id: str) -> Person | None:
        try:
            answer = await self._reads.ask("users.info", {"user": user_id})
        except SlackRefused as error:
            if error.code not in _NOBODY:
                raise unavailable(error) from None
            self._seen[user_id] = _Seen(None, self._clock.monotonic())
            return None
        user = answer.get("user")
        if not isinstance(user, Mapping) or not user.get("id"):
            raise PeopleUnavailable(f"Slack sent no valid answer about {user_id}. Try again in a minute.")
        return self._keep(user)

    def _keep(self, user: Mapping[str, Any]) -> Person:
        person = person_of(user, self._team_id)
        updated = int(user.get("updated") or 0)
        seen = self._seen.get(person.id)
        if seen is None or seen.person is None or updated >= seen.updated:
            self._seen[person.id] = _Seen(person, self._clock.monotonic(), updated)
        return person

    async def _read_all(self) -> None:
        """Wait for the whole directory; one reading serves everybody who waits, and goes on without them."""
        self.start()
        assert self._reading is not None
        try:
            async with asyncio.timeout(seconds_left()):
                await asyncio.shield(self._reading)
        except TimeoutError:
            raise PeopleUnavailable(
                "The directory of people is still being read from Slack. Try again in a few seconds."
            ) from None

    async def _pages(self) -> None:
        while True:
            try:
                asked = {"limit": _PAGE_SIZE, "cursor": self._cursor}
                page = await self._reads.ask("users.list", asked, BULK_SECONDS)
            except Busy as busy:
                await self._clock.sleep(timedelta(seconds=busy.seconds))
                continue
            except SlackRefused as error:
                self._cursor = None  # an old cursor ends too
                raise unavailable(error) from None
            for user in page.get("members") or ():
                self._keep(user)
            self._cursor = next_cursor(page)
            if self._cursor is None:
                return


def _failed(reading: "asyncio.Task[None]") -> None:
    if not reading.cancelled() and (error := reading.exception()) is not None:
        log.warning("the directory of people could not be read: %s", error)


def person_of(user: Mapping[str, Any], team_id: str) -> Person:
    """A user object of Slack as a person."""
    profile = user.get("profile") or {}
    names = (profile.get("display_name"), user.get("real_name"), profile.get("real_name"))
    display = next((str(name) for name in names if name), "")
    return Person(
        id=str(user["id"]),
        name=called(display, str(user.get("name") or ""), str(user["id"])),
        active=not user.get("deleted"),
        is_bot=bool(user.get("is_bot")) or user["id"] == "USLACKBOT",
        outside=_is_outside(user, team_id),
        tz=str(user.get("tz") or ""),
    )


_NAME = re.compile(r"[^@()\[\]\"<>|*~`_:]{1,50}")


def called(display: str, handle: str, user_id: str) -> str:
    """A name that nobody else has: `Bob Miller (@bmiller)`.

    A display name is chosen freely, a handle is one person's. A display name that could imitate or hide a
    handle is left out.
    """
    if not handle:
        return f"{display} ({user_id})" if _fits(display) else user_id
    if display.casefold() == handle.casefold():
        return display
    return f"{display} (@{handle})" if _fits(display) else f"@{handle}"


def _fits(display: str) -> bool:
    return _NAME.fullmatch(display) is not None and visible(display) == display and not is_blank(display)


def _is_outside(user: Mapping[str, Any], team_id: str) -> bool:
    if any(user.get(flag) for flag in ("is_restricted", "is_ultra_restricted", "is_stranger")):
        return True
    # On Enterprise Grid a colleague's home may be another workspace of the same company.
    teams = {user.get("team_id"), *((user.get("enterprise_user") or {}).get("teams") or ())}
    return team_id not in teams
