"""Transcripts of the agents of a run, as Details shows them."""

from collections.abc import Sequence

from bot.views.runs.outline import whole_lines
from bot.views.wording.visible import Visible
from engine import TranscriptLine


def transcript_text(said: Sequence[TranscriptLine]) -> Visible:
    """Return a line for each: `call of restart: {"service":"web"}`. Further lines of a text are indented.

    So a text cannot pass for another line of the transcript.
    """
    rows = (f"{line.head}: {line.text}".splitlines() for line in said)
    return whole_lines("\n".join("\n    | ".join(row) for row in rows))
