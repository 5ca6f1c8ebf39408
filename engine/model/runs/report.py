"""Report of an executing attempt: its log so far and its progress. No transition depends on it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an attempt has got. `of`: None where the whole is not known."""

    done: float
    of: float | None
    text: str

    @property
    def share(self) -> float | None:
        """From 0 to 1; None where the whole is not known."""
        return min(self.done / self.of, 1.0) if self.of else None


@dataclass(frozen=True, slots=True)
class StepReport:
    """The newest that an attempt reported."""

    run_id: str
    step: str
    attempt: int
    progress: Progress | None
    log: tuple[str, ...]
    at: datetime
