"""Ids and message timestamps shaped like Slack's."""

import secrets
import string
import uuid

from localslack.clock import Clock

_LETTERS = string.ascii_uppercase + string.digits
_MIXED = string.ascii_letters + string.digits


def make_id(prefix: str, length: int = 10) -> str:
    """`D` -> `D07K3M2Q9XZ`: a new id of Slack's kind. Like Slack's, it always has a digit."""
    return f"{prefix}0" + "".join(secrets.choice(_LETTERS) for _ in range(length - 1))


def short_id(length: int = 5) -> str:
    """Return a random id, as Slack gives a block without block_id."""
    return "".join(secrets.choice(_MIXED) for _ in range(length))


def secret(length: int = 24) -> str:
    """An unguessable part of an address (response_url, trigger, upload)."""
    return "".join(secrets.choice(_MIXED) for _ in range(length))


def envelope_id() -> str:
    return str(uuid.uuid4())


class Timestamps:
    """Message timestamps: the real posting time in microseconds, unique and rising, also after a restart."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0

    def seen(self, ts: str) -> None:
        """Never give out `ts` or an earlier one again."""
        seconds, _, micros = ts.partition(".")
        self._last = max(self._last, int(seconds) * 1_000_000 + int(micros or 0))

    def next(self) -> str:
        self._last = max(round(self._clock.now() * 1_000_000), self._last + 1)
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"
