"""Conditions as data: they survive storage, never raise, and follow the rules on skipped steps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from engine import Condition, DefinitionError
from engine.conditions import AllOf, AnyOf, Compare, Not, OutcomeIs, StateIs, View, evaluate, steps_in
from engine.refs import ApprovalRef, StepRef

ADAPTER: TypeAdapter[Condition] = TypeAdapter(Condition)
build: StepRef[[], object] = StepRef("build", lambda: None)
go = ApprovalRef("go")

values = st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=3)
steps = st.sampled_from(["build", "go"])
leaves = st.one_of(
    st.builds(StateIs, step=steps, state=st.sampled_from(["succeeded", "failed", "skipped"])),
    st.builds(OutcomeIs, step=steps, outcome=st.sampled_from(["approved", "rejected", "expired"])),
    st.builds(
        Compare,
        step=steps,
        path=st.lists(st.sampled_from(["size", "name"]), max_size=2).map(tuple),
        op=st.sampled_from(["==", "!=", "<", "<=", ">", ">="]),
        value=values,
    ),
)
conditions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(lambda a, b: AllOf(all=(a, b)), inner, inner),
        st.builds(lambda a, b: AnyOf(any=(a, b)), inner, inner),
        st.builds(lambda a: Not(no=a), inner),
    ),
    max_leaves=6,
)
views = st.fixed_dictionaries(
    {
        step: st.tuples(
            st.sampled_from(["succeeded", "failed", "skipped", "pending"]),
            st.dictionaries(st.sampled_from(["size", "name", "outcome"]), values) | values,
        )
        for step in ("build", "go")
    }
)


@given(conditions, views)
def test_a_stored_condition_means_the_same(condition: Condition, view: View) -> None:
    again = ADAPTER.validate_json(ADAPTER.dump_json(condition))
    assert again == condition
    assert evaluate(again, view) is evaluate(condition, view)
    assert set(steps_in(condition)) <= {"build", "go"}


@given(conditions, conditions, views)
def test_the_operators_are_those_of_logic(one: Condition, other: Condition, view: View) -> None:
    first, second = evaluate(one, view), evaluate(other, view)
    assert evaluate(one & other, view) is (first and second)
    assert evaluate(one | other, view) is (first or second)
    assert evaluate(~one, view) is (not first)


@pytest.mark.parametrize(
    ("condition", "state", "output", "expected"),
    [
        (go.approved, "succeeded", {"outcome": "approved"}, True),
        (go.approved, "succeeded", {"outcome": "rejected"}, False),
        (go.approved, "skipped", None, False),
        (go.rejected, "skipped", None, False),
        (go.skipped, "skipped", None, True),
    ],
)
def test_an_outcome(condition: Condition, state: str, output: object, expected: bool) -> None:
    assert evaluate(condition, {"go": (state, output)}) is expected  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("condition", "output", "expected"),
    [
        (build.output.size > 3, {"size": 4}, True),
        (build.output.size > 3, {"size": 3}, False),
        (build.output.size > 3, {"size": "4"}, False),
        (build.output.size > 3, {"size": None}, False),
        (build.output.size > 3, {}, False),
        (build.output.size != 3, {}, False),
        (build.output.made.by == "bob", {"made": {"by": "bob"}}, True),
        (build.output.made.by == "bob", {"made": "bob"}, False),
        (build.output.name.is_in(["a", "b"]), {"name": "b"}, True),
        (build.output.name.is_in(["a", "b"]), {"name": "c"}, False),
    ],
)
def test_a_comparison(condition: Condition, output: object, expected: bool) -> None:
    assert evaluate(condition, {"build": ("succeeded", output)}) is expected
    assert evaluate(condition, {"build": ("skipped", None)}) is False


def test_and_or_not_are_refused_with_the_remedy() -> None:
    with pytest.raises(DefinitionError, match="Combine conditions with &"):
        bool(go.approved and build.failed)
    with pytest.raises(DefinitionError):
        bool(not go.approved)
