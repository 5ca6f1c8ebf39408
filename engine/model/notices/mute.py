"""A mute: for a while, new failures of a workflow, or of one kind, come without a message."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from engine.model.people import Actor


@dataclass(frozen=True, slots=True)
class Mute:
    """`step`, `likeness`: those of one failure; empty for every failure of the workflow."""

    workflow: str
    by: Actor
    at: datetime
    until: datetime
    step: str = ""
    likeness: str = ""
    request: str = ""
    """The request whose message was muted; empty for a workflow."""

    @property
    def key(self) -> str:
        """Unique among the mutes of an installation."""
        return f"{self.workflow}/{self.step}/{self.likeness}" if self.step else self.workflow


def muting(mutes: Iterable[Mute], workflow: str, step: str, likeness: str) -> Mute | None:
    """Return the mute that covers a failure; of several, the one that ends last."""
    covering = [
        mute
        for mute in mutes
        if mute.workflow == workflow
        and (not mute.step or (step and (mute.step, mute.likeness) == (step, likeness)))
    ]
    return max(covering, key=lambda mute: mute.until, default=None)
