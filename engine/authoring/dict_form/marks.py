"""Data that knows where it stands in its file, and the place that a mistake is about."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple


class Mark(NamedTuple):
    """A place in a file, counted from 1. `text_begins`: characters before the text, such as a quotation
    mark; None where the text of the file differs from the value, so that a place in it has no column."""

    line: int
    column: int
    text_begins: int | None = None

    def of(self, file: str) -> str:
        return f"{file}:{self.line}:{self.column}"


class MarkedDict(dict[str, Any]):
    """A dict read from a file: its own place, and those of its keys and values."""

    def __init__(self, mark: Mark) -> None:
        super().__init__()
        self.mark = mark
        self.keys_at: dict[str, Mark] = {}
        self.values_at: dict[str, Mark] = {}


class MarkedList(list[Any]):
    """A list read from a file: its own place, and those of its items."""

    def __init__(self, mark: Mark) -> None:
        super().__init__()
        self.mark = mark
        self.items_at: list[Mark] = []


@dataclass(frozen=True, slots=True)
class _Place:
    key: str
    key_at: Mark
    value: Any
    value_at: Mark
    depth: int


def place_of(problem: str, data: MarkedDict, without: Iterable[str] = ()) -> Mark:
    """Return the place in `data` that a problem is about; that of the whole where nothing tells.

    A problem names the option, the value, or both, and often begins with the option. `without`: keys whose
    values are places of their own.
    """
    words = set(re.findall(r"[\w-]+", problem))
    quoted = set(re.findall(r"'([^']+)'", problem))
    first = problem.partition(" ")[0].removesuffix("=")
    best, best_score = data.mark, (0, False, 0)
    for place in _places(data, frozenset(without), 0):
        named = place.key in words
        value = _is_quoted(place.value, problem) or (named and _is_among(place.value, words))
        key = f"'{place.key}'" in problem
        part = isinstance(place.value, str) and not quoted.isdisjoint(place.value.split())
        score = 4 * (value and named) + 3 * key + 2 * value + max(named, part)
        rank = (score, place.key == first, place.depth)
        if score and rank > best_score:
            best_score = rank
            best = place.value_at if (value or part) and not key else place.key_at
    return best


def item_of(values: Sequence[Any], number: int) -> MarkedDict | Mark | None:
    """Return an item of a list that knows its place, or the place of one that does not."""
    item = values[number]
    if isinstance(item, MarkedDict):
        return item
    return values.items_at[number] if isinstance(values, MarkedList) else None


def value_place(text: str, data: MarkedDict) -> Mark | None:
    """Return the place of a text in `data`; None where the text is missing."""
    return next((place.value_at for place in _places(data, frozenset(), 0) if place.value == text), None)


def _is_quoted(value: Any, problem: str) -> bool:
    return isinstance(value, str | int | float) and len(repr(value)) > 2 and repr(value) in problem


def _is_among(value: Any, words: set[str]) -> bool:
    return isinstance(value, str) and value in words


def _places(data: Any, without: frozenset[str], depth: int) -> Iterator[_Place]:
    if isinstance(data, MarkedDict):
        for key, value in data.items():
            yield _Place(key, data.keys_at[key], value, data.values_at[key], depth)
            if key not in without:
                yield from _places(value, frozenset(), depth + 1)
    elif isinstance(data, MarkedList):
        for value, mark in zip(data, data.items_at, strict=True):
            yield _Place("", mark, value, mark, depth)
            yield from _places(value, frozenset(), depth + 1)
