"""Spans in the protobuf form of OTLP. Import it only where traces are on: it needs the extra `otlp`."""

import logging
from collections.abc import Callable, Iterable, Mapping

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import InstrumentationScope
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1 import trace_pb2

from bot.telemetry.attributes import Texts, nanoseconds
from bot.telemetry.span import Span

log = logging.getLogger(__name__)

_KINDS = {
    "internal": trace_pb2.Span.SPAN_KIND_INTERNAL,
    "consumer": trace_pb2.Span.SPAN_KIND_CONSUMER,
    "producer": trace_pb2.Span.SPAN_KIND_PRODUCER,
}
_SAMPLED = 1


class Encoding:
    """Encodes batches of spans. `resource`: attributes of the process; `hide`: hides credentials."""

    def __init__(self, resource: Mapping[str, str], hide: Callable[[str], str]) -> None:
        self._texts = Texts(hide)
        self._resource = Resource(attributes=self._texts.attributes(resource))
        self._scope = InstrumentationScope(name="signoff")

    def request(self, spans: Iterable[Span]) -> bytes:
        """Return the body of a request with these spans."""
        scoped = trace_pb2.ScopeSpans(scope=self._scope, spans=self._encoded(spans))
        batch = trace_pb2.ResourceSpans(resource=self._resource, scope_spans=[scoped])
        return bytes(ExportTraceServiceRequest(resource_spans=[batch]).SerializeToString())

    def rejected(self, answer: bytes) -> int:
        """Return the number of spans that the collector did not take, by its answer."""
        try:
            return int(ExportTraceServiceResponse.FromString(answer).partial_success.rejected_spans)
        except Exception:  # a collector that answers with something else has taken them
            return 0

    def _encoded(self, spans: Iterable[Span]) -> list[trace_pb2.Span]:
        """Return the spans in their form. An odd one, such as with an altered id, keeps back no other."""
        encoded = []
        for span in spans:
            try:
                encoded.append(self._span(span))
            except (TypeError, ValueError):
                log.exception("A span of the trace %s cannot be encoded, and is left out", span.trace)
        return encoded

    def _span(self, span: Span) -> trace_pb2.Span:
        status = trace_pb2.Status()
        if span.error is not None:
            status = trace_pb2.Status(
                code=trace_pb2.Status.STATUS_CODE_ERROR, message=self._texts.text(span.error)
            )
        return trace_pb2.Span(
            trace_id=bytes.fromhex(span.trace),
            span_id=bytes.fromhex(span.id),
            parent_span_id=bytes.fromhex(span.parent),
            flags=_SAMPLED,
            name=self._texts.text(span.name),
            kind=_KINDS[span.kind],
            start_time_unix_nano=nanoseconds(span.began),
            end_time_unix_nano=nanoseconds(max(span.began, span.ended)),
            attributes=self._texts.attributes(span.attributes),
            events=[
                trace_pb2.Span.Event(
                    name=moment.name,
                    time_unix_nano=nanoseconds(moment.at),
                    attributes=self._texts.attributes(moment.attributes),
                )
                for moment in span.moments
            ],
            status=status,
        )
