"""What one needs to decide, by its kind: a value, a link, an image, a table, or what differs between two."""

import re
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from bot.views import plain_values
from bot.views.blocks import bold, italic, line, preformatted, quotation, rich, table
from bot.views.difference import NO_DIFFERENCE, difference
from bot.views.message import Block
from bot.views.outline import outline, rows
from bot.views.plain_values import rows_of, table_rows
from bot.views.text import count, cut, escape, exact, is_live, label, one_line, safe, some, units, words
from bot.views.visible import Visible, on_one_line
from engine import Shown
from engine.text import MISSING, in_words, same

SHORT = 40
"""Longer values would break badly in two columns on a phone."""
LONG, LINES = 1000, 12
"""Units and lines of a long value in the message, so that the buttons are near; the rest is in the thread."""
TABLE_AS_TEXT = 2000, 60
"""Units and lines of the first table where Slack refuses its own kind of table."""
_ADDRESS = re.compile(r"https?://[^\s<>|]{1,2900}")
_HOST = re.compile(r"([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]+)?")
"""Without a user before an `@`, and without signs that browsers read as others."""
_LINE = 200
_ROWS, _COLUMNS, _CELL = 10, 10, 80


def shown_label(one: Shown) -> str:
    return safe(label(one.label), SHORT)


def full_label(one: Shown) -> str:
    """The label where its value stands alone: it says whether the requester entered the value. Plain text."""
    return f"{one_line(label(one.label))}{', as requested' if one.requested else ''}"


def short_pairs(shown: Sequence[Shown]) -> list[tuple[str, str]]:
    """Return labels and short values side by side; several empty texts share one place. mrkdwn."""
    empty = [one for one in shown if one.value == "" and one.kind != "diff"]
    kept = [one for one in shown if len(empty) < 2 or not any(one is each for each in empty)]
    pairs = [(shown_label(one), short(one)) for one in kept]
    return [*pairs, ("Empty", " · ".join(map(shown_label, empty)))] if len(empty) > 1 else pairs


def requested_line(shown: Sequence[Shown]) -> str:
    """Return which values are the requester's own words, mrkdwn; empty where none is."""
    requested = [one for one in shown if one.requested and one.value != ""]
    if not requested:
        return ""
    if len(requested) == len([one for one in shown if one.value != ""]) > 1:
        return "The requester entered these values"
    return f"Entered by the requester: {some([shown_label(one) for one in requested], 6, ' · ')}"


def label_fits(one: Shown) -> bool:
    """Whether the message shows its label whole."""
    return units(safe(label(one.label), 10 * SHORT)) <= SHORT


def is_table(one: Shown) -> bool:
    """It has a head and a row at least."""
    return one.kind == "table" and len(rows_of(one.value, 1)) > 1


def is_short(one: Shown) -> bool:
    """It fits beside others: a link by its label, a value by its length."""
    if one.kind == "link" and _address(one.value):
        return True
    if one.kind == "diff":
        return _change(one.value) is not None
    text = words(one.value, SHORT)
    # Inline code can't hold a backquote; a block of its own can.
    return one.kind in ("value", "number", "link", "image") and units(text) <= SHORT and "`" not in text


def short(one: Shown) -> str:
    """mrkdwn."""
    address = _address(one.value) if one.kind == "link" else ""
    if address:
        return f"<{escape(address)}|{_place(address)}>"
    return exact(Visible(_change(one.value) or "") if one.kind == "diff" else words(one.value, 300))


def long_block(one: Shown, block_id: str, *, roomy: bool = False) -> Block:
    """A value that has a block of its own, shortened where it is very long. `roomy`: as a table needs."""
    title = line(bold(cut(label(one.label), SHORT)))
    if one.kind == "value" and isinstance(one.value, str) and "\n" not in one.value:
        said = words(one.value, LONG)
        left = f"… and {len(one.value) - LONG:,} more characters in the thread" if units(said) > LONG else ""
        body = quotation(cut(said, LONG))
    else:
        text, left = _beginning(one, *(TABLE_AS_TEXT if roomy else (LONG, LINES)))
        body = preformatted(text)
    return rich(title, body, *([line(italic(left))] if left else []), block_id=block_id)


def _beginning(one: Shown, most: int = LONG, most_lines: int = LINES) -> tuple[str, str]:
    """The first lines, and what is said of those left out."""
    if one.kind == "diff":
        lines_of_it = difference(one.value)
        shown = [each.within(_LINE) for each in lines_of_it[:LINES]] or [NO_DIFFERENCE]
        return _counted(shown, len(lines_of_it))
    if one.kind == "table" and rows_of(one.value, 1):
        return _counted_within(table_rows(one.value, most_lines), len(one.value), most, most_lines)
    if isinstance(one.value, str):
        kept = one.value[: 4 * LONG]
        shown = outline(kept).split("\n")
        return _counted(shown, one.value.count("\n") + 1, cut_off=len(kept) < len(one.value))
    shown = list(islice(rows(one.value), LINES + 1))
    return _counted(shown[:LINES], 0, cut_off=len(shown) > LINES)


