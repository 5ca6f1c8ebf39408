"""Rows of lists, without those that cannot be read: one changed row keeps back no other."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from engine.errors import Altered
from engine.store.schema.rows import Row

T = TypeVar("T")

Skip = Callable[[Altered], None]
"""Takes note of a row that is left out. Called from a reading thread."""


def readable(selected: Iterable[Row], record: Callable[[Row], T], skip: Skip | None) -> list[T]:
    """Return the records of these rows. Without `skip`, raises `Altered` for one that cannot be read."""
    records = []
    for row in selected:
        try:
            records.append(record(row))
        except Altered as error:
            if skip is None:
                raise
            skip(error)
    return records


def filled(fetch: Callable[[int], tuple[list[T], int]], limit: int) -> list[T]:
    """Return so many records, or all there are: a list is short only where nothing follows it.

    `fetch`: returns the readable ones of the first rows, as many as it is told, and how many rows those were.
    """
    asked = limit
    while True:
        records, selected = fetch(asked)
        if limit < 0 or len(records) >= limit or selected < asked:
            return records
        asked = limit + selected - len(records)
