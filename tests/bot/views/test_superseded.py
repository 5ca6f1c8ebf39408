"""A request that another one has replaced says so, whether it was decided or not."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.views import request_summary
from bot.views.message import Names
from engine import Actor, DecisionRecord, RequestRecord, RunDetail, RunRecord
from engine.kernel.request_factory import anybody_of

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
ALICE = Actor("slack", "U01ALICE")


def test_a_superseded_request_no_longer_reads_as_approved() -> None:
    run = RunRecord("r1", "deploy", "d", "waiting", 1, {}, ALICE, "manual", "C1", "t", NOW)
    open_ = RequestRecord(
        "q1", "approval", "r1", "deploy", "go", "withdrawn", 2, "Ship?", ("approve",), (anybody_of("@a"),),
        False, {}, ALICE, NOW, ended_at=NOW, superseded="the code of ship changed",
    )  # fmt: skip
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
