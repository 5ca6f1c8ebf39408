"""Public: the trace of a run, the attempt whose code executes now, and the consumer that exports traces."""

from engine.model.values.trace import sender_of, span_id, trace_of, traceparent
from engine.runtime.process.executing import INCOMING_SPAN, INCOMING_TRACE, Executing, executing
from engine.store.queries.consumers import TELEMETRY

__all__ = [
    "INCOMING_SPAN",
    "INCOMING_TRACE",
    "TELEMETRY",
    "Executing",
    "executing",
    "sender_of",
    "span_id",
    "trace_of",
    "traceparent",
]
