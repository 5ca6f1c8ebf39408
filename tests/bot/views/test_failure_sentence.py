"""An error as a sentence in the message about a failure."""

import pytest

from bot.views.requests.failure import sentence
from engine import Failure


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("The file has 3 columns,", "The file has 3 columns."),
        ("could not read: ", "could not read."),
        ("The file has 3 columns", "The file has 3 columns."),
        ("Is the disk full?", "Is the disk full?"),
        (", ;", ", ;."),
    ],
)
def test_an_error_ends_with_one_mark(message: str, said: str) -> None:
    assert sentence(Failure("ValueError", message)) == said
