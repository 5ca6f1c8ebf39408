"""Sends what steps posted to places outside Slack: a consumer of the event log, with a delivery for each."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from bot.consumer import Consumer
from bot.events_out.places import Address, Outgoing
from bot.notify_out.content import Told, body, mail, told_of
from bot.notify_out.messages import KIND, NOTIFIED, event_of, key_of, lane_of
from bot.notify_out.smtp import Handed, MailSender
from bot.notify_out.specs import Outside
from engine import (
    Clock,
    Delivery,
    Engine,
    EventRecord,
    PeopleUnavailable,
    Queue,
    UnknownRun,
    Wanted,
)
from engine.outside import MAILTO, is_mail, is_outside, named

log = logging.getLogger(__name__)

CONSUMER = "outside"
MAX_TRIES = 12
_FIRST_DELAY, _MAX_DELAY = timedelta(seconds=5), timedelta(hours=6)
_MAX_AT_ONCE, _MAX_IN_LANE = 16, 2
"""Messages sent at a time: in all, and to one mail server or host."""
_PAGE_SIZE = 500
_PAGE_INTERVAL = timedelta(minutes=1)
_LATE_AFTER = 3
"""Tries after which a message that is not taken is named."""
_MAX_NAMED = 5
_GIVEN_UP_SHOWN = timedelta(days=3)
"""How long after its step posted it a message that was given up is a warning, and is told."""

Tell = Callable[[EventRecord], Awaitable[bool]]
"""Tells people of a message that was given up. Returns False where Slack is not reached yet."""


class NotifyOut:
    """`start` it once runs execute. Each message is sent at least once."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        outside: Outside,
        find_secret: Callable[[str], str],
        sender: MailSender | None = None,
        tell: Tell | None = None,
    ) -> None:
        """`find_secret`: gives the secret of a name. `sender`: of e-mail; by default, as `outside` says.

        `tell`: tells people of a message that was given up.
        """
        self._tell = tell
        self._engine, self._clock, self._outside, self._find = engine, clock, outside, find_secret
        self._sender = sender or (MailSender(outside.mail) if outside.mail is not None else None)
        self._consumer = Consumer(CONSUMER, engine, clock, _FIRST_DELAY)
        self._task: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._sending: dict[str, str] = {}
        """Lanes of the messages that are being sent, by key."""
        self._late: dict[str, str] = {}
        """Why messages were not taken several times, by key; the newest last."""
        self._given_up: dict[str, tuple[str, datetime]] = {}
        """Why messages were given up, and when they were posted, by key."""
        self._untold: dict[str, EventRecord] = {}
        """Messages that were given up and of which people are still to be told, by key."""

    @property
    def problem(self) -> str:
        """Return which messages were not taken, and which addresses cannot be reached; usually empty."""
        since = self._clock.now() - _GIVEN_UP_SHOWN
        given_up = [text for text, posted in self._given_up.values() if posted >= since]
        told = [*list(self._late.values())[-_MAX_NAMED:], *given_up[-_MAX_NAMED:]]
        return " ".join([*(f"{each}." for each in told), *self._engine.outside_problems()[:_MAX_NAMED]])

    async def start(self) -> None:
        for problem in self._engine.outside_problems():
            log.warning("%s", problem)
        await self._consumer.begin()
        await self._recall()
        self._task = asyncio.create_task(self._consumer.run(self._turn), name="signoff-outside")

    async def close(self) -> None:
        tasks = [*self._tasks, *([self._task] if self._task is not None else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _turn(self) -> tuple[int, datetime | None]:
        cursor = await self._consumer.project(self._wanted)
        wakes = [await self._hand_out(), await self._tell_untold()]
        return cursor, min(filter(None, wakes), default=None)

    async def _recall(self) -> None:
        """Learn which messages were given up before the start: the process may have ended before its word."""
        since = self._clock.now() - _GIVEN_UP_SHOWN
        found = await self._engine.deliveries.given_up(CONSUMER, since, _PAGE_SIZE)
        if len(found) == _PAGE_SIZE:
            log.warning("only the newest %d messages that were given up are looked through", _PAGE_SIZE)
        for row in reversed(found):
            with suppress(UnknownRun):
                if (event := await event_of(row, self._engine)) is not None:
                    self._note_given_up(row, row.error, event)

    async def _tell_untold(self) -> datetime | None:
        """Tell people of what was given up; return when to try again, if Slack is not reached yet."""
        for key, event in list(self._untold.items()):
            try:
                told = self._tell is None or await self._tell(event)
            except PeopleUnavailable:  # nobody knows who the owner is
                told = False
            except UnknownRun as error:  # it was pruned, or another program changed it
                log.warning("nobody is told that %s was given up: %s", key, error)
                told = True
            except Exception:
                log.exception("nobody is told that %s was given up", key)
                told = True
            if not told:
                return self._clock.now() + _PAGE_INTERVAL
            self._untold.pop(key)
        return None

    async def _wanted(self, events: Sequence[EventRecord]) -> list[Wanted]:
        """Return the messages that are new: what went out cannot be edited, so the first one counts."""
        new: dict[str, Wanted] = {}
        for event in events:
            if event.type == NOTIFIED and event.run_id and is_outside(str(event.data.get("to"))):
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
            lanes, lane = list(self._sending.values()), lane_of(str(delivery.target["to"]))
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
                why = Handed(f"it could not be sent ({type(error).__name__})")
                await self._not_taken(delivery, why, await event_of(delivery, self._engine))
        finally:
            self._sending.pop(delivery.key, None)
            self._consumer.noted.set()

    async def _send(self, delivery: Delivery) -> None:
        deliveries = self._engine.deliveries
        try:
            event = await event_of(delivery, self._engine)
        except UnknownRun:
            self._late.pop(delivery.key, None)
            await deliveries.dead(delivery.key, "the run was pruned")
            return
        if event is None:
            self._late.pop(delivery.key, None)
            await deliveries.unrecorded(delivery.key, "the log has no such message")
            return
        told = told_of(delivery.key, event)
        await deliveries.begin(delivery.key)
        handed = await (self._mail(told) if is_mail(told.to) else self._post(told))
        if handed.error:
            await self._not_taken(delivery, handed, event)
            return
        self._late.pop(delivery.key, None)
        await deliveries.sent(delivery.key, delivery.wanted, None)

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

    async def _not_taken(self, delivery: Delivery, handed: Handed, event: EventRecord | None) -> None:
        if handed.final or delivery.tries + 1 >= MAX_TRIES:
            await self._give_up(delivery, handed.error, event)
            return
        if delivery.tries + 1 >= _LATE_AFTER:
            self._late.pop(delivery.key, None)
            self._late[delivery.key] = f"A message {_named(delivery)} is not taken yet: {handed.error}"
            if len(self._late) > _PAGE_SIZE:
                del self._late[next(iter(self._late))]
        again: timedelta = min(_FIRST_DELAY * 3**delivery.tries, _MAX_DELAY)
        await self._engine.deliveries.later(
            delivery.key, self._clock.now() + again, handed.error, ambiguous=False, refused=True
        )

    async def _give_up(self, delivery: Delivery, error: str, event: EventRecord | None) -> None:
        log.warning("A message %s was given up: %s", _named(delivery), error)
        self._late.pop(delivery.key, None)
        await self._engine.deliveries.dead(delivery.key, error)
        if event is not None:
            self._note_given_up(delivery, error, event)

    def _note_given_up(self, delivery: Delivery, error: str, event: EventRecord) -> None:
        text = f"A message {_named(delivery)} was given up: {error.rstrip('.')}"
        self._given_up[delivery.key] = text, event.at
        self._untold[delivery.key] = event
        if len(self._given_up) > _PAGE_SIZE:
            del self._given_up[next(iter(self._given_up))]


def _want(event: EventRecord) -> Wanted:
    to, run = str(event.data["to"]), str(event.run_id)
    queue = Queue(lane=lane_of(to), source=str(event.workflow))
    return Wanted(key_of(event), KIND, run, {"run": run, "to": to}, {"seq": event.seq}, queue=queue)


def _named(delivery: Delivery) -> str:
    return f"to {named(str(delivery.target['to']))} of {delivery.subject}"
