"""Bugs in which run or step comes next."""

from scripts.planted.mutant import Mutant

TESTS = ("tests/engine/runtime/runs/test_turns.py",)
MUTANTS = [
    Mutant(
        "runs with other keys wait for each other",
        "engine/store/schema/statements.py",
        "WHERE workflow = ? AND concurrency_key = ? ",
        "WHERE workflow = ? AND ? <> '-' ",
        TESTS,
    ),
    Mutant(
        "a key whose run waits blocks the keys after it",
        "engine/runtime/runs/admission.py",
        'room = limit if keyed and compiled and compiled.definition.overlap != "cancel_previous" else None',
        "room = None",
        TESTS,
    ),
    Mutant(
        "a newer run replaces the run of another key",
        "engine/store/queries/runs.py",
        "AND concurrency_key = ? ORDER BY created_at, id LIMIT 1",
        "AND ? <> '-' ORDER BY created_at, id LIMIT 1",
        TESTS,
    ),
    Mutant(
        "waiting counts for nothing beside a priority",
        "engine/store/queries/runs.py",
        "ORDER BY created_at - priority * {_PRIORITY_STEP}, created_at, id",
        "ORDER BY priority DESC, created_at, id",
        TESTS,
    ),
    Mutant(
        "a new priority leaves steps where they are in the queue",
        "engine/kernel/control.py",
        "transition.change.tickets[step] = evolve(ticket, priority=priority)",
        "pass",
        TESTS,
    ),
    Mutant(
        "slots go by arrival alone",
        "engine/runtime/runs/live_runs.py",
        "self._slots.queue(state.run.id, transition.now, state.run.priority)",
        "self._slots.queue(state.run.id, transition.now, 0)",
        TESTS,
    ),
    Mutant(
        "a change of priority forgets how long a run has waited for a slot",
        "engine/runtime/runs/live_runs.py",
        "        self._slots.prioritize(run.id, run.priority)\n",
        """        if self._slots._waiting.pop(run.id, None):
            self._slots.queue(run.id, self._time.now(), run.priority)\n""",
        TESTS,
    ),
    Mutant(
        "anybody may change a priority",
        "engine/runtime/runs/control.py",
        """may_operate(actor, definition, f"change the priority of {run.short}")""",
        """may_run(actor, definition)""",
        TESTS,
    ),
]
