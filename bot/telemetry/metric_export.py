"""Exports metrics at an interval. Counters are cumulative, so a batch that is lost costs no count."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from typing import Protocol

from prometheus_client.metrics_core import Metric as Family

from bot.telemetry.traces import Collects
from engine import Clock

log = logging.getLogger(__name__)

LAST_SECONDS = 2.0
"""Longest time that the export at the end of the process may take."""
_WHERE = "the collector in OTEL_EXPORTER_OTLP_ENDPOINT"


class EncodesMetrics(Protocol):
    """The form of OTLP."""

    def request(self, families: Iterable[Family], now: datetime) -> bytes: ...

    def rejected(self, answer: bytes) -> int: ...


class MetricExport:
    """`run` it as a task, and `finish` it. `read`: returns the metrics as they are now."""

    def __init__(
        self,
        read: Callable[[], Awaitable[list[Family]]],
        clock: Clock,
        collector: Collects,
        encoding: EncodesMetrics,
        interval: timedelta,
    ) -> None:
        self._read, self._clock, self._interval = read, clock, interval
        self._collector, self._encoding = collector, encoding
        self._error = ""

    @property
    def problem(self) -> str:
        """Return why the collector lacks metrics; empty where it has them."""
        return f"{_WHERE} {self._error}. Metrics follow when it works again" if self._error else ""

    async def run(self) -> None:
        """Export until it is cancelled."""
        while True:
            await self._clock.sleep(self._interval)
            try:
                await self.export()
            except Exception:
                log.exception("Metrics could not be exported; Signoff tries again")

    async def export(self) -> None:
        """Send all metrics once. The next batch has what the collector does not take now."""
        families, now = await self._read(), self._clock.now()
        # Thousands of series would hold the loop up.
        answer = await self._collector.send(await asyncio.to_thread(self._encoding.request, families, now))
        before, self._error = self._error, answer.error
        if not answer.error and (rejected := self._encoding.rejected(answer.body)):
            self._error = f"refused {rejected:,} values of metrics"
        if self._error and not before:
            log.warning("Metrics: %s %s", _WHERE, self._error)
        elif before and not self._error:
            log.info("Metrics: %s takes them again", _WHERE)

    async def finish(self) -> None:
        """Export what happened since the last time."""
        try:
            async with asyncio.timeout(LAST_SECONDS):
                await self.export()
        except Exception as error:
            log.warning("The last metrics were not exported: %s", type(error).__name__)
