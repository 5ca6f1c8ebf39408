"""Runs under way, with the parts that have begun; read from the log again after a restart."""

from collections import OrderedDict

from bot.telemetry.run_spans import ENDS, RunSpans
from bot.telemetry.span import Span
from engine import Engine, EventRecord

_MAX_KEPT = 5_000
"""Runs whose beginnings are kept in memory; those of another one are read again when they are needed."""


class OpenRuns:
    """Give `take` the events of the log, in order."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._runs: OrderedDict[str, RunSpans] = OrderedDict()

    async def take(self, event: EventRecord) -> Span | None:
        """Return the span that ends with the event, where one does."""
        if not event.run_id:
            return None
        run = self._runs.get(event.run_id)
        if run is None and event.type == "run.created":
            run = self._keep(event.run_id)
        elif run is None and event.type in ENDS:
            run = await self._read_again(event)
        return run.take(event) if run is not None else None

    async def _read_again(self, before: EventRecord) -> RunSpans:
        """Return the run as it was before the event."""
        assert before.run_id is not None
        run = self._keep(before.run_id)
        for event in await self._engine.events.of_run(before.run_id):
            if event.seq < before.seq:
                run.take(event)
        return run

    def _keep(self, run_id: str) -> RunSpans:
        self._runs[run_id] = run = RunSpans()
        if len(self._runs) > _MAX_KEPT:
            self._runs.popitem(last=False)
        return run
