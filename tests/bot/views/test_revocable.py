"""A revocable approval says when it takes effect, and why it does not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.views.button_values import ButtonValue
from bot.views.forms.modals import CODE, CONFIRM, confirm_modal
from bot.views.message import Names
from bot.views.requests import request_summary
from bot.views.requests.approval import approval_message
from bot.views.requests.details import request_details
from bot.views.runs.thread import thread_line
from engine import Actor, DecisionRecord, RequestRecord, RunDetail, RunRecord
from engine.kernel.requests.request_factory import anybody_of
from tests.request_records import evolve_request, make_request

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
ALICE, BOB = Actor("slack", "U01ALICE"), Actor("slack", "U02BOB")
ENGINE = Actor("engine", "engine")
RUN = RunRecord("r1", "deploy", "d", "waiting", 1, {}, ALICE, "manual", "C1", "t", NOW)
MADE = DecisionRecord("q1:1", "q1", "approve", ALICE, "", NOW, member_of=("@dev",))
HELD = make_request(
    id="q1",
    kind="approval",
    run_id="r1",
    workflow="deploy",
    step="go",
    state="held",
    version=2,
    ask="Ship?",
    choices=("approve",),
    stages=(anybody_of("@dev"),),
    self_approval=False,
    comment={},
    requester=ALICE,
    opened_at=NOW,
    outcome="approved",
    ended_at=NOW,
    effective_at=NOW + timedelta(minutes=5),
    revocable_for=300.0,
    decisions=(MADE,),
)


def line(type_: str, request: RequestRecord, by: Actor = ENGINE, **data: object) -> str:
    event = {"type": type_, "at": NOW.isoformat(), "actor": [by.source, by.id, None], "step": "go"}
    detail = RunDetail(RUN, "@platform", "#deploys", (), (request,))
    told = thread_line({**event, "request_id": "q1", "data": data}, detail, Names(), NOW)
    return told.text if told else ""


def test_a_revocable_approval_that_is_late_says_what_it_waits_for() -> None:
    detail = RunDetail(RUN, "@platform", "#deploys", (), (HELD,))
    assert "takes effect at <!date" in request_summary.ending(HELD, detail, Names(), NOW)
    late = request_summary.ending(HELD, detail, Names(), NOW + timedelta(minutes=6))
    assert "takes effect when Signoff has checked that its approvers may still decide" in late
    told = line("request.effect_delayed", HELD, why="Slack does not answer.")
    assert "is approved, but does not take effect yet. Signoff could not check" in told


def test_the_thread_says_that_an_approval_did_not_take_effect_and_why() -> None:
    again = evolve_request(HELD, state="open", outcome=None, ended_at=None, effective_at=None)
    told = line("request.reopened", again)
    assert "did not take effect, because too few of those who approved it may still decide" in told
    assert "can answer again" in told
    assert line("request.reopened", HELD) == ""


def test_a_decision_that_is_lost_asks_nobody_where_the_others_are_enough() -> None:
    people = [["U01ALICE", "approve", ["@dev"]]]
    told = line("request.recounted", replace(HELD, state="decided"), people=people)
    assert told.endswith("that answer no longer counts.")


REVOKED = evolve_request(
    HELD,
    state="open",
    outcome=None,
    ended_at=None,
    effective_at=None,
    decisions=(
        MADE,
        replace(MADE, id="q1:2", choice="revoke", actor=BOB, comment="Wrong day", on_behalf="U9"),
    ),
)


def test_the_message_of_a_revoked_approval_names_who_revoked_it() -> None:
    detail = RunDetail(RUN, "@platform", "#deploys", (), (REVOKED,))
    shown = str(approval_message(REVOKED, detail, Names(), NOW).blocks)
    assert "Approval revoked by <@U02BOB> for <@U9> at <!date" in shown
    assert "Wrong day" in shown
    assert "revoked" not in str(approval_message(HELD, detail, Names(), NOW).blocks).replace("be revoked", "")


def test_the_thread_of_a_revoked_approval_names_who_revoked_it() -> None:
    told = line("request.revoked", REVOKED, by=BOB)
    assert "<@U02BOB> for <@U9> revoked the approval. Nothing was executed." in told
    assert "@dev can answer again" in told
    assert line("request.revoked", HELD, by=BOB) == ""


def test_details_label_the_id_of_the_request() -> None:
    detail = RunDetail(RUN, "@platform", "#deploys", (), (HELD,))
    assert "Request q1" in str(request_details(HELD, detail, NOW)["blocks"])


@pytest.mark.parametrize(
    ("policy", "focused"),
    [
        ({"confirm": "rotate root"}, CONFIRM),
        ({"confirm": "rotate root", "one_time_code": True}, CONFIRM),
        ({"one_time_code": True}, CODE),
    ],
)
def test_the_cursor_stands_in_the_first_field_to_type(policy: dict[str, object], focused: str) -> None:
    request = evolve_request(HELD, state="open", comment={"approve": "required"}, **policy)
    inputs = [
        block
        for block in confirm_modal(request, ButtonValue("q1", "approve"))["blocks"]
        if block["type"] == "input"
    ]
    assert [block["block_id"] for block in inputs if block["element"].get("focus_on_load")] == [focused]
    if policy.get("confirm"):
        assert inputs[0]["label"]["text"] == "Type “rotate root” to confirm"
