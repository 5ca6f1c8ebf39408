"""Values that an approver needs, by kind."""

from dataclasses import replace
from typing import Any

import pytest

from bot.views.blocks import Ids
from bot.views.runs.outline import outline
from bot.views.wording.display import (
    as_table,
    fits_beside,
    full_label,
    is_short,
    long_block,
    question_label,
    quoted_line,
    requested_line,
    short,
    short_blocks,
    short_pairs,
    whole_text,
)
from bot.views.wording.plain_values import rows_of
from engine import Shown
from tests.bot.views.test_listed import REQUEST


@pytest.mark.parametrize(
    ("value", "rows"),
    [
        (
            [{"a": 1, "b": True}, {"b": None, "c": "x"}],
            [["A", "B", "C"], ["1", "yes", "missing"], ["missing", "none", "x"]],
        ),
        ([["Ticket", "By"], ["B-1"]], [["Ticket", "By"], ["B-1", "missing"]]),
        ([[], []], []),
        ([{}, {}], []),
        ([], []),
        ("text", []),
        ([1, 2], []),
    ],
)
def test_rows_of_a_table(value: Any, rows: list[list[str]]) -> None:
    assert rows_of(value) == rows


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ({"a": 1, "b": 2}, {"a": 1, "b": 3, "c": 4}, "- b: 2\n+ b: 3\n+ c: 4"),
        ({"a": 1}, {}, "- a: 1"),
        ("one\ntwo", "one\n2", "@@ -1,2 +1,2 @@\n one\n-two\n+2"),
        (None, "new", "- none\n+ new"),
        ("same", "same", "no difference"),
    ],
)
def test_differences_are_shown_line_by_line(before: Any, after: Any, shown: str) -> None:
    assert whole_text(Shown("Config", {"before": before, "after": after}, "diff")) == shown


def test_a_link_is_one_only_to_an_http_address() -> None:
    assert short(Shown("Build", "https://ci.example.com/1?a=1&b=2", "link")) == (
        "<https://ci.example.com/1?a=1&amp;b=2|ci.example.com/1?a=1&amp;b=2>"
    )
    assert short(Shown("Build", "javascript:alert(1)", "link")) == "javascript:alert(1)"
    assert "<" not in short(Shown("Build", "https://x|y> <!here>", "link")).replace("&lt;", "")


def test_a_shortened_value_says_that_it_is_shortened() -> None:
    text = "\n".join(f"line {number}" for number in range(400))
    assert "… and 388 more lines in the thread" in str(long_block(Shown("Log", text), "x"))


def test_a_table_is_cut_visibly() -> None:
    table = as_table(Shown("T", [{"n": number} for number in range(50)], "table"), "x")
    assert table is not None
    assert len(table["rows"]) == 11


def test_a_text_that_is_alone_on_its_line_has_quotes_only_where_it_could_be_something_else() -> None:
    value = {
        "hosts": ["Oslo, Norway", "c: d", "8080", "a text that makes the list too long for one line " * 2]
    }
    lines = outline(value).split("\n")
    assert lines[:4] == ["hosts:", "  - Oslo, Norway", "  - c: d", '  - "8080"']


def test_a_decimal_of_a_form_and_of_a_question_reads_as_a_number() -> None:
    assert short(Shown("Price", "250.00", "number")) == "250.00"
    assert short(Shown("Price", "250.00")) == '"250.00"'
    assert short(Shown("Price", "on request", "number")) == "on request"
    assert short(Shown("Price", "NaN", "number")) == '"NaN"'


def test_several_empty_texts_share_one_place() -> None:
    empty = [Shown("details", ""), Shown("link", "", "link"), Shown("on_behalf_of", "")]
    assert short_pairs([Shown("size", 3), *empty]) == [
        ("Size", "3"),
        ("Empty", "Details · Link · On behalf of"),
    ]
    assert short_pairs([Shown("size", 3), empty[0]]) == [("Size", "3"), ("Details", "empty text")]
    other = [Shown("labels", []), Shown("owner", None), Shown("note", "empty text")]
    assert [label for label, _ in short_pairs(other)] == ["Labels", "Owner", "Note"]


