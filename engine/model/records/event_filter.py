"""Filter of a list of events."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class EventFilter:
    """The events that a list shows. Every test holds; an empty one holds for every event.

    `person`: who acted, as a Slack user id or an id at any other source. `types`: types of events, or their
    first word for all types that begin with it: `request` for `request.decided`. `since`, `until`: from then
    until before then.
    """

    run_id: str | None = None
    workflow: str | None = None
    person: str | None = None
    types: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
