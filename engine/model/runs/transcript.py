"""The transcript of an agent for people: a line for each thing that was said, called or returned."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

MAX_LINES = 100
MAX_TEXT = 1_000
"""Characters of one line."""
_BY: Mapping[str, "Speaker"] = {
    "user-prompt": "prompt",
    "text": "model",
    "tool-call": "call",
    "tool-return": "result",
}
_ENDINGS = {"failed": "failed", "denied": "denied"}
Speaker = Literal["prompt", "model", "call", "result", "note"]


@dataclass(frozen=True, slots=True)
class TranscriptLine:
    """`tool`, of a call and of a result. `ending`, of a result: `failed`, `denied`, or empty for success."""

    by: Speaker
    text: str
    tool: str = ""
    ending: str = ""

    @property
    def head(self) -> str:
        """`call of restart`."""
        match self.by:
            case "call" | "result":
                ending = f", {self.ending}" if self.ending else ""
                return f"{self.by} of {self.tool}{ending}"
        return self.by


def transcript_lines(messages: Any, clean: Callable[[str], str]) -> tuple[TranscriptLine, ...]:
    """Return what people may read of a transcript. `messages`: JSON of the client library, of any release.

    `clean`: hides credentials. Lines in the middle of a long transcript are left out, with a note.
    """
    lines = list(_lines(messages))
    if (left_out := len(lines) - MAX_LINES) > 0:
        half = MAX_LINES // 2
        note = TranscriptLine("note", f"{left_out:,} lines are left out here.")
        lines = [*lines[:half], note, *lines[-half:]]
    return tuple(
        TranscriptLine(line.by, _bounded(clean(line.text)), _bounded(clean(line.tool)), line.ending)
        for line in lines
    )


def _lines(messages: Any) -> Iterator[TranscriptLine]:
    for message in _mappings(messages):
        for part in _mappings(message.get("parts")):
            by = _BY.get(str(part.get("part_kind")))
            if by is None:
                continue
            said = part.get("args") if by == "call" else part.get("content")
            tool = str(part.get("tool_name", "")) if by in ("call", "result") else ""
            yield TranscriptLine(by, _text(said), tool, _ENDINGS.get(str(part.get("outcome")), ""))


def _mappings(values: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(values, Sequence) and not isinstance(values, str):
        yield from (value for value in values if isinstance(value, Mapping))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _bounded(text: str) -> str:
    if len(text) <= MAX_TEXT:
        return text
    return f"{text[:MAX_TEXT]} … ({len(text) - MAX_TEXT:,} more characters)"
