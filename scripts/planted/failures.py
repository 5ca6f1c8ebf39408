"""Bugs in what follows a failure: compensation, and alternatives."""

from scripts.planted.mutant import Mutant

_DEADLINE = ("tests/engine/kernel/test_retry_deadline.py",)

ALTERNATIVE = ("tests/engine/runtime/runs/test_alternatives.py",)
RULES = ("tests/engine/kernel/test_failure_rules.py",)
UNDO = ("tests/engine/runtime/runs/test_undo.py",)
MUTANTS = [
    Mutant(
        "a schedule is slowed down although its author turned that off",
        "engine/compiler/triggers.py",
        "    if value is False:\n        return 0.0\n",
        "    if value is False:\n        return 3600.0\n",
        ("tests/engine/kernel/test_slow_schedules.py",),
    ),
    Mutant(
        "an attempt begins after the deadline of its retries",
        "engine/kernel/transition.py",
        "if is_too_late(node.retry, since, self.now):",
        "if False:",
        _DEADLINE,
    ),
    Mutant(
        "a retry is awaited beyond the deadline",
        "engine/kernel/run_transitions.py",
        "    if is_too_late(node.retry, before.round_started_at, due):",
        "    if False:",
        _DEADLINE,
    ),
    Mutant(
        "an attempt executes beyond the deadline of its retries",
        "engine/runtime/execution/attempt.py",
        "node.timeout if node.retry.deadline is None else _seconds(node, record),",
        "node.timeout,",
        _DEADLINE,
    ),
    Mutant(
        "a person's Retry has only what is left of the deadline",
        "engine/kernel/requests/decision_transitions.py",
        "failures=0, crashes=0, deaths=0, round_started_at=None",
        "failures=0, crashes=0, deaths=0",
        _DEADLINE,
    ),
    Mutant(
        "a jump of the clock ends the deadline of retries",
        "engine/store/writes/clock_jump.py",
        "SET round_started_at = round_started_at + ? WHERE",
        "SET round_started_at = round_started_at + 0 * ? WHERE",
        _DEADLINE,
    ),
    Mutant(
        "elements given up at their start leave their step executing",
        "engine/kernel/transition.py",
        "            map_transitions.settle(self, node_of(step))",
        "            pass",
        _DEADLINE,
    ),
    Mutant(
        "a row of an earlier release has another digest in this one",
        "engine/store/log/row_digests.py",
        'LATER_COLUMNS = {"run": (1, 2), "step.": (1, 1)}',
        'LATER_COLUMNS = {"run": (1, 2), "step.": (2,)}',
        ("tests/engine/store/test_row_digests.py",),
    ),
    Mutant(
        "a step whose classify fails is tried again",
        "engine/kernel/resilience/failure_rules.py",
        'return Consequence("ask", note=',
        'return Consequence("retry", note=',
        ("tests/engine/kernel/test_failure_rules.py",),
    ),
    Mutant(
        "steps are undone in the order in which they ended",
        "engine/kernel/resilience/compensation.py",
        "    return graph.undo[max(left,",
        "    return graph.undo[min(left,",
        UNDO,
    ),
    Mutant(
        "a step whose undo was skipped is undone all the same",
        "engine/kernel/resilience/compensation.py",
        "    return succeeded and (undo is None or undo.state not in STEP_SETTLED)",
        '    return succeeded and (undo is None or undo.state != "succeeded")',
        UNDO,
    ),
    Mutant(
        "the next step is undone while the undo before it has failed",
        "engine/kernel/transition.py",
        "        if compensation.under_way(state.graph, state.steps):\n            return\n",
        "",
        UNDO,
    ),
    Mutant(
        "a restart starts steps of a run that is being undone",
        "engine/kernel/live_run.py",
        "            if name in settled or compensating:",
        "            if name in settled:",
        UNDO,
    ),
    Mutant(
        "a restart forgets the compensation",
        "engine/runtime/execution/recovery.py",
        '["running", "compensating"]',
        '["running"]',
        UNDO,
    ),
    Mutant(
        "a cancelled run ends as failed once it is compensated",
        "engine/kernel/resilience/compensation.py",
        '    return "fail" if aborted or failed else "cancel"',
        '    return "fail"',
        UNDO,
    ),
    Mutant(
        "an undo step that fails does not ask the owner",
        "engine/compiler/nodes/undo.py",
        '    return FailureSpec() if declared == "fail" else failure_spec(checks, declared, node)',
        "    return failure_spec(checks, declared, node)",
        UNDO,
    ),
    Mutant(
        "an alternative executes without the question that its author wants",
        "engine/kernel/resilience/alternatives.py",
        'node.reroute_by == "rule"',
        "True",
        ALTERNATIVE,
    ),
    Mutant(
        "a rule tries a fatal error again",
        "engine/kernel/resilience/failures.py",
        "    if any(isinstance(leaf, Fatal | ContractError | StepLeft) for leaf in (error, *leaves)):\n"
        "        return False\n",
        "",
        RULES,
    ),
    Mutant(
        "an error about which the owner is to be asked is tried again",
        "engine/kernel/run_transitions.py",
        '    ends = consequence.action in ("alternative", "ask", "fail")\n',
        "    ends = False\n",
        RULES,
    ),
    Mutant(
        "an alternative that was tried is offered again",
        "engine/kernel/resilience/alternatives.py",
        'return other is not None and (other not in steps or steps[other].state == "pending")',
        "return other is not None",
        ALTERNATIVE,
    ),
    Mutant(
        "an approval does not cover the code of the alternative",
        "engine/model/approval_scope.py",
        "(*names, *(alternatives[name] for name in names if name in alternatives))",
        "names",
        ALTERNATIVE,
    ),
    Mutant(
        "a run fails because of an alternative whose failure another step takes",
        "engine/kernel/planner.py",
        "and name not in graph.attached ",
        "",
        ALTERNATIVE,
    ),
]
