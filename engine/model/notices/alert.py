"""Where the news of one failure goes, as it was decided when the step failed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Alert:
    """`channels`: the first one gets the message with the buttons; none: the workflow's channel does."""

    severity: str
    channels: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    """References of the people who get a direct message."""
    held_until: datetime | None = None
    """The end of the quiet hours for which it waits; None: it goes out at once."""

    def as_json(self) -> dict[str, Any]:
        held = self.held_until and self.held_until.isoformat()
        return {
            "severity": self.severity,
            "channels": list(self.channels),
            "people": list(self.people),
            "held_until": held,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any] | None) -> "Alert | None":
        """Return the alert; None for an event or a request of a failure without."""
        if not value:
            return None
        held = value.get("held_until")
        return cls(
            value["severity"],
            tuple(value["channels"]),
            tuple(value["people"]),
            datetime.fromisoformat(held) if held else None,
        )
