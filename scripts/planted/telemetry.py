"""Planted bugs in the export of traces."""

from scripts.planted.mutant import Mutant

_METRICS = ("tests/bot/telemetry/test_metric_export.py",)
_TRACES = ("tests/bot/telemetry/test_traces.py",)
_JOURNEY = ("tests/bot/listeners/test_trace_journey.py",)
MUTANTS = [
    Mutant(
        "the span of a run has no parent",
        "bot/telemetry/run_spans.py",
        'return str(event.data.get("sender", ""))',
        'return ""',
        _TRACES,
    ),
    Mutant(
        "the span of a child run has the wrong parent",
        "bot/telemetry/run_spans.py",
        'return child_span(event.run_id or "")',
        "return run_span(rest.rpartition(':')[2])",
        _TRACES,
    ),
    Mutant(
        "the span that called a webhook is forgotten",
        "bot/http/refusal.py",
        'INCOMING_SPAN.set(sender_of(request.headers.get("traceparent", "")))',
        'INCOMING_SPAN.set("")',
        _JOURNEY,
    ),
    Mutant(
        "the data of an event are an attribute of its span",
        "bot/telemetry/run_spans.py",
        'place = {"signoff.run": event.run_id,',
        'place = {"signoff.data": str(dict(event.data)), "signoff.run": event.run_id,',
        _TRACES,
    ),
    Mutant(
        "a message is the name of its span",
        "bot/telemetry/messages.py",
        'name="slack message",',
        'name=f"slack message {row.target}",',
        _JOURNEY,
    ),
    Mutant(
        "a restart exports spans again",
        "bot/telemetry/traces.py",
        "                cursor = events[-1].seq\n"
        "                await self._engine.deliveries.advance(TELEMETRY, cursor, [])",
        "                cursor = events[-1].seq",
        _TRACES,
    ),
    Mutant(
        "a span has another id each time",
        "bot/telemetry/run_spans.py",
        "else span_id(event.run_id, step, attempt),",
        "else span_id(event.run_id, step, attempt, id(self)),",
        _TRACES,
    ),
    Mutant(
        "a restart loses the spans that had begun",
        "bot/telemetry/open_runs.py",
        "elif run is None and event.type in ENDS:",
        "elif run is None and event.type in ENDS and not event.run_id:",
        _TRACES,
    ),
    Mutant(
        "a collector that is down blocks the event loop",
        "bot/telemetry/traces.py",
        "await self._clock.sleep(max(delay, timedelta(seconds=answer.pause)))",
        '__import__("time").sleep(2)',
        _TRACES,
    ),
    Mutant(
        "spans of any age wait for a collector",
        "bot/telemetry/traces.py",
        "since = self._clock.now() - MAX_AGE",
        "since = self._clock.now() - 100 * MAX_AGE",
        _TRACES,
    ),
    Mutant(
        "spans that the collector refused are not counted",
        "bot/telemetry/traces.py",
        "self._drop(self._encoding.rejected(answer.body))",
        "pass",
        _TRACES,
    ),
    Mutant(
        "a credential in an error goes to the collector",
        "bot/telemetry/attributes.py",
        "shown = self._hide(text[: 20 * _MAX_TEXT])",
        "shown = text[: 20 * _MAX_TEXT]",
        _TRACES,
    ),
    Mutant(
        "runs stay for a collector that is gone",
        "engine/store/writes/pruning.py",
        "WHERE name <> '{TELEMETRY}' AND cursor <",
        "WHERE name <> '' AND cursor <",
        _TRACES,
    ),
    Mutant(
        "headers for the collector go over the network unencrypted",
        "bot/settings/config_validators.py",
        "if endpoint is not None and headers is not None and reveals_token(",
        "if endpoint is None and headers is not None and reveals_token(",
        _TRACES,
    ),
    Mutant(
        "an odd span keeps back all others",
        "bot/telemetry/encoding.py",
        "except (TypeError, ValueError):",
        "except KeyError:",
        _TRACES,
    ),
    Mutant(
        "nobody is warned of a collector that is down",
        "bot/http/health.py",
        '"otlp": self.traces,',
        '"otlp": None,',
        _JOURNEY,
    ),
    Mutant(
        "a bucket of a histogram counts the values below it again",
        "bot/telemetry/metric_encoding.py",
        "                below = sample.value",
        "                below = 0.0",
        _METRICS,
    ),
    Mutant(
        "the last metrics are lost when Signoff ends",
        "bot/application.py",
        "            stack.push_async_callback(export.finish)",
        "            assert export.finish",
        _JOURNEY,
    ),
    Mutant(
        "a collector that is down is told at each interval",
        "bot/telemetry/metric_export.py",
        "        if self._error and not before:",
        "        if self._error:",
        _METRICS,
    ),
    Mutant(
        "a collector that is down ends the export of metrics",
        "bot/telemetry/metric_export.py",
        "            except Exception:\n                log.exception(",
        "            except KeyError:\n                log.exception(",
        _METRICS,
    ),
    Mutant(
        "metrics go to a collector that was only meant for traces",
        "bot/settings/config.py",
        '"none", validation_alias="OTEL_METRICS_EXPORTER"',
        '"otlp", validation_alias="OTEL_METRICS_EXPORTER"',
        _METRICS,
    ),
]
