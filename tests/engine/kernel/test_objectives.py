"""Objectives: green, amber and red, the budget that is left, and how fast it burns."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.kernel.objectives.findings import BETTER_LASTS, changes
from engine.kernel.objectives.health import Health, Objective, health, percentile
from engine.model.definition.spec import ObjectivesSpec
from engine.model.notices.finding import Finding
from engine.model.runs.measured import Hour, Measured, rounded

NOW = datetime(2026, 1, 31, 12, 30, tzinfo=UTC)
LAST = int(NOW.timestamp() // 3600)
DAY = 86_400.0


def spec(**targets: float) -> ObjectivesSpec:
    return ObjectivesSpec(**{"window": 30 * DAY, **targets})


def ends(succeeded: int, failed: int, hours_ago: int = 48) -> Measured:
    return Measured({LAST - hours_ago: Hour(succeeded=succeeded, failed=failed)})


def judged(measured: Measured, **targets: float) -> Health:
    return health(spec(**targets), measured, NOW)


def only(measured: Measured, **targets: float) -> Objective:
    return judged(measured, **targets).worst


@pytest.mark.parametrize(
    ("succeeded", "failed", "state", "color"),
    [
        (0, 0, "no data", "green"),
        (1000, 0, "met", "green"),
        (993, 7, "met", "green"),
        (992, 8, "at risk", "amber"),  # a fifth of the budget of ten is left
        (990, 10, "at risk", "amber"),
        (989, 11, "missed", "red"),
        (0, 1, "at risk", "amber"),  # one bad run proves nothing
        (0, 2, "missed", "red"),
    ],
)
def test_success_is_met_at_risk_or_missed(succeeded: int, failed: int, state: str, color: str) -> None:
    found = judged(ends(succeeded, failed), success=99)
    assert (found.worst.state, found.color) == (state, color)


def test_the_budget_that_is_left_is_a_share_of_what_may_fail() -> None:
    found = only(ends(996, 4), success=99)
    assert found.budget_left == pytest.approx(0.6)
    assert (found.measured, found.events, found.bad) == (99.6, 1000, 4)


def test_a_run_whose_failure_waits_for_an_answer_counts_as_failed() -> None:
    assert only(Measured(failing_runs=2), success=99).state == "missed"


def test_hours_before_the_window_do_not_count() -> None:
    assert only(ends(0, 5, hours_ago=30 * 24 + 1), success=99).state == "no data"
    assert only(ends(0, 5, hours_ago=30 * 24 - 1), success=99).state == "missed"


def test_a_fast_burn_is_a_risk_although_most_of_the_budget_is_left() -> None:
    slow = {LAST - 48: Hour(succeeded=1000)}
    burning = {**slow, LAST: Hour(succeeded=4, failed=2)}
    found = only(Measured(burning), success=99)
    assert (found.state, round(found.burn_rate, 1)) == ("at risk", 33.3)
    assert found.budget_left > 0.75
    assert only(Measured({**slow, LAST: Hour(failed=1)}), success=99).state == "met"
    assert only(Measured({**slow, LAST - 3: Hour(failed=2)}), success=99).burn_rate == 0


def test_ninety_five_of_a_hundred_runs_take_at_most_the_target() -> None:
    hour = Hour(succeeded=100, slow=5, took=Counter({10.0: 95, 90.0: 5}))
    found = only(Measured({LAST - 48: hour}), p95=60)
    assert (found.state, found.measured) == ("at risk", 10.0)
    assert found.budget_left == pytest.approx(0)
    hour = Hour(succeeded=100, slow=6, took=Counter({10.0: 94, 90.0: 6}))
    assert only(Measured({LAST - 48: hour}), p95=60).state == "missed"


def test_a_failure_that_lasts_counts_before_it_is_over() -> None:
    assert only(Measured(failing_since=NOW - timedelta(minutes=4)), recover=300).state == "no data"
    found = only(Measured(failing_since=NOW - timedelta(minutes=6)), recover=300)
    assert (found.state, found.measured) == ("at risk", 360.0)


def test_approvals_that_wait_too_long_count_before_they_are_decided() -> None:
    waiting = (NOW - timedelta(hours=5), NOW - timedelta(hours=4.5), NOW - timedelta(hours=1))
    found = only(Measured(waiting=waiting), decide=4 * 3600)
    assert (found.state, found.events, found.bad) == ("missed", 2, 2)


def test_the_worst_objective_gives_the_color_and_comes_first() -> None:
    hours = {LAST - 48: Hour(succeeded=100, failed=0, slow=50, took=Counter({90.0: 100}))}
    found = judged(Measured(hours), success=99, p95=60)
    assert (found.color, [each.name for each in found.objectives]) == ("red", ["p95", "success"])


@given(st.integers(0, 500), st.integers(0, 500), st.sampled_from([50.0, 90.0, 99.0, 99.9]))
def test_another_failure_never_makes_it_better(succeeded: int, failed: int, target: float) -> None:
    order = ["no data", "met", "at risk", "missed"]
    before, after = (only(ends(succeeded, each), success=target) for each in (failed, failed + 1))
    assert order.index(after.state) >= order.index(before.state)
    assert after.budget_left <= before.budget_left
    if before.bad and before.state == "missed":
        assert before.measured is not None
        assert before.measured < target


@given(st.lists(st.floats(0.001, 200_000), min_size=1, max_size=50))
def test_a_percentile_of_rounded_times_is_never_below_the_exact_one(times: list[float]) -> None:
    exact = sorted(times)[-(-len(times) * 95 // 100) - 1]
    found = percentile(Counter(map(rounded, times)).items(), 95)
    assert found is not None
    assert exact <= found + 1e-6
    assert found <= exact * 1.2 + 3600 * (exact > 80_000) + 0.5 * (exact < 60) + 300 * (exact > 3_000)


def finding(state: str, about: str = "success", kind: Any = "objective") -> Finding:
    return Finding("ship", kind, about, state)


def test_each_change_is_news_once() -> None:
    told, news = changes({}, [finding("at risk")], NOW)
    assert [(each.finding.state, each.before) for each in news] == [("at risk", "")]
    told, news = changes(told, [finding("at risk")], NOW + timedelta(minutes=1))
    assert news == []
    told, news = changes(told, [finding("missed")], NOW + timedelta(minutes=2))
    assert [(each.finding.state, each.before) for each in news] == [("missed", "at risk")]


def test_an_objective_that_gets_better_is_news_after_an_hour() -> None:
    told, _ = changes({}, [finding("missed")], NOW)
    told, news = changes(told, [], NOW + timedelta(minutes=1))
    assert news == []
    told, news = changes(told, [finding("missed")], NOW + timedelta(minutes=30))
    assert news == []
    better = NOW + timedelta(minutes=40)
    told, news = changes(told, [], better)
    told, news = changes(told, [], better + BETTER_LASTS - timedelta(seconds=1))
    assert (news, len(told)) == ([], 1)
    told, news = changes(told, [], better + BETTER_LASTS)
    assert [each.finding.state for each in news] == ["recovered"]
    assert told == {}


def test_the_end_of_a_long_run_is_not_told() -> None:
    told, news = changes({}, [finding("at risk", "ship-1", "run")], NOW)
    assert len(news) == 1
    assert changes(told, [], NOW) == ({}, [])