def _counted(shown: list[str], total: int, *, cut_off: bool = False) -> tuple[str, str]:
    return _counted_within(shown, total, LONG, LINES, cut_off=cut_off)


def _counted_within(
    shown: list[str], total: int, most: int, most_lines: int, *, cut_off: bool = False
) -> tuple[str, str]:
    text = cut(Visible("\n".join(shown[:most_lines])), most)
    more = total - min(len(shown), most_lines)
    if more > 0:
        return text, f"… and {count(more, 'more line')} in the thread"
    return text, "… all of it in the thread" if cut_off or text != "\n".join(shown) else ""


def is_shortened(one: Shown) -> bool:
    """The message does not show all of it."""
    if is_short(one):
        return False
    if one.kind == "table" and (head := rows_of(one.value, 0)):
        return bool(table_note(one)) or any(units(cell) > _CELL for cell in head[0])
    if isinstance(one.value, str) and "\n" not in one.value:
        return units(words(one.value, LONG)) > LONG
    if one.kind == "diff":
        found = difference(one.value)
        text = "\n".join(each.within(_LINE) for each in found[:LINES])
        return len(found) > LINES or units(text) > LONG or any(len(each.text) > _LINE for each in found)
    return bool(_beginning(one)[1])


def image(one: Shown, block_id: str) -> Block | None:
    """None where it is no address of an image."""
    address = _address(one.value) if one.kind == "image" else ""
    if not address:
        return None
    title = cut(one_line(label(one.label)), 100)
    return {"type": "image", "block_id": block_id, "image_url": address, "alt_text": title,
            "title": {"type": "plain_text", "text": title, "emoji": False}}  # fmt: skip


def as_table(one: Shown, block_id: str) -> Block | None:
    """Slack's own table; None for what isn't one. A message takes one of them."""
    found = rows_of(one.value, _ROWS) if one.kind == "table" else []
    return table([row[:_COLUMNS] for row in found], block_id) if len(found) > 1 else None


def table_note(one: Shown) -> str:
    """What a table in a message leaves out; empty where it shows everything."""
    found = rows_of(one.value, _ROWS)
    if not found:
        return ""
    rows_left = len(one.value) - _ROWS - (0 if isinstance(one.value[0], Mapping) else 1)
    columns_left = len(found[0]) - _COLUMNS
    cut_cells = any(units(cell) > _CELL for row in found for cell in row[:_COLUMNS])
    told = [_more(rows_left, "row"), _more(columns_left, "column")]
    left = [*filter(None, told), *(["the ends of long cells"] if cut_cells else [])]
    return f"… and {', '.join(left)} in the thread" if left else ""


def _more(number: int, thing: str) -> str:
    return f"{number:,} more {thing}{'' if number == 1 else 's'}" if number > 0 else ""


def whole_text(one: Shown) -> str:
    """Return all there is to see of it, exactly, as plain text."""
    return plain_values.whole_text(one.kind, one.value)


def plain(one: Shown) -> Any:
    """Its value where there are neither tables nor images."""
    return whole_text(one) if one.kind in ("diff", "table") else one.value


def _change(value: Any) -> str | None:
    """`3 → 5`, where both sides are short and it is clear which is which."""
    if not isinstance(value, Mapping) or not {"before", "after"} & {*value}:
        return None
    sides = [value[name] for name in ("before", "after") if name in value]
    if any(isinstance(side, Mapping | list) and side for side in sides):
        return None
    if len(sides) == 2 and same(*sides):
        return None
    told = [
        on_one_line(in_words(value[name], SHORT, inside=True)) if name in value else MISSING
        for name in ("before", "after")
    ]
    text = " → ".join(told)
    return text if units(text) <= SHORT and "`" not in text else None


def _address(value: Any) -> str:
    """An http address that leads where it seems to; else empty."""
    text = value.strip() if isinstance(value, str) else ""
    if not _ADDRESS.fullmatch(text):
        return ""
    try:
        found = urlsplit(text)
        plain = found.port is None or found.port > 0
    except ValueError:
        return ""
    return text if plain and _HOST.fullmatch(found.netloc) else ""


def _place(address: str) -> str:
    """An address as people read it: without the scheme, at least its host; mrkdwn."""
    host = urlsplit(address).netloc
    if units(host) > SHORT:
        # The end of a host says whose it is.
        return escape(f"…{host[-SHORT:]}")
    for text in (cut(address.partition("://")[2].rstrip("/"), SHORT), host):
        if not is_live(text):
            return escape(text)
    return "link"
