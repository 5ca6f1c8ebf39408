"""Ids that grow with time, so that a table's newest rows lie together: random ones halve the speed."""

import hashlib
import secrets
from datetime import datetime

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's: no i, l, o, u, so that an id can be read out and typed."""


def encode(number: int, length: int) -> str:
    """`number` in base 32, `length` characters, the highest first."""
    characters = []
    for _ in range(length):
        number, digit = divmod(number, 32)
        characters.append(_ALPHABET[digit])
    return "".join(reversed(characters))


def run_id(workflow: str, at: datetime) -> str:
    """`deploy-` and 14 characters: milliseconds, then chance. People see the last four."""
    milliseconds = int(at.timestamp() * 1000)
    return f"{workflow}-{encode(milliseconds, 9)}{encode(secrets.randbits(25), 5)}"


def derived_run_id(workflow: str, *parts: str) -> str:
    """An id of the same form that is always the same for the same parts."""
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).digest()
    return f"{workflow}-{encode(int.from_bytes(digest[:9]) >> 2, 14)}"


def trace_id() -> str:
    """16 random bytes, hex, as in W3C trace context."""
    return secrets.token_hex(16)
