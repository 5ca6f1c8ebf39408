"""Spans in the protobuf form of OTLP. Import it only where traces are on: it needs the extra `otlp`."""

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, InstrumentationScope, KeyValue
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1 import trace_pb2

from bot.telemetry.span import Attributes, Span

log = logging.getLogger(__name__)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MAX_TEXT = 1_000
"""Characters of an attribute and of an error."""
_KINDS = {
    "internal": trace_pb2.Span.SPAN_KIND_INTERNAL,
    "consumer": trace_pb2.Span.SPAN_KIND_CONSUMER,
    "producer": trace_pb2.Span.SPAN_KIND_PRODUCER,
}
_SAMPLED = 1


class Encoding:
    """Encodes batches of spans. `resource`: attributes of the process; `hide`: hides credentials."""

    def __init__(self, resource: Mapping[str, str], hide: Callable[[str], str]) -> None:
        self._hide = hide
        self._resource = Resource(attributes=self._attributes(resource))
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
            status = trace_pb2.Status(code=trace_pb2.Status.STATUS_CODE_ERROR, message=self._text(span.error))
        return trace_pb2.Span(
            trace_id=bytes.fromhex(span.trace),
            span_id=bytes.fromhex(span.id),
            parent_span_id=bytes.fromhex(span.parent),
            flags=_SAMPLED,
            name=self._text(span.name),
            kind=_KINDS[span.kind],
            start_time_unix_nano=_nanoseconds(span.began),
            end_time_unix_nano=_nanoseconds(max(span.began, span.ended)),
            attributes=self._attributes(span.attributes),
            events=[
                trace_pb2.Span.Event(
                    name=moment.name,
                    time_unix_nano=_nanoseconds(moment.at),
                    attributes=self._attributes(moment.attributes),
                )
                for moment in span.moments
            ],
            status=status,
        )

    def _attributes(self, attributes: Attributes) -> list[KeyValue]:
        return [KeyValue(key=name, value=self._value(value)) for name, value in attributes.items()]

    def _value(self, value: str | float) -> AnyValue:
        match value:
            case int():
                return AnyValue(int_value=value)
            case float():
                return AnyValue(double_value=value)
            case _:
                return AnyValue(string_value=self._text(value))

    def _text(self, text: str) -> str:
        """Return a text without credentials and without half characters, which protobuf refuses."""
        shown = self._hide(text[: 20 * _MAX_TEXT])
        shown = shown if len(shown) <= _MAX_TEXT else f"{shown[: _MAX_TEXT - 1]}…"
        return shown.encode("utf-8", "backslashreplace").decode()


def _nanoseconds(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1) * 1000
