"""Pure: which rules and outcomes of a decision no values can reach.

For each path, its values fall into a few classes in which every comparison gives the same answer. All
combinations of classes are tried. What cannot be told counts as possible, so nothing is reported in error.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from math import prod
from typing import Any

from engine.model.definition.conditions import AllOf, AnyOf, Compare, Condition, Not, leaves
from engine.model.definition.decisions import DecisionSpec, RuleSpec
from engine.model.values.comparison import Incomparable, compare

MAX_COMBINATIONS = 20_000
MAX_UNREAD = 8
"""Comparisons on one path of values such as dates, of which every combination of answers is tried."""
_Answers = Mapping[str, bool | None]
"""By comparison, its answer for one class of values. None: the values cannot be compared."""


class _TooMany(Exception):
    """There are more combinations than are tried."""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Parts of a decision that no values reach.

    `rules`: their numbers, from 1, each with the number of a rule before it that always matches first, or 0.
    `outcomes`: those that no score gives.
    """

    rules: tuple[tuple[int, int], ...] = ()
    outcomes: tuple[str, ...] = ()


def unreachable(spec: DecisionSpec) -> Unreachable:
    """Return what the decision can never use."""
    if spec.form == "first":
        return Unreachable(tuple(_in_order(spec.rules)))
    if spec.form == "points":
        rules = tuple((at, 0) for at, rule in enumerate(spec.rules, 1) if not _can_match(rule, ()))
        return Unreachable(rules, tuple(_outcomes_beyond(spec)))
    return Unreachable()


def _in_order(rules: Sequence[RuleSpec]) -> Iterator[tuple[int, int]]:
    for at, rule in enumerate(rules):
        if not _can_match(rule, ()):
            yield at + 1, 0
        elif not _can_match(rule, rules[:at]):
            covering = (number for number, each in enumerate(rules[:at], 1) if not _can_match(rule, [each]))
            yield at + 1, next(covering, at)


def _outcomes_beyond(spec: DecisionSpec) -> Iterator[str]:
    """Yield the outcomes that no sum of points gives."""
    low = sum(min(rule.points or 0, 0) for rule in spec.rules)
    high = sum(max(rule.points or 0, 0) for rule in spec.rules)
    starts = sorted(spec.thresholds.values())
    if starts[0] <= low:
        yield spec.default
    for outcome, start in spec.thresholds.items():
        if start > high or any(start < other <= low for other in starts):
            yield outcome


def _can_match(rule: RuleSpec, before: Sequence[RuleSpec]) -> bool:
    """Return whether some values match the rule and none of those before it. True where that is open."""
    try:
        classes = [_classes(tests) for tests in _by_path([rule.when, *(each.when for each in before)])]
        if prod(map(len, classes)) > MAX_COMBINATIONS:
            raise _TooMany
    except _TooMany:
        return len(before) < 2 or all(_can_match(rule, [each]) for each in before)
    return any(_matches_first(rule, before, _joined(combination)) for combination in product(*classes))


def _joined(combination: Iterable[_Answers]) -> _Answers:
    return {test: answer for answers in combination for test, answer in answers.items()}


def _matches_first(rule: RuleSpec, before: Sequence[RuleSpec], answers: _Answers) -> bool:
    try:
        return not any(_holds(each.when, answers) for each in before) and _holds(rule.when, answers)
    except Incomparable:  # the decision fails
        return False


def _holds(condition: Condition, answers: _Answers) -> bool:
    """Evaluate as the engine does, in the same order. Raises `Incomparable`."""
    match condition:
        case AllOf():
            return all(_holds(each, answers) for each in condition.all)
        case AnyOf():
            return any(_holds(each, answers) for each in condition.any)
        case Not():
            return not _holds(condition.no, answers)
    answer = answers[repr(condition)]
    if answer is None:
        raise Incomparable
    return answer


def _by_path(conditions: Iterable[Condition]) -> list[list[Compare]]:
    tests: dict[tuple[str, ...], dict[str, Compare]] = {}
    for condition in conditions:
        for leaf in leaves(condition):
            if isinstance(leaf, Compare):
                tests.setdefault((leaf.step, *leaf.path), {})[repr(leaf)] = leaf
    return [list(each.values()) for each in tests.values()]


def _classes(tests: Sequence[Compare]) -> list[_Answers]:
    """Return the answers that the comparisons on one path can give together, each combination once."""
    names = [repr(test) for test in tests]
    values = [each for test in tests for each in _values(test)]
    if any(test.types for test in tests) or any(isinstance(each, list | dict) for each in values):
        if len(tests) > MAX_UNREAD:
            raise _TooMany
        every = product((True, False), repeat=len(tests))
        return [dict(zip(names, answers, strict=True)) for answers in every]
    found = {tuple(_compared(value, test) for test in tests) for value in _representatives(values)}
    return [dict(zip(names, answers, strict=True)) for answers in found]


def _values(test: Compare) -> list[Any]:
    return test.value if test.op == "in" and isinstance(test.value, list) else [test.value]


def _compared(value: Any, test: Compare) -> bool | None:
    try:
        return compare(value, test.op, test.value, test.types)
    except Incomparable:
        return None


def _representatives(values: Sequence[Any]) -> Iterator[Any]:
    """Yield a value of each class: those compared with, those between and beyond them, and others."""
    numbers = sorted({each for each in values if type(each) in (int, float)})
    texts = {each for each in values if isinstance(each, str)}
    yield from (*values, None, True, False, 0, "", [], {})
    for low, high in pairwise(numbers):
        yield (low + high) / 2
    for edge in (*numbers[:1], *numbers[-1:]):
        yield from (edge - 1, edge + 1)
    yield from (f"{text}\0" for text in texts)
