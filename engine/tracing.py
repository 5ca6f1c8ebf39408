"""Public: the trace of a run, and the attempt whose code executes now."""

from engine.model.values.trace import span_id, trace_of, traceparent
from engine.runtime.process.executing import INCOMING_TRACE, Executing, executing

__all__ = ["INCOMING_TRACE", "Executing", "executing", "span_id", "trace_of", "traceparent"]
