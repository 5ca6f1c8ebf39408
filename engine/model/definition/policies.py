"""Policies of an installation as data: rules with conditions in CEL, and what they decide."""

from dataclasses import dataclass, field
from typing import Any, Literal

Moment = Literal["start", "step"]
"""`start`: a run is about to be created. `step`: an attempt of a step is about to begin."""
Effect = Literal["allow", "deny", "require"]


@dataclass(frozen=True, slots=True)
class RequiredApproval:
    """People who have to approve a step. `by`: references; an approval counts if it asks nobody else."""

    by: tuple[str, ...]
    people: int = 1


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """One rule. `unless`: a condition of its exceptions, empty for none. `line`: in its file."""

    name: str
    effect: Effect
    reason: str
    when: str
    at: frozenset[Moment]
    unless: str = ""
    required: RequiredApproval | None = None
    asks_on_error: bool = False
    """Require the approval where the rule cannot be evaluated; else it denies."""
    line: int = 0


@dataclass(frozen=True, slots=True)
class PolicySet:
    """The rules of one file. `digest`: of its text. `environment`: the variables that conditions may read."""

    rules: tuple[PolicyRule, ...]
    digest: str
    zone: str = "UTC"
    environment: tuple[str, ...] = ()
    default: Literal["allow", "deny"] = "allow"


@dataclass(frozen=True, slots=True)
class MatchedRule:
    """A rule that applies. `problem`: why it could not be evaluated; usually empty."""

    name: str
    effect: Effect
    reason: str
    problem: str = ""

    def as_json(self) -> dict[str, Any]:
        data = {"rule": self.name, "effect": self.effect, "reason": self.reason}
        return data | ({"problem": self.problem} if self.problem else {})


@dataclass(frozen=True, slots=True)
class Ruling:
    """The decision of the rules. `exceptions`: rules that match, but for their `unless`."""

    decision: Effect
    reason: str
    digest: str
    matched: tuple[MatchedRule, ...] = ()
    exceptions: tuple[str, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """Return what an event records."""
        data: dict[str, Any] = {"decision": self.decision, "digest": self.digest}
        if self.matched:
            data["rules"] = [rule.as_json() for rule in self.matched]
        if self.exceptions:
            data["exceptions"] = list(self.exceptions)
        return data
