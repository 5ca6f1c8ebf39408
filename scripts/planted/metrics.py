"""Planted bugs in metrics."""

from scripts.planted.mutant import Mutant

_METRICS = ("tests/bot/metrics/test_metrics.py",)
MUTANTS = [
    Mutant(
        "metrics need no token",
        "bot/http/metrics.py",
        "if self.token and not hmac.compare_digest(",
        "if not self.token and not hmac.compare_digest(",
        _METRICS,
    ),
    Mutant(
        "a metric has as many series as names come",
        "bot/metrics/instruments.py",
        "if len(seen) >= MAX_SERIES:",
        "if len(seen) < 0:",
        _METRICS,
    ),
    Mutant(
        "a problem that is over stays in the metrics",
        "bot/metrics/instruments.py",
        "                gauge.clear()\n",
        "                pass\n",
        _METRICS,
    ),
    Mutant(
        "the time of a request that was opened before the process started is lost",
        "bot/metrics/counting.py",
        "return request.opened_at if request is not None else None",
        "return None",
        _METRICS,
    ),
    Mutant(
        "a kind of trigger that nobody knows is a label",
        "bot/metrics/from_events.py",
        'kind if kind in _TRIGGERS else "other"',
        "kind",
        _METRICS,
    ),
]
