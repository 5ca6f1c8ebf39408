"""Pure: a JSON value in words, exact and on one line. Two values that differ never read alike.

Numbers are neither rounded nor grouped. A text stands without quotes unless it could be taken for something
else: the text "8080" for the number 8080, the text "yes" for true.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import copysign
from typing import Any

NONE, MISSING = "none", "missing"
SENT_BACK = "changes were requested at "
"""How the reason begins for which another approval is asked again; its title follows."""
_RESERVED = frozenset(
    {"yes", "no", "true", "false", "null", NONE, MISSING, "–", "empty text", "empty list", "empty object"}
)
_NUMBER = re.compile(r"[+-]?(\d[\d_,. ']*|[.,]\d+)(e[+-]?\d+)?|[+-]?(nan|inf|infinity)", re.IGNORECASE)
_VERSION = re.compile(r"(?!\d{1,3}(\.\d{3})+$)\d+(\.\d+){2,}")
"""1.4.2 and 10.0.0.1 are taken for no number; 1.234.567 may be."""
_DECIMAL = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
_INSIDE = re.compile(r'[,\[\]{}"→\n]|: ')
"""Texts within a list or an object need quotes where they hold what stands between its parts."""
_TOKEN = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._+/@#:=-]{0,58}[A-Za-z0-9])?")
"""A name, a version, an address: one word without a sign that ends a sentence."""
_PLAIN_WORDS = re.compile(r"[^\W_]+(?:[ ,./:+-]{1,2}[^\W_]+){0,11}")
"""Words and numbers on one line, without a sign of markup, a quote or a bracket."""
_QUOTES = re.compile("[“”„‟″‶‴〃＂ʺ˝״«»]")
"""They look as if they ended a text that is between quotes."""
_MAX_RESERVED = 40
_MAX_WHOLE_FLOAT = 1e16
"""From here on a float no longer holds every whole number, and `repr` writes an exponent."""


class Numeral(str):
    """A number that JSON keeps as text, as a Decimal: it stands without quotes."""

    __slots__ = ()


def count(number: int, thing: str, things: str = "") -> str:
    """`1 run`, `1,024 runs`. `things`: the plural, where it is not the word with an s."""
    return f"{number:,} {thing if number == 1 else things or f'{thing}s'}"


def as_number(value: Any) -> Any:
    """Return the text of a Decimal as a `Numeral`, and anything else as it is."""
    return Numeral(value) if isinstance(value, str) and _DECIMAL.fullmatch(value) else value


def as_numbers_at(value: Any, path: Sequence[str]) -> Any:
    """Return the value with the texts at a path as `Numeral`. `*` in it is every item or every field."""
    if not path:
        return as_number(value)
    name, rest = path[0], path[1:]
    match value:
        case Mapping():
            return {
                key: as_numbers_at(each, rest) if name in ("*", key) else each for key, each in value.items()
            }
        case list():
            return [
                as_numbers_at(each, rest) if name in ("*", str(number)) else each
                for number, each in enumerate(value)
            ]
    return value


@dataclass(frozen=True, slots=True)
class _Nested:
    value: Any


def in_words(value: Any, most: int | None = None, *, inside: bool = False, ordered: bool = False) -> str:
    """Return the value in words.

    most: stop soon after that many characters, so that the beginning of a huge value costs little.
    inside: as part of something, so that texts with commas have quotes. ordered: keys in their order.
    """
    pieces, length = [], 0
    for piece in _pieces(value, most, inside, ordered):
        pieces.append(piece)
        length += len(piece)
        if most is not None and length > most:
            break
    return "".join(pieces)


def sent_back_at(why: str) -> str:
    """Return the title of the approval at which changes were requested; empty for another reason."""
    return why.removeprefix(SENT_BACK) if why.startswith(SENT_BACK) else ""


def same_json(value: Any, other: Any) -> bool:
    """Are they the same JSON? 1, 1.0 and true are not; the order of an object's keys does not matter."""
    if type(value) is type(other) and isinstance(value, str | int | bool | None):
        return bool(value == other)
    return in_words(value, ordered=True) == in_words(other, ordered=True)


