"""Name the run in the text of a message: a notification on a phone shows neither thread nor blocks."""

from dataclasses import replace

from bot.views.message import MAX_TEXT_BYTES, Message
from bot.views.wording.text import safe, shorten, size_in_bytes


def naming_run(shown: Message, short: str) -> Message:
    """Return the message with the run's short id in its text, at the end where it is missing.

    A message about several runs names their workflow instead, and is left as it is.
    """
    name = safe(short, 150)
    if shown.several_runs or name in shown.text:
        return shown
    ending = f" ({name})"
    kept = shorten(shown.text, MAX_TEXT_BYTES - size_in_bytes(ending), size_in_bytes)
    return replace(shown, text=f"{kept}{ending}")
