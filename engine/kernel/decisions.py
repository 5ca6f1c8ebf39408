"""Pure: what rules, a score or a model's probabilities decide, with the reasons."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from engine.errors import CannotAsk
from engine.model.definition.conditions import Undecidable, evaluate, steps_in
from engine.model.definition.decisions import DecisionSpec, RuleSpec
from engine.model.definition.operations import parts
from engine.model.text.template import json_type_name, short_repr, value_at
from engine.model.text.wording import in_prose

MAX_REASON = 300
"""Characters of one reason, and of one value in it."""


@dataclass(frozen=True, slots=True)
class Matched:
    """A rule that matched. `rule`: its number, from 1. `values`: by path, what its condition compared."""

    rule: int
    text: str
    values: dict[str, Any]
    points: float | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Result of a decision. `why`: the reasons as one text."""

    outcome: str
    confidence: float
    why: str
    reasons: tuple[Matched, ...] = ()
    score: float | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"reasons": [asdict(reason) for reason in self.reasons]}


def decide(spec: DecisionSpec, scope: Mapping[str, Any]) -> Verdict:
    """Return the decision on these values: JSON by step, and `input`.

    Raises `Undecidable` where a value is missing or of another type.
    """
    try:
        match spec.form:
            case "first":
                return _first(spec, scope)
            case "points":
                return _by_points(spec, scope)
        return _by_score(spec, value_at(spec.score, scope))
    except CannotAsk as error:
        raise Undecidable(str(error)) from None


def in_words(output: Mapping[str, Any]) -> str:
    """Return the stored output of a decision as one line: `high (60 %): The amount is above 1,000.`"""
    confidence = output.get("confidence", 1)
    sure = f" ({confidence * 100:g} %)" if _is_number(confidence) and confidence < 1 else ""
    return f"{output.get('outcome')}{sure}: {output.get('why')}"


def _first(spec: DecisionSpec, scope: Mapping[str, Any]) -> Verdict:
    rule, matched = next(_matching(spec, scope), (None, None))
    if rule is None or matched is None:
        return Verdict(spec.default, 1.0, "No rule matched.")
    confidence = 1.0 if rule.confidence is None else rule.confidence
    return Verdict(rule.outcome or spec.default, confidence, matched.text, (matched,))


def _by_points(spec: DecisionSpec, scope: Mapping[str, Any]) -> Verdict:
    matched = tuple(reason for _, reason in _matching(spec, scope))
    score = float(sum(Decimal(str(reason.points or 0)) for reason in matched))
    why = "; ".join(f"{reason.text} ({_signed(reason.points or 0)})" for reason in matched)
    why = f"Score {_number(score)}: {why or 'no rule matched.'}"
    outcome = outcome_at(spec, score)
    return Verdict(outcome, _confidence(spec, score), why, matched, score)


def _by_score(spec: DecisionSpec, score: Any) -> Verdict:
    if isinstance(score, Mapping):
        return _most_probable(spec, score)
    if not _is_number(score):
        raise Undecidable(f"{spec.score} is {short_repr(score)}, which is {json_type_name(score)}: no score.")
    if spec.margin is None:
        raise Undecidable(f"{spec.score} is a number, so the decision needs margin= to tell its confidence.")
    outcome = outcome_at(spec, score)
    starts = spec.thresholds.get(outcome)
    where = "below every threshold" if starts is None else f"{outcome} starts at {_number(starts)}"
    why = f"The score is {_number(score)}; {where}."
    return Verdict(outcome, _confidence(spec, score), why, score=float(score))


def _most_probable(spec: DecisionSpec, probabilities: Mapping[str, Any]) -> Verdict:
    for outcome, probability in probabilities.items():
        if outcome not in spec.outcomes:
            known = ", ".join(spec.outcomes)
            raise Undecidable(f"{spec.score} names the outcome {short_repr(outcome)}. There are: {known}.")
        if not _is_number(probability) or not 0 <= probability <= 1:
            raise Undecidable(f"{spec.score}.{outcome} is {short_repr(probability)}: no probability.")
    if not probabilities:
        raise Undecidable(f"{spec.score} has no probabilities.")
    likeliest = max(spec.outcomes, key=lambda each: probabilities.get(each, -1))
    probability = probabilities[likeliest]
    needed = spec.thresholds.get(likeliest, 0)
    reached = probability >= needed
    why = f"{likeliest} has the probability {_number(probability)}"
    why += "." if reached else f", below its threshold of {_number(needed)}."
    return Verdict(likeliest if reached else spec.default, float(probability), why, score=float(probability))


def _matching(spec: DecisionSpec, scope: Mapping[str, Any]) -> Iterator[tuple[RuleSpec, Matched]]:
    for number, rule in enumerate(spec.rules, 1):
        try:
            if _matches(rule, scope):
                yield rule, Matched(number, _text(rule.reason, scope), _seen(rule, scope), rule.points)
        except Undecidable as error:
            raise Undecidable(f"Rule {number} ({rule.written}): {error}") from None


def _matches(rule: RuleSpec, scope: Mapping[str, Any]) -> bool:
    if missing := [step for step in steps_in(rule.when) if step not in scope]:
        raise Undecidable(f"{missing[0]} has no output.")
    return evaluate(rule.when, {step: ("succeeded", value) for step, value in scope.items()})


def _seen(rule: RuleSpec, scope: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that the condition compares. Those that are missing made no difference to it."""
    seen = {}
    for path in rule.fields:
        try:
            seen[path] = _bounded(value_at(path, scope))
        except CannotAsk:
            continue
    return seen


def _bounded(value: Any) -> Any:
    """Return a value that is short enough to store beside every reason."""
    if isinstance(value, Mapping | list):
        return _cut(in_prose(value))
    return _cut(value) if isinstance(value, str) else value


def _text(template: str, scope: Mapping[str, Any]) -> str:
    filled = [_cut(in_prose(value_at(part, scope))) if is_path else part for part, is_path in parts(template)]
    return _cut("".join(filled))


def _cut(text: str) -> str:
    return text if len(text) <= MAX_REASON else f"{text[: MAX_REASON - 1]}…"


def outcome_at(spec: DecisionSpec, score: float) -> str:
    """Return the outcome with the highest threshold that the score reaches."""
    reached = {start: outcome for outcome, start in spec.thresholds.items() if score >= start}
    return reached[max(reached)] if reached else spec.default


def _confidence(spec: DecisionSpec, score: float) -> float:
    """Return 0.5 at a threshold, and 1 at the margin from the nearest one or further."""
    if spec.margin is None:
        return 1.0
    distance = min(abs(score - start) for start in spec.thresholds.values())
    return round(0.5 + 0.5 * min(1.0, distance / spec.margin), 4)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _number(value: float) -> str:
    return in_prose(int(value) if float(value).is_integer() else value)


def _signed(value: float) -> str:
    return f"{'+' if value >= 0 else ''}{_number(value)}"
