"""The window in which an approver approves a request and further ones like it."""

import re
from collections.abc import Mapping
from datetime import timedelta
from itertools import islice
from typing import Any

from bot.views import button_values
from bot.views.blocks import divider, grey, plain, section
from bot.views.button_values import UnknownButton
from bot.views.forms.modals import modal, question
from bot.views.forms.repeating import input_blocks
from bot.views.message import Block
from bot.views.requests.full_content import blocks_of, value_part
from bot.views.wording.text import exact, safe, some
from bot.views.wording.times import duration
from engine import RequestRecord, RunDetail

USES, LASTS = "uses", "lasts"
"""Fields of the window."""
CALLBACK = "signoff:grant"
_MAX_SHOWN_BLOCKS, _MAX_STEPS = 30, 8
_NUMBER = re.compile(r"[0-9]{1,6}")
_SPANS = (60, 300, 900, 1800, 3600, 4 * 3600, 8 * 3600, 24 * 3600)


def grant_modal(request: RequestRecord, detail: RunDetail, requester: str, seen: str) -> dict[str, Any]:
    """Return the window that says exactly what a grant covers. `seen`: `seen_digest` of the request."""
    spec = request.policy.grants
    assert spec is not None
    spans = [span for span in _SPANS if span < spec.within] + [spec.within]
    same = "with exactly the same arguments." if not spec.rules else "with the same arguments, except:"
    rules = [f"• {exact(rule.words, 400)}" for rule in spec.rules]
    covers = (
        f"This approves the request, and further ones of {requester} at *{safe(request.step, 80)}* of "
        f"*{safe(request.workflow, 80)}* {same}"
    )
    ends = "It ends if the workflow or its code changes, and you can revoke it at any time."
    return modal(
        "Approve further ones",
        [
            *question(request.ask),
            section("\n".join([covers, *rules])),
            _choice(USES, "How many further requests?", [(str(n), n) for n in range(1, spec.uses + 1)]),
            _choice(LASTS, "For how long?", [(duration(span), int(span)) for span in spans]),
            grey(ends),
            *_arguments(request, detail),
        ],
        callback_id=CALLBACK,
        submit="Approve",
        close="Go back",
        metadata=button_values.encode(request.id, f"give@{seen}"),
    )


def _arguments(request: RequestRecord, detail: RunDetail) -> list[Block]:
    """Return the arguments that a grant covers, and say where those stand that have no room here."""
    parts = blocks_of(map(value_part, request.shown))
    shown = list(islice(parts, _MAX_SHOWN_BLOCKS + 1))
    binding = request.coverage.binding
    read = [safe(detail.titles.get(name, name), 80) for name in (binding.outputs if binding else ())]
    also = f"Also the same: what the steps read of {some(read, _MAX_STEPS)}. " if read else ""
    return [
        divider(),
        section("*The arguments*" if detail.run.input or request.shown else "*It has no arguments*"),
        *input_blocks(detail.run.input),
        *shown[:_MAX_SHOWN_BLOCKS],
        grey(f"{also}Details of the request and of the run show all of it in full."),
    ]


def chosen(view: Mapping[str, Any]) -> tuple[int, timedelta]:
    """Return the number of requests and the time that a person chose. Raises `UnknownButton`."""
    values = _part(_part(view, "state"), "values")
    uses, lasts = (_number(_part(_part(values, field), field)) for field in (USES, LASTS))
    return uses, timedelta(seconds=lasts)


def _part(part: Any, name: str) -> Any:
    return part.get(name) if isinstance(part, Mapping) else None


def _number(menu: Any) -> int:
    value = _part(_part(menu, "selected_option"), "value")
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        raise UnknownButton("This window cannot be read, so nothing was approved. Open it again.")
    return int(value)


def _choice(field: str, title: str, options: list[tuple[str, int]]) -> dict[str, Any]:
    listed = [{"text": plain(text, 75), "value": str(value)} for text, value in options]
    element = {
        "type": "static_select",
        "action_id": field,
        "options": listed,
        "initial_option": listed[0],
    }
    return {"type": "input", "block_id": field, "label": plain(title, 2000), "element": element}
