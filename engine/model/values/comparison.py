"""Compares stored values as the Python values that they stand for.

JSON keeps a Decimal, a datetime or a timedelta as text. `types` of a stored comparison says how to read that
text, so that the planner needs no code and no types of the author.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import PurePath
from typing import Any

from pydantic import TypeAdapter, ValidationError


class AsText(str):
    """A text of a definition that is data: it may stand for a Decimal, a date or another such value."""


READ_AS: dict[str, type] = {
    "decimal": Decimal,
    "datetime": datetime,
    "date": date,
    "time": time,
    "timedelta": timedelta,
    "path": PurePath,
}
"""Kinds that JSON keeps as text, and the types that compare them."""
_READERS: dict[str, Callable[[str], Any]] = {
    **{name: TypeAdapter(kind).validate_python for name, kind in READ_AS.items()},
    "path": PurePath,
}
_PLAIN: dict[type, str] = {
    bool: "bool",
    int: "number",
    float: "number",
    str: "text",
    list: "list",
    dict: "object",
    type(None): "null",
}
_NAMES = {
    "bool": "true or false",
    "number": "a number",
    "text": "a text",
    "list": "a list",
    "object": "an object",
    "null": "empty (None)",
}


class Incomparable(Exception):
    """The two values cannot be compared. `str()` says why, without naming where."""


def comparable_kind(kind: str) -> str:
    """Kinds of one family can be compared: a Decimal with an int, but no text with either."""
    return "number" if kind == "decimal" else kind


def compare(actual: Any, op: str, value: Any, types: tuple[str, ...]) -> bool:
    """Compare JSON `found` with JSON `value`, both read as `types` say. Raises `Incomparable`."""
    if op == "in" and isinstance(value, str) and isinstance(actual, str):
        return actual in value  # as the first release stored it
    if op == "in" and isinstance(value, list):
        return _is_among(actual, value, types)
    if op == "in":
        raise Incomparable(f"{value!r} is not a list")
    return _compare_typed(actual, op, value, types)


def _is_among(actual: Any, values: list[Any], types: tuple[str, ...]) -> bool:
    reasons = []
    fits = False
    for each in values:
        try:
            if _compare_typed(actual, "==", each, types):
                return True
            fits = fits or each is not None
        except Incomparable as reason:
            reasons.append(reason)
    if reasons and not (fits or actual is None):
        raise reasons[0]
    return False


def _compare_typed(actual: Any, op: str, value: Any, types: tuple[str, ...]) -> bool:
    (kind, left), (other, right) = _read(actual, types), _read(value, types)
    if "null" in (kind, other):
        if op in ("==", "!="):
            return (kind == other) is (op == "==")
        raise Incomparable(f"it is empty (None), but {op} needs a value")
    families = {comparable_kind(kind), comparable_kind(other)}
    # In Python True is 1, so in a declared union of both they are compared.
    if len(families) > 1 and not families == {"bool", "number"} <= {comparable_kind(name) for name in types}:
        if op in ("==", "!=") and len({comparable_kind(name) for name in types}) > 1:
            return op == "!="  # a declared union may hold either
        raise Incomparable(f"it is {_kind_name(kind)}, but is compared with {_kind_name(other)}")
    if _is_aware(left) is not _is_aware(right):
        with_zone, without = ("it", "the other") if _is_aware(left) else ("the other", "it")
        raise Incomparable(f"{with_zone} has a time zone and {without} has none")
    try:
        return _apply(left, op, right)
    except TypeError as error:
        raise Incomparable(str(error)) from None


def _apply(left: Any, op: str, right: Any) -> bool:
    match op:
        case "==":
            return bool(left == right)
        case "!=":
            return bool(left != right)
        case "<":
            return bool(left < right)
        case "<=":
            return bool(left <= right)
        case ">":
            return bool(left > right)
    return bool(left >= right)


def _read(value: Any, types: tuple[str, ...]) -> tuple[str, Any]:
    """The kind of a JSON value, and the Python value."""
    kind = _PLAIN.get(type(value), "")
    if not kind:
        raise Incomparable(f"{value!r} is not a JSON value")
    if kind == "text":
        for special in types:
            if special in _READERS:
                return special, _parse_as(special, value)
    if kind == "number" and types and not {"number", "decimal"} & set(types):
        raise Incomparable(
            f"it is {_kind_name(kind)}, and its type says {' or '.join(map(_kind_name, types))}"
        )
    return kind, value


def _parse_as(kind: str, text: str) -> Any:
    try:
        return _READERS[kind](text)
    except ValidationError:
        raise Incomparable(f"{text!r} cannot be read as {_kind_name(kind)}") from None


def _is_aware(value: Any) -> bool:
    return isinstance(value, datetime | time) and value.utcoffset() is not None


def _kind_name(kind: str) -> str:
    return _NAMES.get(kind, f"a {kind}")