@pytest.mark.parametrize(
    ("shown", "line"),
    [
        ([], ""),
        ([Shown("a", 1)], ""),
        ([Shown("a", 1, requested=True)], "The requester entered: A"),
        ([Shown("a", 1, requested=True), Shown("b", 2)], "The requester entered: A"),
        (
            [Shown("a", 1, requested=True), Shown("b", 2, requested=True)],
            "The requester entered: all values",
        ),
        ([Shown("a", "", requested=True), Shown("b", "", requested=True)], ""),
    ],
)
def test_values_of_the_requester_are_labeled_as_theirs(shown: list[Shown], line: str) -> None:
    assert requested_line(replace(REQUEST, shown=tuple(shown))) == line
    for one in shown:
        assert full_label(one).endswith(", entered by the requester") is one.requested


@pytest.mark.parametrize(
    ("shown", "line"),
    [
        ([], "The requester entered these parts of the question: Service, Reason"),
        ([Shown("a", 1)], "The requester entered these parts of the question: Service, Reason"),
        (
            [Shown("a", 1, requested=True), Shown("b", 2)],
            "The requester entered: A. They also entered these parts of the question: Service, Reason",
        ),
        (
            [Shown("a", 1, requested=True), Shown("b", 2, requested=True)],
            "The requester entered: all values. "
            "They also entered these parts of the question: Service, Reason",
        ),
    ],
)
def test_words_of_the_requester_in_the_question_are_labeled_as_theirs(shown: list[Shown], line: str) -> None:
    request = replace(REQUEST, shown=tuple(shown), entered=("service", "reason"))
    assert requested_line(request) == line
    assert quoted_line(request) == "The requester entered these parts of the question: Service, Reason"
    assert question_label(request) == "Question, with what the requester entered: Service, Reason"


@pytest.mark.parametrize(
    ("value", "beside"),
    [
        ("rolls out to all regions at once", True),
        ("eu-west-1a-billing-production", True),
        ("sha256:9f86d0818", True),
        ("sha256:9f86d081884c7d659a2", False),
        ("registry.example.com/billing:1.4.2", False),
        ("x" * 18, True),
        ("x" * 19, False),
        ("two words " * 5, False),
    ],
)
def test_a_value_stands_beside_another_where_a_phone_breaks_no_word_of_it(value: str, beside: bool) -> None:
    item = Shown("Value", value)
    assert (is_short(item) and fits_beside(item)) is beside


def test_a_link_or_a_change_that_a_column_would_break_has_the_full_width() -> None:
    long_link = "https://ci.builds.example.com/pipelines/1842"
    digests = {"before": "sha256:9f86d081884c7", "after": "v1.4.2"}
    shown = [
        Shown("Build", "https://ci.example.com/1", "link"),
        Shown("Pipeline", long_link, "link"),
        Shown("Replicas", {"before": 3, "after": 5}, "diff"),
        Shown("Image", digests, "diff"),
    ]
    beside, *below = short_blocks(shown, Ids("request", 1), "fields")
    assert [field["text"].split("\n")[0] for field in beside["fields"]] == ["*Build*", "*Replicas*"]
    assert [block["text"]["text"] for block in below] == [
        f"*Pipeline*\n<{long_link}|ci.builds.example.com/pipelines/1842>",
        "*Image*\nsha256:9f86d081884c7 → v1.4.2",
    ]
    assert len({block["block_id"] for block in (beside, *below)}) == 3
    assert short_blocks(shown[1:2], Ids("request", 1), "fields") == [
        {**below[0], "block_id": Ids("request", 1)("fields:1")}
    ]
    assert short_blocks([], Ids("request", 1), "fields") == []


def test_a_table_hides_no_end_of_a_long_address() -> None:
    rows = [{"address": "https://ci.example.com/builds/1", "at": "12:00"}, {"address": "none", "at": "13:00"}]
    shown = as_table(Shown("T", [{"number": 1, **row} for row in rows], "table"), "x")
    assert shown is not None
    assert [column["is_wrapped"] for column in shown["column_settings"]] == [True, True, False]


def test_a_short_text_of_several_lines_is_shown_on_several_lines() -> None:
    steps = Shown("Steps", "build\nswitch")
    assert not is_short(steps)
    assert long_block(steps, "b")["elements"][1]["elements"] == [{"type": "text", "text": "build\nswitch"}]
