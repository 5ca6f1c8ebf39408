"""A Slack message as the input of a run: the fields that take its text and its address."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.views.forms.fields import FormField, element_of
from bot.views.wording.text import label, units
from engine.forms import Schema, choices, fields_of, without_null

TEXT_FORMAT, LINK_FORMAT = "message-text", "message-link"
"""Formats of the types `MessageText` and `MessageLink`."""
_VERSION = 1
_MAX_CARRIED = 3000
"""Characters that a window can carry along."""
_ROOM_FOR_LINK = 500
"""A field that takes fewer characters gets the text alone."""


@dataclass(frozen=True, slots=True)
class SourceMessage:
    """A message to start a run from.

    `text`: as its readers see it, or the beginning of that; `length`: in characters, of the whole text.
    `author`: a name. `left_out`: the number of its files and attachments.
    """

    text: str
    length: int
    link: str
    author: str
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class FilledFields:
    """Values that a message puts into a form. `notes`: what the person should know about it; plain text."""

    values: Mapping[str, str] = field(default_factory=dict)
    hints: Mapping[str, str] = field(default_factory=dict)
    notes: Sequence[str] = ()


def carried(source: SourceMessage) -> str:
    """Return the message as a window carries it along, with as much of its text as there is room for."""
    kept = _longest(source.text, lambda text: units(_packed(replace(source, text=text))) <= _MAX_CARRIED)
    return _packed(replace(source, text=kept))


def _packed(source: SourceMessage) -> str:
    parts = [_VERSION, source.text, source.length, source.link, source.author, source.left_out]
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))


def source_in(metadata: str) -> SourceMessage | None:
    """Return the message that a window carries; None if it carries none that this release can read."""
    try:
        version, text, length, link, author, left_out = json.loads(metadata)
    except ValueError:
        return None
    return SourceMessage(text, length, link, author, left_out) if version == _VERSION else None


def text_field(schema: Schema) -> str | None:
    """Return the field that takes a message's text: the one that the author named, else the only text."""
    fields = fields_of(schema)
    named = [name for name, each in fields.items() if without_null(each).get("format") == TEXT_FORMAT]
    if named:
        return named[0]
    texts = [name for name, each in fields.items() if _is_text(each)]
    return texts[0] if len(texts) == 1 else None


def _is_text(schema: Schema) -> bool:
    bare = without_null(schema)
    return bare.get("type") == "string" and not choices(schema) and not bare.keys() & {"format", "pattern"}


def _link_field(schema: Schema) -> str | None:
    fields = fields_of(schema).items()
    return next((name for name, each in fields if without_null(each).get("format") == LINK_FORMAT), None)


def filled_fields(schema: Schema, source: SourceMessage) -> FilledFields:
    """Return the fields that a message fills in. A text that is too long is cut, with a note and a `…`."""
    name = text_field(schema)
    if name is None:
        return FilledFields()
    fields = fields_of(schema)
    values, hints = {}, {name: f"This is the text of a message by {source.author}."}
    tail = ""
    if (link_name := _link_field(schema)) and _fits(fields[link_name], source.link):
        values[link_name] = source.link
        hints[link_name] = "This is the address of the message."
    elif without_null(fields[name]).get("maxLength", _ROOM_FOR_LINK) >= _ROOM_FOR_LINK:
        tail = f"\n\n{source.link}"
        hints[name] += " Its address is the last line."
    values[name] = f"{source.text}{tail}"
    notes = []
    if len(source.text) < source.length or not _fits(fields[name], values[name]):
        kept = _longest(source.text, lambda text: _fits(fields[name], f"{text}…{tail}"))
        values[name] = f"{kept}…{tail}"
        notes.append(
            f"The message has {source.length:,} characters. Only the first {len(kept):,} fit into "
            f"{label(name)}."
        )
    if source.left_out:
        notes.append(
            "The message also has a file or an attachment, which is left out."
            if source.left_out == 1
            else f"The message also has {source.left_out} files or attachments, which are left out."
        )
    return FilledFields(values, hints, tuple(notes))


def _fits(schema: Schema, text: str) -> bool:
    """Return whether the field accepts a text of this length, and an input of Slack can show it."""
    if len(text) > without_null(schema).get("maxLength", len(text)):
        return False
    element: Mapping[str, Any] | None = element_of(FormField(schema, text))
    return element is not None


def _longest(text: str, fits: Callable[[str], bool]) -> str:
    """Return the longest beginning that fits."""
    if fits(text):
        return text
    low, high = 0, len(text)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(text[:middle]) else (low, middle)
    return text[:low]
