"""Follows the event log from its present end, and counts. What it has counted ends with the process."""

import asyncio
import logging
from collections import OrderedDict
from datetime import datetime

from bot.metrics.from_events import Span, measured
from bot.metrics.instruments import Instruments
from engine import Engine, EventRecord, SignoffError, StoreBroken

log = logging.getLogger(__name__)

_MAX_KEPT = 20_000
"""Beginnings of runs and requests that are kept; an older one is looked up."""


class Follower:
    """`run` it as a task."""

    def __init__(self, engine: Engine, instruments: Instruments) -> None:
        self._engine, self._instruments = engine, instruments
        self._began: OrderedDict[str, datetime] = OrderedDict()
        self._cursor = 0
        self._moved = asyncio.Event()

    async def begin(self) -> None:
        """Set the place behind which events are counted: the present end of the log."""
        self._cursor = await self._engine.events.newest()

    async def run(self) -> None:
        """Count until it is cancelled, or the database can no longer be read."""
        try:
            while True:
                await self._engine.events.wait(self._cursor)
                await self._catch_up()
        except asyncio.CancelledError:
            raise
        except StoreBroken as error:
            log.warning("Metrics of runs are no longer counted: %s", error)

    async def until(self, seq: int) -> None:
        """Return when the event `seq` has been counted."""
        while self._cursor < seq:
            self._moved.clear()
            await self._moved.wait()

    async def _catch_up(self) -> None:
        """Count the events that there are by now."""
        while events := await self._engine.events.read(self._cursor):
            for event in events:
                await self._count(event)
            self._cursor = events[-1].seq
            self._moved.set()

    async def _count(self, event: EventRecord) -> None:
        if event.type in ("run.created", "request.opened"):
            self._keep(event.request_id or event.run_id or "", event.at)
        for found in measured(event):
            if not isinstance(found, Span):
                self._instruments.add(found.metric, found.labels, found.value)
            elif (began := await self._beginning(event, found)) is not None:
                self._instruments.add(found.metric, found.labels, (event.at - began).total_seconds())

    def _keep(self, id_: str, at: datetime) -> None:
        self._began[id_] = at
        if len(self._began) > _MAX_KEPT:
            self._began.popitem(last=False)

    async def _beginning(self, event: EventRecord, span: Span) -> datetime | None:
        if (kept := self._began.pop(span.request or event.run_id or "", None)) is not None:
            return kept
        try:
            if span.request:
                request = await self._engine.request(span.request)
                return request.opened_at if request is not None else None
            return (await self._engine.find_run(event.run_id or "")).created_at
        except SignoffError:  # pruned, or altered
            return None
