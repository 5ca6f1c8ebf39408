"""The window in which a named person approves a request alone."""

import json
from itertools import accumulate, islice
from typing import Any

from bot.views import button_values
from bot.views.blocks import divider, grey, plain, section
from bot.views.forms.modals import CODE, COMMENT, confirm_field, modal, question
from bot.views.message import Block, Names
from bot.views.requests.full_content import blocks_of, value_part
from bot.views.wording import icons
from engine import MAX_REASON, MIN_REASON, RequestRecord

CALLBACK = "signoff:break-glass"
_MAX_SHOWN_BLOCKS = 60
_MAX_SHOWN_BYTES = 200_000
"""Slack takes windows of 250 kB."""


def break_glass_modal(request: RequestRecord, names: Names, seen: str) -> dict[str, Any]:
    """Return the window with all that is approved. `seen`: `seen_digest` of the request."""
    others = names.any_of(tuple(ref for stage in request.policy.stages for ref in stage.approvers))
    told = (
        f"{icons.AT_RISK} You approve this alone, in place of {others}. They, the owner and the channel "
        "are told at once. Others review it, and until they have, you cannot do this again."
    )
    values = list(islice(blocks_of(map(value_part, request.shown)), _MAX_SHOWN_BLOCKS + 1))
    sizes = accumulate(len(json.dumps(block, ensure_ascii=False).encode()) for block in values)
    room = min(sum(size <= _MAX_SHOWN_BYTES for size in sizes), _MAX_SHOWN_BLOCKS)
    more = len(values) > room
    return modal(
        "Break glass",
        [
            *question(request.ask),
            section(told),
            divider() if values else None,
            *values[:room],
            grey("The thread and Details show the rest in full.") if more else None,
            divider(),
            _field(COMMENT, "Why?", _REASON, {"multiline": True, "min_length": MIN_REASON}, MAX_REASON),
            confirm_field(request),
            _field(CODE, "One-time code", _CODE, {}, 20),
        ],
        callback_id=CALLBACK,
        submit="Approve alone",
        close="Go back",
        metadata=button_values.encode(request.id, f"use@{seen}"),
    )


_REASON = f"At least {MIN_REASON} characters. Everybody concerned reads this."
_CODE = "Enter the six digits that your authenticator app shows for Signoff now."


def _field(name: str, title: str, hint: str, more: dict[str, Any], most: int) -> Block:
    element = {"type": "plain_text_input", "action_id": name, "max_length": most, **more}
    return {
        "type": "input",
        "block_id": name,
        "label": plain(title, 2000),
        "element": element,
        "hint": plain(hint, 2000),
    }
