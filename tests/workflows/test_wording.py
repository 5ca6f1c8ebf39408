"""The examples count in sentences that agree with their numbers."""

import pytest

from workflows.grants.publication import page
from workflows.grants.register import Entry
from workflows.wording import count

AWARD = Entry("G-0001", "School", 5_000, "award", "2026-01-05T09:00:00+00:00")


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 people"), (1, "1 person"), (2, "2 people"), (1200, "1,200 people")]
)
def test_a_noun_agrees_with_its_number(number: int, text: str) -> None:
    assert count(number, "person", "people") == text


@pytest.mark.parametrize(("awards", "text"), [(1, "<p>1 grant, $5,000"), (2, "<p>2 grants, $10,000")])
def test_the_page_of_awards_counts_its_grants(awards: int, text: str) -> None:
    assert text in page([AWARD] * awards)
