"""Blocks and elements that keep Slack's limits, whatever their content."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.views import button_values
from bot.views.message import Block
from bot.views.wording.text import (
    NOTHING,
    cut,
    cut_line,
    escape,
    is_live,
    question_text,
    shorten,
    units,
)
from bot.views.wording.times import is_near, plain_moment
from bot.views.wording.visible import Visible

Element = dict[str, Any]


@dataclass(slots=True)
class Ids:
    """block_ids of one rendering. They differ with each version of the record, as Slack asks when a
    message is changed (slack-facts, chat.update)."""

    kind: str
    version: int

    def __call__(self, name: str) -> str:
        return f"{self.kind}:{self.version}:{name}"[:255]


def mrkdwn(text: str, limit: int = 3000) -> dict[str, Any]:
    """`verbatim`: Slack makes no mentions or links of what a value happens to say."""
    return {"type": "mrkdwn", "text": shorten(text, limit) or NOTHING, "verbatim": True}


def plain(text: Any, limit: int) -> dict[str, Any]:
    """Literal: the name of an emoji stays a name."""
    return {"type": "plain_text", "text": cut_line(text, limit), "emoji": False}


def section(text: str, block_id: str | None = None, accessory: Element | None = None) -> Block:
    """Never folded behind "See more": people decide on what they read."""
    block = {"type": "section", "text": mrkdwn(text), "expand": True}
    return _with(block, block_id=block_id, accessory=accessory)


def rich(*elements: Element, block_id: str | None = None) -> Block:
    """Rich text, in which nothing is markup: a text is shown as it is."""
    return _with({"type": "rich_text", "elements": list(elements)}, block_id=block_id)


def line(*texts: Element) -> Element:
    return {"type": "rich_text_section", "elements": list(texts)}


def preformatted(text: str) -> Element:
    return {"type": "rich_text_preformatted", "elements": [words(text)]}


def quotation(text: str) -> Element:
    return {"type": "rich_text_quote", "elements": [words(text)]}


def bold(text: str) -> Element:
    return words(text) | {"style": {"bold": True}}


def italic(text: str) -> Element:
    return words(text) | {"style": {"italic": True}}


def date(when: datetime, now: datetime) -> Element:
    """Return a moment that each reader sees in their own zone, for `line`."""
    pattern = "{time}" if is_near(when, now) else "{date_short_pretty} at {time}"
    fallback = plain_moment(when, now)
    return {"type": "date", "timestamp": int(when.timestamp()), "format": pattern, "fallback": fallback}


def words(text: str) -> Element:
    """Return a text without a style, for `line`."""
    return {"type": "text", "text": text or NOTHING}


MAX_BUTTONS = 5
_MAX_DOTS = 5
"""Options that Slack takes in the menu behind three dots."""
SHORTENED_QUESTION = "The middle of the question is left out here; all of it is in"
ASK_UNITS = 2800
"""Limit of a question in one block, in Slack's units."""


def fits_as_asked(ask: str, limit: int = ASK_UNITS) -> bool:
    """Return whether `asked` shows the full question."""
    if len(ask) > limit:
        return False
    text = question_text(ask, 2 * limit)
    return units(text if is_live(text) else escape(text)) <= limit


def asked(ask: str, limit: int = ASK_UNITS, block_id: str | None = None) -> Block:
    """Return the question in bold, exactly as written; a long one keeps its beginning and its end."""
    text = question_text(ask, limit)
    if is_live(text) or units(escape(text)) > limit:
        return rich(line(bold(text)), block_id=block_id)
    return section(f"*{escape(text)}*", block_id)


_MAX_SECTION_UNITS = 2800


def line_sections(lines: Iterable[str], name: str = "") -> list[Block]:
    """Return lines of mrkdwn in as few sections as they fit in: Slack leaves a gap between two of them.

    `name`: begins the block_id of each; empty: they have none.
    """
    texts: list[str] = []
    for each in lines:
        if texts and units(texts[-1]) + units(each) < _MAX_SECTION_UNITS:
            texts[-1] += f"\n{each}"
        else:
            texts.append(each)
    return [section(text, f"{name}:{at}" if name else None) for at, text in enumerate(texts)]


def fields(pairs: Iterable[tuple[str, str]], block_id: str | None = None) -> Block | None:
    """Return up to ten labeled values side by side; labels and values are mrkdwn."""
    shown = [mrkdwn(f"*{label}*\n{value}", 2000) for label, value in pairs][:10]
    return _with({"type": "section", "fields": shown, "expand": True}, block_id=block_id) if shown else None


def grey(*parts: str, block_id: str | None = None) -> Block:
    """Return a small gray line, such as the approvers, the deadline and the run."""
    text = " · ".join(part for part in parts if part)
    return _with({"type": "context", "elements": [mrkdwn(text)]}, block_id=block_id)


