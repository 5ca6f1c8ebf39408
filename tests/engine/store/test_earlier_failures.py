"""Failures that are told aloud: at most one per hour, however many there are and however few are read."""

from itertools import pairwise

import pytest

from engine.store.queries.runs import failures_since_told

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
NOON = 20_000 * 24 * HOUR + 12 * HOUR


def told(times: list[int], read: int) -> list[int]:
    """Return the failures that are told aloud when only the newest of them are read."""
    aloud = []
    for end in range(1, len(times) + 1):
        begin = max(end - read, 0)
        if not failures_since_told(times[begin:end], HOUR, is_complete=begin == 0):
            aloud.append(times[end - 1])
    return aloud


def test_failures_without_pause_are_told_each_hour_though_not_all_are_read() -> None:
    aloud = told([NOON + number * 10 * SECOND for number in range(6 * 60 * 4)], read=100)
    assert aloud == [NOON + hour * HOUR for hour in range(4)]


@pytest.mark.parametrize("minutes", [7, 25, 40, 59])
def test_rare_failures_are_told_again_after_an_hour_though_not_all_are_read(minutes: int) -> None:
    aloud = told([NOON + number * minutes * MINUTE for number in range(500)], read=250)
    gaps = [later - earlier for earlier, later in pairwise(aloud)]
    assert max(gaps) <= 2 * HOUR
    midnights = 500 * minutes // (24 * 60) + 1
    assert sum(gap < HOUR for gap in gaps) <= midnights


def test_all_failures_that_are_read_are_told_once_within_an_hour() -> None:
    aloud = told([NOON + number * 40 * MINUTE for number in range(6)], read=6)
    assert aloud == [NOON + number * 80 * MINUTE for number in range(3)]
