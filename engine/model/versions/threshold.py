"""A threshold of a decision that approvers changed: a versioned setting of the installation."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from engine.model.people import Actor


@dataclass(frozen=True, slots=True)
class ThresholdSetting:
    """Thresholds in place of those of the file, while the file has those of `base`."""

    workflow: str
    step: str
    number: int
    thresholds: Mapping[str, float]
    base: Mapping[str, float]
    question: str
    at: datetime

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "at": self.at.isoformat()}

    @classmethod
    def of_json(cls, stored: Mapping[str, Any]) -> "ThresholdSetting":
        return cls(**{**stored, "at": datetime.fromisoformat(stored["at"])})


@dataclass(frozen=True, slots=True)
class ThresholdProposal:
    """A change of one threshold that a gate asks about. `question`: the run that asks.

    `base`: the thresholds of the file. `before`, `after`: the threshold of the outcome. `number`: of the
    setting that it becomes.
    """

    workflow: str
    step: str
    outcome: str
    before: float
    after: float
    base: Mapping[str, float]
    current: Mapping[str, float]
    number: int
    question: str
    proposed_by: Actor
    at: datetime

    @property
    def proposed(self) -> dict[str, float]:
        return {**self.current, self.outcome: self.after}

    def accepted(self, now: datetime) -> ThresholdSetting:
        """Return the setting that it becomes."""
        return ThresholdSetting(
            self.workflow, self.step, self.number, self.proposed, self.base, self.question, now
        )

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "at": self.at.isoformat()}

    @classmethod
    def of_json(cls, stored: Mapping[str, Any]) -> "ThresholdProposal":
        at, by = datetime.fromisoformat(stored["at"]), Actor(**stored["proposed_by"])
        return cls(**{**stored, "at": at, "proposed_by": by})
