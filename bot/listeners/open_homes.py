"""The people whose Home may be open, and what it shows, so that it is published again when that changes."""

import asyncio
import hashlib
import json
from collections.abc import Mapping
from typing import Any
from weakref import WeakValueDictionary

MAX_PEOPLE = 500
OPEN_SECONDS = 3600.0
"""Slack tells that a Home was opened, and never that it was left."""


class OpenHomes:
    """The people who opened their Home lately."""

    def __init__(self) -> None:
        self._opened: dict[str, float] = {}
        self._any = asyncio.Event()
        self._published: dict[str, str] = {}
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

    def ages(self, now: float) -> dict[str, float]:
        """Return the seconds since each of these people opened it."""
        return {user: now - self._opened[user] for user in self.people(now)}

    def restore(self, ages: Mapping[str, float], now: float) -> None:
        """Note who opened it before this process started. `ages`: see `ages`."""
        for user, age in sorted(ages.items(), key=lambda each: -each[1]):
            if user not in self._opened:
                self.note(user, now - age)

    async def wait(self) -> None:
        """Return when there may be somebody."""
        await self._any.wait()

    def turn(self, user: str) -> asyncio.Lock:
        """Return the lock for one person's Home: what is read later is also shown later."""
        lock = self._turns.get(user)
        if lock is None:
            lock = self._turns[user] = asyncio.Lock()
        return lock

    def shows(self, user: str, view: Mapping[str, Any]) -> bool:
        """Return whether this is what the person's Home was last published with."""
        return self._published.get(user) == _digest(view)

    def published(self, user: str, view: Mapping[str, Any]) -> None:
        """Note what the person's Home shows now."""
        self._published.pop(user, None)
        self._published[user] = _digest(view)
        if len(self._published) > MAX_PEOPLE:
            del self._published[next(iter(self._published))]

    def unknown(self, user: str) -> None:
        """Note that nobody knows what the person's Home shows."""
        self._published.pop(user, None)


def _digest(view: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(view, sort_keys=True).encode()).hexdigest()
