"""A checkpoint: a value that a step kept while it executed, and that its next attempts read."""

from dataclasses import dataclass
from datetime import datetime

MAX_CHECKPOINTS = 1000
"""Of one step in one run."""
MAX_CHECKPOINT_BYTES = 64 * 1024
"""Of one value, as JSON."""
MAX_CHECKPOINTS_BYTES = 1024 * 1024
"""Of all values of one step in one run, as JSON."""
MAX_KEY_LENGTH = 200


@dataclass(frozen=True, slots=True)
class CheckpointRecord:
    """One value by its key. `value` is JSON; `number`: place among the keys of its step, from 0."""

    run_id: str
    step: str
    number: int
    key: str
    attempt: int
    """The attempt that kept it."""
    value: str
    at: datetime

    @property
    def id(self) -> str:
        return f"{self.run_id}:{self.step}:{self.number}"
