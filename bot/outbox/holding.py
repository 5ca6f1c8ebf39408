"""Messages that wait for a moment, such as the end of quiet hours. They are kept like any other."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.outbox.ports import Delivery


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
    """Whether it waited and was never posted."""
    return delivery.ref is None and "held_until" in delivery.target
