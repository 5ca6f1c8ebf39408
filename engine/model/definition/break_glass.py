"""Break-glass as data: who may approve a request alone in an emergency, and where that is reviewed."""

from typing import Any

from engine.model.values.frozen import Frozen


class BreakGlassSpec(Frozen):
    """Break-glass of one approval."""

    people: tuple[str, ...]
    """Groups and people, each of whom may approve alone."""
    review: str
    """Name of the gate whose approvers review each use."""

    def as_json(self) -> dict[str, Any]:
        return {"people": list(self.people), "review": self.review}
