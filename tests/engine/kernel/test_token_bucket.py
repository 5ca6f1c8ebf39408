"""Calls of one person or token are accepted as often as their limit says, and no oftener."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from engine.kernel.resources.token_bucket import CallRates, full_bucket
from engine.model.people import Actor

GAPS = st.lists(st.integers(0, 90_000), min_size=1, max_size=120)
"""Milliseconds between two calls."""


@given(st.integers(1, 30), GAPS)
def test_no_span_of_time_has_more_calls_than_the_bucket_and_what_it_fills_with(
    size: int, gaps: list[int]
) -> None:
    now, bucket, accepted = timedelta(), full_bucket(size, timedelta()), list[timedelta]()
    for gap in gaps:
        now += timedelta(milliseconds=gap)
        if not bucket.wait(now):
            bucket = bucket.taken(now)
            accepted.append(now)
    for first, begin in enumerate(accepted):
        for last in range(first, len(accepted)):
            span = (accepted[last] - begin) / timedelta(minutes=1)
            assert last - first + 1 <= size + size * span + 0.001


@given(st.integers(1, 10_000), GAPS)
def test_a_caller_who_waits_as_long_as_they_are_told_is_accepted(size: int, gaps: list[int]) -> None:
    now, bucket = timedelta(), full_bucket(size, timedelta())
    for gap in gaps:
        now += timedelta(milliseconds=gap)
        now += bucket.wait(now) + timedelta(microseconds=1)
        assert not bucket.wait(now)
        bucket = bucket.taken(now)


@given(st.integers(1, 10_000), st.integers(0, 10_000))
def test_a_clock_that_stands_still_fills_nothing(size: int, calls: int) -> None:
    bucket, now = full_bucket(size, timedelta()), timedelta()
    for _ in range(min(calls, size)):
        bucket = bucket.taken(now)
    assert bool(bucket.wait(now)) is (calls >= size)


def test_people_and_tokens_have_limits_of_their_own_and_the_operator_has_none() -> None:
    rates = CallRates(per_person=7, per_token=9)
    limits = [rates.limit(Actor(source, "x")) for source in ("slack", "api", "cli", "engine", "webhook")]
    assert limits == [7, 9, None, None, None]


def test_a_long_pause_saves_no_more_calls_than_the_bucket_holds() -> None:
    now, accepted = timedelta(days=1), 0
    bucket = full_bucket(5, timedelta())
    while not bucket.wait(now):
        bucket, accepted = bucket.taken(now), accepted + 1
    assert accepted == 5
