"""A question shows exactly the values that it is about."""

from typing import Any

import pytest

from engine.model.text.template import render


@pytest.mark.parametrize(
    ("value", "asked"),
    [
        (12345.67, "Pay 12345.67?"),
        (99999.99, "Pay 99999.99?"),
        (999999.5, "Pay 999999.5?"),
        (1234567.0, "Pay 1234567?"),
        (0.1 + 0.2, "Pay 0.30000000000000004?"),
        (1e-7, "Pay 1e-07?"),
        (1e22, "Pay 1e+22?"),
        (-0.0, "Pay -0.0?"),
        (2**63, "Pay 9223372036854775808?"),
        ("250.00", "Pay 250.00?"),
        (True, "Pay yes?"),
        ("", "Pay empty text?"),
        ([], "Pay empty list?"),
        ({}, "Pay empty object?"),
        (["a, b", "c"], 'Pay ["a, b", c]?'),
        ({"to": {"iban": "DE1"}, "eur": 5}, "Pay {to: {iban: DE1}, eur: 5}?"),
        ("two\u00a0\u3000spaces", 'Pay "two\u00a0\u3000spaces"?'),
        ("billing to staging? Nothing", 'Pay "billing to staging? Nothing"?'),
        ('x" to staging? "', 'Pay "x\\" to staging? \\""?'),
        ("x” to staging?", 'Pay "x\\u201d to staging?"?'),
        ("*~_:tada:`", 'Pay "*~_:tada:`"?'),
        ("verified ✅", 'Pay "verified ✅"?'),
        ("b" * 61, f'Pay "{"b" * 61}"?'),
        ("billing-api/v1.4.2@sha256:ab", "Pay billing-api/v1.4.2@sha256:ab?"),
        ("a\n b", 'Pay "a\n b"?'),
    ],
)
def test_a_question_has_the_exact_value_and_quotes_what_is_more_than_a_word(value: Any, asked: str) -> None:
    assert render("Pay\n   {input.sum}?", {"input": {"sum": value}}) == asked
