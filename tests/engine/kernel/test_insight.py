"""Figures of an insight over many recommendations: they add up, and small numbers stay visible."""

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.kernel.insight.figures import Insight, Share
from engine.kernel.insight.insight import MAX_THRESHOLDS, MAX_VALUES, OTHER_VALUES, insight
from engine.model.definition.decisions import DecisionSpec
from engine.model.records.recommendation import Recommendation

NOW = datetime(2026, 6, 17, 12, tzinfo=UTC)
SINCE = NOW - timedelta(days=90)
POINTS = DecisionSpec(
    thresholds={"review": 30, "refuse": 70},
    default="accept",
    recommends={"accept": "approve", "refuse": "reject"},
    groups=("input.team",),
)


def one(number: int, outcome: str, answer: Any = None, **more: Any) -> Recommendation:
    at = NOW - timedelta(days=more.pop("days", 1))
    values: dict[str, Any] = {"version": "v1", "score": None, "groups": ("red",), **more}
    return Recommendation(
        f"r{number}", at=at, outcome=outcome, answer=answer, answered_at=at if answer else None, **values
    )


def told(found: Sequence[Recommendation], spec: DecisionSpec = POINTS) -> Insight:
    return insight("w", "check", ["go"], spec, found, SINCE, NOW)


ANSWERS = st.sampled_from(["approved", "changed", "rejected", None])
FOUND = st.lists(
    st.tuples(
        st.integers(0, 20),
        st.sampled_from(["accept", "review", "refuse", "gone"]),
        ANSWERS,
        st.integers(0, 80),
        st.sampled_from(["v1", "v2"]),
        st.sampled_from(["red", "blue", "green"]),
        st.floats(0, 100, allow_nan=False),
    ),
    max_size=40,
).map(
    lambda each: [
        one(run, outcome, answer, days=days, version=version, groups=(group,), score=score)
        for run, outcome, answer, days, version, group, score in each
    ]
)


def total(shares: Sequence[Share]) -> Share:
    return Share(sum(each.part for each in shares), sum(each.whole for each in shares))


@given(FOUND)
def test_every_answer_counts_once_in_each_table(found: list[Recommendation]) -> None:
    figures = told(found)
    assert total([each.precision for each in figures.outcomes]) == figures.agreement
    assert total([each.agreement for each in figures.weeks]) == figures.agreement
    assert total([each.agreement for each in figures.versions]) == figures.agreement
    assert total([each.agreement for each in figures.groups]) == figures.agreement
    assert total([figures.recent, figures.earlier]) == figures.agreement
    assert sum(each.answers for each in figures.outcomes) == sum(each.answer is not None for each in found)
    assert figures.unanswered <= figures.runs == sum(each.runs for each in figures.outcomes)


@given(FOUND)
def test_agreement_is_the_share_that_a_person_would_count(found: list[Recommendation]) -> None:
    meant = {"accept": "approved", "refuse": "rejected"}
    counted = [each for each in found if each.answer and each.outcome in meant]
    agreed = [each for each in counted if each.answer == meant[each.outcome]]
    assert told(found).agreement == Share(len(agreed), len(counted))


@given(FOUND)
def test_a_higher_threshold_never_finds_more(found: list[Recommendation]) -> None:
    points = told(found).thresholds
    assert [each.threshold for each in points] == sorted(each.threshold for each in points)
    recalls = [each.recall.part for each in points]
    assert recalls == sorted(recalls, reverse=True)
    for each in points:
        above = [f for f in found if f.answer and f.score is not None and f.score >= each.threshold]
        rejected = sum(f.answer == "rejected" for f in above)
        assert each.precision == Share(rejected, len(above))
    assert sum(each.is_current for each in points) == bool(points)
    assert len(points) <= MAX_THRESHOLDS + 1


@given(FOUND)
def test_weeks_follow_one_another_without_a_gap(found: list[Recommendation]) -> None:
    mondays = [each.monday for each in told(found).weeks]
    assert all(day.weekday() == 0 for day in mondays)
    assert all(b - a == timedelta(days=7) for a, b in itertools.pairwise(mondays))


def test_precision_and_recall_of_an_outcome() -> None:
    found = [
        *[one(n, "refuse", "rejected") for n in range(6)],
        *[one(n, "refuse", "approved") for n in range(6, 8)],
        *[one(n, "accept", "rejected") for n in range(8, 11)],
        one(11, "accept", "approved"),
        one(12, "accept", "changed"),
        one(13, "review", "rejected"),
        one(14, "accept"),
    ]
    figures = told(found)
    by_outcome = {each.outcome: each for each in figures.outcomes}
    assert (by_outcome["refuse"].precision, by_outcome["refuse"].recall) == (Share(6, 8), Share(6, 9))
    assert (by_outcome["accept"].precision, by_outcome["accept"].recall) == (Share(1, 5), Share(1, 3))
    assert (by_outcome["review"].precision, by_outcome["review"].rejected) == (Share(), 1)
    assert (figures.agreement, figures.runs, figures.unanswered) == (Share(7, 13), 15, 1)


def test_two_approvals_of_a_run_count_twice_and_the_run_once() -> None:
    figures = told([one(1, "refuse", "rejected"), one(1, "refuse", "approved")])
    assert (figures.runs, figures.agreement) == (1, Share(1, 2))
    assert figures.groups[0].against == Share(1, 1)


def test_groups_of_few_runs_are_told_together() -> None:
    found = [one(n, "refuse", "rejected", groups=(f"g{n:03}",)) for n in range(MAX_VALUES + 5)]
    groups = told([*found, one(999, "accept", groups=("g007",))]).groups
    assert (groups[0].value, groups[0].runs, groups[0].against) == ("g007", 2, Share(1, 2))
    assert (groups[-1].value, groups[-1].runs, len(groups)) == (OTHER_VALUES, 5, MAX_VALUES + 1)


def test_thresholds_of_probabilities_are_not_told() -> None:
    spec = POINTS.model_copy(update={"score": "model", "margin": None})
    found = [one(1, "refuse", "rejected", score=0.9)]
    assert (told(found, spec).thresholds, bool(told(found).thresholds)) == ((), True)
