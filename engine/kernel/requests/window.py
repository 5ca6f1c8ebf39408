"""Pure: the maintenance window of an approval. Its guarded steps start inside of it, or not at all."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from engine.errors import CannotAsk
from engine.kernel.schedules.cron import first_instant
from engine.model.definition.window import WindowSpec
from engine.model.records.request_parts import RequestPolicy, RunWindow
from engine.model.text.template import value_at

_MAX_AHEAD = timedelta(days=366)
_DAYS_AHEAD = 9
"""Days to look at: yesterday, today, and a week."""


def run_window(spec: WindowSpec, scope: Mapping[str, Any], now: datetime) -> RunWindow:
    """Return the window that is open now or opens next. Raises `CannotAsk` for one that has ended."""
    if spec.minute is not None:
        return _next_by_clock(spec, spec.minute, now)
    try:
        value = value_at(spec.moment, scope)
    except CannotAsk as error:
        raise CannotAsk(f"window: {error}") from None
    try:
        opens = _moment(value, spec.tz)
    except ValueError as error:
        raise CannotAsk(f"window: {{{spec.moment}}} is {error}.") from None
    if opens - now > _MAX_AHEAD:
        raise CannotAsk(
            f"window: {{{spec.moment}}} is {opens:%Y-%m-%d %H:%M} UTC, more than 366 days ahead. "
            "Start a run with an earlier window."
        )
    window = RunWindow(opens, opens + timedelta(seconds=spec.lasts))
    if window.closes <= now:
        raise CannotAsk(
            f"window: {{{spec.moment}}} is {opens:%Y-%m-%d %H:%M} UTC, and that window ended at "
            f"{window.closes:%Y-%m-%d %H:%M} UTC. Start a run with a later window."
        )
    return window


def _moment(value: Any, tz: str) -> datetime:
    """Return a moment from its JSON, in UTC. Raises `ValueError`, which says what it is instead."""
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(
            f"{str(value)[:60]!r}, which is not a moment such as 2026-01-05T22:00+01:00"
        ) from None
    if moment.tzinfo is None and not tz:
        raise ValueError(f"{str(value)[:60]!r}, which names no time zone")
    try:
        if moment.tzinfo is None:
            return first_instant(moment.replace(tzinfo=UTC), ZoneInfo(tz))
        return moment.astimezone(UTC)
    except OverflowError:  # at the ends of the calendar
        raise ValueError(f"{str(value)[:60]!r}, which is not a moment of this century") from None


def _next_by_clock(spec: WindowSpec, minute: int, now: datetime) -> RunWindow:
    zone = ZoneInfo(spec.tz)
    today = now.astimezone(zone).date()
    for number in range(-1, _DAYS_AHEAD):
        day = today + timedelta(days=number)
        if spec.days and day.weekday() not in spec.days:
            continue
        reading = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=UTC)
        opens = first_instant(reading, zone)
        window = RunWindow(opens, opens + timedelta(seconds=spec.lasts))
        if window.closes > now:
            return window
    raise CannotAsk("window: no window opens within a week.")


def capped(policy: RequestPolicy, moment: datetime | None) -> datetime | None:
    """Return a deadline of a request, no later than the end of its window."""
    if policy.window is None:
        return moment
    return policy.window.closes if moment is None else min(moment, policy.window.closes)


def effective_at(policy: RequestPolicy, now: datetime) -> datetime | None:
    """Return when an approval that is given now takes effect; None: at once."""
    moments = [] if policy.revocable_for is None else [now + timedelta(seconds=policy.revocable_for)]
    if policy.window is not None and now < policy.window.opens:
        moments.append(policy.window.opens)
    return capped(policy, max(moments)) if moments else None


def has_ended(policy: RequestPolicy, now: datetime) -> bool:
    """Return whether the window of a request is over; False without one."""
    return policy.window is not None and now >= policy.window.closes
