"""The form of an event for other systems: CloudEvents 1.0 in JSON. Pure.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.events_out.transforms import transformed
from engine import EventRecord

_VERSION = "v1"
MAX_DETAILS_BYTES = 64 * 1024
_NEVER_SENT = frozenset({"log", "seal"})
"""Data that belong to this installation alone: what a step wrote into its log, and seals."""

Hide = Callable[[str], str]


class ActorOut(BaseModel):
    """The actor. `id`: a Slack user id, or an id at the source."""

    source: str
    id: str


class EventData(BaseModel):
    """The event. `details`: its data by type, as the list of events in the reference says."""

    version: Literal[1] = 1
    event: str
    workflow: str | None
    run: str | None
    step: str | None
    request: str | None
    trace: str | None
    actor: ActorOut
    details: dict[str, Any]
    details_left_out: bool
    """The details are too large, or cannot be read: ask Signoff for them."""


class Envelope(BaseModel):
    """One event. `id`: the same each time that the event is sent. `sequence`: grows with each event."""

    model_config = ConfigDict(title="Event of Signoff")

    specversion: Literal["1.0"] = "1.0"
    id: str
    source: str
    type: str = Field(pattern=r"^signoff\.[a-z_.]+\.v1$")
    time: datetime
    subject: str
    datacontenttype: Literal["application/json"] = "application/json"
    sequence: str = Field(pattern=r"^[0-9]{20}$")
    data: EventData


def event_id(event: EventRecord) -> str:
    """Return the id by which a receiver knows an event that it has already.

    The time is part of it: after a backup was restored, another event may have the same place in the log.
    """
    parts = (event.type, event.at.isoformat(), event.run_id, event.step, event.request_id)
    return f"{event.seq}-{hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]}"


def envelope(
    event: EventRecord,
    source: str,
    hide: Hide,
    *,
    with_input: bool = False,
    transform: Mapping[str, Any] | None = None,
) -> bytes:
    """Return an event as one line of JSON. Raises `Untransformed`.

    `hide`: hides credentials in a text. `transform`: the mapping that gives the details another form.
    """
    details, left_out = _details(event.data, hide, with_input=with_input)
    if transform is not None and not left_out:
        details, left_out = _bounded(transformed(details, transform))
    document = Envelope(
        id=event_id(event),
        source=source,
        type=f"signoff.{event.type}.{_VERSION}",
        time=event.at,
        subject=event.run_id or event.workflow or event.type.partition(".")[0],
        sequence=f"{event.seq:020}",
        data=EventData(
            event=event.type,
            workflow=event.workflow,
            run=event.run_id,
            step=event.step,
            request=event.request_id,
            trace=event.trace_id,
            actor=ActorOut(source=event.actor.source, id=_clean(event.actor.id, hide)),
            details=details,
            details_left_out=left_out,
        ),
    )
    return json.dumps(document.model_dump(mode="json"), ensure_ascii=False, separators=(",", ":")).encode()


def _details(data: Mapping[str, Any], hide: Hide, *, with_input: bool) -> tuple[dict[str, Any], bool]:
    dropped = _NEVER_SENT if with_input else _NEVER_SENT | {"input"}
    try:
        details = {key: _hidden(value, hide) for key, value in data.items() if key not in dropped}
        return _bounded(details)
    except (AttributeError, RecursionError, TypeError, ValueError):  # another program changed them
        return {}, True


def _bounded(details: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """Return the details, and whether they are left out because they are too large."""
    size = len(json.dumps(details, ensure_ascii=False, allow_nan=False).encode())
    return ({}, True) if size > MAX_DETAILS_BYTES else (details, False)


def _hidden(value: Any, hide: Hide) -> Any:
    match value:
        case str():
            return _clean(value, hide)
        case Mapping():
            return {_clean(str(key), hide): _hidden(each, hide) for key, each in value.items()}
        case list() | tuple():
            return [_hidden(each, hide) for each in value]
        case _:
            return value


def _clean(text: str, hide: Hide) -> str:
    """Return a text without credentials and without half characters, which no strict reader takes."""
    return hide(text).encode("utf-8", "backslashreplace").decode()


def event_schema() -> dict[str, Any]:
    """Return the JSON Schema of an event."""
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return dialect | Envelope.model_json_schema(mode="serialization")
