"""Policies of an installation as data: rules with conditions in CEL, and what they decide."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any, Literal

Moment = Literal["start", "step"]
"""`start`: a run is about to be created. `step`: an attempt of a step is about to begin."""
Effect = Literal["allow", "deny", "require"]


@dataclass(frozen=True, slots=True)
class RequiredApproval:
    """People who have to approve a step. `by`: references; an approval counts if it asks nobody else.

    `expires`: seconds that a request stays open which the engine opens for it.
    """

    by: tuple[str, ...]
    people: int = 1
    expires: float = 86_400.0


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

    @property
    def digest(self) -> str:
        """The digest of what it means. An approval given for the rule counts while this stays the same."""
        required = self.required or RequiredApproval(())
        means = [self.name, self.effect, self.when, self.unless, self.reason, self.asks_on_error]
        means += [list(required.by), required.people]
        return hashlib.sha256(json.dumps(means).encode()).hexdigest()[:16]


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
    """A rule that applies. `problem`: why it could not be evaluated; usually empty. `rule`: of the file."""

    name: str
    effect: Effect
    reason: str
    problem: str = ""
    rule: PolicyRule | None = field(default=None, compare=False, repr=False)

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
