"""A channel that gets the news of a workflow."""

from dataclasses import dataclass
from datetime import datetime

from engine.model.people import Actor

NEWS = ("started", "waiting", "done", "failed")
"""Kinds of news: a run started, asks people, ended well, or failed."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """`channel`: its id, or `#name`. `kinds`: those of `NEWS` that it gets."""

    channel: str
    workflow: str
    kinds: tuple[str, ...]
    by: Actor
    at: datetime

    @property
    def key(self) -> str:
        """Unique among the subscriptions of an installation."""
        return f"{self.channel}/{self.workflow}"
