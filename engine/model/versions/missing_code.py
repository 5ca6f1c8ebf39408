"""Code that runs under way need and that is not loaded."""

from dataclasses import dataclass
from typing import Literal

Lack = Literal["", "workflow", "candidate", "step", "types"]
"""The part of a step's code that is missing; empty if none is."""
REMEDY = (
    "Put it back, or cancel the runs. A cancelled run can be forked, and the fork executes the loaded code."
)
GONE_REMEDY = "Put its file back, or cancel the runs."


@dataclass(frozen=True, slots=True)
class MissingCode:
    """Code that runs of one workflow need. `step`: empty where the whole workflow is not loaded.

    `named`: the newest of the `runs` runs. `file`: name of the file that lacks it, empty if unknown.
    """

    workflow: str
    step: str
    lack: Lack
    runs: int
    named: tuple[str, ...]
    file: str = ""

    @property
    def key(self) -> list[str]:
        """The part that stays the same while runs come and go."""
        return [self.workflow, self.step, self.lack]

    @property
    def sentence(self) -> str:
        """The runs and the code that they need, in a sentence."""
        runs, waits = ("1 run", "waits") if self.runs == 1 else (f"{self.runs} runs", "wait")
        left_out = self.runs - len(self.named)
        more = f" and {left_out:,} more" if left_out > 0 else ""
        return f"{runs} of {self.workflow} {waits} for {self._needed}: {', '.join(self.named)}{more}."

    @property
    def _needed(self) -> str:
        file = self.file or self.workflow
        if self.lack == "workflow":
            return "that workflow, which is not loaded"
        if self.lack == "candidate":
            return "the candidate of a canary, which cannot be loaded or has changed"
        if self.lack == "step":
            return f"the step {self.step}, which is no longer in {file}"
        return f"the earlier types of the step {self.step} in {file}"

    @property
    def remedy(self) -> str:
        """Ways on, in a sentence or two."""
        return GONE_REMEDY if self.lack in ("workflow", "candidate") else REMEDY
