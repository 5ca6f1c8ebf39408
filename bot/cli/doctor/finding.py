"""Finding of a check: how an area is, in a sentence, with the remedy."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "warning", "problem"]
ASK_AGAIN = "Run signoff doctor again when Slack answers."


@dataclass(frozen=True, slots=True)
class Finding:
    """`text`: one sentence or more; `remedy`: empty where nothing is to be done."""

    area: str
    level: Level
    text: str
    remedy: str = ""
