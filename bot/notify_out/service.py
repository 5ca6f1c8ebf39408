"""Sends what steps posted to places outside Slack: a consumer of the event log, with a delivery for each."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

from bot.consumer import Consumer
from bot.events_out.places import Address, Outgoing
from bot.notify_out.content import Told, body, mail, told_of
from bot.notify_out.smtp import Handed, MailSender
from bot.notify_out.specs import Outside
from engine import (
    Clock,
    Delivery,
    Engine,
    EventRecord,
    Queue,
    UnknownRun,
    Wanted,
)
from engine.outside import MAILTO, is_mail, is_outside

log = logging.getLogger(__name__)

CONSUMER = "outside"
_NOTIFIED = "step.notified"
MAX_TRIES = 12
_FIRST_DELAY, _MAX_DELAY = timedelta(seconds=5), timedelta(hours=6)
_MAX_AT_ONCE, _MAX_IN_LANE = 16, 2
"""Messages sent at a time: in all, and to one mail server or host."""
_PAGE_SIZE = 500
_PAGE_INTERVAL = timedelta(minutes=1)
_LATE_AFTER = 3
"""Tries after which a message that is not taken is named."""
_MAX_NAMED = 5


class NotifyOut:
    """`start` it once runs execute. Each message is sent at least once."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        outside: Outside,
        find_secret: Callable[[str], str],
        sender: MailSender | None = None,
    ) -> None:
        """`find_secret`: gives the secret of a name. `sender`: of e-mail; by default, as `outside` says."""
        self._engine, self._clock, self._outside, self._find = engine, clock, outside, find_secret
        self._sender = sender or (MailSender(outside.mail) if outside.mail is not None else None)
        self._consumer = Consumer(CONSUMER, engine, clock, _FIRST_DELAY)
        self._task: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._sending: dict[str, str] = {}
        """Lanes of the messages that are being sent, by key."""
        self._late: dict[str, str] = {}
        """Why messages were not taken several times, or were given up, by key; the newest last."""

    @property
    def problem(self) -> str:
        """Return which messages were not taken, and which addresses cannot be reached; usually empty."""
        told = list(self._late.values())[-_MAX_NAMED:]
        return " ".join([*(f"{each}." for each in told), *self._engine.outside_problems()[:_MAX_NAMED]])

    async def start(self) -> None:
        for problem in self._engine.outside_problems():
            log.warning("%s", problem)
        await self._consumer.begin()
        self._task = asyncio.create_task(self._consumer.run(self._turn), name="signoff-outside")

    async def close(self) -> None:
        tasks = [*self._tasks, *([self._task] if self._task is not None else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _turn(self) -> tuple[int, datetime | None]:
        cursor = await self._consumer.project(self._wanted)
        return cursor, await self._hand_out()

    async def _wanted(self, events: Sequence[EventRecord]) -> list[Wanted]:
        """Return the messages that are new: what went out cannot be edited, so the first one counts."""
        new: dict[str, Wanted] = {}
        for event in events:
            if event.type == _NOTIFIED and event.run_id and is_outside(str(event.data.get("to"))):
                new.setdefault(key_of(event), _want(event))
        known = await self._engine.deliveries.by_keys(new) if new else {}
        return [want for key, want in new.items() if key not in known]

    async def _hand_out(self) -> datetime | None:
        """Begin to send what is due and has a slot; return when the next one is due."""
        now, sending = self._clock.now(), frozenset(self._sending)
        due = await self._engine.deliveries.due(CONSUMER, now, _PAGE_SIZE, _MAX_DELAY)
        later = [now + _PAGE_INTERVAL] if len(due) == _PAGE_SIZE else []
        for delivery in due:
            if delivery.key in sending:
                continue
            lanes, lane = list(self._sending.values()), _lane(str(delivery.target["to"]))
            if delivery.not_before is not None and delivery.not_before > now:
                later.append(delivery.not_before)
            elif len(lanes) < _MAX_AT_ONCE and lanes.count(lane) < _MAX_IN_LANE:
                self._sending[delivery.key] = lane
                task = asyncio.create_task(self._sent(delivery), name=f"signoff-{delivery.key}")
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
        return min(later, default=None)

    async def _sent(self, delivery: Delivery) -> None:
        try:
            await self._send(delivery)
        except Exception as error:
            log.exception("%s could not be sent; Signoff tries again", delivery.key)
            await self._clock.sleep(_FIRST_DELAY)
            with suppress(Exception):  # of the database: nothing can be counted
                await self._not_taken(delivery, Handed(f"it could not be sent ({type(error).__name__})"))
        finally:
            self._sending.pop(delivery.key, None)
            self._consumer.noted.set()

    async def _send(self, delivery: Delivery) -> None:
        deliveries = self._engine.deliveries
        try:
            told = await self._told(delivery)
        except UnknownRun:
            await self._give_up(delivery, "the run was pruned")
            return
        if told is None:
            await deliveries.unrecorded(delivery.key, "the log has no such message")
            return
        await deliveries.begin(delivery.key)
        handed = await (self._mail(told) if is_mail(told.to) else self._post(told))
        if handed.error:
            await self._not_taken(delivery, handed)
            return
        self._late.pop(delivery.key, None)
        await deliveries.sent(delivery.key, delivery.wanted, None)

    async def _told(self, delivery: Delivery) -> Told | None:
        """Return the message as the log has it; None where it has none. A row proves nothing by itself."""
        seq = delivery.data.get("seq") if isinstance(delivery.data, dict) else None
        event = await self._engine.recorded_event(seq) if isinstance(seq, int) else None
        if event is None or event.type != _NOTIFIED or _want(event).target != delivery.target:
            return None
        if key_of(event) != delivery.key:
            return None
        return told_of(delivery.key, event)

    async def _mail(self, told: Told) -> Handed:
        if self._sender is None or self._outside.mail is None:
            return Handed(self._outside.problem(told.to).rstrip("."))
        address = told.to[len(MAILTO) :]
        return await self._sender.send(address, mail(told, address, self._outside.mail.sender))

    async def _post(self, told: Told) -> Handed:
        host = self._outside.host_of(told.to)
        if (why := self._outside.problem(told.to)) or host is None:
            return Handed(why.rstrip("."), final=True)
        secret = partial(self._find, host.secret)
        place = Address(
            told.to, secret, self._clock, private=host.private, what="messages",
            content_type="application/json; charset=utf-8",
        )  # fmt: skip
        try:
            answer = await place.take([Outgoing(told.id, 0, body(told))])
        finally:
            await place.close()
        return Handed(f"it {answer.error}" if answer.error else "")

    async def _not_taken(self, delivery: Delivery, handed: Handed) -> None:
        if handed.final or delivery.tries + 1 >= MAX_TRIES:
            await self._give_up(delivery, handed.error)
            return
        if delivery.tries + 1 >= _LATE_AFTER:
            self._late.pop(delivery.key, None)
            self._late[delivery.key] = f"A message {_named(delivery)} is not taken yet: {handed.error}"
        again: timedelta = min(_FIRST_DELAY * 3**delivery.tries, _MAX_DELAY)
        await self._engine.deliveries.later(
            delivery.key, self._clock.now() + again, handed.error, ambiguous=False, refused=True
        )

    async def _give_up(self, delivery: Delivery, error: str) -> None:
        log.warning("A message %s was given up: %s", _named(delivery), error)
        self._late.pop(delivery.key, None)
        self._late[delivery.key] = f"A message {_named(delivery)} was given up: {error.rstrip('.')}"
        if len(self._late) > _PAGE_SIZE:
            del self._late[next(iter(self._late))]
        await self._engine.deliveries.dead(delivery.key, error)


def key_of(event: EventRecord) -> str:
    """Return the key of the delivery of a message: the same for each attempt of its round."""
    data = event.data
    return f"outside:{event.run_id}:{event.step}:{data['round']}:{data['to']}:{data['number']}"


def _want(event: EventRecord) -> Wanted:
    to, run = str(event.data["to"]), str(event.run_id)
    queue = Queue(lane=_lane(to), source=str(event.workflow))
    return Wanted(key_of(event), "outside", run, {"run": run, "to": to}, {"seq": event.seq}, queue=queue)


def _lane(to: str) -> str:
    return MAILTO if is_mail(to) else urlsplit(to).netloc.lower()


def _named(delivery: Delivery) -> str:
    """Return the place without the path of an address, and the run."""
    to = str(delivery.target["to"])
    return f"to {to if is_mail(to) else _lane(to)} of {delivery.subject}"
