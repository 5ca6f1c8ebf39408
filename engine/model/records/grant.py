"""A grant: an approver approved a request, and further requests like it for a while."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from engine.model.people import Actor


@dataclass(frozen=True, slots=True)
class Grant:
    """An approval in advance, bound to all that was approved. Uses are counted, and it ends by time."""

    id: str
    workflow: str
    step: str
    request: str
    """Id of the request whose approver gave it."""
    run: str
    ask: str
    """The question of that request."""
    giver: Actor
    requester: Actor
    """Nobody else's requests are covered."""
    version: str
    """SHA-256 of the workflow's version, the code of guarded steps and the approvers."""
    covers: str
    """SHA-256 of the arguments that may not differ."""
    rules: tuple[str, ...]
    """The arguments that may differ, in words; empty: none may."""
    uses: int
    at: datetime
    until: datetime
    used: tuple[str, ...] = ()
    """Ids of the requests that it approved, oldest first."""

    @property
    def left(self) -> int:
        return self.uses - len(self.used)

    def holds(self, now: datetime) -> bool:
        """Return whether it could approve a request at this time."""
        return self.left > 0 and now < self.until

    def use(self, request: str) -> "Grant":
        """Return the grant after it approved one more request."""
        return replace(self, used=(*self.used, request))

    def as_json(self) -> dict[str, Any]:
        """Return what is stored."""
        return {
            "workflow": self.workflow,
            "step": self.step,
            "request": self.request,
            "run": self.run,
            "ask": self.ask,
            "giver": _actor(self.giver),
            "requester": _actor(self.requester),
            "version": self.version,
            "covers": self.covers,
            "rules": list(self.rules),
            "uses": self.uses,
            "at": self.at.isoformat(),
            "until": self.until.isoformat(),
            "used": list(self.used),
        }

    @classmethod
    def from_json(cls, id_: str, stored: Mapping[str, Any]) -> "Grant":
        return cls(
            id_,
            stored["workflow"],
            stored["step"],
            stored["request"],
            stored["run"],
            stored["ask"],
            Actor(*stored["giver"]),
            Actor(*stored["requester"]),
            stored["version"],
            stored["covers"],
            tuple(stored["rules"]),
            stored["uses"],
            datetime.fromisoformat(stored["at"]),
            datetime.fromisoformat(stored["until"]),
            tuple(stored["used"]),
        )


def _actor(actor: Actor) -> list[str | None]:
    return [actor.source, actor.id, actor.as_user]


GRANTS = "grants"
"""Name of the fact of the installation that holds them, by id."""
