"""Everything that a decision covers is in the message or in what is posted beside it; nothing is cut."""

from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.views.button_values import decode, decode_seen
from bot.views.command_replies import approvals_answer
from bot.views.forms.modals import together_modal
from bot.views.message import MENTIONED
from bot.views.requests.approval import approval_message
from bot.views.requests.details import FIRST, Page, page_of, request_details
from bot.views.requests.full_content import (
    MAX_POSTS,
    Document,
    Part,
    documents,
    file_of,
    parts_of,
    pieces,
    post,
)
from bot.views.requests.question import question_message
from bot.views.requests.warnings import again_fits
from bot.views.runs.outline import outline
from bot.views.wording.display import is_shortened, whole_text
from bot.views.wording.text import words
from engine import Actor, DecisionRecord, Failure, RequestRecord, RunDetail, RunRecord, Shown, StepRecord
from engine.kernel.requests.request_factory import anybody_of
from engine.model.definition.spec import FormSpec
from localslack.blocks import check_view
from localslack.blocks.messages import check_message
from tests.present import present
from tests.request_records import make_request, waiting_page

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
ALICE = Actor("slack", "U01ALICE")
texts = st.text(max_size=30) | st.sampled_from(
    ["x" * 5000, "row\n" * 300, "&" * 900, "😀" * 1500, "```", "*b* :x:"]
)
odd_texts = (
    st.lists(
        st.text(max_size=9)
        | st.builds(
            str.__mul__,
            st.sampled_from(
                ["\u200b", "\n", "\u2003", "\u0301", " ", "`", "&", "⟦", "x", "\u200b\u200c", "\ta"]
            ),
            st.integers(1, 60) | st.integers(1, 1500),
        ),
        min_size=1,
        max_size=4,
    )
    .map("".join)
    .map("ok{}PROD".format)
)
"""Rows of signs that cannot be seen, that Slack reads as markup, or that are plain, before what counts."""
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9**9) | texts,
    lambda inner: st.lists(inner, max_size=9) | st.dictionaries(st.text(max_size=9), inner, max_size=9),
    max_leaves=12,
)
shown_values = st.lists(
    st.builds(Shown, texts, json_values)
    | st.builds(
        Shown,
        texts,
        st.lists(st.dictionaries(texts, json_values, max_size=13), max_size=13),
        st.just("table"),
    )
    | st.builds(
        Shown, texts, st.fixed_dictionaries({"before": json_values, "after": json_values}), st.just("diff")
    ),
    max_size=12,
).map(tuple)


def asked(**more: Any) -> RequestRecord:
    given = {"kind": "approval", "ask": "Ship it?", **more}
    return make_request(
        id="q1",
        kind=given.pop("kind"),
        run_id="deploy-00000000008f3k",
        workflow="deploy",
        step="go",
        state="open",
        version=1,
        ask=given.pop("ask"),
        choices=("approve", "reject"),
        stages=(anybody_of("U02BOB"),),
        self_approval=False,
        comment={},
        requester=ALICE,
        opened_at=NOW,
        **given,
    )


def detail(*steps: StepRecord) -> RunDetail:
    run = RunRecord("deploy-00000000008f3k", "deploy", "d", "waiting", 1, {}, ALICE, "manual", None, "t", NOW)
    return RunDetail(run, "U01ALICE", "#deploys", steps, ())


def text_in(value: Any) -> str:
    """All literal texts of blocks, one after the other."""
    if isinstance(value, list):
        return "".join(map(text_in, value))
    if not isinstance(value, dict):
        return ""
    return "".join(
        item if key == "text" and isinstance(item, str) else text_in(item) for key, item in value.items()
    )


def joined(text: str) -> str:
    return text.replace("\n", "").replace("⟦the line continues⟧", "")


@given(texts | st.text(st.characters(blacklist_categories=["Cs"]), max_size=9000))
def test_the_pieces_of_a_text_hold_all_of_it(text: str) -> None:
    assert joined("".join(pieces(text))) == joined(text)


