"""Counts and durations in messages of runs say what they count."""

from datetime import UTC, datetime

from bot.views.message import MENTIONED
from bot.views.runs.run import headline_of
from bot.views.runs.steps import progress
from bot.views.wording.times import duration
from engine import Actor, Failure, RequestRecord, RunDetail, RunRecord, StepRecord
from tests.request_records import open_approval

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
ALICE = Actor("slack", "U01ALICE")
RUN = RunRecord("r1", "w", "d", "waiting", 1, {}, ALICE, "manual", "C1", "t", NOW, NOW)


def failed(step: str) -> RequestRecord:
    failure = Failure("OSError", "no answer", "")
    return open_approval(ALICE, NOW, id=f"q-{step}", step=step, kind="failure", failure=failure)


def test_a_duration_near_zero_is_said_in_words() -> None:
    assert [duration(seconds) for seconds in (-1, 0, 0.04, 0.05, 0.4)] == [
        "less than 1 s", "less than 1 s", "less than 1 s", "0.1 s", "0.4 s",
    ]  # fmt: skip


def test_a_run_that_waits_for_several_answers_counts_requests_and_not_people() -> None:
    detail = RunDetail(RUN, "@a", "#c", (), (failed("load"), failed("send")))
    assert headline_of(detail, MENTIONED).endswith("load failed, waiting for @a, and 1 more request")


def test_steps_that_failed_and_wait_for_people_are_counted_as_failed() -> None:
    steps = tuple(StepRecord("r1", name, "waiting", 1, started_at=NOW) for name in ("load", "send"))
    detail = RunDetail(RUN, "@a", "#c", steps, (failed("load"), failed("send")))
    assert progress(detail) == "0 of 2 steps done, 2 failed"
