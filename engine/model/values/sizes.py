"""How large a value is as JSON, estimated in a bounded walk; and the limits of what is kept. Pure."""

import json
from collections.abc import Mapping
from typing import Any

MAX_OUTPUT_BYTES = 2_000_000
"""Of one step, as JSON: to check, store and show it whole holds the loop for a moment each."""
MAX_INPUT_BYTES = 1_000_000
MAX_STEPS = 5000
"""Steps and approvals of one workflow: each takes about 3 ms to check when the file is loaded."""
LARGE_BYTES = 50_000
"""From here on a value is checked and encoded beside the loop."""
_SMALL_VALUE_BYTES = 8
"""Bytes of a number, a list without its items, a name's quotes, or whatever else is small."""


_SMALL_TYPES = frozenset({int, float, bool, type(None)})
_MAX_SHORT_TEXT = 1000
_MAX_SMALL_PARTS = 20


def size_of(value: Any, limit: int) -> int:
    """About how many bytes of JSON this is. The walk stops beyond `limit`, also in a cyclic value."""
    size, left = 0, [value]
    while left and size <= limit:
        current = left.pop()
        kind = type(current)
        if kind in _SMALL_TYPES:
            size += _SMALL_VALUE_BYTES
        elif kind is str:
            size += _size_of_text(current, limit)
        else:
            size += _size_of_one(current, left, limit)
    return size


def _size_of_text(text: str, limit: int) -> int:
    """Bytes of JSON in UTF-8, in which a control character takes six; of a text beyond `limit`, fewer."""
    if len(text) > limit or (text.isascii() and text.isprintable()):
        return len(text) + 2 + text.count('"') + text.count("\\")
    return len(json.dumps(text, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def _size_of_one(value: Any, left: list[Any], limit: int) -> int:
    """Without what is inside, which is put on `left`."""
    if isinstance(value, str):
        return _size_of_text(value, limit)
    if isinstance(value, bytes | bytearray):
        return len(value) + 2
    if isinstance(value, dict | Mapping):
        left.extend(value.values())
        return _SMALL_VALUE_BYTES * (len(value) + 1) + sum(
            _size_of_text(key, limit) - 2 for key in value if isinstance(key, str)
        )
    if isinstance(value, list | tuple | set | frozenset):
        left.extend(value)
        return _SMALL_VALUE_BYTES + len(value)
    fields = getattr(value, "__dict__", None)
    if fields and not isinstance(value, type):
        left.append(fields)
    return _SMALL_VALUE_BYTES


def is_large(*values: Any) -> bool:
    """Most values are a few short ones: they are known at a glance."""
    for value in values:
        if type(value) not in _SMALL_TYPES and not _is_small(value):
            return size_of(values, LARGE_BYTES) > LARGE_BYTES
    return False


def _is_small(value: Any) -> bool:
    """Short, or a few short values by name. Without a call for each: it is asked for every step."""
    if type(value) is dict and len(value) > _MAX_SMALL_PARTS:
        return False
    for part in (*value, *value.values()) if type(value) is dict else (value,):
        kind = type(part)
        if kind not in _SMALL_TYPES and (kind is not str or len(part) > _MAX_SHORT_TEXT):
            return False
    return True


def size_problem(value: Any, limit: int) -> str:
    """`more than 2 MB of JSON`, where it is; empty otherwise."""
    if _is_small(value) or size_of(value, limit) <= limit:
        return ""
    return f"more than {limit / 1_000_000:g} MB of JSON"
