"""Principals: programs that open gates from outside, and operators who read the web console.

Each has a token. They never decide.

Only the digest of a token is stored, so that a reader of the database cannot use it.
"""

import asyncio
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engine.audit.keys import Keyring
from engine.clock import Clock
from engine.errors import NotPossible
from engine.model.people import Actor
from engine.runtime.process.installation import StoredMapping
from engine.runtime.process.steady_time import SteadyTime
from engine.store.store import Store
from engine.waits import first_of

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True, slots=True)
class Principal:
    """A program or an operator with a token. `gates`: names of the gates that it may open.

    `person`: user id of the person who holds the token; may be empty. `mark`: differs from the mark of an
    earlier principal of the same name, and is part of the ids of the runs that it starts. `console`:
    the token opens the web console, which shows every run.
    """

    name: str
    gates: tuple[str, ...]
    person: str = ""
    mark: str = ""
    console: bool = False

    @property
    def actor(self) -> Actor:
        return Actor("api", self.name, self.person or None)


class Principals:
    """Adds, rotates, removes and recognizes principals. They are a fact of the installation."""

    def __init__(self, store: Store, clock: Clock, steady: SteadyTime, keyring: Keyring) -> None:
        self._keyring, self._clock, self._steady = keyring, clock, steady
        self._changed = asyncio.Event()
        self.fact = StoredMapping(store, "principals", clock, _move_ends)

    async def all(self) -> list[Principal]:
        return [_principal(name, stored) for name, stored in sorted((await self.fact.read()).items())]

    async def add(
        self, name: str, gates: Sequence[str], actor: Actor, person: str = "", *, console: bool = False
    ) -> str:
        """Add a principal and return its token, which is shown this once. Raises `NotPossible`."""
        if not _NAME.fullmatch(name):
            raise NotPossible(
                f"The name {name!r} is invalid for a principal. Use at most 40 lowercase letters, digits and "
                "hyphens, with a letter or digit first."
            )
        token = _new_token()
        async with self.fact.changing() as change:
            if name in change.mapping:
                raise NotPossible(
                    f"There is already a principal called {name}. Revoke it first, or use another name."
                )
            change.mapping[name] = {
                "sha256": _digest(token),
                "gates": list(gates),
                "person": person,
                "mark": secrets.token_hex(4),
                **({"console": True} if console else {}),
            }
            opens = {"console": True} if console else {}
            change.record("principal.added", actor, principal=name, gates=list(gates), person=person, **opens)
        return token

    async def rotate(self, name: str, keep: timedelta, actor: Actor) -> str:
        """Return a new token, which is shown this once. The previous one works for `keep` longer.

        Raises `NotPossible`.
        """
        token = _new_token()
        async with self.fact.changing() as change:
            stored = _stored_principal(change.mapping, name)
            until = (self._steady.now() + keep).isoformat()
            stored |= {"sha256": _digest(token), "before": {"sha256": stored["sha256"], "until": until}}
            change.record("principal.rotated", actor, principal=name, until=until)
        self._wake_waiters()
        return token

    async def remove(self, name: str, actor: Actor) -> None:
        """Remove a principal. Its token opens no gate from now on. Raises `NotPossible`."""
        async with self.fact.changing() as change:
            gates = _stored_principal(change.mapping, name)["gates"]
            del change.mapping[name]
            change.record("principal.removed", actor, principal=name, gates=gates)
        self._wake_waiters()

    async def callback_secret(self, name: str) -> str:
        """Return the secret that signs answers to this principal, derived from a key outside the database."""
        mark = (await self.fact.read()).get(name, {}).get("mark", "")
        return await asyncio.to_thread(self._keyring.derived, f"callback:{name}" + (mark and f":{mark}"))

    async def of(self, token: str) -> Principal | None:
        """Return the principal with this token; None for a wrong token."""
        digest, now = _digest(token), self._steady.now()
        for name, stored in (await self.fact.read()).items():
            if any(hmac.compare_digest(valid, digest) for valid in _valid(stored, now)):
                return _principal(name, stored)
        return None

    async def session_key(self) -> str:
        """Return the secret that signs sessions of the web console, from a key outside the database."""
        return await asyncio.to_thread(self._keyring.derived, "console-session")

    async def of_session(self, ticket: str) -> Principal | None:
        """Return the principal whose token gave this ticket (`session_ticket`) and still works; else None."""
        now = self._steady.now()
        for name, stored in (await self.fact.read()).items():
            if any(hmac.compare_digest(_ticket(valid), ticket) for valid in _valid(stored, now)):
                return _principal(name, stored)
        return None

    async def until_revoked(self, token: str) -> None:
        """Return when no principal has this token any more: it was removed, or its time after a rotation is
        over."""
        while True:
            changed = self._changed
            if await self.of(token) is None:
                return
            left = await self._time_left(token)
            over = [] if left is None else [self._clock.sleep(left)]
            await first_of(changed.wait(), *over)

    async def _time_left(self, token: str) -> timedelta | None:
        """Return for how long a token that was rotated still works; None for a token that is current."""
        digest, now = _digest(token), self._steady.now()
        for stored in (await self.fact.read()).values():
            previous = stored.get("before")
            if previous and hmac.compare_digest(previous["sha256"], digest):
                return max(datetime.fromisoformat(previous["until"]) - now, timedelta())
        return None

    def _wake_waiters(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


def _principal(name: str, stored: Mapping[str, Any]) -> Principal:
    person, mark, console = stored.get("person", ""), stored.get("mark", ""), stored.get("console", False)
    return Principal(name, tuple(stored["gates"]), person, mark, console)


def _stored_principal(principals: dict[str, Any], name: str) -> dict[str, Any]:
    if name not in principals:
        names = ", ".join(sorted(principals)) or "none"
        raise NotPossible(f"There is no principal {name}. There are: {names}.")
    stored: dict[str, Any] = principals[name]
    return stored


def _valid(stored: Mapping[str, Any], now: datetime) -> list[str]:
    """Return the digest of the token, and that of the previous token while it still works."""
    previous = stored.get("before")
    previous_digest = (
        [previous["sha256"]] if previous and now < datetime.fromisoformat(previous["until"]) else []
    )
    return [stored["sha256"], *previous_digest]


def _move_ends(principals: dict[str, Any], by: timedelta) -> None:
    for stored in principals.values():
        if previous := stored.get("before"):
            previous["until"] = (datetime.fromisoformat(previous["until"]) + by).isoformat()


def _new_token() -> str:
    return f"signoff_{secrets.token_urlsafe(32)}"


def session_ticket(token: str) -> str:
    """Return what a session keeps of a token: it ends with the token, and cannot be turned back into it."""
    return _ticket(_digest(token))


def _ticket(digest: str) -> str:
    return hashlib.sha256(f"session:{digest}".encode()).hexdigest()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