def who_decides(text: str, ids: Ids) -> Block:
    """Return the line that mentions the people who are asked: whether Slack notifies of a mention in a gray
    line is not documented."""
    return section(text, ids("who"))


def actions(elements: list[Element], block_id: str | None = None) -> Block | None:
    """Return a row of buttons. `action_rows` is for more than five, which people can't tap on a phone."""
    return _with({"type": "actions", "elements": elements}, block_id=block_id) if elements else None


def action_rows(elements: list[Element], ids: Ids, name: str) -> list[Block]:
    """Return all the buttons, five in a row. `name`: of the first row."""
    starts = range(0, len(elements), MAX_BUTTONS)
    rows = (
        actions(elements[start : start + MAX_BUTTONS], ids(f"{name}:{start}" if start else name))
        for start in starts
    )
    return [row for row in rows if row is not None]


def divider(block_id: str | None = None) -> Block:
    return _with({"type": "divider"}, block_id=block_id)


def header(text: Any, block_id: str | None = None) -> Block:
    return _with({"type": "header", "text": plain(text, 150)}, block_id=block_id)


def button(
    text: str,
    action_id: str,
    value: str,
    *,
    style: str | None = None,
    confirm: Mapping[str, Any] | None = None,
    label: str | None = None,
) -> Element:
    """`label`: what a screen reader says, where several buttons have the same words on them."""
    element: Element = {"type": "button", "text": plain(text, 75), "action_id": action_id, "value": value}
    spoken = cut_line(label, 75) if label else None
    return _with(element, style=style, confirm=confirm, accessibility_label=spoken)


def link(text: str, url: str) -> Element:
    """Return a button that opens an address; Slack reports the click as well."""
    return {"type": "button", "text": plain(text, 75), "action_id": button_values.LINK, "url": url[:3000]}


_CONFIRM_UNITS = 300
_REST = " The message has all of it."


def confirm(title: str, text: str, yes: str, no: str = "Go back", *, danger: bool = True) -> dict[str, Any]:
    body = question_text(text, _CONFIRM_UNITS)
    if body != question_text(text, 2 * _CONFIRM_UNITS):
        body = Visible(f"{question_text(text, _CONFIRM_UNITS - len(_REST))}{_REST}")
    dialog = {
        "title": plain(title, 100),
        "text": {"type": "plain_text", "text": body or NOTHING, "emoji": False},
        "confirm": plain(yes, 30),
        "deny": plain(no, 30),
    }
    return _with(dialog, style="danger" if danger else None)


def overflow(options: Mapping[str, str], action_id: str) -> Element | None:
    """Return the `…` menu of at most five choices, from labels to values; None where Slack refuses them.

    Never offer acts in a `static_select`: Slack sends nothing when the same option is chosen again.
    """
    if len(options) > _MAX_DOTS or any(
        len(each) > button_values.MAX_OPTION_LENGTH for each in options.values()
    ):
        return None
    shown = [{"text": plain(text, 75), "value": value} for text, value in options.items()]
    return {"type": "overflow", "action_id": action_id, "options": shown} if shown else None


_SHORT_CELL = 16
"""A column of such cells is not wrapped: a phone would break its words. One with longer cells is wrapped,
even inside a long word, because a column that is not wrapped may hide the end of a value."""


def table(rows: list[list[str]], block_id: str | None = None, *, right: Iterable[int] = ()) -> Block:
    """The first row is the head. At most 100 rows, and 10,000 characters in all: cells are cut alike."""
    kept = rows[:100]
    most = max(8, 9000 // max(1, sum(len(row) for row in kept)))
    cells = [[_cell(cut(cell, min(most, 80))) for cell in row] for row in kept]
    width = max((len(row) for row in kept), default=0)
    wrapped = {column for row in kept for column, cell in enumerate(row) if len(cell) > _SHORT_CELL}
    settings = [
        {"align": "right"} if column in right else {"is_wrapped": column == 0 or column in wrapped}
        for column in range(width)
    ]
    return _with({"type": "table", "rows": cells, "column_settings": settings}, block_id=block_id)


def data_table(
    rows: list[list[str]], numbers: Mapping[int, list[float]], caption: str, block_id: str, page: int
) -> Block:
    """Return a table that people sort and page. `numbers`: by column, what its cells are sorted by."""
    shown = table(rows)["rows"]
    for column, values in numbers.items():
        for row, cells, value in zip(rows[1:], shown[1:], values, strict=False):
            cells[column] = {"type": "raw_number", "value": value, "text": cut(row[column], 80)}
    return {
        "type": "data_table",
        "caption": cut_line(caption, 150),
        "rows": shown,
        "page_size": page,
        "block_id": block_id,
    }


def _cell(text: str) -> Element:
    if is_live(text):
        return {"type": "rich_text", "elements": [line(words(text))]}
    return {"type": "raw_text", "text": text}


def _with(block: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {**block, **{name: value for name, value in more.items() if value is not None}}
