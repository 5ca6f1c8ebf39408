from datetime import UTC, datetime

import pytest

from bot.slash.dates import InvalidMoment, since, until

NOW = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)  # a Wednesday, 16:00 in Berlin


@pytest.mark.parametrize(
    ("text", "tz", "expected"),
    [
        ("fri", "UTC", "2026-11-20T23:59:59"),
        ("Friday", "Europe/Berlin", "2026-11-20T22:59:59"),
        ("wednesday", "UTC", "2026-11-25T23:59:59"),
        ("2026-12-24", "Europe/Berlin", "2026-12-24T22:59:59"),
        ("2026-12-24 17:30", "Europe/Berlin", "2026-12-24T16:30"),
        ("tomorrow", "UTC", "2026-11-19T23:59:59"),
        ("tomorrow at 9am", "UTC", "2026-11-19T09:00"),
        ("today", "UTC", "2026-11-18T23:59:59"),
        ("17:00", "UTC", "2026-11-18T17:00"),
        ("9:00", "UTC", "2026-11-19T09:00"),
        ("12 pm", "UTC", "2026-11-19T12:00"),
        ("3d", "UTC", "2026-11-21T15:00"),
        ("in 2 weeks", "UTC", "2026-12-02T15:00"),
        ("fri", "Nowhere/Land", "2026-11-20T23:59:59"),
    ],
)
def test_a_moment_as_people_type_it(text: str, tz: str, expected: str) -> None:
    assert until(text, NOW, tz) == datetime.fromisoformat(f"{expected}+00:00")


@pytest.mark.parametrize(
    "text", ["", "soon", "t", "2026-13-01", "2026-11-17", "today 14:00", "25:00", "2026-11-20 12:75", "s"]
)
def test_a_text_that_names_no_future_moment_is_refused(text: str) -> None:
    with pytest.raises(InvalidMoment):
        until(text, NOW, "UTC")


def test_a_day_that_is_too_far_away_is_refused() -> None:
    with pytest.raises(InvalidMoment, match="is too far away"):
        until("9999-12-31", NOW, "America/New_York")


@pytest.mark.parametrize(
    ("text", "tz", "expected"),
    [
        ("2d", "UTC", "2026-11-16T15:00"),
        ("today", "UTC", "2026-11-18T00:00"),
        ("yesterday", "Europe/Berlin", "2026-11-16T23:00"),
        ("fri", "UTC", "2026-11-13T00:00"),
        ("last wednesday", "UTC", "2026-11-18T00:00"),
        ("2026-11-01", "UTC", "2026-11-01T00:00"),
        ("0002-01-01", "UTC", "0002-01-01T00:00"),
    ],
)
def test_a_list_begins_at_a_moment_that_has_been(text: str, tz: str, expected: str) -> None:
    assert since(text, NOW, tz) == datetime.fromisoformat(f"{expected}+00:00")


@pytest.mark.parametrize("text", ["2026-11-19", "2026-11-25", "2030-01-01", "tomorrow", "next fri"])
def test_a_list_does_not_begin_in_the_future(text: str) -> None:
    with pytest.raises(InvalidMoment, match="is in the future"):
        since(text, NOW, "UTC")


def test_a_day_before_the_calendar_is_refused() -> None:
    assert since("0001-01-01", NOW, "UTC").year == 1
    with pytest.raises(InvalidMoment, match="is too far in the past"):
        since("0001-01-01", NOW, "Asia/Tokyo")
