"""Modals that ask before a run is repeated: a rerun with its input, and a fork from a step."""

import base64
import binascii
import json
from collections.abc import Mapping
from itertools import islice
from typing import Any

from bot.views import button_values
from bot.views.blocks import grey, section
from bot.views.button_values import ButtonValue, UnknownButton
from bot.views.forms.modals import FORK, modal, reason_field
from bot.views.message import Block
from bot.views.requests.full_content import Part, value_blocks
from bot.views.runs.outline import outline
from bot.views.wording.text import count, label, safe, some
from engine import RunDetail, RunRecord
from engine.text import masked_values

RERUN = "signoff:rerun"
"""callback_id of the modal that asks before a rerun."""
_MAX_INPUT_BLOCKS, _MAX_FIELDS = 40, 40
_MAX_CHANGED_NAMES = 8
_DONE_TWICE = "What its steps did stays done, and may be done twice."


def rerun_modal(
    run: RunRecord, values: Any, changes: Mapping[str, Any], channel: str | None, reason: str = ""
) -> dict[str, Any] | None:
    """Return a modal with the input of the new run; None where the changes are too long for a modal.

    `values`: the whole input of the new run. `reason`: typed already.
    """
    try:
        metadata = button_values.encode(run.id, f"{channel or '-'}@{_packed(changes)}")
    except ValueError:
        return None
    changed = some([safe(label(name), 80) for name in changes], _MAX_CHANGED_NAMES)
    with_what = f"{changed} changed" if changes else f"the input of {safe(run.short, 150)}"
    return modal(
        "Run again?",
        [
            section(
                f"*{safe(run.workflow, 150)}* with {with_what}\n"
                f"A new run executes every step. {safe(run.short, 150)} stays as it is. {_DONE_TWICE}"
            ),
            *input_blocks(values),
            reason_field("Why?", optional=True, text=reason),
        ],
        callback_id=RERUN,
        submit="Run again",
        close="Go back",
        metadata=metadata,
    )


def fork_modal(detail: RunDetail, step: str, channel: str | None, reason: str = "") -> dict[str, Any]:
    """Return a modal that asks before a new run starts from a step of an ended run."""
    run, title = detail.run, safe(detail.titles.get(step, step), 80)
    return modal(
        "Start a new run?",
        [
            section(
                f"*{safe(run.workflow, 150)}* from *{title}*\n"
                f"A new run executes {title} and the steps that depend on it. It keeps the other results of "
                f"{safe(run.short, 150)}, which stays as it is. {_DONE_TWICE}"
            ),
            *input_blocks(run.input),
            reason_field("Why?", optional=True, text=reason),
        ],
        callback_id=FORK,
        submit="Start the run",
        close="Go back",
        metadata=button_values.encode(run.id, f"{channel or '-'}@{step}"),
    )


def changes_in(value: ButtonValue) -> tuple[str | None, dict[str, Any]]:
    """Return the channel and the changes that a modal carries. Raises `UnknownButton`."""
    channel, _, packed = value.word.partition("@")
    try:
        changes = json.loads(base64.urlsafe_b64decode(packed.encode()))
    except (binascii.Error, ValueError):
        changes = None
    if not isinstance(changes, dict):
        raise UnknownButton("This window cannot be read, so no run was started. Type the command again.")
    return None if channel == "-" else channel, changes


def _packed(changes: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(dict(changes), separators=(",", ":")).encode()).decode()


def input_blocks(values: Any) -> list[Block]:
    """Return the input in full where it is not too long for a modal."""
    if not isinstance(values, Mapping) or not values:
        return []
    shown = islice(masked_values(values).items(), _MAX_FIELDS)
    parts = [Part(label(name), outline(each)) for name, each in shown]
    blocks = value_blocks(parts)
    left = len(values) - len(parts)
    notes = [f"and {count(left, 'more field')}"] if left else []
    notes += ["the input is too long to be shown in full here"] if len(blocks) > _MAX_INPUT_BLOCKS else []
    return [
        section("*Input*"),
        *blocks[:_MAX_INPUT_BLOCKS],
        *([grey(f"… {', '.join(notes)}")] if notes else []),
    ]
