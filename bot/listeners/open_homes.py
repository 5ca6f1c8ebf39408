"""The people whose Home may be open, so that it is published again when something changes for them."""

import asyncio
from weakref import WeakValueDictionary

MAX_PEOPLE = 500
OPEN_SECONDS = 3600.0
"""Slack tells that a Home was opened, and never that it was left."""


class OpenHomes:
    """The people who opened their Home lately. A restart forgets them: then the next opening shows it."""

    def __init__(self) -> None:
        self._opened: dict[str, float] = {}
        self._any = asyncio.Event()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def note(self, user: str, now: float) -> None:
        """Note that this person opened their Home. `now`: seconds of the monotonic clock."""
        self._opened.pop(user, None)
        self._opened[user] = now
        if len(self._opened) > MAX_PEOPLE:
            del self._opened[next(iter(self._opened))]
        self._any.set()

    def people(self, now: float) -> list[str]:
        """Return those who opened it within the last hour, and forget the others."""
        self._opened = {user: at for user, at in self._opened.items() if now - at < OPEN_SECONDS}
        if not self._opened:
            self._any.clear()
        return list(self._opened)

    async def wait(self) -> None:
        """Return when there may be somebody."""
        await self._any.wait()

    def turn(self, user: str) -> asyncio.Lock:
        """Return the lock for one person's Home: what is read later is also shown later."""
        lock = self._turns.get(user)
        if lock is None:
            lock = self._turns[user] = asyncio.Lock()
        return lock
