"""Code that runs under way need and that is not loaded."""

from dataclasses import dataclass
from typing import Literal

Lack = Literal["", "workflow", "step", "types"]
"""The part of a step's code that is missing; empty if none is."""


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
