"""Charts of runs: what they count, in which unit and on which day, and the same in plain signs."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.views.answers.run_charts import (
    chart_in_text,
    chart_picture,
    charted,
    charts,
    limit_in_words,
    limit_of,
    range_in_words,
)
from bot.views.answers.runs_answer import Listing, runs_page
from engine import Actor, RunRecord
from engine.model.states import RunState
from localslack.blocks import check_message

NOW = datetime(2026, 1, 5, 23, 30, tzinfo=UTC)


def run(number: int, seconds: float = 60, state: RunState = "succeeded", **more: Any) -> RunRecord:
    began = NOW - timedelta(days=number)
    ended = None if state == "running" else began + timedelta(seconds=seconds)
    return RunRecord(
        f"ship-{number:04}", "ship", "d", state, 1, {}, Actor("slack", "U1"), "manual", None, "t", began,
        started_at=began, ended_at=ended, **more,
    )  # fmt: skip


def test_only_ended_runs_are_drawn_and_only_where_they_are_many() -> None:
    newest_first = [run(1, state="running"), *map(run, range(2, 7))]
    assert [each.short for each in charted(newest_first)] == [f"ship-{n:04}" for n in (6, 5, 4, 3, 2)]
    assert charted(newest_first[:5]) == []
    assert len(charted(list(map(run, range(30))))) == 20


def test_a_duration_is_drawn_in_a_unit_that_fits() -> None:
    for longest, unit, drawn in ((90, "Seconds", 90), (600, "Minutes", 10), (7200 * 3, "Hours", 6)):
        took = charts([run(n, longest) for n in range(5)], UTC)[0]["chart"]
        assert took["axis_config"]["y_label"] == unit
        assert took["series"][0]["data"][0]["value"] == drawn


def test_runs_are_counted_on_the_day_of_the_reader() -> None:
    runs = charted([run(n) for n in range(5)])
    assert charts(runs, UTC)[1]["chart"]["axis_config"]["categories"][-1] == "5 Jan"
    late = charts(runs, ZoneInfo("Europe/Berlin"))[1]["chart"]["axis_config"]
    assert late["categories"][-1] == "6 Jan"
    assert late["x_label"] == "Day in Europe/Berlin"
    assert charts(runs, UTC)[1]["chart"]["axis_config"]["categories"][0] == "1 Jan"
    over_new_year = charts(charted([run(n) for n in range(9)]), UTC)[1]["chart"]["axis_config"]
    assert over_new_year["categories"][0] == "28 Dec 2025"


def test_a_list_says_in_the_zone_of_the_reader_when_each_run_started() -> None:
    listed = [run(0, state="running"), run(1), run(400)]
    page = runs_page(listed, Listing(), NOW, "/workflow", zone=ZoneInfo("Europe/Berlin"))
    for shown in (str(page.blocks), str(page.plainest.blocks)):
        for started in ("today 00:30", "5 Jan 00:30", "2 Dec 2024 00:30"):
            assert started in shown
    assert "Started (UTC)" in str(runs_page(listed, Listing(), NOW, "/workflow").blocks)


def test_a_skipped_step_and_a_refusal_do_not_count_as_done() -> None:
    runs = [run(1), run(2, reason="went on without b"), run(3, refusal="rejected"), run(4, state="cancelled")]
    ends = charts(runs, UTC)[1]["chart"]["series"]
    counted = {each["name"]: sum(point["value"] for point in each["data"]) for each in ends}
    assert counted == {"done": 1, "with skipped steps": 2, "cancelled": 1}
    assert "✓»»–" in str(chart_in_text(runs))


def test_equal_ends_of_ids_stay_apart() -> None:
    drawn = charts([run(1)] * 5, UTC)
    assert not check_message(drawn).errors


def test_the_runs_of_a_schedule_are_labeled_with_the_readers_time_each_once() -> None:
    at = datetime(2026, 1, 5, 23, 45, tzinfo=UTC)
    scheduled = replace(run(0), id="ship-cron-0-2-20260105T234500Z", created_at=at)
    drawn = [run(7), scheduled, scheduled, replace(run(0), id="ship-8f3k"), run(3)]
    for zone, shown in ((UTC, "5 Jan 23:45"), (ZoneInfo("Asia/Tokyo"), "6 Jan 08:45")):
        took = charts(drawn, zone)[0]["chart"]
        labels = ["0007", shown, f"{shown} 3", "8f3k", "0003"]
        assert took["axis_config"]["categories"] == labels
        assert [point["label"] for point in took["series"][0]["data"]] == labels
        assert max(map(len, labels)) <= 20


def test_the_runs_of_a_backfill_are_labeled_with_their_dates() -> None:
    at = datetime(2026, 1, 5, 23, 45, tzinfo=UTC)
    ids = ("ship-cron-0-2-20250105T020000Z", "ship-cron-0-2-20260105T020000Z", "ship-1345T000000Z")
    drawn = [replace(run(0), id=each, created_at=at, trigger="cron:0 2") for each in ids] + [run(1), run(2)]
    categories = charts(drawn, UTC)[0]["chart"]["axis_config"]["categories"]
    assert categories == ["5 Jan 2025 02:00", "5 Jan 02:00", "1345T000000Z", "0001", "0002"]


def test_the_text_has_the_shortest_and_the_longest() -> None:
    assert range_in_words([run(1, 21), run(2, 240)]) == "Took 21 s to 4 min."
    assert range_in_words([run(1, 21), run(2, 21)]) == "Took 21 s."
    bars = str(chart_in_text([run(1, 0), run(2, 120), run(3, 240)]))
    assert "▁▅█" in bars
    assert "█ 4 min" in bars


HOUR = 3600.0


def test_a_few_far_longer_runs_are_cut_off() -> None:
    usual = [60.0 * minutes for minutes in (8, 9, 10, 12, 14, 20)]
    assert limit_of([*usual, 20 * HOUR]) == 30 * 60
    assert limit_of([*usual * 3, 2 * HOUR, 20 * HOUR]) == 30 * 60
    # Runs of twice the time, and a second group of runs, are drawn in full.
    assert limit_of([*usual, 40 * 60]) is None
    assert limit_of([*usual, HOUR * 2, HOUR * 2, HOUR * 2]) is None
    assert limit_of([60.0] * 20) is None
    assert limit_of([0.0] * 5 + [HOUR]) is None
    assert limit_of([60.0, HOUR]) is None
    # No run is said to take more than "less than 0.1 s".
    assert limit_of([0.02] * 5 + [HOUR]) == 1


def test_a_chart_says_what_it_cuts_off() -> None:
    runs = [*(run(n, 60 * 10) for n in range(1, 9)), run(9, 20 * HOUR)]
    took, caption, ends = charts(runs, UTC)
    assert [point["value"] for point in took["chart"]["series"][0]["data"]] == [10] * 8 + [15]
    assert took["chart"]["axis_config"]["y_label"] == "Minutes"
    assert caption["elements"][0]["text"] == "The chart is cut off at 15 min: one run took 20 h."
    assert not check_message([took, caption, ends]).errors
    text = str(chart_in_text(runs))
    assert "▆▆▆▆▆▆▆▆█" in text
    assert "█ 15 min or more, up to 20 h" in text
    picture = chart_picture(runs, "ship")
    assert picture.bars[-1][1] == 15
    assert picture.comment.endswith("Took 10 min to 20 h. The chart is cut off at 15 min: one run took 20 h.")
    assert "9. 20 h, done" in picture.in_words
    assert len(charts(runs[:8], UTC)) == 2


def test_the_longest_of_several_runs_that_are_cut_off_are_named() -> None:
    usual = [run(n, 60) for n in range(1, 17)]
    two = [*usual, run(20, 2 * HOUR), run(21, 20 * HOUR)]
    assert limit_in_words(two).endswith("two runs took 20 h and 2 h.")
    assert limit_in_words([*two, run(22, 3 * HOUR)]).endswith("3 runs took longer, up to 20 h.")


def test_a_chart_of_runs_shorter_than_a_second_is_drawn_in_full() -> None:
    assert limit_of([*[0.01] * 30, 0.9]) is None
