"""Who may ask from outside: principals with a token and the gates it opens. They never decide.

Of a token only the digest is kept, so that who reads the database can't ask.
"""

import asyncio
import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from engine.clock import Clock
from engine.errors import NotPossible
from engine.keys import Keyring
from engine.people import Actor
from engine.runtime.facts import Fact
from engine.store.store import Store

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True, slots=True)
class Principal:
    """`gates`: names of those it may ask at. `person`: who holds the token, by user id; may be empty."""

    name: str
    gates: tuple[str, ...]
    person: str = ""

    @property
    def actor(self) -> Actor:
        return Actor("api", self.name, self.person or None)


class Principals:
    """A fact about the installation, small and seldom written."""

    def __init__(self, store: Store, clock: Clock, keyring: Keyring) -> None:
        self._keyring = keyring
        self._fact = Fact(store, "principals", clock)

    async def all(self) -> list[Principal]:
        return [
            Principal(name, tuple(found["gates"]), found.get("person", ""))
            for name, found in sorted((await self._fact.read()).items())
        ]

    async def add(self, name: str, gates: Sequence[str], actor: Actor, person: str = "") -> str:
        """Its token, which is shown this once. Raises `NotPossible`."""
        if not _NAME.fullmatch(name):
            raise NotPossible(f"{name!r} can't be a principal's name. Use small letters, digits and -.")
        token = f"signoff_{secrets.token_urlsafe(32)}"
        async with self._fact.changing() as change:
            if name in change.known:
                raise NotPossible(
                    f"There is a principal {name} already. Revoke it first, or take another name."
                )
            change.known[name] = {"sha256": _digest(token), "gates": list(gates), "person": person}
            change.tell("principal.added", actor, principal=name, gates=list(gates), person=person)
        return token

    async def remove(self, name: str, actor: Actor) -> None:
        """Its token opens nothing from now on. Raises `NotPossible`."""
        async with self._fact.changing() as change:
            if name not in change.known:
                there = ", ".join(sorted(change.known)) or "none"
                raise NotPossible(f"There is no principal {name}. There are: {there}.")
            gates = change.known.pop(name)["gates"]
            change.tell("principal.removed", actor, principal=name, gates=gates)

    async def callback_secret(self, name: str) -> str:
        """With which answers to this principal are signed; made of a key that isn't in the database."""
        return await asyncio.to_thread(self._keyring.derived, f"callback:{name}")

    async def of(self, token: str) -> Principal | None:
        """Whose token this is; None for a wrong one."""
        digest = _digest(token)
        for name, found in (await self._fact.read()).items():
            if hmac.compare_digest(found["sha256"], digest):
                return Principal(name, tuple(found["gates"]), found.get("person", ""))
        return None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
