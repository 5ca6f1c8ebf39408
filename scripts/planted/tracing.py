"""Planted bugs in traces and in the log of the process."""

from scripts.planted.mutant import Mutant

_TRACING = ("tests/engine/runtime/test_tracing.py",)
_LOG = ("tests/bot/cli/test_log_format.py",)
MUTANTS = [
    Mutant(
        "a child run has a trace of its own",
        "engine/runtime/runs/admission.py",
        "told, None, asked=asked, trace=parent.trace_id\n",
        "told, None, asked=asked\n",
        _TRACING,
    ),
    Mutant(
        "a run does not belong to the trace of its delivery",
        "bot/http/refusal.py",
        'INCOMING_TRACE.set(trace_of(request.headers.get("traceparent", "")))',
        'INCOMING_TRACE.set("")',
        ("tests/bot/http/test_hooks.py",),
    ),
    Mutant(
        "a trace of zeros is taken for one",
        "engine/model/values/trace.py",
        "or found[1] == _NO_TRACE ",
        "",
        _TRACING,
    ),
    Mutant(
        "a request of a step carries no trace",
        "engine/steps/http_exchange.py",
        'self.headers.setdefault("traceparent", ctx.traceparent)',
        "pass",
        ("tests/engine/steps/test_http.py",),
    ),
    Mutant(
        "a secret stands in a line of JSON",
        "bot/cli/log_format.py",
        "shown = redacted(self._shortened(text), self._secrets)",
        "shown = self._shortened(text)",
        _LOG,
    ),
    Mutant(
        "what a library logs in a step does not name the run",
        "bot/cli/log_format.py",
        'if not hasattr(record, "run") and (now := executing()) is not None:',
        'if not hasattr(record, "run") and (now := executing()) is None:',
        _LOG,
    ),
]
