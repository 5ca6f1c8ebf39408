"""Conditions as text: what CEL expressions mean, and what is refused at which column."""

import json
from collections.abc import Collection
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from engine.authoring.expressions import ExpressionError, read_condition
from engine.model.definition.conditions import Condition, Undecidable, evaluate

STORED: TypeAdapter[Condition] = TypeAdapter(Condition)

TASKS = ("score", "board", "go-ahead")
VIEW: Any = {
    "score": ("succeeded", {"total": 120, "risky": False, "field": "health", "deep": {"er": [5]}}),
    "board": ("succeeded", {"outcome": "rejected"}),
    "go-ahead": ("skipped", None),
}


def read(text: str, tasks: Collection[str] | None = TASKS) -> Condition:
    """Return the condition as it is stored."""
    return STORED.validate_json(STORED.dump_json(read_condition(text, tasks)))


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("score.total > 100", True),
        ("100 >= score.total", False),
        ("score.risky", False),
        ("!score.risky", True),
        ("!!score.risky", False),
        ("board.rejected", True),
        ("board.approved || score.total > 100", True),
        ("board.approved || score.total > 100 && score.risky", False),
        ("(board.rejected || score.risky) && score.field == 'health'", True),
        ('score.field in ["health", "culture"]', True),
        ("score.field in []", False),
        ("go_ahead.skipped", True),
        ("go_ahead.failed || go_ahead.succeeded", False),
        ("board.answered", True),
        ("score.total != -1.5e3", True),
        ("score.deep.er == [5]", True),
        ("score.deep.er[0] > 4", True),
        ("score.deep.er[0] in [4, 5]", True),
        ("\n  score.total > 100\n  && board.rejected\n", True),
    ],
)
def test_an_expression_is_the_condition_that_it_says(text: str, holds: bool) -> None:
    assert evaluate(read(text, TASKS), VIEW) is holds


def test_a_word_for_an_outcome_is_a_field_where_it_is_compared() -> None:
    view: Any = {"score": ("succeeded", {"failed": 3})}
    assert evaluate(read("score.failed > 2", ["score"]), view)
    assert not evaluate(read("score.failed", ["score"]), view)


def test_a_condition_on_a_fact_has_parts_instead_of_tasks() -> None:
    condition = read('payload.status == "firing" && payload.failed', None)
    assert evaluate(condition, {"payload": ("succeeded", {"status": "firing", "failed": True})})


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("score.total >", 14, "Something is missing at the end"),
        ("", 1, "Something is missing at the end"),
        ("score.total > 1 &", 17, "'&' is not understood. Write && to combine two comparisons"),
        ("score.risky | board.approved", 13, "Write || to combine two comparisons"),
        ('score.field = "health"', 13, "is not understood. Write == to compare"),
        ("score.total > 1 and board.approved", 17, "and is not expected here. Combine comparisons with &&"),
        ("score.total + 1 > 2", 13, "+ is not part of a condition. Compute it in a step"),
        ("size(score.list) > 2", 1, "size() is a call"),
        ("score.list.exists(x, x > 1)", 1, "score.list.exists() is a call"),
        ("score.list[-1] > 1", 12, "An index is not a whole number. Write the place, from 0"),
        ("score.list[x] > 1", 12, "An index is not a whole number"),
        ("score.list[0 > 1", 12, "An index is not a whole number"),
        ("total > 100", 1, "total is not a task of this workflow"),
        ("board", 1, "board has no field"),
        ("score.total > score.limit", 1, "> needs a field on one side and a value on the other"),
        ("'health' in score.fields", 1, "in needs a field on its left"),
        ("score.field in [score.total]", 17, "A list holds fixed values only"),
        ("score.field == health", 1, "== needs a field on one side"),
        ("(score.risky", 13, "A closing parenthesis is missing"),
        ("score.field in ['a'", 20, "A closing bracket is missing"),
        ("score.field == 'a", 16, "is not understood. Put texts in quotation marks"),
        (r"score.field == '\d'", 17, r"\d is not an escape"),
        ("true && score.risky", 1, "True alone is not a condition"),
        ("score.a ? true : false", 9, "? is not part of a condition"),
        ("(" * 60 + "score.risky" + ")" * 60, 52, "nested more than 50 deep"),
        ("!" * 60 + "score.risky", 52, "nested more than 50 deep"),
        ("score.risky" + " || score.risky" * 200, 1, "The condition has 3,011 characters"),
    ],
)
def test_a_mistake_is_named_with_its_column(text: str, column: int, words: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        read_condition(text, TASKS)
    assert (caught.value.column, words in str(caught.value)) == (column, True), str(caught.value)


@given(st.text(alphabet="score.board approved|&!<>=()[]'\"\\10,intrue", max_size=60))
def test_any_text_is_a_condition_or_a_named_mistake(text: str) -> None:
    mistake = None
    try:
        read_condition(text, TASKS)
    except ExpressionError as error:
        mistake = error
    assert mistake is None or (mistake.remedy and 1 <= mistake.column <= len(text) + 1)


FIELDS = st.sampled_from(["score.total", "score.count", "score.risky", "score.field"])
LITERALS = st.one_of(st.integers(-3, 3), st.booleans(), st.sampled_from(["health", 'a"b', "c'd", "\\"])).map(
    json.dumps
)
TESTS = st.one_of(
    st.just("score.risky"),
    st.tuples(FIELDS, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), LITERALS).map(" ".join),
    st.tuples(LITERALS, st.sampled_from(["==", "<", ">="]), FIELDS).map(" ".join),
    st.tuples(FIELDS, st.lists(LITERALS, max_size=3)).map(
        lambda each: f"{each[0]} in [{', '.join(each[1])}]"
    ),
)
EXPRESSIONS = st.recursive(
    TESTS,
    lambda inner: st.one_of(
        inner.map(lambda each: f"!({each})"),
        st.tuples(inner, st.sampled_from(["&&", "||"]), inner).map(" ".join),
        inner.map(lambda each: f"({each})"),
    ),
    max_leaves=6,
)


@given(EXPRESSIONS)
def test_an_expression_means_the_same_in_a_whole_cel(text: str) -> None:
    """Where CEL gives true or false. Where a comparison does not fit the types, the engine refuses to say."""
    whole = pytest.importorskip("cel")
    score = {"total": 2, "count": -1, "risky": True, "field": "health"}
    try:
        expected = whole.evaluate(text, {"score": score})
        held = evaluate(read(text, ["score"]), {"score": ("succeeded", score)})
    except (TypeError, Undecidable):
        return
    assert held is expected
