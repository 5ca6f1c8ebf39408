"""A revocable approval says when it takes effect, and why it does not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.views import request_summary
from bot.views.message import Names
from bot.views.thread import thread_line
from engine import Actor, DecisionRecord, RequestRecord, RunDetail, RunRecord
from engine.kernel.request_factory import anybody_of
from tests.request_records import evolve_request, make_request

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
ALICE = Actor("slack", "U01ALICE")
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


def line(type_: str, request: RequestRecord, **data: object) -> str:
    event = {"type": type_, "at": NOW.isoformat(), "actor": ["engine", "engine", None], "step": "go"}
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
