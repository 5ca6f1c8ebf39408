"""A transform that an input went through before its run began."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class InputTransform:
    """`by`: the name of the function; empty for a mapping. `to`: None for the newest version."""

    version: int
    to: int | None
    by: str = ""

    def as_json(self) -> dict[str, Any]:
        return {"from": self.version, "to": self.to, "by": self.by}

    @property
    def words(self) -> str:
        """As `from version 1 to version 2 by euros_to_cents`."""
        to = "the newest version" if self.to is None else f"version {self.to}"
        return f"from version {self.version} to {to} by {self.by or 'its mapping'}"


def transform_of(data: Mapping[str, Any]) -> InputTransform:
    """Return the transform that an event holds."""
    return InputTransform(data["from"], data["to"], data["by"])


def transforms_in_words(transforms: tuple[InputTransform, ...]) -> str:
    """Return which transforms an input went through; plain text, empty for none."""
    if not transforms:
        return ""
    return f"Input transformed {', then '.join(each.words for each in transforms)}"
