"""Facts that start no run because they do not fit."""

from datetime import datetime

from engine.model.change import EventDraft
from engine.model.people import ENGINE


def refused_event(workflow: str, key: str, reason: str, now: datetime) -> EventDraft:
    """Return the event of a fact that started no run."""
    return EventDraft(
        "trigger.refused", now, ENGINE, data={"workflow": workflow, "key": key, "reason": reason[:500]}
    )
