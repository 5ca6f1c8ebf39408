"""Traces of runs, sent to a collector by the OpenTelemetry Protocol (OTLP) over HTTP."""
