"""Planted bugs in failures that many runs share."""

from scripts.planted.mutant import Mutant

MUTANTS = [
    Mutant(
        "a click on a card with a place of another request asks for another click",
        "engine/runtime/requests/failure_cards.py",
        "if wrong := await self._store.read(queries.wrong_place, card or request_id):",
        'if wrong := "":',
        ("tests/engine/audit/test_bursts_and_cards.py",),
    ),
    Mutant(
        "a failure joins a card whose runs are all answered",
        "engine/store/writes/failure_cards.py",
        "AND likeness = :likeness AND is_open = 1 LIMIT 1",
        "AND likeness = :likeness LIMIT 1",
        ("tests/engine/runtime/requests/test_failure_cards.py",),
    ),
    Mutant(
        "people of one channel read about failed runs of another one",
        "engine/kernel/resilience/failure_likeness.py",
        'normalized(failure.message), channel or ""',
        "normalized(failure.message)",
        ("tests/engine/runtime/requests/test_failure_cards.py",),
    ),
    Mutant(
        "the run whose message is an open card is pruned",
        "engine/store/writes/pruning.py",
        "WHERE is_open = 1 AND card IN",
        "WHERE is_open = 2 AND card IN",
        ("tests/engine/runtime/requests/test_failure_cards.py",),
    ),
    Mutant(
        "an old success counts as a recovery",
        "engine/store/queries/failure_cards.py",
        "AND state = 'succeeded' AND ended_at > :since",
        "AND state = 'succeeded'",
        ("tests/engine/runtime/requests/test_failure_cards.py",),
    ),
    Mutant(
        "every run on a card reminds people",
        "bot/outbox/projector.py",
        'event.type == "request.reminded" and card.oldest_open != request.id',
        'event.type == "request.reminded" and not card',
        ("tests/bot/outbox/test_failure_cards.py",),
    ),
    Mutant(
        "every failed run posts a message beside the card",
        "bot/outbox/projector.py",
        "if request is not None and card is not None and card.leader.id != request.id:",
        "if request is not None and card is not None and card.runs == 0:",
        ("tests/bot/outbox/test_failure_cards.py",),
    ),
    Mutant(
        "a slowed schedule waits for its next fire after a success",
        "engine/runtime/run_effects.py",
        "if schedules.is_slowed(run.workflow, run.trigger):",
        "if run.workflow in ():",
        ("tests/engine/kernel/test_slow_schedules.py",),
    ),
    Mutant(
        "the channel is told at each failure that a schedule is slowed down",
        "engine/runtime/timing/schedules.py",
        "if bool(slowed) != bool(row.failures):",
        "if slowed != row.failures:",
        ("tests/engine/kernel/test_slow_schedules.py",),
    ),
    Mutant(
        "runs that ask their owner do not slow a schedule down",
        "engine/store/queries/schedules.py",
        "AND request.state = 'open') THEN 'failed' ELSE '' END",
        "AND request.state = 'none') THEN 'failed' ELSE '' END",
        ("tests/engine/kernel/test_slow_schedules.py",),
    ),
    Mutant(
        "a click aborts runs that its card did not count",
        "engine/store/queries/failure_cards.py",
        "AND (rowid <= ?3 OR ?3 IS NULL) ",
        "AND (1 OR ?3 IS NULL) ",
        ("tests/engine/runtime/requests/test_failure_cards.py",),
    ),
    Mutant(
        "a person who retries a muted failure is not told that it failed again",
        "bot/outbox/holding.py",
        'if request.kind != "failure" or (card and card.is_awaited):',
        'if request.kind != "failure":',
        ("tests/bot/outbox/test_mutes.py",),
    ),
    Mutant(
        "the card after a retry forgets the failure before it",
        "bot/views/requests/failure.py",
        "    pairs += _before(request, detail, names, now)\n",
        "",
        ("tests/bot/outbox/test_mutes.py",),
    ),
]
