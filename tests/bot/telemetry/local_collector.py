"""A local collector that takes traces and metrics by OTLP over HTTP, and decodes them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)


@dataclass(frozen=True)
class Taken:
    """A span as the collector has it."""

    trace: str
    id: str
    parent: str
    name: str
    attributes: Mapping[str, Any]
    error: str | None
    seconds: float
    moments: tuple[tuple[str, Mapping[str, Any]], ...]
    resource: Mapping[str, Any]


@dataclass
class LocalCollector:
    """`status`: of its answers. `hold`: while set, an answer waits for it."""

    url: str = ""
    status: int = 200
    answer: bytes = b""
    headers: list[Mapping[str, str]] = field(default_factory=list)
    spans: list[Taken] = field(default_factory=list)
    batches: list[Any] = field(default_factory=list)
    """Batches of metrics, each with its resource and its metrics."""
    raw: list[bytes] = field(default_factory=list)
    calls: int = 0
    before: Callable[[], Any] | None = None
    _called: asyncio.Event = field(default_factory=asyncio.Event)

    def named(self, name: str) -> list[Taken]:
        return [span for span in self.spans if span.name == name]

    async def asked(self) -> None:
        """Return when the next batch has come."""
        self._called.clear()
        await self._called.wait()

    async def take(self, request: web.Request) -> web.Response:
        self.calls += 1
        if self.before is not None:
            await self.before()
        if self.status != 200:
            return web.Response(status=self.status)
        assert request.content_type == "application/x-protobuf"
        body = await request.read()
        self.raw.append(body)
        self.headers.append(dict(request.headers))
        if request.path == "/v1/metrics":
            self.batches += ExportMetricsServiceRequest.FromString(body).resource_metrics
            body = b""
        for batch in ExportTraceServiceRequest.FromString(body).resource_spans:
            resource = values(batch.resource.attributes)
            self.spans += [taken(span, resource) for scope in batch.scope_spans for span in scope.spans]
        self._called.set()
        return web.Response(body=self.answer, content_type="application/x-protobuf")


def rejecting(number: int) -> bytes:
    """Return an answer that says that so many spans were not taken."""
    answer = ExportTraceServiceResponse()
    answer.partial_success.rejected_spans = number
    return bytes(answer.SerializeToString())


def taken(span: Any, resource: Mapping[str, Any]) -> Taken:
    return Taken(
        span.trace_id.hex(),
        span.span_id.hex(),
        span.parent_span_id.hex(),
        span.name,
        values(span.attributes),
        span.status.message if span.status.code == 2 else None,
        (span.end_time_unix_nano - span.start_time_unix_nano) / 1e9,
        tuple((event.name, values(event.attributes)) for event in span.events),
        resource,
    )


def values(attributes: Any) -> dict[str, Any]:
    return {each.key: getattr(each.value, each.value.WhichOneof("value")) for each in attributes}


@asynccontextmanager
async def local_collector() -> AsyncIterator[LocalCollector]:
    collector = LocalCollector()
    app = web.Application()
    app.router.add_post("/v1/traces", collector.take)
    app.router.add_post("/v1/metrics", collector.take)
    async with TestServer(app) as server:
        collector.url = str(server.make_url("")).rstrip("/")
        yield collector
