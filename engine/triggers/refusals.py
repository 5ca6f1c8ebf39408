"""Events of facts that start no run: they do not fit, or their run would overlap with another one."""

from datetime import datetime

from engine.model.people import ENGINE
from engine.model.records.change import EventDraft


def refused_event(workflow: str, key: str, reason: str, now: datetime) -> EventDraft:
    """Return the event of a fact that does not fit."""
    return _event("trigger.refused", workflow, key, reason, now)


def skipped_event(workflow: str, key: str, reason: str, now: datetime) -> EventDraft:
    """Return the event of a burst whose run `overlap="skip"` skips."""
    return _event("trigger.skipped", workflow, key, reason, now)


def _event(name: str, workflow: str, key: str, reason: str, now: datetime) -> EventDraft:
    return EventDraft(name, now, ENGINE, data={"workflow": workflow, "key": key, "reason": reason[:500]})
