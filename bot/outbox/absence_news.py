"""Direct messages about an absence that ended: to the person who is back, and to their delegate. Pure."""

from datetime import datetime, timedelta

from bot.outbox.ports import Wanted
from bot.outbox.projector import TELLS, event_data
from engine import EventRecord, Queue

PERSON_BACK, KIND = "person.back", "absence"
MAX_AGE = timedelta(days=7)
"""An older end of an absence is not told. No process served meanwhile."""


def absence_news(event: EventRecord) -> list[Wanted]:
    """Return what each of them is told. A person who ended it by hand has been answered already."""
    if event.type != PERSON_BACK or "to" not in event.data:  # an earlier release did not record the delegate
        return []
    if event.at - datetime.fromisoformat(event.data["until"]) > MAX_AGE:
        return []
    user, to = str(event.data["user"]), str(event.data["to"])
    people = [user, to] if event.actor.source == "engine" else [to]
    return [
        Wanted(
            f"dm:{KIND}:{event.seq}:{person}",
            KIND,
            user,
            {"user": person, "since": event.at.timestamp()},
            event_data(event),
            Queue(person, TELLS),
        )
        for person in people
    ]
