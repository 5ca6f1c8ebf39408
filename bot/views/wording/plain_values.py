"""Values in full as plain text, by their kind: what the command line shows, and the thread in Slack."""

from collections.abc import Mapping
from typing import Any

from bot.views.requests.difference import NO_DIFFERENCE, difference
from bot.views.runs.outline import outline
from bot.views.wording.text import label, words
from bot.views.wording.visible import Visible, on_one_line
from engine.text import MISSING

_MAX_ALIGNED_WIDTH = 120
"""Characters of a row of a table in plain text; in a wider one each cell has a line."""


def whole_text(kind: str, value: Any) -> Visible:
    """Return all of a value, exactly. Values that differ never look the same."""
    if kind == "diff":
        return Visible("\n".join(each.whole() for each in difference(value)) or NO_DIFFERENCE)
    if kind == "table" and len(rows_of(value, 0)) and len(value) > 1:
        return Visible("\n".join(table_rows(value)))
    return outline(value)


def rows_of(value: Any, most: int | None = None) -> list[list[str]]:
    """Head and rows as texts, of a list of objects or of lists; empty for anything else.

    most: rows besides the head.
    """
    if not isinstance(value, list) or not value:
        return []
    if all(isinstance(row, Mapping) for row in value):
        names = list(dict.fromkeys(name for row in value for name in row))
        body = [[words(row[name]) if name in row else MISSING for name in names] for row in value[:most]]
        return [_head(names), *body] if names else []
    if all(isinstance(row, list | tuple) for row in value):
        width = max(map(len, value))
        end = None if most is None else most + 1
        return [_padded(row, width) for row in value[:end]] if width else []
    return []


def _head(names: list[str]) -> list[str]:
    """Labels, where they tell the names apart."""
    labels = [label(name) for name in names]
    raw = [on_one_line(name or "empty text") for name in names]
    return [*(labels if len({*labels}) == len(names) else raw)]


def _padded(row: list[Any], width: int) -> list[str]:
    return [*map(words, row), *[MISSING] * (width - len(row))]


def table_rows(value: Any, most: int | None = None) -> list[str]:
    """Return a table in plain text: aligned columns, or a line for each cell if the columns are wide."""
    head, *body = rows_of(value, most)
    widths = [max(map(len, column)) for column in zip(head, *body, strict=True)]
    if sum(widths) + 2 * len(widths) <= _MAX_ALIGNED_WIDTH:
        return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in (head, *body)]
    wide = max(map(len, head))
    return [
        f"{'- ' if column == 0 else '  '}{name.ljust(wide)}  {cell}"
        for row in body
        for column, (name, cell) in enumerate(zip(head, row, strict=True))
    ]
