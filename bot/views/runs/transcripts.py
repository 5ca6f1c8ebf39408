"""Transcripts of the agents of a run, as Details, the command line and reports show them."""

from collections.abc import Sequence
from typing import Any

from engine import TranscriptLine


def values_of(said: Sequence[TranscriptLine]) -> list[dict[str, Any]]:
    """Return the lines as people read them: `{"call of restart": {"service": "web"}}`."""
    return [{line.head: line.text} for line in said]
