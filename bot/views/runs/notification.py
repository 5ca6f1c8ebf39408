"""A message that a step of a workflow posts: its author's words, without live markup."""

from collections.abc import Mapping
from typing import Any

from bot.views.blocks import divider, grey, line, mrkdwn, plain, rich, table, words
from bot.views.message import Block, Message, message
from bot.views.wording.text import cut, escape, safe
from engine import RunDetail
from engine.text import count

_FALLBACK, _ROW = 400, 200
_TEXT_UNITS = 2900


def notification_message(event: Mapping[str, Any], detail: RunDetail) -> Message:
    """`event`: the message as it was recorded. Values in it neither notify anybody nor become links."""
    data: Mapping[str, Any] = event["data"]
    blocks = [_block(each) for each in data["blocks"]]
    text = str(data["text"])
    rows = [[str(cell) for cell in row] for row in data["table"]]
    run, title = safe(detail.run.short, 150), safe(detail.titles.get(event["step"], event["step"]), 60)
    spoken = escape(cut(text, _FALLBACK)) if text.strip() else _spoken(data["blocks"])
    spoken = " · ".join(filter(None, [spoken, _first_row(rows)]))
    return message(
        spoken or run,
        rich(line(words(cut(text, _TEXT_UNITS)))) if text.strip() else None,
        *blocks,
        table(rows) if rows else None,
        grey(f"{safe(detail.run.workflow.replace('_', '-'), 80)} · {title}", run),
    )


def _first_row(rows: list[list[str]]) -> str:
    """Return the first row of a table under its head, and how many follow."""
    if not rows:
        return ""
    pairs = zip(rows[0], rows[1], strict=False) if len(rows) > 1 else ()
    shown = ", ".join([f"{name}: {cell}" for name, cell in pairs]) or ", ".join(rows[0])
    more = f" and {count(len(rows) - 2, 'more row')}" if len(rows) > 2 else ""
    return f"{safe(shown, _ROW)}{more}"


def _block(block: Mapping[str, Any]) -> Block:
    match block["type"]:
        case "header":
            return {"type": "header", "text": plain(block["text"]["text"], 150)}
        case "divider":
            return divider()
        case "context":
            return {"type": "context", "elements": [_text(each) for each in block["elements"]]}
    shown: Block = {"type": "section", "expand": True}
    if "text" in block:
        shown["text"] = _text(block["text"])
    if "fields" in block:
        shown["fields"] = [_text(each, 2000) for each in block["fields"]]
    return shown


def _text(text: Mapping[str, Any], limit: int = 3000) -> dict[str, Any]:
    """Bold, lists and code of the author work; mentions and links show as text."""
    written = str(text["text"])
    if text["type"] == "mrkdwn":
        return mrkdwn(escape(written), limit)
    return plain(written, limit)


def _spoken(blocks: list[Mapping[str, Any]]) -> str:
    """Return the words of the blocks on one line, for notifications and screen readers."""
    texts = [
        text
        for block in blocks
        for text in [block.get("text"), *block.get("fields", ()), *block.get("elements", ())]
    ]
    return safe(" · ".join(str(text["text"]) for text in texts if text), _FALLBACK)
