"""One-time codes (TOTP, RFC 6238): a second proof of who gives a high-risk approval.

The operator enrolls people. They cannot enroll themselves in Slack, because an attacker with a stolen Slack
account must not be able to give it a code. Secrets are encrypted with a key outside the database.
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
from engine.kernel.requests.verdicts import speaks_of_another
from engine.model.people import Actor
from engine.runtime.process.installation import StoredMapping
from engine.runtime.process.steady_time import SteadyTime
from engine.store.store import Store

log = logging.getLogger(__name__)

_PERIOD_SECONDS = 30
"""Seconds that a code is valid. The previous and the next code are accepted too, since clocks differ."""
MAX_TRIES = 5
LOCK_DURATION, MAX_LOCK_DURATION = timedelta(minutes=15), timedelta(hours=24)
"""The lock after `MAX_TRIES` wrong codes. It doubles with each further lock until a code is right."""
_MAX_ALARMS = 100
MAX_LABEL = 100
"""Characters. An authenticator app shows the label, and a picture of the address has room for no more."""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A person with one-time codes. `locked_until`: no code of this person is accepted before."""

    user_id: str
    since: datetime
    locked_until: datetime | None


@dataclass(frozen=True, slots=True)
class WrongCodes:
    """Too many wrong codes entered in this person's name.

    `locked_for`: no code is accepted for so long. `by`: who entered the last one.
    """

    user_id: str
    locked_for: timedelta
    by: Actor


class OneTimeCodes:
    """Enrolls people and checks their codes. Raises `NotPossible`.

    `alarms`: locks that the person and the operator are told of.
    """

    def __init__(self, store: Store, clock: Clock, steady: SteadyTime, keyring: Keyring) -> None:
        self._clock, self._steady, self._keyring = clock, steady, keyring
        self.fact = StoredMapping(store, "codes", clock, _move_locks)
        self.alarms: asyncio.Queue[WrongCodes] = asyncio.Queue()

    async def all(self) -> list[Enrolled]:
        return [_enrolled(user_id, stored) for user_id, stored in sorted((await self.fact.read()).items())]

    async def enrol(self, user_id: str, name: str, actor: Actor) -> str:
        """Return an `otpauth:` address for an authenticator app. It is shown this once.

        `name`: the label in the app, which takes at most 100 characters. Raises `NotPossible`.
        """
        if not name.strip() or len(name) > MAX_LABEL or not name.isprintable():
            raise NotPossible(
                f"The name {name[:MAX_LABEL]!r} is invalid as a label in an authenticator app. "
                f"Use 1 to {MAX_LABEL} visible characters."
            )
        cipher = await asyncio.to_thread(self._keyring.secrets)
        secret = pyotp.random_base32()
        async with self.fact.changing() as change:
            if user_id in change.mapping:
                raise NotPossible(
                    f"{user_id} already has one-time codes. Revoke them first: signoff code revoke {user_id}."
                )
            change.mapping[user_id] = {
                "secret": cipher.encrypt(secret.encode()).decode(),
                "since": self._clock.now().isoformat(),
                "last": 0,
                "failures": 0,
                "locked_until": None,
            }
            change.record("code.enrolled", actor, user=user_id)
        return pyotp.TOTP(secret, interval=_PERIOD_SECONDS).provisioning_uri(name=name, issuer_name="Signoff")

    async def revoke(self, user_id: str, actor: Actor) -> None:
        """Accept no code of this person from now on."""
        async with self.fact.changing() as change:
            if change.mapping.pop(user_id, None) is None:
                raise NotPossible(
                    f"{user_id} has no one-time codes. Run signoff code list to see who has codes."
                )
            change.record("code.revoked", actor, user=user_id)

    async def use(self, user_id: str, code: str, actor: Actor) -> str:
        """Use up a code. Return an empty text if it is right, else the text for the person."""
        refused = ""
        async with self.fact.changing() as change:
            stored = change.mapping.get(user_id)
            if stored is None:
                who = f"{user_id} is" if speaks_of_another(actor) else "You are"
                return (
                    f"{who} not enrolled for one-time codes. Ask the operator to run "
                    f"signoff code enrol {user_id}, then decide again."
                )
            now = self._steady.now()
            locked = _enrolled(user_id, stored).locked_until
            if locked is not None and now < locked:
                return f"Too many wrong codes. Try again in {_minutes(locked - now)}."
            counter = await self._counter(stored, "".join(code.split()), self._clock.now())
            if counter is None:
                refused = _refuse(stored, now)
            elif counter <= stored["last"]:
                refused = "This code was already used. Enter the next code that your app shows."
            else:
                stored |= {"last": counter, "failures": 0, "locked_until": None, "locks": 0}
            if refused:
                change.record("code.refused", actor, user=user_id)
        if refused:
            self._warn(user_id, actor, _enrolled(user_id, stored).locked_until)
        return refused

    def _warn(self, user_id: str, by: Actor, locked_until: datetime | None) -> None:
        log.warning("A one-time code of %s was refused; %s entered it", user_id, by)
        locked_for = locked_until - self._steady.now() if locked_until is not None else timedelta()
        if locked_for > timedelta() and self.alarms.qsize() < _MAX_ALARMS:
            self.alarms.put_nowait(WrongCodes(user_id, locked_for, by))

    async def _counter(self, stored: Mapping[str, Any], code: str, now: datetime) -> int | None:
        """Return the number of the period that the code is for; None for a wrong code."""
        cipher = await asyncio.to_thread(self._keyring.secrets)
        try:
            secret = cipher.decrypt(stored["secret"].encode()).decode()
        except InvalidToken:
            raise NotPossible(
                "One-time codes cannot be checked, because the key that encrypts them has changed. Ask the "
                "operator to restore the folder keys, or to revoke the codes and enroll people again."
            ) from None
        current = int(now.timestamp()) // _PERIOD_SECONDS
        totp = pyotp.TOTP(secret, interval=_PERIOD_SECONDS)
        # All are compared, so that the time it takes reveals nothing.
        right = [n for n in (current - 1, current, current + 1) if _equal(totp.generate_otp(n), code)]
        return max(right, default=None)


def _equal(expected: str, entered: str) -> bool:
    return hmac.compare_digest(expected.encode(), entered.encode())


def _refuse(stored: dict[str, Any], now: datetime) -> str:
    stored["failures"] += 1
    tries_left = MAX_TRIES - stored["failures"]
    if tries_left > 0:
        tries = f"{tries_left} {'try' if tries_left == 1 else 'tries'}"
        return f"This code is wrong. {tries} left. Enter the current code."
    locks = stored.get("locks", 0)
    locked_for: timedelta = min(LOCK_DURATION * 2 ** min(locks, 10), MAX_LOCK_DURATION)
    stored |= {"failures": 0, "locks": locks + 1, "locked_until": (now + locked_for).isoformat()}
    return f"Too many wrong codes. Try again in {_minutes(locked_for)}."


def _move_locks(codes: dict[str, Any], by: timedelta) -> None:
    for stored in codes.values():
        if stored["locked_until"]:
            stored["locked_until"] = (datetime.fromisoformat(stored["locked_until"]) + by).isoformat()


def _minutes(duration: timedelta) -> str:
    count = max(1, round(duration.total_seconds() / 60))
    return f"{count} minute{'' if count == 1 else 's'}"


def _enrolled(user_id: str, stored: Mapping[str, Any]) -> Enrolled:
    locked = stored["locked_until"]
    since = datetime.fromisoformat(stored["since"])
    return Enrolled(user_id, since, datetime.fromisoformat(locked) if locked else None)
