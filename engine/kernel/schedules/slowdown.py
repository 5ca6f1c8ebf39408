"""When a schedule whose runs keep failing fires next. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from engine.kernel.schedules import cron
from engine.model.definition.trigger_spec import OnceSpec, TimeSpec

SLOW_AFTER = 5
"""Failures in a row after which a schedule is slowed down."""


def failures_in_a_row(newest_first: Iterable[str]) -> int:
    """Count failures since the last success. A run that has not ended, or was cancelled, says nothing."""
    count = 0
    for outcome in newest_first:
        if outcome == "succeeded":
            break
        count += outcome == "failed"
    return count


def next_fire(spec: TimeSpec, now: datetime, failures: int) -> datetime | None:
    """Return the next fire: with each failure from `SLOW_AFTER` on, the interval doubles up to `slow_down`.

    A schedule whose interval is as long already is never slowed.
    """
    usual = cron.next_fire(spec, now)
    if usual is None or failures < SLOW_AFTER or isinstance(spec, OnceSpec):
        return usual
    following = cron.next_fire(spec, usual)
    if following is None:
        return usual
    interval = following - usual
    slow = min(interval * 2 ** min(failures - SLOW_AFTER + 1, 20), timedelta(seconds=spec.slow_down))
    return usual if slow <= interval else cron.next_fire(spec, now + slow - interval)
