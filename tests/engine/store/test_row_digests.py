"""A row that lacks newer columns keeps the digest that earlier releases gave it."""

import pytest

from engine.store.log.row_digests import LATER_COLUMNS, without_unused


@pytest.mark.parametrize(
    ("row", "kept"),
    [
        (("build", "done", None, None), ("build", "done")),
        (("build", "done", "older", None), ("build", "done", "older")),
        (("build", "done", None, "newer"), ("build", "done", None, "newer")),
    ],
)
def test_only_empty_columns_of_later_releases_are_left_out(
    row: tuple[str | None, ...], kept: tuple[str | None, ...]
) -> None:
    assert LATER_COLUMNS["step."][:2] == (1, 1)
    assert without_unused(row, LATER_COLUMNS["step."][:2]) == kept
