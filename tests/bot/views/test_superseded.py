"""A request that another one has replaced says so, whether it was decided or not."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.views.message import Names
from bot.views.requests import request_summary
from bot.views.runs import thread
from engine import Actor, DecisionRecord, RunDetail, RunRecord
from engine.kernel.requests.request_factory import anybody_of
from tests.request_records import make_request

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
ALICE = Actor("slack", "U01ALICE")


def test_a_superseded_request_no_longer_reads_as_approved() -> None:
    run = RunRecord("r1", "deploy", "d", "waiting", 1, {}, ALICE, "manual", "C1", "t", NOW)
    open_ = make_request(
        id="q1",
        kind="approval",
        run_id="r1",
        workflow="deploy",
        step="go",
        state="withdrawn",
        version=2,
        ask="Ship?",
        choices=("approve",),
        stages=(anybody_of("@a"),),
        self_approval=False,
        comment={},
        requester=ALICE,
        opened_at=NOW,
        ended_at=NOW,
        superseded="the code of ship changed",
    )
    detail = RunDetail(run, "@platform", "#deploys", (), (open_,))
    told = request_summary.ending(open_, detail, Names(), NOW)
    assert told.startswith("🟠 *Superseded.* Something changed after people were asked")
    assert told.endswith(">the code of ship changed")
    made = DecisionRecord("q1:1", "q1", "approve", ALICE, "", NOW)
    decided = replace(open_, state="decided", outcome="approved", decisions=(made,))
    told = request_summary.ending(decided, detail, Names(), NOW)
    assert "It was approved by" in told
    assert "had no effect" in told
    assert "*Approved*" not in told
    beside = replace(decided, coverage=replace(decided.coverage, superseded="changes were requested at Go"))
    told = request_summary.ending(beside, detail, Names(), NOW)
    assert "It was approved by" in told
    assert told.endswith("Changes were requested at *Go*, so *go* is asked again.")
    assert "no effect" not in told
    happened: Any = {"step": "go", "request_id": "q1", "data": {"changes": ["changes were requested at Go"]}}
    shown = thread._outdated(happened, replace(detail, requests=(beside,)), Names(), NOW)
    assert "Changes were requested at *Go*, so *go* is asked again." in shown.text
    assert "executed" not in shown.text
