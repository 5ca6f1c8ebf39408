"""A decision by rules, as data. It is part of a workflow's version."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from engine.model.definition.conditions import Compare, Condition, leaves
from engine.model.values.frozen import Frozen


class RuleSpec(Frozen):
    """A rule: it gives an outcome, or adds points."""

    left_out_when_empty: ClassVar[frozenset[str]] = frozenset({"outcome", "points", "confidence"})

    when: Condition
    written: str
    """The condition as people read it."""
    outcome: str | None = None
    points: float | None = None
    reason: str
    """Template."""
    confidence: float | None = None
    """None: 1."""

    @property
    def fields(self) -> tuple[str, ...]:
        """The paths that its condition compares, each once, in order."""
        tests = [leaf for leaf in leaves(self.when) if isinstance(leaf, Compare)]
        return tuple(dict.fromkeys(".".join((test.step, *test.path)) for test in tests))


class DecisionSpec(Frozen):
    """Rules of which the first that matches gives the outcome, or a score that reaches thresholds."""

    left_out_when_empty: ClassVar[frozenset[str]] = frozenset(
        {"rules", "thresholds", "score", "margin", "recommends", "groups"}
    )

    kind: Literal["decision"] = "decision"
    default: str
    """The outcome when no rule matches, or when the score reaches no threshold."""
    rules: tuple[RuleSpec, ...] = ()
    thresholds: dict[str, float] = Field(default_factory=dict)
    """By outcome: the lowest score, or the lowest probability, that gives it."""
    score: str = ""
    """Path to the score, or to the probabilities by outcome; empty: the points of the rules are the score."""
    margin: float | None = None
    """Distance from the nearest threshold at which the confidence is 1."""
    recommends: dict[str, Literal["approve", "reject"]] = Field(default_factory=dict)
    """By outcome: the answer of approvers that it recommends."""
    groups: tuple[str, ...] = ()
    """Paths in the input by whose values insight compares."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """Names of the secrets that it needs."""
        return ()

    @property
    def form(self) -> Literal["first", "points", "score"]:
        if self.score:
            return "score"
        return "points" if self.thresholds else "first"

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Every outcome that it can give, each once."""
        given = [rule.outcome for rule in self.rules if rule.outcome is not None]
        return tuple(dict.fromkeys([*given, *self.thresholds, self.default]))

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths of its conditions and its score."""
        found = [path for rule in self.rules for path in rule.fields]
        return tuple(dict.fromkeys([*found, *([self.score] if self.score else [])]))

    @property
    def templates(self) -> Iterator[tuple[str, str]]:
        """Every text with paths in it, with the option that has it."""
        yield from ((f"rules[{number}].reason", rule.reason) for number, rule in enumerate(self.rules))
        if self.score:
            yield "score", f"{{{self.score}}}"

    @property
    def argument_places(self) -> Collection[str]:
        """No text makes an argument."""
        return ()

    def shown(self, scope: Mapping[str, Any], later: Collection[str] = ()) -> Iterator[tuple[str, str]]:
        """Yield nothing: a decision changes nothing, so approvers see no text of it."""
        return iter(())
