"""Something about the health of a workflow that people are told once, and when it changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

FindingKind = Literal["objective", "run", "schedule", "approval", "trigger"]


@dataclass(frozen=True, slots=True)
class Finding:
    """`about`: the objective, run, schedule, approval or trigger. `state`: `at risk` or `missed`."""

    workflow: str
    kind: FindingKind
    about: str
    state: str
    data: Mapping[str, Any] = field(default_factory=dict)
    """JSON that the message shows."""

    @property
    def key(self) -> str:
        """Unique among the findings of an installation."""
        return f"{self.kind} {self.workflow} {self.about}"
