"""Modal that asks before the candidate of a canary is promoted or rolled back."""

from pathlib import Path
from typing import Any

from bot.views import button_values
from bot.views.blocks import plain, section
from bot.views.button_values import ButtonValue, UnknownButton
from bot.views.forms.modals import modal, reason_field
from bot.views.runs.canary import EFFECTS, WORDS, canary_stamp
from bot.views.wording.canaries import candidate_state
from bot.views.wording.text import safe
from engine import Canary

CANARY = "signoff:canary"
"""callback_id of the modal."""
_READERS = "Everybody who may see the workflow can read this."


def canary_modal(canary: Canary, act: str, reason: str = "") -> dict[str, Any]:
    """`act`: `promote` or `rollback`. `reason`: typed already."""
    word = WORDS[act]
    file, state = safe(Path(canary.file).name, 120), candidate_state(canary.state, canary.share)
    return modal(
        f"{word}?",
        [
            section(f"The candidate `{file}` of *{safe(canary.workflow, 80)}* {state}.\n{EFFECTS[act]}"),
            reason_field("Why?", optional=True, text=reason) | {"hint": plain(_READERS, 2000)},
        ],
        callback_id=CANARY,
        submit=word,
        close="Go back",
        metadata=button_values.encode(canary.workflow, f"{act}@{canary_stamp(canary)}"),
    )


def canary_end(value: ButtonValue) -> tuple[str, int]:
    """Return the act that the modal asked about, and the stamp of its canary. Raises `UnknownButton`."""
    if value.choice not in WORDS or not value.seen.isdecimal():
        raise UnknownButton("This window cannot be read, so nothing was changed. Type the command again.")
    return value.choice, int(value.seen)
