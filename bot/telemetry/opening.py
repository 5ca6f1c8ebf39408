"""Opens the export of traces, where the settings name a collector."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from importlib import import_module, metadata

from bot.settings.config import Settings
from bot.settings.config_validators import read_pairs
from bot.telemetry.collector import Collector
from bot.telemetry.traces import Encodes, Traces
from engine import Clock, Engine
from engine.text import redacted

_PATH = "/v1/traces"


def open_traces(
    stack: AsyncExitStack,
    settings: Settings,
    engine: Engine,
    clock: Clock,
    dropped: Callable[[int], None] | None = None,
) -> Traces:
    """Return the export. Its packages are loaded only here. `dropped`: counts spans that are lost."""
    assert settings.otlp_endpoint is not None
    headers = settings.otlp_headers.get_secret_value() if settings.otlp_headers is not None else ""
    address = settings.otlp_endpoint.get_secret_value().rstrip("/") + _PATH
    collector = Collector(address, read_pairs(headers))
    stack.push_async_callback(collector.close)
    known = settings.vault.known
    resource = {
        **read_pairs(settings.otlp_resource),
        "service.name": settings.otlp_service,
        "service.version": metadata.version("signoff"),
    }
    encoding: Encodes = import_module("bot.telemetry.encoding").Encoding(
        resource, lambda text: redacted(text, known)
    )
    return Traces(engine, clock, collector, encoding, dropped)
