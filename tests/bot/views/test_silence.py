"""Each message of a request says what happens if nobody answers, and loudly where that approves it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.views.message import MENTIONED
from bot.views.requests.approval import approval_message
from bot.views.requests.failure import failure_message
from bot.views.requests.listed import request_blocks
from bot.views.requests.request_summary import until
from bot.views.runs.thread import thread_line
from engine import Actor, Failure, RequestRecord, RunDetail, RunRecord
from engine.kernel.requests.request_factory import anybody_of
from tests.request_records import evolve_request, open_approval

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
ALICE = Actor("slack", "U01ALICE")
RUN = RunRecord("r1", "w", "d", "waiting", 1, {}, ALICE, "manual", "C1", "t", NOW)
REQUEST = open_approval(
    ALICE,
    NOW,
    expires_at=NOW + timedelta(hours=1),
)
FAILED = evolve_request(
    REQUEST, kind="failure", choices=("retry", "skip", "abort"), failure=Failure("OSError", "no answer", "")
)


def detail(request: RequestRecord) -> RunDetail:
    return RunDetail(RUN, "@a", "#c", (), (request,))


@pytest.mark.parametrize(
    ("request_", "values", "said"),
    [
        (REQUEST, {}, ", then not approved"),
        (REQUEST, {"on_expiry": "rejected"}, ", then rejected"),
        (REQUEST, {"on_expiry": "rejected", "paused_since": NOW}, "; after the deadline: rejected"),
        (REQUEST, {"on_expiry": "approved"}, ", then approved"),
        (REQUEST, {"expires_at": None}, "no deadline, so it waits until it is decided"),
        (REQUEST, {"kind": "clarification"}, ", then it continues without an answer"),
        (FAILED, {"on_expiry": "abort"}, ", then the run is aborted"),
        (FAILED, {"on_expiry": "skip"}, ", then the step is skipped"),
    ],
)
def test_a_request_says_what_it_becomes_if_nobody_answers(
    request_: RequestRecord, values: dict[str, Any], said: str
) -> None:
    assert until(evolve_request(request_, **values), NOW).endswith(said)


def test_an_approval_by_silence_is_said_aloud_in_the_message_the_text_and_the_lists() -> None:
    request = evolve_request(REQUEST, on_expiry="approved")
    shown = approval_message(request, detail(request), MENTIONED, NOW)
    loud = [block for block in shown.blocks if "Silence approves" in str(block)]
    assert [block["type"] for block in loud] == ["section"]
    assert "*Silence approves.* Without a decision by <!date^" in shown.text
    assert "Silence approves" in str(request_blocks(request, NOW, 0, {}))


def test_a_paused_approval_by_silence_is_said_aloud_too() -> None:
    request = evolve_request(REQUEST, on_expiry="approved", paused_since=NOW)
    text = approval_message(request, detail(request), MENTIONED, NOW).text
    assert "Without a decision before the deadline, this counts as approved." in text


def test_an_approval_that_is_decided_or_that_silence_rejects_has_no_loud_line() -> None:
    rejecting = evolve_request(REQUEST, on_expiry="rejected")
    decided = evolve_request(REQUEST, on_expiry="approved", state="decided", outcome="approved", ended_at=NOW)
    for request in (rejecting, decided):
        assert "Silence" not in str(approval_message(request, detail(request), MENTIONED, NOW))
    assert ", then rejected" in approval_message(rejecting, detail(rejecting), MENTIONED, NOW).text


def test_the_text_of_a_failure_says_what_silence_does() -> None:
    request = evolve_request(FAILED, on_expiry="abort")
    assert "then the run is aborted" in failure_message(request, detail(request), MENTIONED, NOW).text


def test_an_approval_by_silence_is_said_aloud_in_its_reminder() -> None:
    request = evolve_request(REQUEST, on_expiry="approved")
    event = {
        "type": "request.reminded",
        "at": NOW.isoformat(),
        "actor": ["engine", "engine", None],
        "step": "go",
        "request_id": "q1",
        "data": {"reminder": 1},
    }
    line = thread_line(event, detail(request), MENTIONED, NOW)
    assert line is not None
    for said in (line.text, str(line.blocks)):
        assert "Still waiting for @a: Ship?" in said
        assert "*Silence approves.* Without a decision by <!date^" in said


@pytest.mark.parametrize("request_", [REQUEST, FAILED], ids=["approval", "failure"])
def test_the_people_who_are_asked_are_mentioned_in_a_line_of_which_slack_notifies(
    request_: RequestRecord,
) -> None:
    asks = approval_message if request_.kind == "approval" else failure_message
    asked = evolve_request(request_, stages=(anybody_of("U02BOB"),))
    open_ = asks(asked, detail(asked), MENTIONED, NOW)
    mentioned = [block for block in open_.blocks if "<@U02BOB>" in str(block)]
    assert [block["type"] for block in mentioned] == ["section"]
    assert mentioned[0]["text"]["text"] == "<@U02BOB> can decide"
    kinds = [block["type"] for block in open_.blocks]
    assert kinds[kinds.index("actions") - 1 :] == ["section", "actions", "context"]
    assert "<@U02BOB> can decide" in open_.text
    ended = evolve_request(asked, state="withdrawn")
    assert "<@U02BOB>" not in str(asks(ended, detail(ended), MENTIONED, NOW).blocks)
