"""Who may ask from outside: principals with a token and the gates it opens. They never decide.

Of a token only the digest is kept, so that who reads the database can't ask.
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
from engine.runtime.process.installation import Fact
from engine.store.store import Store

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True, slots=True)
class Principal:
    """`gates`: names of those it may ask at. `person`: who holds the token, by user id; may be empty.

    `mark`: unlike that of an earlier principal of this name, and part of the ids of what it asks.
    """

    name: str
    gates: tuple[str, ...]
    person: str = ""
    mark: str = ""

    @property
    def actor(self) -> Actor:
        return Actor("api", self.name, self.person or None)


class Principals:
    """A fact about the installation, small and seldom written."""

    def __init__(self, store: Store, clock: Clock, keyring: Keyring) -> None:
        self._keyring, self._clock = keyring, clock
        self._changed = asyncio.Event()
        self._fact = Fact(store, "principals", clock)

    async def all(self) -> list[Principal]:
        return [_principal(name, stored) for name, stored in sorted((await self._fact.read()).items())]

    async def add(self, name: str, gates: Sequence[str], actor: Actor, person: str = "") -> str:
        """Its token, which is shown this once. Raises `NotPossible`."""
        if not _NAME.fullmatch(name):
            raise NotPossible(f"{name!r} can't be a principal's name. Use small letters, digits and -.")
        token = _new_token()
        async with self._fact.changing() as change:
            if name in change.mapping:
                raise NotPossible(
                    f"There is a principal {name} already. Revoke it first, or take another name."
                )
            change.mapping[name] = {
                "sha256": _digest(token),
                "gates": list(gates),
                "person": person,
                "mark": secrets.token_hex(4),
            }
            change.record("principal.added", actor, principal=name, gates=list(gates), person=person)
        return token

    async def rotate(self, name: str, keep: timedelta, actor: Actor) -> str:
        """A new token, shown this once; the one before works for `keep` more. Raises `NotPossible`."""
        token = _new_token()
        async with self._fact.changing() as change:
            stored = _stored_principal(change.mapping, name)
            until = (self._clock.now() + keep).isoformat()
            stored |= {"sha256": _digest(token), "before": {"sha256": stored["sha256"], "until": until}}
            change.record("principal.rotated", actor, principal=name, until=until)
        self._wake_waiters()
        return token

    async def remove(self, name: str, actor: Actor) -> None:
        """Its token opens nothing from now on. Raises `NotPossible`."""
        async with self._fact.changing() as change:
            gates = _stored_principal(change.mapping, name)["gates"]
            del change.mapping[name]
            change.record("principal.removed", actor, principal=name, gates=gates)
        self._wake_waiters()

    async def callback_secret(self, name: str) -> str:
        """With which answers to this principal are signed; made of a key that isn't in the database."""
        mark = (await self._fact.read()).get(name, {}).get("mark", "")
        return await asyncio.to_thread(self._keyring.derived, f"callback:{name}" + (mark and f":{mark}"))

    async def of(self, token: str) -> Principal | None:
        """Whose token this is; None for a wrong one."""
        digest, now = _digest(token), self._clock.now()
        for name, stored in (await self._fact.read()).items():
            if any(hmac.compare_digest(valid, digest) for valid in _valid(stored, now)):
                return _principal(name, stored)
        return None

    async def until_revoked(self, token: str) -> None:
        """Return when the token is nobody's any more."""
        while await self.of(token) is not None:
            await self._changed.wait()

    def _wake_waiters(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


def _principal(name: str, stored: Mapping[str, Any]) -> Principal:
    return Principal(name, tuple(stored["gates"]), stored.get("person", ""), stored.get("mark", ""))


def _stored_principal(principals: dict[str, Any], name: str) -> dict[str, Any]:
    if name not in principals:
        names = ", ".join(sorted(principals)) or "none"
        raise NotPossible(f"There is no principal {name}. There are: {names}.")
    stored: dict[str, Any] = principals[name]
    return stored


def _valid(stored: Mapping[str, Any], now: datetime) -> list[str]:
    """Digests of the token, and of the one before it for as long as that one works."""
    previous = stored.get("before")
    previous_digest = (
        [previous["sha256"]] if previous and now < datetime.fromisoformat(previous["until"]) else []
    )
    return [stored["sha256"], *previous_digest]


def _new_token() -> str:
    return f"signoff_{secrets.token_urlsafe(32)}"


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
