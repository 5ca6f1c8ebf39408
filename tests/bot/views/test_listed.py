"""A list has a button that decides only where it shows everything that the decision covers."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.views.button_values import decode, decode_seen
from bot.views.command_replies import approvals_answer
from bot.views.forms.modals import together_modal
from bot.views.home import home_view
from bot.views.message import MENTIONED
from bot.views.requests.details import request_details
from bot.views.requests.failure import failure_message
from engine import Actor, DecisionRecord, Failure, RequestRecord, RunDetail, RunRecord, Shown
from engine.model.records.request_parts import Handover
from tests.request_records import evolve_request, open_approval, waiting_page

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
ALICE, BOB, CAROL = (Actor("slack", name) for name in ("U01ALICE", "U02BOB", "U03CAROL"))
REQUEST = open_approval(
    ALICE,
    NOW,
    run_id="ship-00000000008f3k",
    workflow="ship",
    shown=(Shown("Build", "1.4.2"), Shown("Note", "verified", requested=True)),
)
FAILED = evolve_request(
    REQUEST, kind="failure", choices=("retry", "abort"), shown=(), failure=Failure("E", "The disk is full")
)
URL = "https://example.slack.com/archives/C1/p1"


def listed(request: RequestRecord) -> list[list[dict[str, Any]]]:
    """The blocks of the Home and of the answer to the command."""
    home = home_view(waiting_page([request]), [], [], NOW, "/workflow", urls={"q1": URL})["blocks"]
    return [home, [*approvals_answer(waiting_page([request]), NOW, urls={"q1": URL}).blocks]]


def buttons(blocks: list[dict[str, Any]]) -> list[str]:
    return [
        str(element["text"]["text"])
        for block in blocks
        if block["type"] == "actions"
        for element in block["elements"]
    ]


def test_an_entry_without_values_says_what_of_its_question_the_requester_entered() -> None:
    for blocks in listed(replace(REQUEST, shown=(), entered=("note",))):
        assert "The requester entered these parts of the question: Note" in str(blocks)


def test_an_entry_that_shows_everything_has_the_buttons_that_decide() -> None:
    for blocks in listed(REQUEST):
        assert buttons(blocks) == ["Approve", "Reject", "Ask", "I am on it", "Details"]
        assert "The requester entered: Note" in str(blocks)
        assert "leaves out" not in str(blocks)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"shown": (*REQUEST.shown, Shown("Plan", "x" * 600))}, "leaves out 1 value."),
        ({"shown": tuple(Shown(f"Part {number}", number) for number in range(10))}, "leaves out 2 values."),
        ({"shown": (Shown("A label that goes on and on " * 3, "1"),)}, "leaves out 1 value."),
        ({"shown": (Shown("Shot", "https://example.com/a.png", "image"),)}, "leaves out 1 value."),
        ({"shown": (Shown("Rows", [{"a": 1}], "table"),)}, "leaves out 1 value."),
        ({"ask": "Ship it? " * 100}, "leaves out the middle of the question."),
        ({"again": "the plan changed, " * 60}, "leaves out why it is asked again."),
        ({"clarifications": 1}, "leaves out 1 question about it."),
        ({"ask": "Ship " * 200, "clarifications": 2}, "the middle of the question and 2 questions about it."),
    ],
)
def test_an_entry_that_leaves_something_out_cannot_be_decided(more: dict[str, Any], said: str) -> None:
    for blocks in listed(evolve_request(REQUEST, **more)):
        assert buttons(blocks) == ["Open the message", "Ask", "Details"]
        assert "Decide in the message of this request." in str(blocks)
        assert said in str(blocks)
        assert URL in str(blocks)


def test_an_entry_whose_message_has_no_address_still_offers_details() -> None:
    request = evolve_request(REQUEST, shown=(Shown("Plan", "x" * 600),))
    assert buttons([*approvals_answer(waiting_page([request]), NOW).blocks]) == ["Ask", "Details"]


def test_a_failure_is_listed_with_its_error() -> None:
    for blocks in listed(FAILED):
        assert "The disk is full" in str(blocks)
        assert buttons(blocks)[:2] == ["Retry", "Abort"]
    for blocks in listed(evolve_request(FAILED, failure=Failure("E", "The disk is full of it. " * 40))):
        assert "Decide in Details or in the message of this request." in str(blocks)
        assert "leaves out the end of the error." in str(blocks)
        assert buttons(blocks) == ["Open the message", "Details"]


def test_an_act_on_a_failure_asks_the_same_in_a_list_as_in_its_message() -> None:
    request = evolve_request(FAILED, choices=("retry", "reroute", "skip", "abort"))
    detail = RunDetail(
        RunRecord(request.run_id, "ship", "d", "waiting", 1, {}, ALICE, "manual", "C1", "t", NOW),
        "@ops",
        "#ops",
        (),
        (request,),
        titles={request.step: "Go live"},
    )
    alone = confirmations([*failure_message(request, detail, MENTIONED, NOW).blocks])
    assert list(alone) == ["Retry", "Reroute", "Skip step", "Abort"]
    assert "may be done twice" in str(alone["Retry"])
    for blocks in listed(request):
        asked = confirmations(blocks)
        assert list(asked) == list(alone)
        for word in ("Retry", "Reroute", "Skip step"):
            assert asked[word]["text"] == alone[word]["text"]
        assert "The run ends as failed." in str(asked["Abort"])
        assert [asked["Abort"][each]["text"] for each in ("confirm", "deny")] == ["Abort the run", "Keep it"]


def confirmations(blocks: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The dialog of each button that has one, by its text."""
    rows = [block["elements"] for block in blocks if block["type"] == "actions"]
    return {str(each["text"]["text"]): each["confirm"] for row in rows for each in row if "confirm" in each}


