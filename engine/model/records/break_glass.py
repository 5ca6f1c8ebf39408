"""A use of break-glass: one person approved alone, and others review it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.model.people import Actor
from engine.model.values.ids import derived_run_id

BREAK_GLASS = "break_glass"
"""Name of the fact of the installation that holds the open reviews, by user id."""
REVIEW_TRIGGER = "break_glass:"
"""How the trigger of the run begins that reviews a use. The id of the request follows."""
USED, ASKED_AGAIN, REVIEWED = "break_glass.used", "break_glass.asked_again", "break_glass.reviewed"
NOT_ASKED = "break_glass.not_asked"
"""Types of the events about it."""
MIN_REASON, MAX_REASON = 10, 1000
"""Characters of a reason."""


@dataclass(frozen=True, slots=True)
class GlassUse:
    """One approval of a request was given by break-glass."""

    by: str
    """User id."""
    decision: str
    """Id of the decision."""
    reason: str
    review: str
    """Name of the gate whose approvers review it."""

    def as_json(self) -> dict[str, str]:
        return {"by": self.by, "decision": self.decision, "reason": self.reason, "review": self.review}

    @classmethod
    def from_json(cls, stored: Mapping[str, str]) -> "GlassUse":
        return cls(**stored)


@dataclass(frozen=True, slots=True)
class GlassRule:
    """Break-glass at one approval of a loaded workflow: the people, and the gate that reviews it."""

    step: str
    people: tuple[str, ...]
    review: str


@dataclass(frozen=True, slots=True)
class OpenReview:
    """A use that nobody has reviewed yet. Its person cannot use break-glass again."""

    by: str
    actor: Actor
    request: str
    run: str
    workflow: str
    step: str
    ask: str
    reason: str
    gate: str
    at: datetime
    round: int = 1
    """Grows when a review ended without a verdict and reviewers are asked again."""
    problem: str = ""
    """Why the reviewers cannot be asked; empty as a rule."""

    @property
    def question(self) -> str:
        """Id of the run that asks the reviewers."""
        return derived_run_id(self.gate, "break-glass", self.request, str(self.round))

    @property
    def trigger(self) -> str:
        return f"{REVIEW_TRIGGER}{self.request}"

    def as_json(self) -> dict[str, Any]:
        actor = [self.actor.source, self.actor.id, self.actor.as_user]
        return {
            "actor": actor,
            "request": self.request,
            "run": self.run,
            "workflow": self.workflow,
            "step": self.step,
            "ask": self.ask,
            "reason": self.reason,
            "gate": self.gate,
            "at": self.at.isoformat(),
            "round": self.round,
            **({"problem": self.problem} if self.problem else {}),
        }

    @classmethod
    def from_json(cls, by: str, stored: Mapping[str, Any]) -> "OpenReview":
        at = datetime.fromisoformat(stored["at"])
        return cls(**{**stored, "by": by, "actor": Actor(*stored["actor"]), "at": at})

    def used(self) -> dict[str, Any]:
        """Return the data of the event of its use."""
        return {**self.told(), "reason": self.reason}

    def reviewed(self, verdict: str, reviewers: list[str], comment: str) -> dict[str, Any]:
        """Return the data of the event with its verdict."""
        return {**self.told(), "verdict": verdict, "reviewers": reviewers, "comment": comment}

    def told(self) -> dict[str, Any]:
        """Return the data of every event about it."""
        return {
            "by": self.by,
            "workflow": self.workflow,
            "step": self.step,
            "run": self.run,
            "request": self.request,
            "gate": self.gate,
            "review": self.question,
        }
