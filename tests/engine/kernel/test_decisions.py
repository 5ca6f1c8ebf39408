"""Rules of decisions over many values: what decides, what is added up, and what is never reached."""

import itertools
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from engine.kernel.decision_coverage import unreachable
from engine.kernel.decisions import decide
from engine.model.definition.conditions import AllOf, AnyOf, Compare, Condition, Not, Undecidable
from engine.model.definition.decisions import DecisionSpec, RuleSpec

NUMBERS = (-1, 0, 0.5, 1, 2, 3)
TEXTS = ("", "a", "b")
ALL_VALUES: tuple[Any, ...] = (*NUMBERS, 1.5, 2.5, 4, -2, *TEXTS, "ab", "c", True, False, None)


def number_tests(name: str) -> st.SearchStrategy[Condition]:
    operators = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
    return st.builds(
        lambda op, value: Compare(step="input", path=(name,), op=op, value=value),
        operators,
        st.sampled_from(NUMBERS),
    )


def text_tests(name: str) -> st.SearchStrategy[Condition]:
    one = st.sampled_from(
        [("==", "a"), ("!=", "b"), ("<", "b"), (">=", "a"), ("in", ["a", "b"]), ("==", None)]
    )
    return one.map(lambda each: Compare(step="input", path=(name,), op=each[0], value=each[1]))


TESTS = number_tests("x") | number_tests("y") | text_tests("z")
CONDITIONS = st.recursive(
    TESTS,
    lambda inner: (
        st.lists(inner, min_size=2, max_size=3).map(lambda each: AllOf(all=tuple(each)))
        | st.lists(inner, min_size=2, max_size=3).map(lambda each: AnyOf(any=tuple(each)))
        | inner.map(lambda each: Not(no=each))
    ),
    max_leaves=5,
)
INPUTS = st.fixed_dictionaries({name: st.sampled_from(ALL_VALUES) for name in "xyz"})


def rules(conditions: list[Condition], **options: Any) -> tuple[RuleSpec, ...]:
    return tuple(
        RuleSpec(when=when, written=str(number), outcome=f"o{number}", reason=f"r{number}", **options)
        for number, when in enumerate(conditions, 1)
    )


@given(st.lists(CONDITIONS, min_size=1, max_size=4), st.lists(INPUTS, min_size=20, max_size=20))
def test_a_rule_that_some_input_reaches_is_never_called_unreachable(
    conditions: list[Condition], inputs: list[dict[str, Any]]
) -> None:
    spec = DecisionSpec(rules=rules(conditions), default="none")
    never = {number for number, _ in unreachable(spec).rules}
    for values in inputs:
        try:
            verdict = decide(spec, {"input": values})
        except Undecidable:
            continue
        assert not never & {reason.rule for reason in verdict.reasons}


@given(st.lists(number_tests("x") | number_tests("y"), min_size=2, max_size=4))
def test_a_rule_that_no_number_reaches_is_called_unreachable(conditions: list[Condition]) -> None:
    spec = DecisionSpec(rules=rules(conditions), default="none")
    values = sorted({*NUMBERS, *(low + 0.1 for low in NUMBERS), -2, 4})
    reached = {
        reason.rule
        for x, y in itertools.product(values, values)
        for reason in decide(spec, {"input": {"x": x, "y": y}}).reasons
    }
    assert {number for number, _ in unreachable(spec).rules} == {*range(1, len(conditions) + 1)} - reached


@given(st.lists(CONDITIONS, min_size=1, max_size=5), INPUTS)
def test_no_rule_before_the_one_that_decides_matches(
    conditions: list[Condition], values: dict[str, Any]
) -> None:
    try:
        verdict = decide(DecisionSpec(rules=rules(conditions), default="none"), {"input": values})
    except Undecidable:
        return
    at = verdict.reasons[0].rule if verdict.reasons else len(conditions) + 1
    for number, rule in enumerate(rules(conditions)[:at], 1):
        alone = decide(DecisionSpec(rules=(rule,), default="none"), {"input": values})
        assert bool(alone.reasons) is (number == at)


POINTS = st.lists(st.sampled_from([-20, -0.1, 0, 0.1, 0.2, 10, 35]), min_size=1, max_size=6)


@given(POINTS, st.data())
def test_the_score_is_the_sum_in_any_order(points: list[float], data: st.DataObject) -> None:
    always = Compare(step="input", path=("x",), op="==", value=1)

    def decided(order: list[float]) -> Any:
        made = tuple(RuleSpec(when=always, written="x", points=each, reason="r") for each in order)
        spec = DecisionSpec(rules=made, thresholds={"some": 0.3, "many": 10}, default="few", margin=5)
        verdict = decide(spec, {"input": {"x": 1}})
        return verdict.score, verdict.outcome, verdict.confidence

    score, outcome, confidence = decided(points)
    assert (score, outcome, confidence) == decided(data.draw(st.permutations(points)))
    assert outcome == ("many" if score >= 10 else "some" if score >= 0.3 else "few")
    assert 0.5 <= confidence <= 1


@given(
    st.dictionaries(st.sampled_from("abc"), st.floats(0, 1), min_size=1),
    st.dictionaries(st.sampled_from("abc"), st.floats(0, 1), min_size=1),
)
def test_the_likeliest_outcome_wins_or_the_default_does(
    probabilities: dict[str, float], thresholds: dict[str, float]
) -> None:
    spec = DecisionSpec(thresholds=thresholds, default="a", score="model")
    assume(probabilities.keys() <= {*thresholds, "a"})
    verdict = decide(spec, {"model": probabilities})
    assert verdict.confidence == max(probabilities.values())
    likeliest = {name for name, each in probabilities.items() if each == verdict.confidence}
    assert verdict.outcome in {*likeliest, "a"}
    if verdict.outcome != "a":
        assert verdict.confidence >= thresholds[verdict.outcome]


def test_points_with_decimals_add_up_exactly() -> None:
    always = Compare(step="input", path=("x",), op="==", value=1)
    made = tuple(RuleSpec(when=always, written="x", points=each, reason="r") for each in (0.1, 0.2))
    spec = DecisionSpec(rules=made, thresholds={"some": 0.3}, default="few")
    assert decide(spec, {"input": {"x": 1}}).score == 0.3
