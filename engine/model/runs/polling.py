"""The checks of a polling step so far: kept as a checkpoint of the engine's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import orjson

from engine.model.runs.checkpoint import CheckpointRecord

POLLING_KEY = ""
"""No step can use this key."""


@dataclass(frozen=True, slots=True)
class Polling:
    """The checks of one round. `since`: the start of the first one."""

    round: int
    checks: int
    since: datetime
    text: str
    """Words of the last check."""
    earlier: int = 0
    """Checks of earlier rounds."""

    @property
    def total(self) -> int:
        """Return the checks of all rounds, which do not count as attempts."""
        return self.earlier + self.checks

    @classmethod
    def read(cls, text: str) -> "Polling":
        stored = orjson.loads(text)
        return cls(**{**stored, "since": datetime.fromisoformat(stored["since"])})

    def as_json(self) -> str:
        stored = {
            "round": self.round,
            "checks": self.checks,
            "since": self.since.isoformat(),
            "text": self.text,
            "earlier": self.earlier,
        }
        return orjson.dumps(stored).decode()


def polling_of(kept: Mapping[str, CheckpointRecord]) -> Polling | None:
    """Return the checks of a step with these checkpoints; None for one that was not found unready."""
    own = kept.get(POLLING_KEY)
    return Polling.read(own.value) if own is not None else None


def check_number(kept: Mapping[str, CheckpointRecord], round_: int) -> int | None:
    """Return which check begins now; None for the first one of a round."""
    polling = polling_of(kept)
    return polling.checks + 1 if polling is not None and polling.round == round_ else None
