"""How large a value is as JSON, estimated in a bounded walk; and the limits of what is kept. Pure."""

from collections.abc import Mapping
from typing import Any

MAX_OUTPUT_BYTES = 2_000_000
"""Of one step, as JSON: to check, store and show it whole holds the loop for a moment each."""
MAX_INPUT_BYTES = 1_000_000
LARGE_BYTES = 50_000
"""From here on a value is checked and encoded beside the loop."""
_ABOUT = 8
"""Bytes of a number, a name's quotes, or whatever else is small."""


def size_of(value: Any, limit: int) -> int:
    """About how many bytes of JSON this is. The walk stops beyond `limit`, also in a cyclic value."""
    size, left = 0, [value]
    while left and size <= limit:
        found = left.pop()
        if isinstance(found, str | bytes | bytearray):
            size += len(found) + 2
        elif isinstance(found, Mapping):
            size += _ABOUT * len(found)
            left.extend(found.values())
            size += sum(len(key) for key in found if isinstance(key, str))
        elif isinstance(found, list | tuple | set | frozenset):
            size += len(found)
            left.extend(found)
        else:
            size += _ABOUT
            fields = getattr(found, "__dict__", None)
            if fields and not isinstance(found, type):
                left.append(fields)
    return size


def is_large(*values: Any) -> bool:
    return size_of(values, LARGE_BYTES) > LARGE_BYTES


def too_large(size: int, limit: int) -> str:
    """`is more than 2 MB of JSON`, where it is; empty otherwise."""
    return f"more than {limit / 1_000_000:g} MB of JSON" if size > limit else ""