@settings(max_examples=present(settings.default).max_examples // 5)
@given(shown_values, texts.filter(str.strip))
def test_every_value_is_whole_in_the_message_or_in_its_document(values: tuple[Shown, ...], ask: str) -> None:
    request = asked(shown=values, ask=ask)
    made = documents(request, detail())
    if not made:
        said = joined(text_in(list(approval_message(request, detail(), MENTIONED, NOW).blocks)))
        assert not any(map(is_shortened, values))
        assert "in the thread" not in said
        return
    (document,) = made
    posted = joined("".join(text_in(post) for post in document.posts()))
    for part in parts_of(request, detail()):
        assert joined(part.text) in posted
    for blocks in document.posts():
        found = check_message(blocks)
        assert (found.errors, found.too_long) == ([], False)


@settings(max_examples=present(settings.default).max_examples // 5)
@given(
    st.builds(Shown, st.just("Plan"), odd_texts | st.lists(odd_texts, min_size=1, max_size=3))
    | st.builds(
        Shown,
        st.just("Plan"),
        st.fixed_dictionaries({"before": odd_texts, "after": odd_texts}),
        st.just("diff"),
    )
    | st.builds(
        Shown,
        st.just("Plan"),
        st.lists(st.lists(odd_texts, min_size=1, max_size=3), min_size=1, max_size=3),
        st.just("table"),
    ),
    st.booleans(),
)
def test_a_view_with_a_button_that_decides_shows_a_value_whole_or_says_where_it_is(
    item: Shown, plain: bool
) -> None:
    request = asked(shown=(item,), risk="low")
    made = documents(request, detail())
    said = shown_in(list(approval_message(request, detail(), MENTIONED, NOW, plain=plain).blocks))
    if not holds(said, item):
        assert "in the thread" in said
        (document,) = made
        assert holds(shown_in([block for post in document.posts() for block in post]), item)
    entry = list(approvals_answer(waiting_page([request]), NOW).blocks)
    if "signoff:decide" in str(entry):
        assert holds(shown_in(entry), item)
    if together := together_modal([request], NOW).get("private_metadata"):
        assert list(decode_seen(decode(together))) == ["q1"]
        assert holds(shown_in(together_modal([request], NOW)["blocks"]), item)


def shown_in(blocks: list[Any]) -> str:
    """All that people read, on one line, a line in place of each tag."""
    return joined(unescape(text_in(blocks)))


def holds(said: str, item: Shown) -> bool:
    """A value is there in its lines, on one line, or cell by cell."""
    ways = [[whole_text(item)], [words(item.value)]]
    if item.kind == "diff":
        ways.append([words(item.value[side], inside=True) for side in ("before", "after")])
    if item.kind == "table":
        ways.append([words(cell) for row in item.value for cell in row])
    return any(all(joined(unescape(part)) in said for part in parts) for parts in ways)


@pytest.mark.parametrize(
    ("value", "whole"),
    [
        ("ok" + "\u200b" * 320 + "PROD", "ok⟦U+200B ×320⟧PROD"),
        ("\u2003" * 400 + "PROD", '"⟦U+2003 ×400⟧PROD"'),
        ("ok" + "\u200b" * 1500 + "PROD", ""),
        ("ok" + "\n" * 900 + "PROD", ""),
        ("\u200b\u200c" * 250 + "PROD", ""),
    ],
)
def test_a_row_of_signs_hides_nothing_of_a_value(value: str, whole: str) -> None:
    request = asked(shown=(Shown("Details", value),))
    said = text_in(list(approval_message(request, detail(), MENTIONED, NOW).blocks))
    assert (whole in said and not documents(request, detail())) if whole else "in the thread" in said
    assert whole or "PROD" in documents(request, detail())[0].as_text()
    assert "-" not in said.partition("… and")[2].partition("in the thread")[0]


@pytest.mark.parametrize("after", ["ok" + " " * 250 + "PROD", "x" * 300])
def test_a_difference_with_a_shortened_line_says_where_all_of_it_is(after: str) -> None:
    request = asked(shown=(Shown("Plan", {"before": "ok", "after": after}, "diff"),))
    said = text_in(list(approval_message(request, detail(), MENTIONED, NOW).blocks))
    assert after not in said
    assert "… all of it in the thread" in said
    assert after in documents(request, detail())[0].as_text()


def test_blank_lines_hide_nothing_of_a_clarification() -> None:
    question = asked(kind="clarification", about="q0", ask="Why?" + "\n" * 50 + "Approve PROD?")
    assert "…" in str(question_message(question, detail(), MENTIONED, NOW).blocks)
    assert "Approve PROD?" in documents(question, detail())[0].as_text()


@pytest.mark.parametrize("sign", ["`", "&", "\u200b\u200c"])
def test_a_text_is_measured_as_slack_shows_it(sign: str) -> None:
    comment = DecisionRecord("q1:1", "q1", "approve", ALICE, sign * 300, NOW)
    assert [each.what for each in documents(asked(decisions=(comment,)), detail())] == ["q1:1"]
    assert documents(asked(again=sign * 200), detail())
    assert not again_fits(asked(again=sign * 200))
    failed = asked(kind="failure", failure=Failure("E", f"No {sign * 200}"))
    assert documents(failed, detail())
    assert "leaves out the end of the error" in str(approvals_answer(waiting_page([failed]), NOW).blocks)


@pytest.mark.parametrize(
    "more",
    [
        {"ask": "why " * 800},
        {"again": "x" * 2000},
        {"shown": (Shown("A list", [f"address {number}@example.com" for number in range(60)]),)},
        {"shown": (Shown("l" * 80, "x"),)},
        {"shown": tuple(Shown(f"Value {number}", number) for number in range(9))},
        {"shown": tuple(Shown(f"Text {number}", "word " * 20) for number in range(4))},
        {"shown": (Shown("Rows", [{f"c{n}": n for n in range(11)}], "table"),)},
        {"shown": (Shown("Rows", [{"cell": "x" * 90}], "table"),)},
        {"form": FormSpec(fields={"properties": {}}), "value": {"regions": ["eu-central-1"] * 60}},
    ],
)  # fmt: skip
def test_the_part_that_a_message_cannot_hold_is_in_a_document(more: dict[str, Any]) -> None:
    assert [document.what for document in documents(asked(**more), detail())] == ["opened"]


@pytest.mark.parametrize("plain", [False, True])
def test_a_table_with_room_in_the_message_needs_no_document(plain: bool) -> None:
    rows = [{f"column {n}": f"cell {n} of row {row}" for n in range(6)} for row in range(10)]
    request = asked(shown=(Shown("Rows", rows, "table"),))
    assert documents(request, detail()) == []
    said = str(approval_message(request, detail(), MENTIONED, NOW, plain=plain).blocks)
    assert all(f"cell {n} of row {row}" in said for n in range(6) for row in range(10))
    assert "in the thread" not in said


def test_a_table_that_has_no_room_as_text_has_a_document() -> None:
    # Slack may refuse its own kind of table: then it stands there as text.
    rows = [{f"column {n}": "cell " * 15 for n in range(10)} for _ in range(10)]
    assert documents(asked(shown=(Shown("Rows", rows, "table"),)), detail())


def test_images_that_the_message_has_no_room_for_are_counted_and_in_a_document() -> None:
    images = tuple(Shown(f"Chart {n}", f"https://a.example/{n}.png", "image") for n in range(14))
    request = asked(shown=images)
    assert len(documents(request, detail())) == 1
    said = str(approval_message(request, detail(), MENTIONED, NOW).blocks)
    assert "3 more in the thread and in Details" in said


@pytest.mark.parametrize("label", ["\u200b\u2060" * 3, "&" * 15, "l" * 41, "é\u0336" * 9])
def test_a_label_that_is_cut_has_a_document(label: str) -> None:
    request = asked(shown=(Shown(label, "x"),))
    (document,) = documents(request, detail())
    assert "…" not in document.parts[1].label


@pytest.mark.parametrize("text", ["\u200b\u2060" * 200, "word\u200b" * 280])
def test_a_text_is_measured_with_its_marks(text: str) -> None:
    assert documents(asked(ask=text), detail())
    assert documents(asked(again=text[:500]), detail())


def test_a_question_that_the_message_shows_whole_needs_no_document() -> None:
    assert documents(asked(ask="why " * 600), detail()) == []
    assert documents(asked(ask="&" * 600), detail()) != []


def test_a_line_that_is_cut_cannot_be_taken_for_two_lines() -> None:
    cut = "".join(pieces("x" * 1381))
    assert cut == f"{'x' * 1380}⟦the line continues⟧\nx"
    assert "".join(pieces(f"{'x' * 1380}\nx")) != cut
    marked = "".join(pieces(outline("x" * 1375 + "\u200b\u2060\u200b")))
    assert (marked.count("⟦U+200B⟧"), marked.count("⟦U+2060⟧")) == (2, 1)


def pages_of(request: RequestRecord) -> list[dict[str, Any]]:
    """Every page of Details, by its Next buttons."""
    page, found = FIRST, []
    while True:
        view = request_details(request, detail(), NOW, page=page)
        assert not check_view(view, "modal").too_long
        assert check_view(view, "modal").errors == []
        found.append(view)
        elements = view["blocks"][-1].get("elements", [])
        buttons = {one["text"]["text"]: one["value"] for one in elements if one["type"] == "button"}
        if "Next" not in buttons:
            return found
        page = page_of(decode(buttons["Next"]).word)


@pytest.mark.long
@settings(max_examples=present(settings.default).max_examples // 10)
@given(shown_values)
def test_details_show_every_value_whole_on_their_pages(values: tuple[Shown, ...]) -> None:
    request = asked(shown=values)
    made = pages_of(request)
    foot = 2 if len(made) > 1 else 0  # the number of the page, and the buttons
    blocks = [block for view in made for block in view["blocks"][: len(view["blocks"]) - foot]]
    read = joined(text_in(blocks))
    for one in values:
        text = joined(whole_text(one))
        # Short ones stand in columns, as markup.
        missing = len(text) > 40 and text not in read
        assert not missing, text[:200]


@pytest.mark.long
def test_a_megabyte_is_read_on_the_pages_of_details() -> None:
    request = asked(shown=(Shown("Note", "y" * 1_000_000), Shown("Emoji", "😀" * 20_000)))
    made = pages_of(request)
    assert sum(str(view["blocks"]).count("y" * 1380) for view in made) >= 724
    assert f"Page 2 of {len(made)}" in str(made[1])


def test_a_page_of_a_question_that_changed_meanwhile_starts_again() -> None:
    request = asked(shown=(Shown("Note", "y" * 100_000),))
    view = request_details(request, detail(), NOW, page=Page(2, version=99))
    assert "The content changed while you read" in str(view)
    assert "Page 1 of" in str(view)


def test_details_and_the_full_text_say_what_of_the_question_the_requester_entered() -> None:
    request = replace(asked(ask="Ship it? " * 400), entered=("reason",))
    assert "The requester entered these parts of the question: Reason" in text_in(pages_of(request))
    (document,) = documents(request, detail())
    assert document.parts[0].label == "Question, with what the requester entered: Reason"


def test_a_small_request_needs_no_document() -> None:
    request = asked(shown=(Shown("Service", "billing"), Shown("Notes", "a text\nof two lines")))
    assert documents(request, detail()) == []


def test_a_long_comment_and_what_it_changed_are_in_a_document_of_the_decision() -> None:
    value = {"regions": ["us-east-1"] * 60}
    made = DecisionRecord("q1:1", "q1", "approve", ALICE, "because " * 500, NOW, value=value)
    request = asked(proposed={"regions": []}, value=value, decisions=(made,), form=FormSpec(fields={}))
    ((_, decided)) = documents(request, detail())
    assert decided.what == "q1:1"
    assert [part.label for part in decided.parts] == ["Regions, before", "Regions, now", "Comment"]


def test_the_whole_text_and_log_of_a_failure_are_in_its_document() -> None:
    log = tuple(f"line {number}" for number in range(200))
    step = StepRecord("r", "go", "waiting", log=log)
    request = asked(kind="failure", failure=Failure("OSError", "a\n" * 400))
    (document,) = documents(request, detail(step))
    assert "line 0\n" in document.as_text()
    assert document.as_text().count("a\n    a") > 190


def test_a_megabyte_becomes_a_file_whose_labels_cannot_be_imitated() -> None:
    request = asked(shown=(Shown("Note", "x\nRisk\n    low\n" + "y" * 1_000_000),))
    (document,) = documents(request, detail())
    assert len(document.posts()) > MAX_POSTS
    file = file_of(document, request, "key")
    text = file.content.decode()
    assert text.count("y") == 1_000_000
    assert [row for row in text.split("\n") if row and not row.startswith(" ")] == ["Question", "Note"]
    assert file.name == "deploy-8f3k-key.txt"


def test_a_document_in_posts_says_how_many_there_are() -> None:
    document = Document("opened", (Part("Log", outline("\n".join(f"row {n}" for n in range(3000)))),))
    heads = [post(document, number, "In full").text for number in (1, 2)]
    assert heads == [f"In full ({number} of {len(document.posts())})" for number in (1, 2)]


@pytest.mark.parametrize(
    "more",
    [
        {"shown": (Shown("Notes", "x" * 4500),)},
        {"shown": tuple(Shown(f"Note {number}", "word " * 20) for number in range(14))},
    ],
    ids=["long", "many"],
)
def test_several_at_once_leaves_out_a_request_with_too_much_to_read(more: dict[str, Any]) -> None:
    view = together_modal([asked(**more), replace(asked(), id="q2")], NOW)
    assert view["title"]["text"] == "Approve 1 at once?"
    assert list(decode_seen(decode(view["private_metadata"]))) == ["q2"]


@pytest.mark.parametrize(
    ("text", "marked"), [("ok\u200b ✅", "ok⟦U+200B⟧ ✅"), ("⟦U+200B⟧", "⟦U+27E6⟧U+200B⟧")]
)
def test_a_value_has_the_same_marks_in_every_view(text: str, marked: str) -> None:
    request = asked(shown=(Shown("Note", text),), risk="low")
    message = approval_message(request, detail(), MENTIONED, NOW)
    for view in (
        list(message.blocks),
        request_details(request, detail(), NOW)["blocks"],
        together_modal([request], NOW)["blocks"],
    ):
        assert text_in(view).count(marked) == 1
        assert text_in(view).count("⟦U+27E6⟧") == marked.count("⟦U+27E6⟧")
