"""Messages about approvals with a window say when the steps run, and that a window was missed."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.views.direct_messages import outcome_message
from bot.views.message import Names
from bot.views.requests.approval import approval_message
from bot.views.requests.details import request_details
from bot.views.runs.run import run_message
from bot.views.runs.thread import thread_line
from engine import RequestRecord, RunDetail
from engine.model.records.request_parts import RunWindow
from tests.bot.views.test_revocable import ENGINE, HELD, NOW, RUN
from tests.request_records import evolve_request

OPENS = NOW + timedelta(hours=4)
WINDOW = RunWindow(OPENS, OPENS + timedelta(hours=2))
POLICY = replace(HELD.policy, window=WINDOW, revocable_for=None)
WAITING = replace(evolve_request(HELD, effective_at=OPENS), policy=POLICY)
OPEN = replace(
    evolve_request(HELD, state="open", outcome=None, ended_at=None, effective_at=None, decisions=()),
    policy=POLICY,
)
MISSED = replace(
    evolve_request(HELD, state="expired", outcome="expired", ended_at=WINDOW.closes), policy=POLICY
)


def detail(request: RequestRecord) -> RunDetail:
    return RunDetail(RUN, "@platform", "#deploys", (), (request,))


def test_approvers_read_when_it_runs_in_their_own_time_zone() -> None:
    for shown in (
        approval_message(OPEN, detail(OPEN), Names(), NOW),
        request_details(OPEN, detail(OPEN), NOW, Names()),
    ):
        text = str(shown)
        assert f"*Runs at <!date^{int(OPENS.timestamp())}^" in text
        assert f"until <!date^{int(WINDOW.closes.timestamp())}^" in text
        assert "If the window is missed, nothing runs." in text
    assert "Runs at" in approval_message(OPEN, detail(OPEN), Names(), NOW).text


def test_inside_of_the_window_they_read_that_it_runs_now() -> None:
    text = str(approval_message(OPEN, detail(OPEN), Names(), OPENS))
    assert f"*Runs now, until <!date^{int(WINDOW.closes.timestamp())}^" in text


def test_an_approval_that_waits_for_its_window_says_when_it_runs() -> None:
    shown = approval_message(WAITING, detail(WAITING), Names(), NOW)
    assert f"runs at <!date^{int(OPENS.timestamp())}^" in str(shown)
    assert "and can be revoked until then" in str(shown)
    assert "Revoke" in str(shown)
    assert f"is approved and runs <!date^{int(OPENS.timestamp())}^" in str(
        run_message(detail(WAITING), Names(), NOW)
    )


def test_a_missed_window_tells_the_requester_and_the_owner_what_they_can_do() -> None:
    actor = [ENGINE.source, ENGINE.id, None]
    event: dict[str, Any] = {"type": "request.expired", "at": NOW.isoformat(), "actor": actor, "step": "go"}
    event |= {"request_id": "q1", "data": {"unused": True}}
    line = thread_line(event, detail(MISSED), Names(groups={"platform": "S1"}), WINDOW.closes)
    assert line is not None
    told = outcome_message(MISSED, detail(MISSED), Names(), WINDOW.closes)
    for text in (line.text, told.text):
        assert "Expired unused" in text
        assert "its window has ended. It was approved by" in text
        assert "Start a new run to ask for the next window." in text
        assert "nobody answered" not in text
    assert "Owner: " in str(line)
