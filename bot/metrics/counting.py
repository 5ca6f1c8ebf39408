"""Counts what events give. What is counted ends with the process."""

from collections import OrderedDict
from datetime import datetime

from bot.metrics.from_events import Span, measured
from bot.metrics.instruments import Instruments
from engine import Engine, EventRecord, SignoffError

_MAX_KEPT = 20_000
"""Beginnings of runs and requests that are kept; an older one is looked up."""


class Counting:
    """Call `take` with each event, in order."""

    def __init__(self, engine: Engine, instruments: Instruments) -> None:
        self._engine, self._instruments = engine, instruments
        self._began: OrderedDict[str, datetime] = OrderedDict()

    async def take(self, event: EventRecord) -> None:
        """Count the event, and observe the time that ends with it."""
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
