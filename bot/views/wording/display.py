"""Values that an approver needs, by kind: text, link, image, table, or the difference of two values."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from bot.views.blocks import Ids, bold, fields, italic, line, preformatted, quotation, rich, section, table
from bot.views.message import Block
from bot.views.requests.difference import NO_DIFFERENCE, DiffLine, difference
from bot.views.runs.outline import outline, rows
from bot.views.wording import plain_values
from bot.views.wording.plain_values import rows_of, table_rows
from bot.views.wording.text import (
    WORD_BREAK,
    count,
    cut,
    escape,
    exact,
    is_live,
    label,
    one_line,
    safe,
    some,
    units,
    words,
)
from bot.views.wording.visible import Visible
from engine import RequestRecord, Shown
from engine.text import MISSING, same_json

MAX_SHORT_UNITS = 40
"""Limit of a value in two columns: longer ones break badly on a phone."""
MAX_COLUMN_WORD = 18
"""Units of a word that a column of a phone takes without a break inside."""
MAX_LONG_UNITS, MAX_LONG_LINES = 1000, 12
"""Units and lines of a long value in the message, so that the buttons are near; the rest is in the thread."""
TABLE_AS_TEXT = 2000, 60
"""Units and lines of the first table where Slack refuses its own kind of table."""
_ADDRESS = re.compile(r"https?://[^\s<>|]{1,2900}")
_HOST = re.compile(r"([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]+)?")
"""Without a user before an `@`, and without signs that browsers read as others."""
_HIDING = re.compile(r"[?#].*@")
"""After a host, makes it look like the user of another one: `https://evil.example?@github.com/`."""
_MAX_LINE = 200
_MAX_ENTERED = 6
_ALL_IN_THREAD = "… all of it in the thread"
_MAX_ROWS, _MAX_COLUMNS, _MAX_CELL_UNITS = 10, 10, 80


def shown_label(item: Shown) -> str:
    return safe(label(item.label), MAX_SHORT_UNITS)


def full_label(item: Shown) -> str:
    """The label where its value stands alone: it says whether the requester entered the value. Plain text."""
    return f"{one_line(label(item.label))}{', entered by the requester' if item.requested else ''}"


def short_blocks(shown: Sequence[Shown], ids: Ids, name: str) -> list[Block]:
    """Return short values: side by side, then those that a column of a phone would break inside a word."""
    beside = fields(short_pairs([item for item in shown if fits_beside(item)]), ids(name))
    alone = [item for item in shown if not fits_beside(item)]
    below = [
        section(f"*{shown_label(item)}*\n{short(item)}", ids(f"{name}:{number}"))
        for number, item in enumerate(alone, 1)
    ]
    return [beside, *below] if beside else below


def short_pairs(shown: Sequence[Shown]) -> list[tuple[str, str]]:
    """Return labels and short values side by side; several empty texts share one place. mrkdwn."""
    empty = [item for item in shown if item.value == "" and item.kind != "diff"]
    kept = [item for item in shown if len(empty) < 2 or not any(item is each for each in empty)]
    pairs = [(shown_label(shown_item), short(shown_item)) for shown_item in kept]
    return [*pairs, ("Empty", " · ".join(map(shown_label, empty)))] if len(empty) > 1 else pairs


def requested_line(request: RequestRecord) -> str:
    """Return what the requester entered: in the question, and the values. mrkdwn; empty without any."""
    shown = [item for item in request.shown if item.value != ""]
    values = [shown_label(item) for item in shown if item.requested]
    if len(values) == len(shown) > 1:
        values = ["all values"]
    return _entered(values, _quoted(request))


def quoted_line(request: RequestRecord) -> str:
    """Return what the requester entered in the question, mrkdwn; empty without any."""
    return _entered([], _quoted(request))


def question_label(request: RequestRecord) -> str:
    """The label of the question where it stands alone. Plain text."""
    entered = ", ".join(one_line(label(name)) for name in request.entered)
    return f"Question, with what the requester entered: {entered}" if entered else "Question"


def _quoted(request: RequestRecord) -> list[str]:
    return [safe(label(name), MAX_SHORT_UNITS) for name in request.entered]


def _entered(values: Sequence[str], quoted: Sequence[str]) -> str:
    """Name the values first, then the parts of the question."""
    entered = f"The requester entered: {some(values, _MAX_ENTERED)}" if values else ""
    if not quoted:
        return entered
    start = f"{entered}. They also entered" if entered else "The requester entered"
    return f"{start} these parts of the question: {some(quoted, _MAX_ENTERED)}"


def label_fits(item: Shown) -> bool:
    """Return whether the message shows the full label."""
    return units(safe(label(item.label), 10 * MAX_SHORT_UNITS)) <= MAX_SHORT_UNITS


def is_table(item: Shown) -> bool:
    """Return whether the value has a head and at least one row."""
    return item.kind == "table" and len(rows_of(item.value, 1)) > 1


def is_short(item: Shown) -> bool:
    """Return whether the value takes one line of a phone: a link by its label, a value by its length."""
    if item.kind == "link" and address_of(item.value):
        return True
    if item.kind == "diff":
        return _change(item.value) is not None
    text = words(item.value, MAX_SHORT_UNITS)
    # Inline code can't hold a backquote or a line break; a block of its own can.
    several_lines = isinstance(item.value, str) and "\n" in item.value
    fits = units(text) <= MAX_SHORT_UNITS and "`" not in text and not several_lines
    return fits and item.kind in ("value", "number", "link", "image")


def fits_beside(item: Shown) -> bool:
    """Return whether a short value fits beside others, as people see it: a link without its address."""
    address = address_of(item.value) if item.kind == "link" else ""
    if address:
        return fits_column(place_of(address))
    return fits_column(_change(item.value) or "" if item.kind == "diff" else words(item.value, 300))


def fits_column(text: str) -> bool:
    """Return whether a value fits beside another one on a phone, without a break inside a word."""
    words_of_it = WORD_BREAK.split(text)
    return units(text) <= MAX_SHORT_UNITS and all(units(word) <= MAX_COLUMN_WORD for word in words_of_it)


def short(item: Shown) -> str:
    """mrkdwn."""
    address = address_of(item.value) if item.kind == "link" else ""
    if address:
        return f"<{escape(address)}|{place_of(address)}>"
    return exact(Visible(_change(item.value) or "") if item.kind == "diff" else words(item.value, 300))


def long_block(item: Shown, block_id: str, *, roomy: bool = False) -> Block:
    """A value that has a block of its own, shortened where it is very long. `roomy`: as a table needs."""
    title = line(bold(cut(label(item.label), MAX_SHORT_UNITS)))
    text, left = _beginning(item, *(TABLE_AS_TEXT if roomy else (MAX_LONG_UNITS, MAX_LONG_LINES)))
    body = quotation(text) if item.kind == "value" and _is_line(item.value) else preformatted(text)
    return rich(title, body, *([line(italic(left))] if left else []), block_id=block_id)


def _beginning(item: Shown, most: int = MAX_LONG_UNITS, most_lines: int = MAX_LONG_LINES) -> tuple[str, str]:
    """The first lines, and what is said of those left out."""
    if item.kind == "diff":
        lines_of_it = difference(item.value)
        shown = [each.within(_MAX_LINE) for each in lines_of_it[:MAX_LONG_LINES]] or [NO_DIFFERENCE]
        return _counted(shown, len(lines_of_it), cut_off=_has_long_line(lines_of_it))
    if is_table(item):
        return _counted_within(table_rows(item.value, most_lines), len(item.value), most, most_lines)
    if _is_line(item.value):
        return _beginning_of_line(item.value)
    if isinstance(item.value, str):
        kept = item.value[: 4 * MAX_LONG_UNITS]
        shown = outline(kept).split("\n")
        return _counted(shown, item.value.count("\n") + 1, cut_off=len(kept) < len(item.value))
    shown = list(islice(rows(item.value), MAX_LONG_LINES + 1))
    return _counted(shown[:MAX_LONG_LINES], 0, cut_off=len(shown) > MAX_LONG_LINES)


def _has_long_line(lines_of_it: Iterable[DiffLine]) -> bool:
    return any(len(each.text) > _MAX_LINE for each in lines_of_it)


def _is_line(value: Any) -> bool:
    return isinstance(value, str) and "\n" not in value


def _beginning_of_line(value: str) -> tuple[str, str]:
    line_text = words(value, MAX_LONG_UNITS)
    shown = cut(line_text, MAX_LONG_UNITS)
    if shown == line_text:
        return shown, ""
    kept = shown.removesuffix("…")
    if not value.startswith(kept):
        return shown, _ALL_IN_THREAD  # of quotes and marks nobody counts characters
    return shown, f"… and {count(len(value) - len(kept), 'more character')} in the thread"


def _counted(shown: list[str], total: int, *, cut_off: bool = False) -> tuple[str, str]:
    return _counted_within(shown, total, MAX_LONG_UNITS, MAX_LONG_LINES, cut_off=cut_off)


def _counted_within(
    shown: list[str], total: int, most: int, most_lines: int, *, cut_off: bool = False
) -> tuple[str, str]:
    text = cut(Visible("\n".join(shown[:most_lines])), most)
    more = total - min(len(shown), most_lines)
    if more > 0:
        return text, f"… and {count(more, 'more line')} in the thread"
    return text, _ALL_IN_THREAD if cut_off or text != "\n".join(shown) else ""


def is_shortened(item: Shown) -> bool:
    """Return whether the message shortens the value."""
    if is_short(item):
        return False
    if is_table(item):
        head = rows_of(item.value, 0)
        return bool(table_note(item)) or any(units(cell) > _MAX_CELL_UNITS for cell in head[0])
    if item.kind == "diff":
        changed_lines = difference(item.value)
        text = "\n".join(each.within(_MAX_LINE) for each in changed_lines[:MAX_LONG_LINES])
        return (
            len(changed_lines) > MAX_LONG_LINES
            or units(text) > MAX_LONG_UNITS
            or _has_long_line(changed_lines)
        )
    return bool(_beginning(item)[1])


def image(item: Shown, block_id: str) -> Block | None:
    """Return the image block; None for a value that is not the address of an image."""
    address = address_of(item.value) if item.kind == "image" else ""
    if not address:
        return None
    title = cut(one_line(label(item.label)), 100)
    return {"type": "image", "block_id": block_id, "image_url": address, "alt_text": title,
            "title": {"type": "plain_text", "text": title, "emoji": False}}  # fmt: skip


def as_table(item: Shown, block_id: str) -> Block | None:
    """Return Slack's own table; None for a value that is not a table. A message takes one."""
    table_rows = rows_of(item.value, _MAX_ROWS) if item.kind == "table" else []
    return table([row[:_MAX_COLUMNS] for row in table_rows], block_id) if len(table_rows) > 1 else None


