"""Metrics at work: they count what they are told, and read the gauges when they are asked for."""

from prometheus_client.metrics_core import Metric as Family

from bot.metrics.counting import Counting
from bot.metrics.gauges import Problems, gauges
from bot.metrics.instruments import Instruments
from engine import Engine, EventRecord, SignoffError


class Metrics:
    """Give `take` each event, and ask for `text`. `problems`: those that `/readyz` names."""

    def __init__(self, engine: Engine, problems: Problems) -> None:
        self._engine, self._problems = engine, problems
        self._instruments = Instruments()
        self._counting = Counting(engine, self._instruments)

    async def take(self, event: EventRecord) -> None:
        """Count an event of the log."""
        await self._counting.take(event)

    def spans_dropped(self, number: int) -> None:
        """Count spans that the collector of traces did not take."""
        self._instruments.add("signoff_spans_dropped", (), number)

    async def text(self) -> bytes:
        """Return all metrics in the text format of Prometheus."""
        await self._look()
        return self._instruments.text()

    async def families(self) -> list[Family]:
        """Return all metrics with their values, as `text` shows them."""
        await self._look()
        return self._instruments.families()

    async def _look(self) -> None:
        """Set the gauges to what is so now."""
        try:
            self._instruments.set(await gauges(self._engine, self._problems))
        except SignoffError:  # the database cannot be read at this moment
            self._instruments.set({"signoff_ready": {(): 0.0}, "signoff_leads": {(): 1.0}})
