"""State of a step that a policy denied."""

from dataclasses import dataclass
from typing import Literal

Remedy = Literal["open", "executed", "skipped", "given up"]


@dataclass(frozen=True, slots=True)
class DeniedStep:
    """The state of the step now. `run_ended`: nothing more happens to it."""

    state: str
    run_ended: bool

    @property
    def remedy(self) -> Remedy:
        """Return what became of the step. `executed`: the policies allowed a later attempt."""
        if self.state in ("succeeded", "compensated"):
            return "executed"
        if self.state == "skipped":
            return "skipped"
        return "given up" if self.run_ended or self.state == "cancelled" else "open"
