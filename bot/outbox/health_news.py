"""Messages about the health of workflows, once for each change. Pure."""

from collections.abc import Iterable
from typing import Any

from bot.outbox.holding import held, latest, released_at
from bot.outbox.ports import Wanted
from bot.outbox.projector import TELLS, event_data
from engine import EventRecord, Mute, Queue

HEALTH_CHANGED = "health.changed"
KIND = "health"


def health_news(event: EventRecord, people: Iterable[str], mute: Mute | None) -> list[Wanted]:
    """Return the message in each channel, and to each of these people. A muted workflow's waits."""
    workflow = str(event.data["workflow"])
    until = latest(released_at(event.data), mute.until if mute else None)
    target: dict[str, Any] = held({"since": event.at.timestamp()}, until)
    places = [(channel, {**target, "channels": [channel]}) for channel in event.data["channels"]]
    places += [(user, {**target, "user": user}) for user in people]
    return [
        Wanted(
            f"health:{event.seq}:{place}", KIND, workflow, where, event_data(event),
            Queue(place, TELLS, f"health:{workflow}"),
        )
        for place, where in places
    ]  # fmt: skip
