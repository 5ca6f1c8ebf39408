"""Filter of a list of events."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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


class EventPlace(NamedTuple):
    """A place in the log by time: microseconds since 1970, and the number of an event."""

    at: int
    seq: int

    @classmethod
    def of(cls, at: datetime, seq: int) -> "EventPlace":
        return cls((at - _EPOCH) // timedelta(microseconds=1), seq)
