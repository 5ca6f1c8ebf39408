"""The thread of a run tells how it failed, and whom that concerns."""

from datetime import UTC, datetime, timedelta

from bot.views.message import Names
from bot.views.runs.thread import thread_line
from engine import Actor, RunDetail, RunRecord

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


def line(kind: str = "step.failed", **data: object) -> str:
    run = RunRecord(
        "w-1", "w", "d", "failed", 3, None, Actor("cli", "root"), "manual", None, "t", created_at=NOW
    )
    detail = RunDetail(run, "@ops", "#ops", (), (), titles={"build": "Build"})
    event = {
        "type": kind, "actor": ["engine", "engine", None], "step": "build", "request_id": None,
        "data": {"failure": {"kind": "OSError", "message": "the disk is full"}, **data},
    }  # fmt: skip
    message = thread_line(event, detail, Names({}, {}), NOW)
    assert message is not None
    return str(message)


def test_a_run_that_fails_without_a_question_names_its_owner_in_the_thread() -> None:
    assert "and the run failed with it" in line(ends_run=True)
    assert "@ops" in line(ends_run=True)


def test_a_failure_that_another_step_takes_names_nobody() -> None:
    assert "@ops" not in line()


def test_a_line_posted_after_the_next_attempt_does_not_promise_it() -> None:
    later, earlier = ((NOW + timedelta(minutes=each)).isoformat() for each in (5, -5))
    assert "Next try" in line("step.retrying", attempt=1, next_attempt_at=later)
    late = line("step.retrying", attempt=1, next_attempt_at=earlier)
    assert "failed (1st attempt)." in late
    assert "Next try" not in late
