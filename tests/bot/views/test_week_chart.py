"""The week in a Home: each day of the reader with its counts, in rows that fit on a phone."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.views.answers.week_chart import Week, week_began, week_blocks
from engine import Actor, RunRecord
from engine.model.states import RunState
from localslack.blocks import check_view

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
"""A Friday."""


def run(days_ago: float, state: RunState = "succeeded", **more: Any) -> RunRecord:
    began = NOW - timedelta(days=days_ago)
    return RunRecord(
        "ship-1", "ship", "d", state, 1, {}, Actor("slack", "U1"), "manual", None, "t", began,
        started_at=began, ended_at=began, **more,
    )  # fmt: skip


def rows(week: Week) -> list[str]:
    _, chart, _ = week_blocks(week, NOW)
    return str(chart["elements"][0]["elements"][0]["text"]).splitlines()


def test_each_day_has_its_counts_and_a_bar_that_reads_without_color() -> None:
    runs = [*[run(0)] * 12, *[run(0, "failed")] * 4, run(2), *[run(6, "failed")] * 2]
    assert rows(Week(runs, UTC)) == [
        "Sat 21   0 ✓   2 ✗  ✗",
        "Sun 22   0 ✓   0 ✗",
        "Mon 23   0 ✓   0 ✗",
        "Tue 24   0 ✓   0 ✗",
        "Wed 25   1 ✓   0 ✗  █",
        "Thu 26   0 ✓   0 ✗",
        "Fri 27  12 ✓   4 ✗  ██████✗✗",
    ]


def test_skipped_and_cancelled_count_as_neither_done_nor_failed() -> None:
    runs = [
        *[run(0)] * 5,
        run(0, "cancelled"),
        run(0, reason="went on without b"),
        run(0, refusal="rejected"),
    ]
    assert rows(Week(runs, UTC))[-1].startswith("Fri 27  5 ✓  3 –")
    assert "✓ done · – cancelled or with skipped steps" in str(week_blocks(Week(runs, UTC), NOW))


def test_a_run_counts_on_the_day_of_the_reader() -> None:
    tokyo = ZoneInfo("Asia/Tokyo")
    late = [run(0.85)] * 5  # Thursday in UTC, Friday in Tokyo
    assert rows(Week(late, UTC))[-2].startswith("Thu 26  5 ✓")
    assert rows(Week(late, tokyo))[-1].startswith("Fri 27  5 ✓")
    assert week_began(NOW, tokyo) == datetime(2026, 11, 21, tzinfo=tokyo)
    assert "in Asia/Tokyo" in str(week_blocks(Week(late, tokyo), NOW)[-1])


def test_days_that_were_not_read_are_left_out_and_the_line_says_so() -> None:
    week = Week([*[run(0)] * 4, run(1)], UTC, more=True)
    assert [row[:6] for row in rows(week)] == ["Thu 26", "Fri 27"]
    assert "the newest 5 runs that ended" in str(week_blocks(week, NOW)[-1])


@pytest.mark.parametrize("count", [0, 4])
def test_a_week_of_few_runs_has_no_chart(count: int) -> None:
    assert week_blocks(Week([run(0)] * count, UTC), NOW) == []


def test_a_busy_week_fits_on_a_phone_and_in_a_home() -> None:
    runs = [*[run(0)] * 400, *[run(1, "failed")] * 99, run(2, "cancelled")]
    assert max(map(len, rows(Week(runs, UTC)))) <= 40
    assert not check_view({"type": "home", "blocks": week_blocks(Week(runs, UTC), NOW)}, "home").errors
