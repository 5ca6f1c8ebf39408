"""Content of stored messages, from the event of the log that each names. Pure.

A person who can write to the database can put a row among the deliveries, but no event into the sealed log.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from bot.outbox.absence_news import PERSON_BACK
from bot.outbox.health_news import HEALTH_CHANGED
from bot.outbox.muted_alerts import TYPE as MUTED_ALERTS
from bot.outbox.news import TYPE as NEWS
from bot.outbox.news import news_of
from bot.outbox.ports import Delivery
from bot.outbox.projector import (
    CLAIMED,
    FAILURE_ALERT,
    MISSING_CODE,
    NOTIFIED,
    OF_TRIGGERS,
    RECOVERED,
    alert_of,
    event_data,
    request_key,
    run_of,
)
from bot.outbox.regular_news import CHECKPOINT_MADE, WEEK_REVIEWED
from engine import Alert, EventRecord, RunDetail

BLOCKED = "message.blocked"
"""Tells how a delivery stands: no event is about it."""
GIVEN_UP = "outside.given_up"
"""Tells that a message outside Slack was given up. Its event is that of the message."""
RENAMED = "channel.renamed"
"""Tells that a workflow file names a channel by an earlier name: no event is about it."""
_ADDRESSED = ("role", "owner_unknown")
"""Fields of a notice that no event has: who gets it, and why the owner does not."""
_OF_CARDS = {RECOVERED: "step.succeeded", CLAIMED: "request.reassigned"}
"""Lines of cards, and the type of the event that each tells."""
_COUNTED = ("actor", "failures", "first", "runs")
"""Fields of a line after a mute that its event, the newest alert, does not have."""

Data = dict[str, Any]


class NotRecorded(Exception):
    """The log has no event that a stored message tells. The text says what differs."""


def event_of(delivery: Delivery) -> int | None:
    """Return `seq` of the event that a message tells; None where it tells of none. Raises `NotRecorded`."""
    data = delivery.data
    if not isinstance(data, Mapping):
        raise NotRecorded("its data is not an object")
    if delivery.kind in ("line", "notice") and data.get("type") in (BLOCKED, RENAMED):
        return None
    seq = data.get("seq")
    if not isinstance(seq, int):
        raise NotRecorded("it names no event of the log")
    return seq


def told(delivery: Delivery, event: EventRecord | None, detail: RunDetail | None) -> Data:
    """Return what a message tells of its event, which was held against the log. `detail`: of its run.

    Raises `NotRecorded`.
    """
    data = delivery.data
    if event is None:
        raise NotRecorded(f"the log has no event {data['seq']}, or not as it is stored")
    if delivery.kind == "line" and detail is not None and data.get("type") in _OF_CARDS:
        return _of_card(delivery, event, detail, str(data["type"]))
    if run_of(event) != (detail.run.id if detail is not None else ""):
        raise NotRecorded(f"event {event.seq} of the log belongs to another run")
    match delivery.kind, data.get("type"):
        case "line", str(type_) if detail is not None and type_ in _DERIVED:
            return event_data(event) | _DERIVED[type_](delivery, event, detail)
        case "trigger" | "absence" as kind, _:
            _check_person(delivery, event, kind)
        case kind, _ if kind in _OF_CHANNELS:
            _check_channels(delivery, event, *_OF_CHANNELS[kind])
        case "notice", type_:
            _require(event, (NOTIFIED if type_ == GIVEN_UP else MISSING_CODE,))
            recorded = event_data(event) | ({"type": GIVEN_UP} if type_ == GIVEN_UP else {})
            return recorded | {name: data.get(name, "") for name in _ADDRESSED}
        case "notify", _:
            _require(event, (NOTIFIED,))
            if delivery.target.get("channels", [event.data["to"]]) != [event.data["to"]]:
                raise NotRecorded(f"event {event.seq} of the log has the message for another channel")
        case _, type_:
            _require(event, (type_,))
    return event_data(event)


_OF_CHANNELS = {
    "health": (HEALTH_CHANGED, "channels"),
    "review": (WEEK_REVIEWED, "channel"),
    "checkpoint": (CHECKPOINT_MADE, "channel"),
}
"""By the kind of a message: the type of its event, and the field that names its channels."""


def _check_channels(delivery: Delivery, event: EventRecord, type_: str, field: str) -> None:
    _require(event, (type_,))
    found = event.data[field]
    named = found if field == "channels" else [found]
    if not set(delivery.target.get("channels", ())) <= set(named):
        raise NotRecorded(f"event {event.seq} of the log has the message for another channel")


def _check_person(delivery: Delivery, event: EventRecord, kind: str) -> None:
    _require(event, OF_TRIGGERS if kind == "trigger" else (PERSON_BACK,))
    if kind == "absence" and delivery.target.get("user") not in (event.data["user"], event.data["to"]):
        raise NotRecorded(f"event {event.seq} of the log is about other people")


def _require(event: EventRecord, types: Iterable[object]) -> None:
    if event.type not in types:
        raise NotRecorded(f"event {event.seq} of the log is of another type, {event.type}")


def _of_card(delivery: Delivery, event: EventRecord, detail: RunDetail, type_: str) -> Data:
    """The event is of another run, in which the same step failed or succeeded."""
    _require(event, (_OF_CARDS[type_],))
    failed = {
        (request.workflow, request.step)
        for request in detail.requests
        if request_key(request.id) == delivery.target.get("thread_of")
    }
    if (event.workflow, event.step) not in failed:
        raise NotRecorded(f"event {event.seq} of the log is about another step")
    if type_ == RECOVERED:
        return event_data(event) | {"type": RECOVERED, "data": {"run": event.run_id}}
    return event_data(event) | {"type": type_}


def _news(delivery: Delivery, event: EventRecord, detail: RunDetail) -> Data:
    kind = news_of(event, detail, {})
    if not kind:
        raise NotRecorded(f"event {event.seq} of the log is not news")
    channels = delivery.target.get("channels")
    if not channels:
        raise NotRecorded(f"event {event.seq} of the log has no news for a thread or a person")
    return {"type": NEWS, "news": kind, "channel": channels[0]}


def _alert(delivery: Delivery, event: EventRecord, detail: RunDetail) -> Data:
    return {"type": FAILURE_ALERT, "severity": _alerted(event, detail).severity}


def _muted(delivery: Delivery, event: EventRecord, detail: RunDetail) -> Data:
    _alerted(event, detail)
    return {"type": MUTED_ALERTS, **{name: delivery.data[name] for name in _COUNTED}}


def _alerted(event: EventRecord, detail: RunDetail) -> Alert:
    alert = alert_of(event, detail, {})
    if alert is None:
        raise NotRecorded(f"event {event.seq} of the log raises no alert")
    return alert


def _given_up(delivery: Delivery, event: EventRecord, detail: RunDetail) -> Data:
    _require(event, (NOTIFIED,))
    return {"type": GIVEN_UP}


_DERIVED = {GIVEN_UP: _given_up, NEWS: _news, FAILURE_ALERT: _alert, MUTED_ALERTS: _muted}
"""Makers of the content of lines whose type is not that of their event."""
