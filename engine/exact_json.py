"""Public: JSON with one meaning only, and its canonical form (RFC 8785).

Two programs can read the same JSON differently: a key that is there twice, a number with more digits than a
double has, a text that ends at NUL. People approve what they see, so such JSON is refused and never repaired.
"""

import json
import math
import unicodedata
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

__all__ = ["AmbiguousJson", "Number", "canonical", "exact", "read_message", "written"]

MAX_DEPTH = 40
"""Depth of the arguments of a call."""
_DEPTH_OF_ARGUMENTS = 2 + 1
"""In a message: `params`, `arguments`; and a value in the deepest object or list."""
MAX_WHOLE = 2**53 - 1
"""The largest whole number that every reader of JSON reads alike."""
_MAX_SHOWN = 60


class AmbiguousJson(Exception):
    """Readers could understand it differently. The text names the place, the value and the remedy."""


class Number:
    """A number as it is written."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


def read_message(text: str) -> dict[str, Any]:
    """Return a JSON object in which no key is there twice; its numbers are as they are written.

    Raises `ValueError`, and `AmbiguousJson` also for one that is nested too deeply.
    """
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=Number,
            parse_float=Number,
            parse_constant=_no_constant,
        )
    except RecursionError:
        raise _too_deep("The message") from None
    if not isinstance(value, dict):
        raise ValueError("it is not an object")
    _check_depth(value)
    return value


def _check_depth(message: Any) -> None:
    """Raise `AmbiguousJson` for a message that functions could not walk through."""
    level, depth = [message], 0
    while level := [each for value in level for each in _inner(value)]:
        depth += 1
        if depth > MAX_DEPTH + _DEPTH_OF_ARGUMENTS:
            raise _too_deep("The message")


def _inner(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _too_deep(place: str) -> AmbiguousJson:
    return AmbiguousJson(f"{place}: it is nested more than {MAX_DEPTH} deep. Nest it less deeply.")


def exact(value: Any, place: str = "arguments") -> Any:
    """Return a part of a message as a value that all readers read alike. Raises `AmbiguousJson`."""
    return _exact(value, place, 0)


def written(value: Any) -> str:
    """Return a part of a message as JSON, with its numbers as they were written."""
    match value:
        case Number():
            return value.text
        case list():
            return f"[{','.join(map(written, value))}]"
        case dict():
            return f"{{{','.join(f'{json.dumps(key)}:{written(each)}' for key, each in value.items())}}}"
    return json.dumps(value)


def canonical(value: Any) -> str:
    """Return the canonical form (RFC 8785) of a value of `read_exactly`."""
    match value:
        case None | bool() | str():
            return json.dumps(value, ensure_ascii=False)
        case int() | float():
            return _canonical_number(value)
        case list():
            return f"[{','.join(map(canonical, value))}]"
        case dict():
            keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
            return f"{{{','.join(f'{canonical(key)}:{canonical(value[key])}' for key in keys)}}}"
    raise TypeError(f"{type(value).__name__} is not JSON")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    seen: dict[str, str] = {}
    for key, _ in pairs:
        # Some readers ignore the case of keys, and some normalize them.
        folded = unicodedata.normalize("NFKC", key).casefold()
        if folded in seen:
            raise AmbiguousJson(f"{_shown(key)}: the key is like {_shown(seen[folded])}. Send one of them.")
        seen[folded] = key
    return dict(pairs)


def _no_constant(name: str) -> Any:
    raise AmbiguousJson(f"{name} is not a number of JSON. Send null or a text.")


def _exact(value: Any, place: str, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise _too_deep(place)
    match value:
        case Number():
            return _number(value.text, place)
        case str():
            return _text(value, place)
        case list():
            return [_exact(each, f"{place}[{number}]", depth + 1) for number, each in enumerate(value)]
        case dict():
            return dict(_members(value, place, depth))
    return value


def _members(value: dict[str, Any], place: str, depth: int) -> Iterator[tuple[str, Any]]:
    for key, each in value.items():
        inner = f"{place}.{_shown(key)[1:-1]}"[-4 * _MAX_SHOWN :]
        _text(key, inner)
        if unicodedata.normalize("NFC", key) != key:
            raise AmbiguousJson(f"{inner}: the key is not in the normal form NFC. Normalize it.")
        yield key, _exact(each, inner, depth + 1)


def _text(text: str, place: str) -> str:
    if "\0" in text:
        raise AmbiguousJson(
            f"{place}: the text has the character NUL, at which some programs stop. Remove it."
        )
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise AmbiguousJson(f"{place}: the text has half a character (a lone surrogate). Remove it.")
    return text


def _number(text: str, place: str) -> int | float:
    """Return a number that is a double without a loss; a whole one as int. `text`: as it is written."""
    if len(text) > _MAX_SHOWN:
        raise AmbiguousJson(f"{place}: the number {text[:20]}… is too long. Send it as a text.")
    try:
        exact = Decimal(text)
    except ArithmeticError:
        raise AmbiguousJson(f"{place}: the number {text} is out of range. Send it as a text.") from None
    if exact.copy_abs() > MAX_WHOLE:
        raise AmbiguousJson(f"{place}: the number {text} is beyond {MAX_WHOLE}. Send it as a text.")
    number = float(text)
    if Decimal(repr(number)) != exact:
        raise AmbiguousJson(f"{place}: the number {text} would be rounded to {number}. Send it as a text.")
    return int(number) if number.is_integer() else number


def _canonical_number(number: int | float) -> str:
    """Return a number as ECMAScript writes it."""
    if isinstance(number, int):
        return str(number)
    if not math.isfinite(number):
        raise AmbiguousJson(f"{number} is not a number of JSON.")
    if number.is_integer() and abs(number) < 1e21:
        return str(int(number))
    sign, digits, exponent = Decimal(repr(number)).normalize().as_tuple()
    assert isinstance(exponent, int)
    text, point = "".join(map(str, digits)), len(digits) + exponent
    minus = "-" if sign else ""
    if 0 < point < len(text):
        return f"{minus}{text[:point]}.{text[point:]}"
    if -6 < point <= 0:
        return f"{minus}0.{'0' * -point}{text}"
    fraction = f".{text[1:]}" if len(text) > 1 else ""
    power = point - 1
    return f"{minus}{text[0]}{fraction}e{'+' if power > 0 else '-'}{abs(power)}"


def _shown(text: str) -> str:
    """The text as JSON in ASCII, shortened."""
    return json.dumps(text[:_MAX_SHOWN])
