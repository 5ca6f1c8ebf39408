"""Bugs in how steps use resources and wait for them."""

from scripts.planted.mutant import Mutant

TESTS = ("tests/engine/runtime/runs/test_resources.py",)
BREAKERS = ("tests/engine/runtime/runs/test_breakers.py",)
MUTANTS = [
    Mutant(
        "one attempt too many uses a resource",
        "engine/kernel/resources/rules.py",
        "len(resource.holders) >= at_once",
        "len(resource.holders) > at_once",
        TESTS,
    ),
    Mutant(
        "a resource is never given back",
        "engine/kernel/resources/rules.py",
        "holders=resource.holders - {attempt}",
        "holders=resource.holders",
        TESTS,
    ),
    Mutant(
        "a step that comes later overtakes the queue",
        "engine/kernel/resources/use.py",
        "    if transition.turn != node.name:",
        "    if False:",
        TESTS,
    ),
    Mutant(
        "a step that needs two resources is starved",
        "engine/kernel/resources/queue.py",
        "            kept.update(ticket.uses)",
        "            pass",
        TESTS,
    ),
    Mutant(
        "a cancelled run stays in the queue",
        "engine/kernel/record_changes.py",
        "            resource_use.leave(self, step)",
        "            pass",
        TESTS,
    ),
    Mutant(
        "a cancelled attempt gives its resource back before its function has ended",
        "engine/kernel/record_changes.py",
        ' and transition != "cancel":',
        ":",
        TESTS,
    ),
    Mutant(
        "the queue is lost at a restart",
        "engine/runtime/runs/resources.py",
        "        for step in await self._store.read(queries.queued_steps):",
        "        for step in ():",
        TESTS,
    ),
    Mutant(
        "a resumed run goes to the end of the queue",
        "engine/kernel/resources/use.py",
        "return record.queued_at or interrupted or transition.now",
        "return interrupted or transition.now",
        TESTS,
    ),
    Mutant(
        "an interrupted step goes to the end of the queue",
        "engine/kernel/resources/use.py",
        "return record.queued_at or interrupted or transition.now",
        "return record.queued_at or transition.now",
        TESTS,
    ),
    Mutant(
        "one attempt more than the rate begins in a window",
        "engine/kernel/resources/rules.py",
        "    if used < rate.count:",
        "    if used <= rate.count:",
        BREAKERS,
    ),
    Mutant(
        "a breaker opens one failure too late",
        "engine/kernel/resources/rules.py",
        "    if len(failed) < breaker.failures:",
        "    if len(failed) <= breaker.failures:",
        BREAKERS,
    ),
    Mutant(
        "several attempts probe a resource at once",
        "engine/kernel/resources/rules.py",
        "    if resource.probe is not None:\n        return Answer(",
        "    if False:\n        return Answer(",
        BREAKERS,
    ),
    Mutant(
        "a failed probe closes the breaker",
        "engine/kernel/resources/rules.py",
        "        return evolve(resource, half_opens_at=now + timedelta(seconds=breaker.open_for))",
        "        return closed(resource)",
        BREAKERS,
    ),
    Mutant(
        "an old failure counts forever",
        "engine/kernel/resources/rules.py",
        "(*(at for at in resource.failed if at + within > now), now)",
        "(*resource.failed, now)",
        BREAKERS,
    ),
    Mutant(
        "errors of the step itself open the breaker",
        "engine/kernel/run_transitions.py",
        '(verdict.action in ("retry", "alternative") or (worth_retrying and not ends))',
        "True",
        BREAKERS,
    ),
    Mutant(
        "a step waits forever while its alternative could execute",
        "engine/kernel/resources/use.py",
        "answer.is_open and node.reroute_when_open and",
        "False and",
        BREAKERS,
    ),
    Mutant(
        "the end of an open breaker does not follow the clock",
        "engine/runtime/runs/live_runs.py",
        "        self.book.move(by)\n        self._moving",
        "        self._moving",
        BREAKERS,
    ),
    Mutant(
        "a rate is forgotten at a restart",
        "engine/runtime/runs/resources.py",
        "spec=spec, holders=frozenset(), probe=None)",
        "spec=spec, holders=frozenset(), probe=None, begun=())",
        BREAKERS,
    ),
]
