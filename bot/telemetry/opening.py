"""Opens the export of traces and of metrics, where the settings name a collector."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from importlib import import_module, metadata

from prometheus_client.metrics_core import Metric as Family

from bot.settings.config import Settings
from bot.settings.config_validators import read_pairs
from bot.telemetry.collector import Collector
from bot.telemetry.metric_export import EncodesMetrics, MetricExport
from bot.telemetry.traces import Encodes, Traces
from engine import Clock, Engine
from engine.text import redacted


def open_traces(
    stack: AsyncExitStack,
    settings: Settings,
    engine: Engine,
    clock: Clock,
    dropped: Callable[[int], None] | None = None,
) -> Traces:
    """Return the export. Its packages are loaded only here. `dropped`: counts spans that are lost."""
    collector = _collector(stack, settings, "/v1/traces")
    encoding: Encodes = import_module("bot.telemetry.encoding").Encoding(
        _resource(settings), _hides(settings)
    )
    return Traces(engine, clock, collector, encoding, dropped)


def open_metrics(
    stack: AsyncExitStack,
    settings: Settings,
    clock: Clock,
    read: Callable[[], Awaitable[list[Family]]],
) -> MetricExport:
    """Return the export. Its packages are loaded only here. `read`: returns the metrics as they are now."""
    collector = _collector(stack, settings, "/v1/metrics")
    encoding: EncodesMetrics = import_module("bot.telemetry.metric_encoding").MetricEncoding(
        _resource(settings), _hides(settings), clock.now()
    )
    return MetricExport(read, clock, collector, encoding, timedelta(milliseconds=settings.otlp_interval))


def _collector(stack: AsyncExitStack, settings: Settings, path: str) -> Collector:
    assert settings.otlp_endpoint is not None
    headers = settings.otlp_headers.get_secret_value() if settings.otlp_headers is not None else ""
    collector = Collector(settings.otlp_endpoint.get_secret_value().rstrip("/") + path, read_pairs(headers))
    stack.push_async_callback(collector.close)
    return collector


def _resource(settings: Settings) -> dict[str, str]:
    return {
        **read_pairs(settings.otlp_resource),
        "service.name": settings.otlp_service,
        "service.version": metadata.version("signoff"),
    }


def _hides(settings: Settings) -> Callable[[str], str]:
    known = settings.vault.known
    return lambda text: redacted(text, known)
