"""Bugs in how steps use resources and wait for them."""

from scripts.planted.mutant import Mutant

TESTS = ("tests/engine/runtime/runs/test_resources.py",)
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
]
