"""Decisions: rules, a score or a model's probabilities that give an outcome, as a step."""

import math
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, Literal

from pydantic import BaseModel, ConfigDict
from typing_extensions import TypeVar

from engine.authoring.context import StepContext
from engine.authoring.expressions import ExpressionError, read_condition
from engine.authoring.refs import Field, Ref
from engine.errors import DefinitionError, Fatal
from engine.kernel.decisions import decide
from engine.model.definition.conditions import (
    AllOf,
    AnyOf,
    Compare,
    Condition,
    Not,
    OutcomeIs,
    StateIs,
    Undecidable,
    leaves,
)
from engine.model.definition.decisions import DecisionSpec, RuleSpec
from engine.model.definition.operations import parts, paths_of
from engine.model.text.template import PATH, short_repr

MAX_RULES = 200
MAX_TEXT = 100
"""Characters of an outcome."""
O = TypeVar("O", bound=str, default=str)  # noqa: E741 - the parameter of `Decided`


class DecisionReason(BaseModel):
    """A rule that matched."""

    model_config = ConfigDict(frozen=True)

    rule: int
    """Its number, from 1."""
    text: str
    values: dict[str, Any]
    """The values that its condition compared, by path."""
    points: float | None = None


class Decided(BaseModel, Generic[O]):
    """Output of a decision step. Write `Decided[Literal["low", "high"]]` to name its outcomes."""

    model_config = ConfigDict(frozen=True)

    outcome: O
    confidence: float
    """From 0 to 1."""
    why: str
    """Its reasons as one text."""
    reasons: tuple[DecisionReason, ...] = ()
    score: float | None = None
    """Points, score or probability; None where the first rule that matches decides."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of a decision. It gives an outcome, or adds points.

    - `when`: its condition, as a text such as `"input.amount > 1000"` or made from steps.
    - `outcome`: the outcome, if it is the first rule that matches.
    - `points`: the points that it adds to the score, instead of an outcome.
    - `reason`: the reason as people read it, with `{input.field}` and `{step.field}`.
    - `confidence`: how sure its outcome is, from 0 to 1. Default: 1.
    """

    when: Condition | str
    outcome: str | None = None
    points: float | None = None
    reason: str = ""
    confidence: float | None = None

    @property
    def written(self) -> str:
        return self.when if isinstance(self.when, str) else in_words(self.when)

    def condition(self) -> Condition:
        """Raises `ExpressionError`."""
        return read_condition(self.when) if isinstance(self.when, str) else self.when


