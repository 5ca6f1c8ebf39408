"""A request says to whom it goes next, and when."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.views.message import MENTIONED
from bot.views.requests.approval import approval_message
from bot.views.requests.failure import failure_message
from bot.views.requests.quorum import escalations
from bot.views.runs.thread import thread_line
from engine import Actor, EscalationSpec, Failure, RequestRecord, RunDetail, RunRecord
from tests.request_records import evolve_request, open_approval

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
ALICE = Actor("slack", "U01ALICE")
RUN = RunRecord("r1", "w", "d", "waiting", 1, {}, ALICE, "manual", "C1", "t", NOW)
ON_CALL = EscalationSpec(after=3600, to=("@on-call",))
OWNERS = EscalationSpec(after=7200, to=("@owners",), replace=True)
REQUEST = open_approval(ALICE, NOW, expires_at=NOW + timedelta(hours=4), escalations=(ON_CALL, OWNERS))


def detail(request: RequestRecord) -> RunDetail:
    return RunDetail(RUN, "@a", "#c", (), (request,))


def escalated(request: RequestRecord, **data: Any) -> str:
    values = {"to": ["@on-call"], "replace": False, **data}
    event = {
        "type": "request.escalated",
        "at": NOW.isoformat(),
        "actor": ["engine", "engine", None],
        "step": "go",
        "request_id": "q1",
        "data": values,
    }
    told = thread_line(event, detail(request), MENTIONED, NOW)
    assert told is not None
    return told.text


def test_an_approval_says_to_whom_it_goes_next_in_its_blocks_and_its_text() -> None:
    shown = approval_message(REQUEST, detail(REQUEST), MENTIONED, NOW)
    said = "After 1 h, @on-call can decide as well; after 2 h, @owners can decide instead"
    assert said in shown.text
    assert said in str(shown.blocks[-1])


def test_a_failure_says_to_whom_it_goes_next() -> None:
    request = evolve_request(
        REQUEST, kind="failure", choices=("retry", "abort"), failure=Failure("OSError", "no answer", "")
    )
    shown = failure_message(request, detail(request), MENTIONED, NOW)
    assert "After 1 h, @on-call can decide as well" in shown.text
    assert "After 1 h, @on-call can decide as well" in str(shown.blocks[-1])


def test_only_escalations_that_bring_somebody_are_said() -> None:
    assert escalations(evolve_request(REQUEST, escalated=2), MENTIONED) == ""
    assert escalations(evolve_request(REQUEST, state="decided", outcome="approved"), MENTIONED) == ""
    to_the_same = EscalationSpec(after=3600, to=("@a",))
    assert escalations(evolve_request(REQUEST, escalations=(to_the_same,)), MENTIONED) == ""


def test_the_reply_of_an_escalation_says_who_can_decide_now() -> None:
    assert "This request is still open, so @on-call can decide as well: Ship?" in escalated(REQUEST)
    instead = escalated(REQUEST, replace=True)
    assert "This request is still open, so @on-call can decide instead: Ship?" in instead
    already = escalated(REQUEST, already=["@on-call"])
    assert "This request is still open. @on-call can still decide: Ship?" in already


def test_the_text_of_a_failure_names_the_choices_of_its_buttons() -> None:
    request = evolve_request(
        REQUEST,
        kind="failure",
        choices=("retry", "reroute", "skip", "abort"),
        failure=Failure("OSError", "no answer", ""),
    )
    shown = failure_message(request, detail(request), MENTIONED, NOW)
    assert "can decide: Retry, Reroute, Skip step or Abort" in shown.text
