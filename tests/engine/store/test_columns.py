"""Values that the columns of a row hold, and the words of a refusal."""

from typing import Any

import pytest

from engine.store.schema import columns, stored_policy

CHECKPOINT = {
    "id": "r.s.1", "run_id": "r", "step": "s", "number": 1, "key": "k", "attempt": 1, "value": "2", "at": 5
}  # fmt: skip


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("number", "1", "checkpoint.number holds text instead of a whole number"),
        ("number", 2**60, "checkpoint.number holds a number that is out of range"),
        ("at", -1, "checkpoint.at holds a number that is out of range"),
        ("step", None, "checkpoint.step is empty (NULL)"),
        ("step", b"\xff", "checkpoint.step holds bytes that are not UTF-8 instead of text"),
    ],
)
def test_a_value_of_another_kind_is_refused_with_its_column(column: str, value: Any, words: str) -> None:
    columns.CHECKPOINT.check(CHECKPOINT)
    with pytest.raises(columns.WrongColumn) as refused:
        columns.CHECKPOINT.check({**CHECKPOINT, column: value})
    assert str(refused.value) == words


@pytest.mark.parametrize("text", ["[]", '{"choices": 5}', '{"choices": null}', '{"moved": "x"}'])
def test_a_policy_of_another_shape_is_refused(text: str) -> None:
    assert stored_policy.read_policy('{"choices": ["approve"], "undo": null}')["undo"] is None
    with pytest.raises(ValueError, match="StoredPolicy"):
        stored_policy.read_policy(text)