@dataclass(frozen=True)
class Decision:
    """A decision as its author declared it. `checked`: its spec, after the compiler has read its types."""

    rules: Any
    default: Any
    thresholds: Any
    score: Any
    margin: Any
    recommends: Any = None
    groups: Any = ()
    checked: DecisionSpec | None = None

    @property
    def output(self) -> Any:
        """A model with the outcomes by name, so that a condition on another one is refused."""
        try:
            outcomes: Any = Literal.__getitem__(self.spec.outcomes)
            return Decided[outcomes]
        except Exception:  # its problems say what is wrong
            return Decided

    @cached_property
    def spec(self) -> DecisionSpec:
        return self.checked or DecisionSpec(
            default=self.default,
            rules=tuple(
                RuleSpec(
                    when=rule.condition(),
                    written=rule.written,
                    outcome=rule.outcome,
                    points=rule.points,
                    reason=rule.reason,
                    confidence=rule.confidence,
                )
                for rule in self.rules
            ),
            thresholds=dict(self.thresholds or {}),
            score=_path_of(self.score),
            margin=self.margin,
            recommends=dict(self.recommends or {}),
            groups=tuple(self.groups),
        )

    @property
    def paths(self) -> list[str]:
        found = [path] if (path := _path_of(self.score)) else []
        for rule in self._read_rules():
            with suppress(ValueError, TypeError):
                found += paths_of(rule.reason)
            with suppress(ExpressionError, TypeError, AttributeError):
                found += [leaf.step for leaf in leaves(rule.condition())]
        return found

    def _read_rules(self) -> list[Rule]:
        rules = self.rules if isinstance(self.rules, list | tuple) else ()
        return [rule for rule in rules if isinstance(rule, Rule)]

    def problems(self) -> Iterator[tuple[str, str]]:
        if not _is_outcome(self.default):
            yield (
                f"The decision has no default: it is {self.default!r}.",
                'Name the outcome when nothing else decides, such as default="low".',
            )
        yield from self._form_problems()
        yield from self._rule_problems()
        yield from self._threshold_problems()
        yield from self._insight_problems()

    def _form_problems(self) -> Iterator[tuple[str, str]]:
        if not isinstance(self.rules, list | tuple) or not all(isinstance(rule, Rule) for rule in self.rules):
            yield (
                f"rules is {short_repr(self.rules)}.",
                'Write rules=[Rule("input.amount > 1000", "high")].',
            )
        elif len(self.rules) > MAX_RULES:
            yield f"The decision has {len(self.rules)} rules.", f"Give at most {MAX_RULES}, or two decisions."
        elif not self.rules and self.score is None:
            yield "The decision has neither rules nor a score.", "Give rules=[…], or score=a_step."
        elif self.rules and self.score is not None:
            yield "The decision has rules and a score.", "Give one of them, or make two decisions."
        if self.score is not None and not PATH.fullmatch(_path_of(self.score)):
            yield f"score is {self.score!r}.", 'Name a step, or a path such as "model.risk".'

    def _rule_problems(self) -> Iterator[tuple[str, str]]:
        by_points = self.thresholds is not None
        for number, rule in enumerate(self._read_rules(), 1):
            yield from _condition_problems(number, rule)
            yield from _reason_problems(number, rule)
            if by_points and (rule.outcome is not None or not _is_number(rule.points)):
                yield (
                    f"Rule {number} gives {_given(rule)}, and thresholds= need points.",
                    "Write points=10 in each rule, or leave out thresholds= to let the first rule decide.",
                )
            elif not by_points and (rule.points is not None or not _is_outcome(rule.outcome)):
                yield (
                    f"Rule {number} gives {_given(rule)}, and there are no thresholds.",
                    'Write outcome="high" in each rule, or thresholds={"high": 70} for points.',
                )
            if rule.confidence is not None and (by_points or not _is_number(rule.confidence, 0, 1)):
                yield (
                    f"Rule {number} has the confidence {rule.confidence!r}.",
                    "Give a number from 0 to 1 with an outcome, or leave it out.",
                )

    def _threshold_problems(self) -> Iterator[tuple[str, str]]:
        thresholds = self.thresholds
        if thresholds is None:
            if self.score is not None:
                yield "score is given without thresholds.", 'Write thresholds={"high": 0.7}.'
            if self.margin is not None:
                yield "margin is given without thresholds.", 'Write thresholds={"high": 70}, or leave it out.'
            return
        if not isinstance(thresholds, Mapping) or not thresholds:
            yield f"thresholds is {thresholds!r}.", 'Write thresholds={"medium": 30, "high": 70}.'
            return
        for outcome, start in thresholds.items():
            if not _is_outcome(outcome) or not _is_number(start):
                yield (
                    f"thresholds has {start!r} for {outcome!r}.",
                    'Give the lowest score of each outcome: {"high": 70}.',
                )
                return
        if self.score is None:
            yield from same_thresholds(thresholds)
        if self.default in thresholds and self.score is None:
            yield (
                f"thresholds has {self.default}, which is the default: the outcome below every threshold.",
                "Leave it out of thresholds, or name another default.",
            )
        if self.margin is not None and not (_is_number(self.margin, 0) and self.margin > 0):
            yield f"margin is {self.margin!r}.", "Give a number above 0: a distance between scores."

    def _insight_problems(self) -> Iterator[tuple[str, str]]:
        recommends = self.recommends
        if recommends is not None and (not isinstance(recommends, Mapping) or not recommends):
            yield f"recommends is {short_repr(recommends)}.", 'Write recommends={"high": "reject"}.'
            return
        outcomes = self._outcomes()
        for outcome, answer in (recommends or {}).items():
            if outcome not in outcomes:
                yield (
                    f"recommends has the outcome {short_repr(outcome)}, which the decision does not give.",
                    f"There are: {', '.join(outcomes)}.",
                )
            elif answer not in ("approve", "reject"):
                yield f"recommends has {short_repr(answer)} for {outcome}.", 'Write "approve" or "reject".'
        groups = self.groups
        if not isinstance(groups, list | tuple) or not all(map(_is_input_path, groups)):
            yield f"groups is {short_repr(groups)}.", 'Name fields of the input: groups=["input.team"].'
        elif groups and not recommends:
            yield "groups is given without recommends.", 'Write recommends={"high": "reject"} as well.'

    def _outcomes(self) -> list[str]:
        thresholds = self.thresholds if isinstance(self.thresholds, Mapping) else {}
        given = [rule.outcome for rule in self._read_rules() if rule.outcome is not None]
        return [str(each) for each in dict.fromkeys([*given, *thresholds, self.default])]

    async def execute(self, values: Mapping[str, Any], ctx: StepContext) -> Any:
        try:
            verdict = decide(self.spec, values)
        except Undecidable as error:
            raise Fatal(str(error)) from None
        ctx.log(f"{verdict.outcome}, confidence {verdict.confidence:g}. {verdict.why}")
        return verdict.as_json()


