"""One-time codes (TOTP, RFC 6238): a second proof of who approves what is grave.

The operator enrols people, never they themselves in Slack: whoever takes over a Slack account must not be
able to give it a code. Secrets are encrypted with a key that isn't in the database.
"""

import asyncio
import hmac
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pyotp
from cryptography.fernet import InvalidToken

from engine.audit.keys import Keyring
from engine.clock import Clock
from engine.errors import NotPossible
from engine.model.people import Actor
from engine.runtime.process.installation import Fact
from engine.store.store import Store

log = logging.getLogger(__name__)

_PERIOD = 30
"""Seconds that a code is for; the one before and the one after are taken too, for clocks that differ."""
MOST_TRIES = 5
LOCKED_FOR, LONGEST_LOCK = timedelta(minutes=15), timedelta(hours=24)
"""After five wrong codes, and twice as long after each five more, until a code is right."""
_MOST_ALARMS = 100


@dataclass(frozen=True, slots=True)
class Enrolled:
    """Somebody with codes. `locked_until`: no code of theirs is taken before that."""

    user_id: str
    since: datetime
    locked_until: datetime | None


@dataclass(frozen=True, slots=True)
class WrongCodes:
    """Somebody entered too many wrong codes in this person's name. `locked_for`: no code is taken so long."""

    user_id: str
    locked_for: timedelta


class OneTimeCodes:
    """Enrols and checks. Raises `NotPossible`. `alarms`: for the person and the operator to hear of."""

    def __init__(self, store: Store, clock: Clock, keyring: Keyring) -> None:
        self._clock, self._keyring = clock, keyring
        self._fact = Fact(store, "codes", clock)
        self.alarms: asyncio.Queue[WrongCodes] = asyncio.Queue()

    async def all(self) -> list[Enrolled]:
        return [_enrolled(user_id, found) for user_id, found in sorted((await self._fact.read()).items())]

    async def enrol(self, user_id: str, name: str, actor: Actor) -> str:
        """An `otpauth:` address for an authenticator app, shown this once. `name`: what the app calls it."""
        cipher = await asyncio.to_thread(self._keyring.secrets)
        secret = pyotp.random_base32()
        async with self._fact.changing() as change:
            if user_id in change.known:
                raise NotPossible(f"{user_id} has codes already. Revoke them first: signoff code revoke.")
            change.known[user_id] = {
                "secret": cipher.encrypt(secret.encode()).decode(),
                "since": self._clock.now().isoformat(),
                "last": 0,
                "failures": 0,
                "locked_until": None,
            }
            change.tell("code.enrolled", actor, user=user_id)
        return pyotp.TOTP(secret, interval=_PERIOD).provisioning_uri(name=name, issuer_name="Signoff")

    async def revoke(self, user_id: str, actor: Actor) -> None:
        """No code of theirs is taken from now on."""
        async with self._fact.changing() as change:
            if change.known.pop(user_id, None) is None:
                raise NotPossible(f"{user_id} has no codes. signoff code list says who has.")
            change.tell("code.revoked", actor, user=user_id)

    async def use(self, user_id: str, code: str, actor: Actor) -> str:
        """Take a code, which is of no use from then on. Empty when it is right, else what to tell them."""
        refused = ""
        async with self._fact.changing() as change:
            found = change.known.get(user_id)
            if found is None:
                return (
                    "You are not enrolled for one-time codes. Ask the operator to run "
                    f"signoff code enrol {user_id}, then decide again."
                )
            now = self._clock.now()
            locked = _enrolled(user_id, found).locked_until
            if locked is not None and now < locked:
                return f"Too many wrong codes. Try again in {_minutes(locked - now)}."
            counter = await self._counter(found, "".join(code.split()), now)
            if counter is None:
                refused = _refuse(found, now)
            elif counter <= found["last"]:
                refused = "This code was already used. Enter the next code that your app shows."
            else:
                found |= {"last": counter, "failures": 0, "locked_until": None, "locks": 0}
            if refused:
                change.tell("code.refused", actor, user=user_id)
        if refused:
            self._warn(user_id, _enrolled(user_id, found).locked_until)
        return refused

    def _warn(self, user_id: str, locked_until: datetime | None) -> None:
        log.warning("A one-time code that %s entered was refused", user_id)
        left = locked_until - self._clock.now() if locked_until is not None else timedelta()
        if left > timedelta() and self.alarms.qsize() < _MOST_ALARMS:
            self.alarms.put_nowait(WrongCodes(user_id, left))

    async def _counter(self, found: Mapping[str, Any], code: str, now: datetime) -> int | None:
        """Which code of the row it is; None for a wrong one."""
        cipher = await asyncio.to_thread(self._keyring.secrets)
        try:
            secret = cipher.decrypt(found["secret"].encode()).decode()
        except InvalidToken:
            raise NotPossible(
                "One-time codes cannot be checked, because the key that encrypts them has changed. Ask the "
                "operator to restore the folder keys, or to revoke the codes and enrol people again."
            ) from None
        current = int(now.timestamp()) // _PERIOD
        totp = pyotp.TOTP(secret, interval=_PERIOD)
        # All are compared, so that the time it takes says nothing.
        right = [n for n in (current - 1, current, current + 1) if _equal(totp.generate_otp(n), code)]
        return max(right, default=None)


def _equal(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _refuse(found: dict[str, Any], now: datetime) -> str:
    found["failures"] += 1
    left = MOST_TRIES - found["failures"]
    if left > 0:
        return f"This code is wrong. {left} {'try' if left == 1 else 'tries'} left. Enter the current code."
    locks = found.get("locks", 0)
    lasts: timedelta = min(LOCKED_FOR * 2 ** min(locks, 10), LONGEST_LOCK)
    found |= {"failures": 0, "locks": locks + 1, "locked_until": (now + lasts).isoformat()}
    return f"Too many wrong codes. Try again in {_minutes(lasts)}."


def _minutes(left: timedelta) -> str:
    count = max(1, round(left.total_seconds() / 60))
    return f"{count} minute{'' if count == 1 else 's'}"


def _enrolled(user_id: str, found: Mapping[str, Any]) -> Enrolled:
    locked = found["locked_until"]
    since = datetime.fromisoformat(found["since"])
    return Enrolled(user_id, since, datetime.fromisoformat(locked) if locked else None)
