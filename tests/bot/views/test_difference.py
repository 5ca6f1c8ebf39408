"""A difference is shown exactly when two values differ, and what differs can be seen."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.views.requests.difference import difference, line_difference
from bot.views.wording.display import is_shortened, long_block, whole_text
from engine import Shown
from engine.model.text.wording import same_json
from tests.bot.views.test_exact import values

NEAR: list[Any] = [
    *(0, 1, 1.0, -0.0, 0.0, True, False, None, "", "1", "no", "none"),
    *([], {}, [[]], [None], {"a": None}, "a\r\nb", "a\nb"),
]
pairs = st.tuples(values, values) | st.tuples(st.sampled_from(NEAR), st.sampled_from(NEAR))
nested = pairs | pairs.map(lambda pair: ({"k": {"x": pair[0], "y": 1}}, {"k": {"y": 1, "x": pair[1]}}))
lines = st.lists(st.sampled_from("abcde"), max_size=30)


def shown(before: Any, after: Any) -> str:
    return whole_text(Shown("Settings", {"before": before, "after": after}, "diff"))


def as_json(value: Any) -> str:
    """The standard library's text of a value: it knows nothing of how values are shown."""
    return json.dumps(value, sort_keys=True)


@given(nested)
def test_a_difference_is_shown_exactly_when_the_values_differ(pair: tuple[Any, Any]) -> None:
    shows_exactly_what_differs(pair)


@pytest.mark.parametrize("before", NEAR, ids=as_json)
def test_values_that_are_nearly_alike_show_their_difference(before: Any) -> None:
    for after in NEAR:
        shows_exactly_what_differs((before, after))
        shows_exactly_what_differs(({"k": [before]}, {"k": [after]}))


def shows_exactly_what_differs(pair: tuple[Any, Any]) -> None:
    found = difference({"before": pair[0], "after": pair[1]})
    differ = as_json(pair[0]) != as_json(pair[1])
    assert bool(found) == differ
    assert same_json(*pair) != differ
    minus = [line.text for line in found if line.sign == "-"]
    plus = [line.text for line in found if line.sign == "+"]
    assert not found or minus != plus


@given(lines, lines)
def test_a_difference_of_lines_turns_the_one_into_the_other(old: list[str], new: list[str]) -> None:
    rest, became = list(old), list[str]()
    place = 0
    for line in line_difference(old, new):
        if line.sign == "@":
            start = line.text.split()[1].lstrip("-").split(",")
            first = int(start[0]) - (start[-1] != "0" or len(start) == 1)
            became += rest[place:first]
            place = first
        elif line.sign == "+":
            became.append(line.text)
        else:
            assert rest[place] == line.text
            place += 1
            became += [line.text] if line.sign == " " else []
    assert became + rest[place:] == new


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        (8080, "8080", '- 8080\n+ "8080"'),
        ("no", False, '- "no"\n+ no'),
        (None, [], "- none\n+ empty list"),
        (None, "", "- none\n+ empty text"),
        (1, True, "- 1\n+ yes"),
        (1, 1.0, "- 1\n+ 1.0"),
        (123456.71, 123456.79, "- 123456.71\n+ 123456.79"),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, "no difference"),
        ({"a": None}, {}, "- a: none"),
        ({"a": {"b": {"c": 1}}}, {"a": {"b": {"c": 2}}}, "- a.b.c: 1\n+ a.b.c: 2"),
        ("a\r\nb", "a\nb", "@@ -1,2 +1,2 @@\n-a⟦U+000D⟧\n+a\n b"),
        ("a\nb\n", "a\nb", "@@ -1,2 +1,2 @@\n a\n-b\n+b⟦no line break at the end⟧"),
        ("pay\u202epal", "paypal", "- pay⟦U+202E⟧pal\n+ paypal"),
        ("p\u0430ypal", "paypal", "- p⟦U+0430⟧ypal\n+ paypal"),
        ("caf\u00e9", "cafe\u0301", "- caf⟦U+00E9⟧\n+ cafe⟦U+0301⟧"),
        ("\tx\ny", "    x\ny", "@@ -1,2 +1,2 @@\n-⟦tab⟧x\n+⟦space⟧⟦space⟧⟦space⟧⟦space⟧x\n y"),
        (["a" * 130 + "1"], ["a" * 130 + "2"], f"@@ -1 +1 @@\n-{'a' * 130}1\n+{'a' * 130}2"),
    ],
)
def test_every_difference_is_visible(before: Any, after: Any, lines: str) -> None:
    assert shown(before, after) == lines


def test_a_long_line_is_shortened_to_where_it_differs() -> None:
    one = Shown("Line", {"before": "x" * 5000 + "limit=1", "after": "x" * 5000 + "limit=2"}, "diff")
    assert "limit=1" in str(long_block(one, "id"))
    assert "limit=2" in str(long_block(one, "id"))
    assert is_shortened(one)
    assert whole_text(one).count("x") == 10_000


def test_a_large_difference_keeps_what_both_have() -> None:
    old = [f"line {number % 700}" for number in range(5000)]
    new = [*old[:2000], "new", *old[2000:4000], *old[4001:]]
    found = line_difference(old, new)
    assert [line.text for line in found if line.sign == "+"][:1] == ["new"]
    assert len(found) < 6000
