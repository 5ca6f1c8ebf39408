"""Sends the events that one target wants: a consumer of the log, whose place moves when the target has them.

The log is the queue: a target that is away gets everything, in order, when it is back.
"""

import logging
from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta

from bot.consumer import Consumer
from bot.events_out.envelope import Hide, envelope, event_id
from bot.events_out.places import Answer, Outgoing, Place
from bot.events_out.specs import PREFIX, TargetSpec
from bot.events_out.transforms import Untransformed
from engine import Clock, Engine, EventRecord, StoreBroken

log = logging.getLogger(__name__)

_PAGE_SIZE = 100
STUCK_AFTER = timedelta(minutes=10)
"""After which an event that a target refuses is named, with the command that skips it."""
_FIRST_DELAY, _MAX_DELAY = timedelta(seconds=1), timedelta(minutes=5)


class Follower:
    """`run` it as a task."""

    def __init__(
        self, engine: Engine, clock: Clock, spec: TargetSpec, place: Place, source: str, hide: Hide
    ) -> None:
        self._engine, self._clock = engine, clock
        self._spec, self._place, self._source, self._hide = spec, place, source, hide
        self._consumer = PREFIX + spec.name
        self._error = ""
        self._stuck = ""
        """The one event that the target refuses for long, and the remedy; empty: none."""
        self._skipped: Collection[int] = ()

    @property
    def problem(self) -> str:
        """Return why the target does not get its events at the moment; usually empty."""
        if not self._error:
            return ""
        later = self._stuck or "Its events follow in order when it works again"
        return f"The event target {self._spec.name} {self._error}. {later}"

    async def run(self) -> None:
        """Send until it is cancelled, or the database is damaged."""
        delay = _FIRST_DELAY
        while True:
            try:
                await self.follow()
            except StoreBroken as error:
                self._error, self._stuck = "gets no events, because the database cannot be read", ""
                log.warning("The event target %s gets no events: %s", self._spec.name, error)
                if error.damaged:
                    return
                await self._clock.sleep(delay)
                delay = min(delay * 2, _MAX_DELAY)
            except Exception as error:
                if not self._error:
                    delay = _FIRST_DELAY
                self._error = f"gets no events ({type(error).__name__}). The log of Signoff says why"
                self._stuck = ""
                log.exception("The event target %s got no events; Signoff tries again", self._spec.name)
                await self._clock.sleep(delay)
                delay = min(delay * 2, _MAX_DELAY)

    async def begin(self) -> None:
        """Take the present end of the log for the place of a new target."""
        await Consumer(self._consumer, self._engine, self._clock).begin()

    async def follow(self) -> None:
        """Send the events after the place of the target, forever."""
        await self.begin()
        await self._read_skipped()
        cursor = await self._engine.deliveries.cursor(self._consumer)
        while True:
            while events := await self._engine.events.read(cursor, _PAGE_SIZE):
                cursor = await self._send(events)
            self._error = ""  # a problem of the database is over, and no event says so
            await self._engine.events.wait(cursor)

    async def _send(self, events: Sequence[EventRecord]) -> int:
        """Send a page, and return its last event. The place moves after each batch that the target has."""
        last = 0
        for batch in self._batches(events):
            await self._deliver(batch)
            last = batch[-1].seq
            await self._engine.deliveries.advance(self._consumer, last, [])
        if last < events[-1].seq:
            await self._engine.deliveries.advance(self._consumer, events[-1].seq, [])
        self._error = ""
        return events[-1].seq

    def _batches(self, events: Sequence[EventRecord]) -> Iterator[list[Outgoing]]:
        wanted = [event for event in events if self._spec.wants(event.type, event.workflow)]
        batch: list[Outgoing] = []
        for outgoing in map(self._outgoing, wanted):
            # An event without a form comes alone, so that the target has all that come before it.
            if batch and (outgoing.error or len(batch) == self._place.batch):
                yield batch
                batch = []
            batch.append(outgoing)
            if outgoing.error:
                yield batch
                batch = []
        if batch:
            yield batch

    def _outgoing(self, event: EventRecord) -> Outgoing:
        spec, body, error = self._spec, b"", ""
        transform = spec.details.get(event.type)
        try:
            body = envelope(event, self._source, self._hide, with_input=spec.input, transform=transform)
        except Untransformed as problem:
            error = (
                f"cannot get the event {event.seq}, because its mapping of {event.type} fails at {problem}"
            )
        return Outgoing(event_id(event), event.seq, body, error)

    async def _deliver(self, batch: Sequence[Outgoing]) -> None:
        """Return when the target has the batch."""
        delay, since, self._stuck = _FIRST_DELAY, self._clock.now(), ""
        while (left := self._not_skipped(batch)) and (answer := await self._take(left)).error:
            if left[0].error:
                self._stuck = self._unformed(left[0].seq)
            if answer.status and not self._stuck and self._clock.now() - since >= STUCK_AFTER:
                self._stuck = self._refusal(left[0].seq)
                log.warning("%s.", self.problem)
            if answer.error != self._error:
                self._error = answer.error
                log.warning("%s.", self.problem)
            await self._clock.sleep(max(delay, timedelta(seconds=answer.pause)))
            delay = min(delay * 2, _MAX_DELAY)
            await self._read_skipped()
        self._error = self._stuck = ""

    async def _take(self, batch: Sequence[Outgoing]) -> Answer:
        if batch[0].error:
            return Answer(batch[0].error)
        return await self._place.take(batch)

    async def _read_skipped(self) -> None:
        self._skipped = await self._engine.skipped_events.of(self._spec.name)

    def _not_skipped(self, batch: Sequence[Outgoing]) -> list[Outgoing]:
        """Return the events of a batch that the operator does not skip for this target."""
        return [each for each in batch if each.seq not in self._skipped]

    def _refusal(self, seq: int) -> str:
        return (
            f"It has refused the event {seq} for {STUCK_AFTER.seconds // 60} minutes, and later events wait. "
            f"Correct the target, or skip this event: signoff events skip {self._spec.name} {seq}"
        )

    def _unformed(self, seq: int) -> str:
        return (
            "Later events wait. Correct details in the file of SIGNOFF_EVENTS_TO and start Signoff again, "
            f"or skip this event: signoff events skip {self._spec.name} {seq}"
        )
