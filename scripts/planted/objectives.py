"""Planted bugs in objectives: what counts, when it is news, and who is told."""

from scripts.planted.mutant import Mutant

MUTANTS = [
    Mutant(
        "one bad run misses an objective",
        "engine/kernel/objectives/health.py",
        "budget = max(1.0, share * tally.events)",
        "budget = share * tally.events or 1.0",
        ("tests/engine/kernel/test_objectives.py",),
    ),
    Mutant(
        "the end of an aborted run is a second failure",
        "engine/store/queries/objectives.py",
        "AND NOT EXISTS (SELECT 1 FROM request WHERE request.run_id = run.id AND request.kind = 'failure')",
        "",
        ("tests/engine/store/test_objective_counts.py", "tests/engine/runtime/queries/test_objectives.py"),
    ),
    Mutant(
        "a failure that began before the counted hours is forgotten",
        "engine/runtime/health/measurements.py",
        "queries.hour_counts, workflow, spec, kept.next, end, kept.failing_since",
        "queries.hour_counts, workflow, spec, kept.next, end, None",
        ("tests/engine/runtime/queries/test_objectives.py",),
    ),
    Mutant(
        "an objective at its limit is told again and again",
        "engine/kernel/objectives/findings.py",
        "if step < 0 and finding.kind in _DAMPED:",
        "if step < 0 and finding.kind == 'run':",
        ("tests/engine/kernel/test_objectives.py",),
    ),
    Mutant(
        "a restart tells of the same objective again",
        "engine/runtime/health/news.py",
        "change.mapping.update(kept)",
        "change.mapping.update({} if news else kept)",
        ("tests/bot/outbox/test_health_news.py",),
    ),
    Mutant(
        "quiet hours do not hold back an objective that is only at risk",
        "bot/outbox/health_news.py",
        "until = latest(released_at(event.data), mute.until if mute else None)",
        "until = latest(mute.until if mute else None)",
        ("tests/bot/outbox/test_health_news.py",),
    ),
    Mutant(
        "the weekly review tells of workflows that limit who sees their runs",
        "engine/runtime/health/review.py",
        """            if is_private(definition):
                continue
""",
        "",
        ("tests/bot/outbox/test_weekly_review.py",),
    ),
    Mutant(
        "the dead man's switch is called while Signoff has a problem",
        "bot/serving/heartbeat.py",
        """        if await self._problems():
            return
""",
        """        await self._problems()
""",
        ("tests/bot/serving/test_heartbeat.py",),
    ),
    Mutant(
        "objectives of hidden runs are shown to everybody",
        "bot/listeners/health_reading.py",
        "if self.known is not None and not await self.seen.sees_counts(workflow):",
        "if not workflow.name:",
        ("tests/bot/listeners/commands/test_health_command.py",),
    ),
]