def same_thresholds(thresholds: Mapping[str, float]) -> Iterator[tuple[str, str]]:
    """Yield a problem if a score reaches two outcomes at once. Probabilities may."""
    starts = list(thresholds.values())
    if doubled := [outcome for outcome, start in thresholds.items() if starts.count(start) > 1]:
        yield (
            f"The thresholds of {doubled[0]} and {doubled[1]} are both {thresholds[doubled[0]]}.",
            "Give each outcome a threshold of its own.",
        )


def _condition_problems(number: int, rule: Rule) -> Iterator[tuple[str, str]]:
    try:
        if not isinstance(rule.when, str | StateIs | OutcomeIs | Compare | AllOf | AnyOf | Not):
            yield (
                f"The condition of rule {number} is {short_repr(rule.when)}.",
                'Write it as a text: "input.amount > 1000".',
            )
            return
        tests = leaves(rule.condition())
    except (ExpressionError, DefinitionError) as error:
        yield f"The condition of rule {number} is {short_repr(rule.when)}: {error.problem}", error.remedy
        return
    if any(not isinstance(test, Compare) for test in tests):
        yield (
            f"Rule {number} tests how a step ended ({rule.written}), and rules compare values.",
            "Put that test into when= of the decision.",
        )
    elif any(test.step == "input" and not test.path for test in tests if isinstance(test, Compare)):
        yield f"Rule {number} compares the whole input ({rule.written}).", "Name a field: input.amount."


def _reason_problems(number: int, rule: Rule) -> Iterator[tuple[str, str]]:
    if not isinstance(rule.reason, str) or not rule.reason.strip():
        yield f"Rule {number} has no reason.", 'Write reason="The amount is above 1,000.".'
        return
    try:
        parts(rule.reason)
    except ValueError as error:
        yield f"The reason of rule {number} is {rule.reason!r:.80}: a brace holds no path.", str(error)


def _given(rule: Rule) -> str:
    if rule.outcome is not None and rule.points is not None:
        return f"the outcome {rule.outcome!r} and {rule.points!r} points"
    return f"the outcome {rule.outcome!r}" if rule.points is None else f"{rule.points!r} points"


def in_words(condition: Any) -> str:
    """Return a condition as the language of conditions writes it."""
    match condition:
        case AllOf():
            return " && ".join(f"({in_words(each)})" for each in condition.all)
        case AnyOf():
            return " || ".join(f"({in_words(each)})" for each in condition.any)
        case Not():
            return f"!({in_words(condition.no)})"
    return str(condition)


def _path_of(score: Any) -> str:
    """Return the path that `score=` names; empty for none."""
    if isinstance(score, Ref):
        return score.name
    if isinstance(score, Field):
        return repr(score).replace(".output", "", 1)
    return str(score) if score is not None else ""


def _is_outcome(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and len(value) <= MAX_TEXT and value.isprintable()


def _is_input_path(path: Any) -> bool:
    return isinstance(path, str) and bool(PATH.fullmatch(path)) and path.startswith("input.")


def _is_number(value: Any, least: float = -math.inf, most: float = math.inf) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and math.isfinite(value)
        and least <= value <= most
    )
