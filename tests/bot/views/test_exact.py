"""A value is shown exactly, completely and literally, whatever it is."""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.views.wording.display import whole_text
from bot.views.wording.text import distinct_options, exact, literal, shorten, units, words
from bot.views.wording.visible import on_one_line, visible
from engine import Shown
from engine.model.text.wording import in_words, same_json

CONFUSING = [
    "", " ", "yes", "no", "true", "none", "null", "missing", "empty text",
    "8080", "1.0", "1e5", "-0.0", "nan",
    "a, b", "a: b", "[a]", "{a: b}", '"a"', "→", "- a", "a\nb", "a\n", "a ", "\ta", "⟦U+200B⟧", "⟦", "\u200b",
]  # fmt: skip
texts = st.sampled_from(CONFUSING) | st.text(max_size=8)
leaves = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
)
values = st.recursive(
    leaves | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


def canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def leaves_of(value: Any) -> Iterator[Any]:
    if isinstance(value, dict) and value:
        for each in value.values():
            yield from leaves_of(each)
    elif isinstance(value, list) and value:
        for each in value:
            yield from leaves_of(each)
    else:
        yield value


@given(values, values)
def test_values_that_differ_never_read_alike(one: Any, other: Any) -> None:
    ordered = [in_words(value, ordered=True) for value in (one, other)]
    assert (ordered[0] == ordered[1]) == (canonical(one) == canonical(other))
    assert same_json(one, other) == (canonical(one) == canonical(other))


@given(values)
def test_every_leaf_is_in_the_words_and_in_the_whole_text(value: Any) -> None:
    on_a_line, whole = words(value), whole_text(Shown("Value", value))
    for leaf in leaves_of(value):
        if isinstance(leaf, str) and "\n" in leaf:
            assert all(visible(row.rstrip(" \t")) in whole for row in leaf.rstrip().split("\n"))
        else:
            # By itself a text has quotes only where it could be taken for something else.
            ways = [on_one_line(in_words(leaf, inside=inside)) for inside in (True, False)]
            assert any(shown in on_a_line for shown in ways)
            assert any(shown in whole for shown in ways)


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ({"delete_backups": True}, "{delete_backups: yes}"),
        ("1.4.2", "1.4.2"), ("10.0.0.1", "10.0.0.1"), ("1.234.567", '"1.234.567"'), ("1.4", '"1.4"'),
        ({}, "empty object"), ([], "empty list"), ("", "empty text"), (None, "none"),
        (12345.67, "12345.67"), (99999.99, "99999.99"), (999999.5, "999999.5"), (0.1, "0.1"), (1e22, "1e+22"),
        (-0.0, "-0.0"), (5e-324, "5e-324"), (1, "1"), (1.0, "1.0"),
        (True, "yes"), (2**63, "9223372036854775808"),
        ("8080", '"8080"'), (8080, "8080"), ("yes", '"yes"'), ("null", '"null"'), ("250.00", '"250.00"'),
        (["eu", "us, ca"], '[eu, "us, ca"]'), (["x"], "[x]"), ([[]], "[empty list]"),
        ({"a": {"b": [1, "1"]}}, '{a: {b: [1, "1"]}}'),
        ("a\u200bb", "a⟦U+200B⟧b"), ("a\nb", "a⟦newline⟧b"), ("⟦U+200B⟧", "⟦U+27E6⟧U+200B⟧"),
    ],
)  # fmt: skip
def test_each_kind_of_value_reads_exactly(value: Any, read: str) -> None:
    assert words(value) == read


@pytest.mark.parametrize(
    "hidden",
    [
        "\u200b", "\u200e", "\u202e", "\u2066", "\u00ad", "\ufeff", "\u0085", "\x1b", "\x00", "\r",
        "\u00a0", "\u3000",
        "\u2800", "\u3164", "\u115f", "\U000e0041", "\ufe0f", "\u200d", "\u2028", "\ud800",
        "\ue000", "\u034f",
        "\u0336", "\ufff9", "\u180e", "\U000e0100", "\uffff",
    ],
)  # fmt: skip
def test_invisible_characters_have_a_mark(hidden: str) -> None:
    assert visible(f"pay{hidden}pal") == f"pay⟦U+{ord(hidden):04X}⟧pal"


