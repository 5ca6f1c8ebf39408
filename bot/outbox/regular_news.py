"""Messages that come at intervals, each in the channel of a setting. Pure."""

from bot.outbox.ports import Wanted
from bot.outbox.projector import TELLS, event_data
from engine import EventRecord, Queue

WEEK_REVIEWED, REVIEW = "week.reviewed", "review"
CHECKPOINT_MADE, CHECKPOINT = "log.checkpoint", "checkpoint"
_KINDS = {WEEK_REVIEWED: (REVIEW, "week"), CHECKPOINT_MADE: (CHECKPOINT, "log")}
"""By the type of an event: the kind of its message, and its subject."""


def regular_news(event: EventRecord) -> list[Wanted]:
    """Return the review of a week, or a checkpoint of the log, in the channel that the event names."""
    if event.type not in _KINDS or event.data["channel"] is None:
        return []
    kind, subject = _KINDS[event.type]
    channel = str(event.data["channel"])
    target = {"since": event.at.timestamp(), "channels": [channel]}
    return [
        Wanted(f"{kind}:{event.seq}", kind, subject, target, event_data(event), Queue(channel, TELLS, kind))
    ]