def table_note(item: Shown) -> str:
    """Return a note on the rows that a table in a message leaves out; empty if it shows all of them."""
    table_rows = rows_of(item.value, _MAX_ROWS)
    if not table_rows:
        return ""
    rows_left = len(item.value) - _MAX_ROWS - (0 if isinstance(item.value[0], Mapping) else 1)
    columns_left = len(table_rows[0]) - _MAX_COLUMNS
    cut_cells = any(units(cell) > _MAX_CELL_UNITS for row in table_rows for cell in row[:_MAX_COLUMNS])
    left_out = [_more(rows_left, "row"), _more(columns_left, "column")]
    left = [*filter(None, left_out), *(["the ends of long cells"] if cut_cells else [])]
    return f"… and {', '.join(left)} in the thread" if left else ""


def _more(number: int, thing: str) -> str:
    return f"{number:,} more {thing}{'' if number == 1 else 's'}" if number > 0 else ""


def whole_text(item: Shown) -> Visible:
    """Return the full value, exactly, as plain text."""
    return plain_values.whole_text(item.kind, item.value)


def plain(item: Shown) -> Any:
    """Return the value for a place without tables and images."""
    return whole_text(item) if item.kind in ("diff", "table") else item.value


def _change(value: Any) -> str | None:
    """`3 → 5`, where both sides are short and it is clear which is which."""
    if not isinstance(value, Mapping) or not {"before", "after"} & {*value}:
        return None
    sides = [value[name] for name in ("before", "after") if name in value]
    if any(isinstance(side, Mapping | list) and side for side in sides):
        return None
    if len(sides) == 2 and same_json(*sides):
        return None
    texts = [
        words(value[name], MAX_SHORT_UNITS, inside=True) if name in value else MISSING
        for name in ("before", "after")
    ]
    text = " → ".join(texts)
    return text if units(text) <= MAX_SHORT_UNITS and "`" not in text else None


def address_of(value: Any) -> str:
    """An http address that leads where it seems to; else empty."""
    text = value.strip() if isinstance(value, str) else ""
    if not _ADDRESS.fullmatch(text):
        return ""
    try:
        parts = urlsplit(text)
        plain = parts.port is None or parts.port > 0
    except ValueError:
        return ""
    hides = _HIDING.match(text, text.index(parts.netloc) + len(parts.netloc)) is not None
    return text if plain and _HOST.fullmatch(parts.netloc) and not hides and place_of(text) else ""


def place_of(address: str) -> str:
    """Return an address as people read it: without the scheme, at least its host; mrkdwn.

    Empty where Slack might read even the host as markup: `[2001:db8::1]`.
    """
    host = urlsplit(address).netloc
    if units(host) > MAX_SHORT_UNITS:
        # The end of a host says whose it is.
        return escape(f"…{host[-MAX_SHORT_UNITS:]}")
    for text in (cut(address.partition("://")[2].rstrip("/"), MAX_SHORT_UNITS), host):
        if not is_live(text):
            return escape(text)
    return ""