def in_prose(value: Any) -> str:
    """Return the value as it stands in a sentence of the author, so that it is not taken for their words.

    A name, a version or a number stands as it is; every other text between quotes that it cannot end.
    """
    if isinstance(value, str) and value:
        return value if _TOKEN.fullmatch(value) else between_quotes(value)
    return unquoted(value)


def in_result(value: Any) -> str:
    """Return the value as it stands in the text of a result: plain words on one line need no quotes.

    A result asks nobody. In a question, words of somebody else would read like those of the author.
    """
    if isinstance(value, str) and _PLAIN_WORDS.fullmatch(value):
        return value
    return in_prose(value)


def between_quotes(text: str) -> str:
    """Return a text between quotes that nothing in it seems to end."""
    return _QUOTES.sub(_escape, quoted(text))


def unquoted(value: Any) -> str:
    """Return the value in words: a text as it is, 12000.0 as 12000."""
    if isinstance(value, str) and value:
        return value
    if isinstance(value, float) and abs(value) < _MAX_WHOLE_FLOAT and value.is_integer():
        return str(int(value)) if value or copysign(1, value) > 0 else repr(value)
    return in_words(value)


def _escape(sign: re.Match[str]) -> str:
    return f"\\u{ord(sign[0]):04x}"


def key_in_words(key: str) -> str:
    """Return the name of an object's field, with quotes where it could be taken for more than a name."""
    return quoted(key) if ":" in key or not key or key.startswith("- ") else _text(key, None, inside=True)


def _pieces(value: Any, most: int | None, inside: bool, ordered: bool) -> Iterator[str]:
    """Without recursion: JSON may be nested deeper than Python calls functions."""
    stack = [_parts(value, most, inside, ordered)]
    while stack:
        part = next(stack[-1], None)
        if part is None:
            stack.pop()
        elif isinstance(part, _Nested):
            stack.append(_parts(part.value, most, True, ordered))
        else:
            yield part


def _parts(value: Any, most: int | None, inside: bool, ordered: bool) -> Iterator[str | _Nested]:
    match value:
        case None:
            yield NONE
        case bool():
            yield "yes" if value else "no"
        case int() | float():
            yield repr(value)
        case str():
            yield _text(value, most, inside)
        case Mapping() if value:
            yield "{"
            names = sorted(value, key=str) if ordered else value
            for number, name in enumerate(names):
                yield f"{', ' if number else ''}{key_in_words(str(name))}: "
                yield _Nested(value[name])
            yield "}"
        case list() | tuple() if value:
            yield "["
            for number, each in enumerate(value):
                if number:
                    yield ", "
                yield _Nested(each)
            yield "]"
        case Mapping():
            yield "empty object"
        case list() | tuple():
            yield "empty list"
        case _:
            yield _text(str(value), most, inside)


def _text(text: str, most: int | None, inside: bool) -> str:
    if not text:
        return "empty text"
    if isinstance(text, Numeral):
        return str(text)
    if most is not None:
        text = text[: most + 1]
    return quoted(text) if _misleading(text) or (inside and _INSIDE.search(text)) else text


def _misleading(text: str) -> bool:
    """Without quotes it could be taken for another value, or its ends would not be seen."""
    if text[0] in '"[{' or text[0].isspace() or text[-1].isspace():
        return True
    short = len(text) <= _MAX_RESERVED
    is_number = _NUMBER.fullmatch(text) is not None and _VERSION.fullmatch(text) is None
    return (short and text.casefold() in _RESERVED) or is_number


def quoted(text: str) -> str:
    """Return a text between quotes; no quote within it ends them."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def shortened(text: str) -> str:
    """Return what a person typed as an error repeats it."""
    return text if len(text) <= 60 else f"{text[:59]}…"
