"""Code that runs under way need and that is not loaded."""

from dataclasses import dataclass
from typing import Literal

Lack = Literal["", "workflow", "step", "types"]
"""What is missing of the code of a step; empty if nothing is."""


@dataclass(frozen=True, slots=True)
class MissingCode:
    """What runs of one workflow need. `step`: empty where the whole workflow is not loaded.

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
        """What stays the same while runs come and go."""
        return [self.workflow, self.step, self.lack]
