"""Windows of approvals as pure rules: which one is taken, and around changes of daylight saving time."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.kernel.requests.window import effective_at, has_ended, run_window
from engine.model.definition.window import WindowSpec
from engine.model.records.request_parts import RequestPolicy

ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"])
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
SPECS = st.builds(
    WindowSpec,
    lasts=st.integers(60, 86400).map(float),
    minute=st.integers(0, 1439),
    days=st.one_of(st.just(()), st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days)))),
    tz=ZONES,
)


@given(SPECS, MOMENTS)
def test_the_window_that_is_taken_has_not_ended_and_opens_on_a_day_and_time_that_was_named(
    spec: WindowSpec, now: datetime
) -> None:
    window = run_window(spec, {}, now)
    assert now < window.closes == window.opens + timedelta(seconds=spec.lasts)
    local = window.opens.astimezone(ZoneInfo(spec.tz))
    assert not spec.days or local.weekday() in spec.days
    assert spec.minute is not None
    late = (local.hour * 60 + local.minute - spec.minute) % 1440
    assert late <= 60  # the end of a gap
    assert window.opens - now <= timedelta(days=8)


@given(SPECS, MOMENTS, st.one_of(st.none(), st.integers(1, 3600).map(float)), st.integers(0, 10 * 86400))
def test_an_approval_never_takes_effect_before_its_window_or_before_it_can_be_revoked(
    spec: WindowSpec, asked: datetime, revocable_for: float | None, later: int
) -> None:
    window, now = run_window(spec, {}, asked), asked + timedelta(seconds=later)
    policy = RequestPolicy(("approve",), (), False, {}, revocable_for=revocable_for, window=window)
    effective = effective_at(policy, now) or now
    if has_ended(policy, now):
        return
    assert window.opens <= effective
    if effective < window.closes:
        assert effective >= now + timedelta(seconds=revocable_for or 0)


@pytest.mark.parametrize(
    ("minute", "now", "opens"),
    [
        (2 * 60 + 30, "2026-03-28T12:00+00:00", "2026-03-29T01:00+00:00"),  # 02:30 does not occur: 03:00
        (2 * 60 + 30, "2026-10-24T12:00+00:00", "2026-10-25T00:30+00:00"),  # 02:30 occurs twice: the first
        (22 * 60, "2026-03-28T12:00+00:00", "2026-03-28T21:00+00:00"),
        (22 * 60, "2026-03-29T12:00+00:00", "2026-03-29T20:00+00:00"),
    ],
)
def test_a_window_opens_by_the_clock_of_its_zone(minute: int, now: str, opens: str) -> None:
    spec = WindowSpec(lasts=3600.0, minute=minute, tz="Europe/Berlin")
    assert run_window(spec, {}, datetime.fromisoformat(now)).opens == datetime.fromisoformat(opens)
