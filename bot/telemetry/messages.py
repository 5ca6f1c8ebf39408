"""Spans of the messages in Slack that show a run or a request, by the records of their delivery."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Protocol

from bot.telemetry.span import Span, run_span
from engine import Delivery
from engine.tracing import span_id


class Deliveries(Protocol):
    """The records of messages."""

    async def find(self, *, subject: str, kind: str | None = None) -> Sequence[Delivery]: ...


async def message_spans(deliveries: Deliveries, shown: Span) -> list[Span]:
    """Return the spans from the beginning of a run or a request to the arrival of its message in Slack."""
    run = str(shown.attributes.get("signoff.run", ""))
    request = str(shown.attributes.get("signoff.request", ""))
    if not request and shown.id != run_span(run):
        return []
    kind = "request" if request else "run"
    rows = await deliveries.find(subject=request or run, kind=kind)
    return [span for row in rows if (span := _span(row, shown)) is not None]


def _span(row: Delivery, shown: Span) -> Span | None:
    arrived = _arrived(row)
    if arrived is None or arrived < shown.began:
        return None
    place = {name: shown.attributes[name] for name in _PLACE if name in shown.attributes}
    return Span(
        trace=shown.trace,
        id=span_id("message", row.key, row.ref["ts"]),
        parent=shown.id,
        name="slack message",
        began=shown.began,
        ended=arrived,
        attributes=place
        | {"signoff.message": row.kind, "slack.channel": str(row.ref["channel"]), "slack.ts": row.ref["ts"]},
        kind="producer",
    )


_PLACE = ("signoff.run", "signoff.workflow", "signoff.step", "signoff.request")


def _arrived(row: Delivery) -> datetime | None:
    """Return when Slack took the message, by the timestamp that Slack gave it."""
    try:
        return datetime.fromtimestamp(float(row.ref["ts"]), UTC)
    except (TypeError, KeyError, ValueError, OverflowError):
        return None
