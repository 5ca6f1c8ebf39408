"""A JSON value in full, over as many lines as it takes: one for each leaf, parts indented."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.views.wording.text import words
from bot.views.wording.visible import Visible, mark, on_one_line, visible
from engine.text import in_words, key_in_words

_MAX_LINE_LENGTH = 80
_MAX_DEPTH = 20
"""Levels of indentation; what lies deeper stands on one line."""


def outline(value: Any) -> Visible:
    """Return the whole value: on one line where it is short, else `name: value` on lines of their own."""
    if isinstance(value, str) and "\n" in value:
        return whole_lines(value)
    return Visible("\n".join(rows(value)))


def whole_lines(text: str) -> Visible:
    """Return a text with its lines; white space at its end, which would not be seen, has marks."""
    kept = text.rstrip(" \n\t")
    tail = "".join(map(mark, text[len(kept) :]))
    return Visible(visible(kept) + tail)


def rows(value: Any) -> Iterator[str]:
    """The lines of `outline`, one after the other, so that the first of a huge value cost little."""
    if _has_parts(value) and not _fits(value):
        yield from _rows(value, "")
    else:
        yield words(value)


def _has_parts(value: Any) -> bool:
    return isinstance(value, Mapping | list | tuple) and bool(value)


def _rows(value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield from _row(f"{indent}{on_one_line(key_in_words(str(name)))}:", each, indent)
    else:
        for each in value:
            yield from _row(f"{indent}-", each, indent)


def _row(head: str, value: Any, indent: str) -> Iterator[str]:
    deeper = f"{indent}  "
    if _has_parts(value) and len(deeper) <= 2 * _MAX_DEPTH and not _fits(value):
        yield head
        yield from _rows(value, deeper)
    elif isinstance(value, str) and "\n" in value:
        lines = whole_lines(value).split("\n")
        yield f"{head} text of {len(lines)} lines"
        yield from (f"{deeper}| {line}" for line in lines)
    else:
        yield f"{head} {on_one_line(in_words(value))}"  # alone on its line: its commas part nothing


def _fits(value: Any) -> bool:
    """It is short and has no lines of its own."""
    text = in_words(value, _MAX_LINE_LENGTH)
    return len(text) <= _MAX_LINE_LENGTH and "\n" not in text
