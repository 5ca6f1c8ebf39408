"""A follow-up run: one that a step asks for, and that starts once its result is recorded."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

MAX_FOLLOW_UPS = 100
"""Follow-up runs that one attempt can ask for."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A follow-up run as the result of a step asks for it. `id`: that of the run."""

    id: str
    run_id: str
    step: str
    workflow: str
    input: Any
    at: datetime
