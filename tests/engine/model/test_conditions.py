"""Conditions as data: they survive storage, follow the rules on skipped steps, and never guess."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from engine import Condition, DefinitionError
from engine.authoring.refs import ApprovalRef, StepRef
from engine.model.definition.conditions import (
    AllOf,
    AnyOf,
    Compare,
    Not,
    OutcomeIs,
    StateIs,
    Undecidable,
    View,
    evaluate,
    steps_in,
)

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


def decided(condition: Condition, view: View) -> bool | None:
    """None: it cannot be decided."""
    try:
        return evaluate(condition, view)
    except Undecidable:
        return None


@given(conditions, views)
def test_a_stored_condition_means_the_same(condition: Condition, view: View) -> None:
    again = ADAPTER.validate_json(ADAPTER.dump_json(condition))
    assert again == condition
    assert decided(again, view) is decided(condition, view)
    assert set(steps_in(condition)) <= {"build", "go"}


@given(conditions, conditions, views)
def test_the_operators_are_those_of_logic(one: Condition, other: Condition, view: View) -> None:
    first, second = decided(one, view), decided(other, view)
    # As in Python: what comes first decides alone where it can, and what raises is not skipped over.
    assert decided(one & other, view) is (second if first else first)
    assert decided(one | other, view) is (second if first is False else first)
    assert decided(~one, view) is (None if first is None else not first)


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
def test_an_outcome_test_reads_the_outcome_of_its_approval(
    condition: Condition, state: str, output: object, expected: bool
) -> None:
    assert evaluate(condition, {"go": (state, output)}) is expected  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("condition", "output", "expected"),
    [
        (build.output.size > 3, {"size": 4}, True),
        (build.output.size > 3, {"size": 3}, False),
        (build.output.size == None, {"size": None}, True),  # noqa: E711 - a condition
        (build.output.size != 3, {"size": None}, True),
        (build.output.made.by == "bob", {"made": {"by": "bob"}}, True),
        (build.output.name.is_in(["a", "b"]), {"name": "b"}, True),
        (build.output.name.is_in(["a", "b"]), {"name": "c"}, False),
    ],
)
def test_a_comparison_of_an_output_field_is_evaluated(
    condition: Condition, output: object, expected: bool
) -> None:
    assert evaluate(condition, {"build": ("succeeded", output)}) is expected
    assert evaluate(condition, {"build": ("skipped", None)}) is False


@pytest.mark.parametrize(
    ("condition", "output", "words"),
    [
        (
            build.output.size > 3,
            {"size": "4"},
            "of build.size, it is a text, but is compared with a number",
        ),
        (build.output.size == 3, {"size": "3"}, "it is a text, but is compared with a number"),
        (build.output.size == 1, {"size": True}, "it is true or false, but is compared with a number"),
        (build.output.size > 3, {"size": None}, "it is empty (None), but > needs a value"),
        (build.output.size > 3, {}, "build.size > 3 cannot be decided: build has no size"),
        (build.output.size != 3, {}, "build has no size"),
        (build.output.size == 3, None, "build is empty (None)"),
        (build.output.made.by == "bob", {"made": "bob"}, "build.made has no by"),
        (build.output.made.by == None, {"made": None}, "build.made is empty (None)"),  # noqa: E711
        (build.output.name.is_in(["a", "b"]), {"name": 1}, "it is a number, but is compared with a text"),
        (build.output.name.is_in(["a", "b"]), {}, "build has no name"),
    ],
)
def test_a_comparison_that_cannot_be_made_never_counts_as_false(
    condition: Condition, output: object, words: str
) -> None:
    for each in (condition, ~condition):
        with pytest.raises(Undecidable) as reason:
            evaluate(each, {"build": ("succeeded", output)})
        assert words in str(reason.value)


def test_a_stored_condition_of_an_earlier_release_keeps_its_bytes() -> None:
    stored = '{"kind":"compare","step":"build","path":["size"],"op":">","value":3}'
    assert ADAPTER.dump_json(ADAPTER.validate_json(stored)).decode() == stored


def test_and_or_not_are_refused_with_the_remedy() -> None:
    with pytest.raises(DefinitionError, match="Combine conditions with &"):
        bool(go.approved and build.failed)
    with pytest.raises(DefinitionError):
        bool(not go.approved)
    with pytest.raises(DefinitionError, match=r"build\.output\.ok was used as if it were true or false now"):
        bool(not build.output.ok)
