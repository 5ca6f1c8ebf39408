"""Exports spans: a consumer of the log whose durable place moves when the collector has taken the spans.

The log is the queue. What a collector that is down does not take stays in it, for a day.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Protocol

from bot.consumer import Consumer
from bot.telemetry.collector import Answer
from bot.telemetry.messages import message_spans
from bot.telemetry.open_runs import OpenRuns
from bot.telemetry.span import Span
from engine import Clock, Engine, EventRecord, StoreBroken
from engine.tracing import TELEMETRY

log = logging.getLogger(__name__)

MAX_AGE = timedelta(days=1)
"""Spans that ended longer ago are dropped: the bound of the queue."""
DROP_NOTICE = timedelta(hours=1)
"""`/readyz` says for so long that spans were dropped."""
BATCH_INTERVAL = timedelta(seconds=1)
_PAGE_SIZE = 100
"""Events of a batch: 500 took the loop 100 ms to encode."""
_FIRST_DELAY, _MAX_DELAY = timedelta(seconds=1), timedelta(minutes=1)
_WHERE = "the collector in OTEL_EXPORTER_OTLP_ENDPOINT"


class Encodes(Protocol):
    """The form of OTLP."""

    def request(self, spans: Iterable[Span]) -> bytes: ...

    def rejected(self, answer: bytes) -> int: ...


class Collects(Protocol):
    """The collector."""

    async def send(self, body: bytes) -> Answer: ...


class Traces:
    """`run` it as a task. `dropped`: called with the number of spans that were dropped."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        collector: Collects,
        encoding: Encodes,
        dropped: Callable[[int], None] | None = None,
    ) -> None:
        self._engine, self._clock = engine, clock
        self._collector, self._encoding = collector, encoding
        self._count_dropped = dropped
        self._runs = OpenRuns(engine)
        self._error = ""
        self._dropped: tuple[int, float] | None = None
        """How many spans were dropped of late, and when last."""

    @property
    def problem(self) -> str:
        """Return why spans are late or lost; empty where they are not."""
        error = f"{_WHERE} {self._error}. Traces follow when it works again" if self._error else ""
        if self._dropped is None:
            return error
        number, last = self._dropped
        if self._clock.monotonic() - last > DROP_NOTICE.total_seconds():
            self._dropped = None
            return error
        lost = f"dropped spans: {number:,}, because {_WHERE} refused them or took none for a day"
        return f"{error}; {lost}" if error else lost

    async def run(self) -> None:
        """Export until it is cancelled, or the database can no longer be read."""
        delay = _FIRST_DELAY
        while True:
            try:
                await self.follow()
            except StoreBroken as error:
                log.warning("Traces are no longer exported: %s", error)
                return
            except Exception:
                log.exception("Traces could not be exported; Signoff tries again")
                await self._clock.sleep(delay)
                delay = min(delay * 2, _MAX_DELAY)

    async def follow(self) -> None:
        """Export the log page by page, forever; from its present end where nothing was exported before."""
        await Consumer(TELEMETRY, self._engine, self._clock).begin()
        cursor = await self._engine.deliveries.cursor(TELEMETRY)
        while True:
            await self._engine.events.wait(cursor)
            # Events come in bursts: one batch, and one write of the place, serve all of a burst.
            await self._clock.sleep(BATCH_INTERVAL)
            while events := await self._engine.events.read(cursor, _PAGE_SIZE):
                spans = await self._spans(events)
                await self._export(spans)
                cursor = events[-1].seq
                await self._engine.deliveries.advance(TELEMETRY, cursor, [])

    async def _spans(self, events: Sequence[EventRecord]) -> list[Span]:
        spans = []
        for event in events:
            try:
                if (span := await self._runs.take(event)) is not None:
                    spans += [span, *await message_spans(self._engine.deliveries, span)]
            except StoreBroken:
                raise
            except Exception:  # an odd event must not end the traces of all later ones
                log.exception("The event %d was left out of traces", event.seq)
        return spans

    async def _export(self, spans: list[Span]) -> None:
        """Return when the collector has taken the spans, or they were dropped."""
        delay = _FIRST_DELAY
        while spans := self._young(spans):
            answer = await self._collector.send(self._encoding.request(spans))
            self._error = answer.error if answer.again else ""
            if not answer.error:
                self._drop(self._encoding.rejected(answer.body))
                return
            if not answer.again:
                log.warning("%s %s, so %d spans are dropped", _WHERE, answer.error, len(spans))
                self._drop(len(spans))
                return
            await self._clock.sleep(max(delay, timedelta(seconds=answer.pause)))
            delay = min(delay * 2, _MAX_DELAY)

    def _young(self, spans: list[Span]) -> list[Span]:
        """Return the spans without those that ended too long ago, which are dropped."""
        since = self._clock.now() - MAX_AGE
        young = [span for span in spans if span.ended >= since]
        self._drop(len(spans) - len(young))
        return young

    def _drop(self, number: int) -> None:
        if number:
            before = self._dropped[0] if self._dropped else 0
            self._dropped = before + number, self._clock.monotonic()
            if self._count_dropped is not None:
                self._count_dropped(number)