@pytest.mark.parametrize(
    "text",
    ["👩‍👩‍👧 ❤️ 1️⃣ 👍🏽 🇩🇪 🏳️‍🌈", "שלום עולם", "السلام عليكم", "Việt Nam", "e\u0301te\u0301", "नमस्ते", "日本語"],
)
def test_visible_characters_stay_as_they_are(text: str) -> None:
    assert visible(text) == text


@given(st.text(max_size=20), st.text(max_size=20))
def test_no_text_can_imitate_a_mark(one: str, other: str) -> None:
    assert (on_one_line(one) == on_one_line(other)) == (one == other)


def test_a_flood_of_combining_marks_stays_in_its_line() -> None:
    assert visible("z" + "\u0301" * 50).count("\u0301") == 3
    assert visible("\u0301x") == "⟦U+0301⟧x"


@pytest.mark.parametrize(
    "text", ["*prod*", "_x_", "~x~", "db:on:fire", "`rm`", "> quoted", "a  b", " a", "**", "a_*b"]
)
def test_text_with_markup_is_shown_as_code(text: str) -> None:
    shown = literal(text)
    assert shown[0] == shown[-1] == "`"
    assert "`" not in shown[1:-1]


@pytest.mark.parametrize("text", ["snake_case", "12:00", "https://ci:8080/x", "a - b", "1.4.2", "Zoë's + 3%"])
def test_text_without_markup_stays_text(text: str) -> None:
    assert literal(text) == text


def test_options_that_share_their_beginning_can_be_told_apart() -> None:
    long = "arn:aws:iam::123456789012:role/very/long/path/that/everybody/shares/in/this/account/"
    shown = distinct_options([f"{long}admin", f"{long}reader", "short", "short "])
    assert shown[0].endswith("admin")
    assert shown[1].endswith("reader")
    assert len({*shown}) == 4
    assert all(units(text) <= 75 for text in shown)


@given(
    st.lists(
        st.text(max_size=90) | st.sampled_from(["x" * 100 + "a", "x" * 100 + "b"]), max_size=9, unique=True
    )
)
def test_no_two_options_look_the_same(options: list[str]) -> None:
    shown = distinct_options(options)
    assert len({*shown}) == len(options)
    assert all(0 < units(text) <= 75 for text in shown)


def test_a_value_nested_deeper_than_python_calls_is_shown() -> None:
    value: Any = "end"
    for _ in range(3000):
        value = [value]
    assert "end" in words(value)
    assert "end" in whole_text(Shown("Deep", value))
    assert same_json(value, value)


MARKUP = re.compile(
    r"`(?P<code>[^`\n]+)`|<[^<>\n]+>|:[a-z0-9_+'-]+:|(?<![^\W_])([*_~])(?=\S)[^\n]+?(?<=\S)\2(?![^\W_])"
)


def read_by_slack(mrkdwn: str) -> tuple[list[str], list[str]]:
    """The markup that Slack finds, inline code aside, and the inline code."""
    found = list(MARKUP.finditer(mrkdwn))
    return [one[0] for one in found if one["code"] is None], [one["code"] for one in found if one["code"]]


@given(
    st.text(st.sampled_from("ab 1*_~`:<>&|@!#\n\u200b"), min_size=1, max_size=12)
    | st.text(min_size=1, max_size=20)
)
def test_no_text_changes_how_its_surroundings_read(text: str) -> None:
    around = "*Label*\n{} · <@U1> :tada:"
    shown = exact(text, 500)
    markup, code = read_by_slack(around.format(shown))
    assert markup == read_by_slack(around.format("x"))[0]
    read = html.unescape(code[0] if code else shown)
    assert read == on_one_line(text).replace("`", "⟦U+0060⟧" if code else "`")


def test_text_that_is_cut_within_code_leaves_no_code_open() -> None:
    for limit in range(20, 60):
        assert shorten(f"{literal('*a* ' * 20)} <@U1>", limit).count("`") % 2 == 0


def test_options_that_look_the_same_are_numbered() -> None:
    assert distinct_options(["caf\u00e9", "cafe\u0301"]) == ["1. caf\u00e9", "2. cafe\u0301"]
