"""Result of a decision in a run, beside the answer of the approvers who saw it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Answer = Literal["approved", "changed", "rejected"]
"""Outcome of an approval. `changed`: approved with other values than an earlier step proposed."""


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A decision of one run. `answer`, `answered_at`: None where no approval about it was decided.

    A run with several decided approvals about it has one of these for each.
    """

    run_id: str
    version: str
    """Digest of the definition that decided."""
    at: datetime
    """Creation of the run."""
    outcome: str
    score: float | None
    groups: tuple[str, ...]
    """A value in words for each field of `DecisionSpec.groups`."""
    answer: Answer | None = None
    answered_at: datetime | None = None
