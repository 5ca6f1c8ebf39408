"""Acts of people on a run for which they gave a reason, as its events tell them."""

from dataclasses import dataclass
from datetime import datetime

from engine.model.people import Actor
from engine.model.records.records import EventRecord

ACTS = {
    "run.paused": "pause",
    "run.unpaused": "resume",
    "run.prioritized": "priority",
    "step.skipped": "skip",
    "request.decision": "",
}
"""By the type of the event: the act. A decision names it itself."""
_CHOICES = ("approve", "reject", "request_changes", "respond", "retry", "reroute", "accept", "skip", "abort")
MAX_ACTS_SHOWN = 200
"""The newest of a run; the log has the others."""


@dataclass(frozen=True, slots=True)
class ReasonedAct:
    """`act`: its command, such as `pause` or `retry`. `step`: the step that it is about; may be None."""

    act: str
    actor: Actor
    at: datetime
    reason: str
    step: str | None = None
    priority: int | None = None
    """The one that the run was given."""


def reasoned_act(event: EventRecord) -> ReasonedAct | None:
    """Return the act of an event; None where a person gave no reason, and for other events."""
    data, act = event.data, ACTS.get(event.type)
    is_step = event.type in ("step.skipped", "request.decision")
    reason = data.get("comment" if is_step else "reason")  # the reason of a skip is in the engine's words
    if event.type == "request.decision" and data.get("grant"):
        return None  # an act of Signoff
    if event.type == "request.decision":
        act = data.get("choice") if data.get("choice") in _CHOICES else None
    if not act or not isinstance(reason, str) or not reason.strip():
        return None
    priority = data.get("priority")
    number = priority if isinstance(priority, int) else None
    return ReasonedAct(act, event.actor, event.at, reason, event.step, number)
