"""What one needs to decide, by its kind: a value, a link, an image, a table, or what differs between two."""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.views.message import Block
from bot.views.parts import section, table
from bot.views.text import NOTHING, code, cut, escape, label, lines, one_line, quote, safe, units, words
from engine import Shown

SHORT = 40
"""Longer values would break badly in two columns on a phone."""
LONG, LINES = 1000, 12
"""Units and lines of a long value in the message, so that the buttons are near; the rest is in the thread."""
_ADDRESS = re.compile(r"https?://[^\s<>|]{1,2900}")
_ROWS, _COLUMNS = 10, 10
_PIECE, _MOST_PIECES = 2800, 12


def shown_label(one: Shown) -> str:
    return safe(label(one.label), 40)


def is_short(one: Shown) -> bool:
    """It fits beside others: a link by its label, a value by its length."""
    if one.kind == "link" and _address(one.value):
        return True
    text = lines(one.value)
    return one.kind in ("value", "link", "image") and units(text) <= SHORT and "\n" not in text


def short(one: Shown) -> str:
    """mrkdwn."""
    address = _address(one.value) if one.kind == "link" else ""
    return f"<{escape(address)}|{safe(_place(address), SHORT)}>" if address else safe(words(one.value))


def long_block(one: Shown, block_id: str) -> Block:
    """A value that has a block of its own, shortened where it is very long."""
    text = plain(one) if one.kind in ("diff", "table") else lines(one.value)
    # What has lines of its own is a diff or a log, unless we made them.
    own = one.kind in ("diff", "table") or (isinstance(one.value, str) and "\n" in text.strip())
    body = _cut_lines(text) if own else quote(text, LONG)
    return section(f"*{shown_label(one)}*\n{body}", block_id)


def _cut_lines(text: str) -> str:
    """A code block of the first lines, which says how many there are more."""
    rows = text.strip("\n").split("\n")
    more = len(rows) - LINES
    return code("\n".join(rows[:LINES]), LONG) + (
        f"\n… and {more} more lines in the thread" if more > 0 else ""
    )


def image(one: Shown, block_id: str) -> Block | None:
    """None where it is no address of an image."""
    address = _address(one.value) if one.kind == "image" else ""
    if not address:
        return None
    title = cut(one_line(label(one.label)), 100)
    return {"type": "image", "block_id": block_id, "image_url": address, "alt_text": title,
            "title": {"type": "plain_text", "text": title}}  # fmt: skip


def as_table(one: Shown, block_id: str) -> Block | None:
    """Slack's own table; None for what isn't one. A message takes one of them."""
    rows = rows_of(one.value) if one.kind == "table" else []
    return table([row[:_COLUMNS] for row in rows[: _ROWS + 1]], block_id) if len(rows) > 1 else None


def left_out(one: Shown) -> int:
    """Rows of a table that a message has no room for."""
    return max(len(rows_of(one.value)) - 1 - _ROWS, 0)


def rows_of(value: Any) -> list[list[str]]:
    """Head and rows as texts, of a list of objects or of lists; empty for anything else."""
    if not isinstance(value, list) or not value:
        return []
    if all(isinstance(row, Mapping) for row in value):
        head = list(dict.fromkeys(name for row in value for name in row))
        rows = [[label(name) for name in head], *([words(row.get(name)) for name in head] for row in value)]
        return rows if head else []
    if all(isinstance(row, list | tuple) for row in value):
        rows, width = [[words(cell) for cell in row] for row in value], max(map(len, value))
        return [[*row, *[NOTHING] * (width - len(row))] for row in rows] if width else []
    return []


def as_text(value: Any) -> str:
    """A table in plain text, its columns under each other."""
    rows = rows_of(value)
    if not rows:
        return words(value)
    shown = [[cut(one_line(cell), 40) for cell in row] for row in rows]
    widths = [max(len(row[n]) if n < len(row) else 0 for row in shown) for n in range(max(map(len, shown)))]
    return "\n".join(
        "  ".join(c.ljust(w) for c, w in zip(row, widths, strict=False)).rstrip() for row in shown
    )


def difference(value: Any) -> str:
    """Of `{"before": …, "after": …}`: line by line for texts, field by field for objects."""
    before, after = value.get("before"), value.get("after")
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        names = dict.fromkeys([*before, *after])
        changed = [name for name in names if before.get(name) != after.get(name)]
        found = [line for name in changed for line in _field(name, before, after)]
    else:
        old, new = _lines(before), _lines(after)
        found = list(difflib.unified_diff(old, new, lineterm="", n=2))[2:]
    return "\n".join(found) or "no difference"


def whole(shown: Iterable[Shown]) -> list[Block]:
    """Everything that the message had to shorten, in full, as far as one more message goes."""
    blocks: list[Block] = []
    for one in shown:
        text = _whole_text(one)
        if units(text) <= LONG and text.count("\n") < LINES:
            continue
        pieces = _pieces(text)
        room = _MOST_PIECES - len(blocks)
        for number, piece in enumerate(pieces[:room]):
            head = f"*{shown_label(one)}*\n" if number == 0 else ""
            blocks.append(section(f"{head}{code(piece, _PIECE + 100)}"))
        if len(pieces) > room:
            blocks.append(
                section(f"… and {len(pieces) - room} times as much; `signoff show --json` has it all.")
            )
            break
    return blocks


def plain(one: Shown) -> Any:
    """Its value where there are neither tables nor images."""
    match one.kind:
        case "diff":
            return difference(one.value)
        case "table":
            return as_text(one.value)
    return one.value


def _whole_text(one: Shown) -> str:
    if one.kind == "diff":
        return difference(one.value)
    if one.kind == "table":
        return as_text(one.value) if left_out(one) else ""
    return lines(one.value, 1000) if isinstance(one.value, str) or units(lines(one.value)) > LONG else ""


def _pieces(text: str) -> list[str]:
    """At the ends of lines where that is possible."""
    pieces, current = [], ""
    for line in text.split("\n"):
        while units(escape(line)) > _PIECE:
            # Escaped, a character takes at most five.
            take = _PIECE // 2 if units(escape(line[: _PIECE // 2])) <= _PIECE else _PIECE // 6
            pieces.append(line[:take])
            line = line[take:]
        if current and units(escape(current)) + units(escape(line)) + 1 > _PIECE:
            pieces.append(current)
            current = line
        else:
            current = f"{current}\n{line}" if current else line
    return [*pieces, current]


def _field(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    minus = [f"- {name}: {words(before[name])}"] if name in before else []
    plus = [f"+ {name}: {words(after[name])}"] if name in after else []
    return minus + plus


def _lines(value: Any) -> Sequence[str]:
    text = lines(value, 1000)
    return [] if text == NOTHING else text.split("\n")


def _address(value: Any) -> str:
    text = value.strip() if isinstance(value, str) else ""
    return text if _ADDRESS.fullmatch(text) else ""


def _place(address: str) -> str:
    """An address as people read it: without the scheme."""
    return address.partition("://")[2].rstrip("/")
