"""The version of the code that a run executes."""

from typing import Protocol


class Versioned(Protocol):
    """A run, or a group of runs that started with the same definition and the same code."""

    @property
    def workflow(self) -> str: ...

    @property
    def definition(self) -> str:
        """Digest of the definition."""

    @property
    def code_digest(self) -> str:
        """Digest over the code of all steps."""
