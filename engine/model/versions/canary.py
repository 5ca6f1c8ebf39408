"""A canary: a share of a workflow's new runs executes a candidate file."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from engine.model.people import Actor
from engine.model.versions.code_version import Versioned

CanaryState = Literal["running", "promoted", "rolled_back"]


@dataclass(frozen=True, slots=True)
class CanaryRules:
    """Bounds within which a candidate must stay; without any of them a person decides.

    `min_runs`: ended runs of each side before they are compared. `max_failures`: percentage points by which
    its failures may exceed those of the current file. `max_slowdown`: factor of its median duration.
    `promote_after`: ended runs within these bounds after which it is promoted.
    """

    min_runs: int = 20
    max_failures: float | None = None
    max_slowdown: float | None = None
    promote_after: int | None = None

    @property
    def is_bounded(self) -> bool:
        """Return whether a bound says what a candidate must keep to."""
        return self.max_failures is not None or self.max_slowdown is not None


@dataclass(frozen=True, slots=True)
class Canary:
    """`share`: percent of the new runs. `definition`, `code`: digests of the candidate at the start."""

    workflow: str
    file: str
    share: float
    definition: str
    code: str
    started_at: datetime
    state: CanaryState = "running"
    reason: str = ""
    """Why it was promoted or rolled back."""
    rules: CanaryRules = field(default_factory=CanaryRules)
    ask: str = ""
    """The gate whose approvers are asked before the rules promote it; empty: nobody is asked."""
    started_by: Actor | None = None
    """None for a canary of an earlier release."""

    def has(self, run: Versioned) -> bool:
        """Return whether a run started with the candidate."""
        return run.definition == self.definition and run.code_digest == self.code

    def ended(self, state: CanaryState, reason: str) -> "Canary":
        return replace(self, state=state, reason=reason)

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "started_at": self.started_at.isoformat()}

    @classmethod
    def of_json(cls, stored: Mapping[str, Any]) -> "Canary":
        starter = stored.get("started_by")
        values = {
            **stored,
            "started_at": datetime.fromisoformat(stored["started_at"]),
            "rules": CanaryRules(**stored["rules"]),
            "started_by": Actor(**starter) if starter else None,
        }
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Tally:
    """Runs of one side since a canary began. `ended`: succeeded or failed. `seconds`: median duration."""

    ended: int = 0
    failed: int = 0
    seconds: float | None = None
    under_way: int = 0

    @property
    def failure_share(self) -> float:
        return self.failed / self.ended if self.ended else 0.0


@dataclass(frozen=True, slots=True)
class CanaryReport:
    """A canary with the runs of both sides. `problem`: why the candidate gets no new runs; usually empty."""

    canary: Canary
    current: Tally
    candidate: Tally
    problem: str = ""
    controlled: bool = True
    """The viewer may promote the candidate and roll it back."""
    question: str = ""
    """The id of the run that asks whether to promote the candidate; empty: nobody was asked."""
