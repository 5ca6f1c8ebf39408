"""Bugs in how people steer runs."""

from scripts.planted.mutant import Mutant

TESTS = ("tests/engine/runtime/runs/test_control.py",)
MUTANTS = [
    Mutant(
        "a run that ended after a rejection is said to have succeeded",
        "engine/model/records/records.py",
        "            return ENDINGS[self.refusal]\n",
        "            return self.state\n",
        ("tests/engine/runtime/runs/test_skipped_runs.py",),
    ),
    Mutant(
        "a signal to a run that ended after a rejection says that it succeeded",
        "engine/runtime/runs/signals.py",
        "run = await self._store.read(queries.explained, run)",
        "run = run",
        ("tests/engine/runtime/runs/test_skipped_runs.py",),
    ),
    Mutant(
        "a result that needs a skipped step shows the braces of its template",
        "engine/kernel/run_results.py",
        "_without_output(definition.result, graph, records) or str(error)",
        "str(error)",
        ("tests/engine/kernel/test_run_results.py",),
    ),
    Mutant(
        "the reason of a rerun is not recorded",
        "engine/runtime/runs/control.py",
        "        return run_transitions.create(transition, start=start, reason=reason)\n",
        "        return run_transitions.create(transition, start=start)\n",
        ("tests/engine/runtime/runs/test_control.py",),
    ),
    Mutant(
        "the reason of a resumption is not recorded",
        "engine/kernel/control.py",
        'move_run("unpause", reason=reason, event',
        'move_run("unpause", event',
        TESTS,
    ),
    Mutant(
        "the reason to retry a failed step is missing among the reasons of a run",
        "engine/model/records/reasoned_acts.py",
        '    "request.decision": "",\n',
        "",
        TESTS,
    ),
    Mutant(
        "people are asked while a run is paused",
        "engine/kernel/transition.py",
        '                if self.state.run.state == "paused" or guarded:\n',
        "                if guarded:\n",
        TESTS,
    ),
    Mutant(
        "a paused run starts steps",
        "engine/kernel/transition.py",
        'if self.state.run.state == "paused" or not self.state.is_below_own_limit:',
        "if not self.state.is_below_own_limit:",
        TESTS,
    ),
    Mutant(
        "schedules of a paused workflow fire",
        "engine/store/queries/schedules.py",
        "workflow NOT IN (SELECT value FROM json_each(?{0})) AND '*' NOT",
        "1 = 1 OR '*' NOT",
        TESTS,
    ),
    Mutant(
        "a run that was paused by itself goes on with its workflow",
        "engine/runtime/runs/control.py",
        "            if run is None or own or self._pauses.holds(run.workflow):\n",
        "            if run is None or self._pauses.holds(run.workflow):\n",
        TESTS,
    ),
    Mutant(
        "a pause without a serving process forgets the others",
        "engine/runtime/lifecycle.py",
        "            await self._parts.base.pauses.read()\n",
        "",
        TESTS,
    ),
    Mutant(
        "a fork keeps what follows from an approval that it asks again",
        "engine/kernel/control.py",
        "graph.scopes.guards.get(name, ())} - executed\n",
        "graph.scopes.guards.get(name, ())} - executed\n        executed |= added\n        added = set()\n",
        (*TESTS, "tests/engine/kernel/test_forks.py"),
    ),
    Mutant(
        "the command line takes a negative priority for an option",
        "bot/cli/main.py",
        '"ignore_unknown_options": command is priority',
        '"ignore_unknown_options": False',
        ("tests/bot/cli/test_cli_errors.py",),
    ),
    Mutant(
        "people approve a step that a person has skipped",
        "engine/kernel/control.py",
        '            transition.ask_again_of(name, [f"a person skipped {title}"])\n',
        "            pass\n",
        TESTS,
    ),
    Mutant(
        "people are asked about steps that a person has skipped",
        "engine/kernel/control.py",
        '            transition.leave_unasked(name, f"a person skipped {title}")\n',
        "            pass\n",
        TESTS,
    ),
    Mutant(
        "a person who may not skip a step gets the window for it",
        "bot/listeners/steering_commands.py",
        "    await seen.require_may_skip(detail.run, command.reason)\n",
        "",
        ("tests/bot/listeners/commands/test_commands.py",),
    ),
]
