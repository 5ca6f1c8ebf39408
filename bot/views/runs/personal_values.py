"""The window with personal data of a run, which one person opened and nobody else sees."""

import re
from typing import Any

from bot.views import button_values
from bot.views.blocks import actions, button, grey
from bot.views.forms.modals import modal
from bot.views.message import Block
from bot.views.requests.full_content import Part, blocks_of, pages
from bot.views.runs.outline import outline
from bot.views.wording.text import one_line, safe
from bot.views.wording.visible import Visible
from engine import PersonalValue, RevealedPage

_MAX_UNITS, _MAX_BLOCKS = 30_000, 80
_OFFSET = re.compile(r"after-([0-9]{1,9})")


def reveal_button(run_id: str) -> Block | None:
    """Return the button of Details, for a person who may read the values. The click is checked again."""
    return _button("Reveal personal data", run_id, 0)


def offset_of(word: str) -> int:
    """Return how many fields come before those that a button asks for; 0 for any other word."""
    match = _OFFSET.fullmatch(word)
    return int(match[1]) if match else 0


def personal_window(page: RevealedPage) -> dict[str, Any]:
    """Return the window. Every value is literal text."""
    read = page.after + len(page.values)
    shown, *left = pages(blocks_of(map(_part, page.values)), _MAX_UNITS, _MAX_BLOCKS)
    command = f"signoff show {safe(page.run, 200)} --reveal"
    remedy = f"Some of these values are too long for a window. {command} shows them."
    return modal(
        "Personal data",
        [
            grey("Only you see this. The log keeps that you read it."),
            *shown,
            grey(remedy) if left else None,
            grey(f"{page.more:,} more") if page.more else None,
            _button("Next values", page.run, read) if page.more else None,
        ],
    )


def _button(label: str, run_id: str, after: int) -> Block | None:
    value = button_values.encode(run_id, f"after-{after}")
    return actions([button(label, f"{button_values.PERSONAL}:{after}", value)], "personal")


def _part(value: PersonalValue) -> Part:
    text = Visible(value.problem) if value.problem else outline(value.value)
    return Part(one_line(value.field), text)
