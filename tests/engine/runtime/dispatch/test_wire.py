"""Reports of workers as text and back."""

from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.kernel import run_transitions
from engine.kernel.resilience.failure_rules import Consequence
from engine.kernel.shapes import checkpoints, notifications, polls
from engine.model.notices.notification import Notification
from engine.model.records.request_parts import Failure
from engine.model.runs.quality import KeptRows, QualityReport
from engine.runtime.dispatch.wire import decode, encode

TEXTS = st.text(max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
LOGS = st.lists(TEXTS, max_size=3)
COMMON: dict[str, Any] = {"step": TEXTS, "attempt": st.integers(1, 10**6)}
QUALITY = st.builds(
    QualityReport,
    st.integers(0),
    st.integers(0),
    st.lists(st.tuples(TEXTS, st.integers(0)), max_size=2).map(tuple),
    st.lists(TEXTS, max_size=2).map(tuple),
    st.lists(TEXTS, max_size=2).map(tuple),
)
BLOCKS = st.lists(st.dictionaries(TEXTS, VALUES, max_size=2), max_size=2).map(tuple)
TABLES = st.lists(st.lists(TEXTS, max_size=2).map(tuple), max_size=2).map(tuple)
CONSEQUENCES = st.builds(
    Consequence,
    st.sampled_from(["retry", "alternative", "ask", "fail", None]),
    st.none() | st.floats(0, 10**6),
    TEXTS,
)
ARGUMENTS: dict[Any, dict[str, Any]] = {
    run_transitions.succeed: {
        "output": VALUES,
        "log": LOGS,
        "seconds": st.floats(0, 10**6),
        "quality": st.none() | QUALITY,
        "asked": st.lists(st.tuples(TEXTS, TEXTS, VALUES), max_size=2),
    },
    run_transitions.fail: {
        "failure": st.builds(Failure, TEXTS, TEXTS, TEXTS, TEXTS),
        "log": LOGS,
        "worth_retrying": st.booleans(),
        "chance": st.floats(0, 1, exclude_max=True),
        "consequence": CONSEQUENCES,
        "kept": st.none() | st.builds(KeptRows, VALUES, TEXTS),
    },
    polls.not_yet: {"text": TEXTS, "after": st.none() | st.floats(0, 10**6), "log": LOGS},
    run_transitions.give_back: {},
    run_transitions.overrun: {"reason": TEXTS},
    checkpoints.save: {"key": TEXTS, "value": TEXTS},
    notifications.notify: {"message": st.builds(Notification, TEXTS, st.integers(1), TEXTS, BLOCKS, TABLES)},
}


@pytest.mark.parametrize("transition", ARGUMENTS, ids=lambda each: each.__name__)
@given(data=st.data())
def test_a_transition_comes_back_as_it_was(transition: Any, data: st.DataObject) -> None:
    values = {name: data.draw(values) for name, values in (COMMON | ARGUMENTS[transition]).items()}
    kind, payload, _ = encode(partial(transition, **values))
    back = decode(kind, payload)
    assert isinstance(back, partial)
    assert back.func is transition
    assert {name: _plain(value) for name, value in back.keywords.items()} == {
        name: _plain(value) for name, value in values.items()
    }


def _plain(value: Any) -> Any:
    """Return a value whose tuples are lists: the kernel takes both."""
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value
