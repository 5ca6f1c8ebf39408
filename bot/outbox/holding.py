"""Messages that wait for the end of quiet hours or of a mute. They are kept like any other."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.outbox.ports import Delivery
from engine import FailureCard, Mute, RequestRecord, RunDetail


def held(target: dict[str, Any], until: datetime | None) -> dict[str, Any]:
    """Return the target of a message that is not posted before then."""
    return target if until is None else {**target, "held_until": until.timestamp()}


def released_at(data: Mapping[str, Any]) -> datetime | None:
    """Return the moment until which the news of an event waits; None where it does not."""
    until = data.get("held_until") or (data.get("alert") or {}).get("held_until")
    return datetime.fromisoformat(until) if until else None


def held_seconds(delivery: Delivery, now: datetime) -> float:
    """Return how long the first post of a message still waits; 0 where it may go."""
    if delivery.ref is not None or delivery.state == "posting":
        return 0.0
    return max(float(delivery.target.get("held_until", 0)) - now.timestamp(), 0.0)


def was_held(delivery: Delivery) -> bool:
    """Return whether it waited and was never posted."""
    return delivery.ref is None and "held_until" in delivery.target


def latest(*moments: datetime | None) -> datetime | None:
    """Return the last of these moments; None where there is none."""
    return max(filter(None, moments), default=None)


def failure_hold(request: RequestRecord, card: FailureCard | None) -> datetime | None:
    """Return until when the message of a failure waits; None where it goes, as that of an approval does."""
    if request.kind != "failure" or (card and card.is_awaited):
        return None
    quiet = request.alert.held_until if request.alert else None
    return latest(quiet, card.mute.until if card and card.mute else None)


def with_mutes(detail: RunDetail, cards: Mapping[str, FailureCard], mute: Mute | None) -> RunDetail:
    """Return the run, which waits while everything that it has to tell is muted. `mute`: of its workflow."""
    if not detail.requests:
        if mute is None or detail.run.state != "failed":
            return detail
        return replace(detail, held_until=latest(detail.held_until, mute.until))
    holds = [failure_hold(request, cards.get(request.id)) for request in detail.requests]
    until = None if None in holds else min(filter(None, holds), default=None)
    return detail if until is None else replace(detail, held_until=latest(detail.held_until, until))
