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
    Mutant(
        "a member counts no workers, so that an alert says that none is alive",
        "bot/metrics/instruments.py",
        "if role in each.roles]",
        "if role in each.roles or True]",
        ("tests/crash/test_members.py",),
    ),
    Mutant(
        "a request that the leader did not answer counts as answered",
        "bot/metrics/of_member.py",
        '        if state == "answered":\n',
        '        if state != "busy":\n',
        ("tests/bot/metrics",),
    ),
    Mutant(
        "a member says that it leads",
        "bot/serving/standby.py",
        "            leads=False,\n",
        "",
        ("tests/crash/test_members.py",),
    ),
]