WARNINGS: list[tuple[dict[str, Any], str]] = [
    ({"again": "the plan changed"}, "Asked again because the plan changed."),
    (
        {"handovers": (Handover(BOB, "@b", ("@a",), NOW),)},
        "Reassigned by <@U02BOB> from @a to @b",
    ),
    (
        {"decisions": (DecisionRecord("d", "q1", "revoke", CAROL, "wrong", NOW),)},
        "Approval revoked by <@U03CAROL>",
    ),
]


@pytest.mark.parametrize(("more", "said"), WARNINGS)
def test_every_warning_of_the_message_stands_in_a_list_and_in_the_dialog_for_several(
    more: dict[str, Any], said: str
) -> None:
    request = evolve_request(REQUEST, risk="low", **more)
    for blocks in [*listed(request), together_modal([request], NOW)["blocks"]]:
        assert said in str(blocks)


def test_a_list_warns_of_a_requester_who_is_mapped_to_no_person() -> None:
    request = replace(REQUEST, requester=Actor("api", "ci"))
    for blocks in listed(request):
        assert "Requested with the token of ci, which is mapped to no person." in str(blocks)
        assert "Make sure that it is not your own request." in str(blocks)


def test_several_at_once_say_whose_each_is() -> None:
    first = evolve_request(REQUEST, risk="low")
    second = replace(first, id="q2", run_id="ship-00000000009g4m", requester=BOB)
    shown = [block for block in together_modal([first, second], NOW)["blocks"] if block["type"] == "context"]
    assert "ship · asked by <@U01ALICE>" in str(shown[0])
    assert "ship-8f3k" in str(shown[0])
    assert "ship · asked by <@U02BOB>" in str(shown[1])
    assert "ship-9g4m" in str(shown[1])


def test_a_failure_says_that_its_moment_is_that_of_the_failure_and_not_of_the_start() -> None:
    run = RunRecord(FAILED.run_id, "ship", "d", "waiting", 1, {}, ALICE, "manual", None, "t", NOW)
    detail = RunDetail(run, "@a", "#c", (), (FAILED,))
    for blocks in [*listed(FAILED), request_details(FAILED, detail, NOW)["blocks"]]:
        assert "run started by <@U01ALICE> · failed at <!date" in str(blocks)


def test_several_at_once_leave_out_a_requester_who_is_mapped_to_no_person() -> None:
    first = evolve_request(REQUEST, risk="low")
    unmapped = replace(first, id="q2", run_id="ship-00000000009g4m", requester=Actor("cli", "root"))
    view = together_modal([first, unmapped], NOW)
    assert list(decode_seen(decode(view["private_metadata"]))) == ["q1"]
    assert "Left out, because the requester is mapped to no person." in str(view)
    assert "• Ship? · ship-9g4m" in str(view)


def test_several_at_once_say_that_the_window_is_full() -> None:
    first = evolve_request(REQUEST, risk="low")
    many = [replace(first, id=f"q{number}", run_id=f"ship-{number:014}") for number in range(60)]
    view = together_modal(many, NOW)
    covered = decode_seen(decode(view["private_metadata"]))
    assert 5 < len(covered) < 60
    assert "because this window is full. Approve these first, then open it again" in str(view)
    assert f"and {60 - len(covered) - 5} more" in str(view)


def test_several_at_once_label_what_the_requester_entered_in_the_question() -> None:
    request = evolve_request(REQUEST, risk="low", entered=("words",))
    assert "The requester entered these parts of the question: Words" in str(together_modal([request], NOW))


def test_a_request_with_a_question_about_it_is_approved_by_itself() -> None:
    request = evolve_request(REQUEST, risk="low")
    assert request.together
    assert not evolve_request(request, clarifications=1).together


def test_a_request_that_is_left_out_of_several_can_be_found() -> None:
    first = evolve_request(REQUEST, risk="low")
    long = replace(first, id="q2", run_id="ship-00000000009g4m", shown=(Shown("Notes", "x" * 4500),))
    view = together_modal([first, long], NOW)
    assert "because of more text than fits here" in str(view)
    assert "• Ship? · ship-9g4m" in str(view)
