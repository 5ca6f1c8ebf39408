"""Messages of steps outside Slack: their keys, their places, and how each stands. Pure, but for `of_run`."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from engine.outside import MAILTO, is_mail, named

if TYPE_CHECKING:  # the command line draws a run without the engine
    from engine import Delivery, EventRecord

KIND = "outside"
NOTIFIED = "step.notified"
MAX_SHOWN = 10
GIVEN_UP = "dead"


class Rows(Protocol):
    """The deliveries of the engine."""

    async def find(self, *, subject: str, kind: str | None = None) -> list[Delivery]: ...


class Log(Protocol):
    """Events, held against the log."""

    async def recorded_event(self, seq: int) -> EventRecord | None: ...


@dataclass(frozen=True, slots=True)
class OutsideMessage:
    """How one message stands. `state`: `sent`, `waiting` or `given up`. `again`: when it is tried again."""

    to: str
    step: str
    state: str
    tries: int
    error: str
    again: datetime | None


@dataclass(frozen=True, slots=True)
class OutsideMessages:
    """Those of a run, with the ones that were not taken first. `left_out`: how many more there are."""

    shown: Sequence[OutsideMessage] = ()
    left_out: int = 0


NO_MESSAGES = OutsideMessages()


def key_of(event: EventRecord) -> str:
    """Return the key of the delivery of a message: the same for each attempt of its round."""
    data = event.data
    place = place_digest(str(data["to"]))
    return f"outside:{event.run_id}:{event.step}:{data['round']}:{place}:{data['number']}"


def place_digest(to: str) -> str:
    """Return the place as keys have it. Logs name keys, and the path of an address may be a secret."""
    return hashlib.sha256(to.encode()).hexdigest()[:16]


def lane_of(to: str) -> str:
    """Return the queue of a place: that of all e-mail, or of a host."""
    return MAILTO if is_mail(to) else named(to)


def in_words(to: str) -> str:
    """Return `e-mail to ops@example.com`, or `message to hooks.example.com`."""
    return f"e-mail to {to[len(MAILTO) :]}" if is_mail(to) else f"message to {lane_of(to)}"


async def event_of(delivery: Delivery, log: Log) -> EventRecord | None:
    """Return the message of a row as the log has it; None where it has none. A row proves nothing itself."""
    seq = delivery.data.get("seq") if isinstance(delivery.data, dict) else None
    event = await log.recorded_event(seq) if isinstance(seq, int) else None
    if event is None or event.type != NOTIFIED or key_of(event) != delivery.key:
        return None
    target = {"run": str(event.run_id), "to": str(event.data["to"])}
    return event if delivery.target == target else None


async def of_run(rows: Rows, log: Log, run_id: str) -> OutsideMessages:
    """Return how the messages of a run stand. Rows that another program wrote are left out."""
    found = sorted(await rows.find(subject=run_id, kind=KIND), key=_rank)
    shown = []
    for row in found[:MAX_SHOWN]:
        if (event := await event_of(row, log)) is not None:
            shown.append(message_of(row, str(event.step)))
    return OutsideMessages(shown, max(len(found) - MAX_SHOWN, 0))


def _rank(row: Delivery) -> int:
    return 0 if row.state == GIVEN_UP else 1 if row.sent < row.wanted else 2


def message_of(row: Delivery, step: str) -> OutsideMessage:
    """Return how the message of a row stands."""
    to, state = str(row.target["to"]), ("given up", "waiting", "sent")[_rank(row)]
    again = row.not_before if state == "waiting" else None
    return OutsideMessage(to, step, state, row.tries, "" if state == "sent" else row.error, again)
