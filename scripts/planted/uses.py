"""Bugs in the workflows that ship as uses."""

from scripts.planted.mutant import Mutant

_INFRASTRUCTURE = ("tests/workflows/test_infrastructure_change.py",)

_TESTS = ("tests/workflows/test_run_tests.py",)
_TRAINING = ("tests/workflows/test_model_training.py",)

MUTANTS = [
    Mutant(
        "the first element of a list is undone first",
        "engine/kernel/shapes/map_state.py",
        "left = range(len(items) - 1, -1, -1)",
        "left = range(len(items))",
        ("tests/engine/runtime/runs/test_undone_lists.py",),
    ),
    Mutant(
        "a plan file that was changed after the approval is applied",
        "workflows/infrastructure/plans.py",
        "if hashlib.sha256(content).hexdigest() != digest:",
        "if not content:",
        _INFRASTRUCTURE,
    ),
    Mutant(
        "a stale plan of infrastructure fails instead of asking again",
        "workflows/infrastructure/plans.py",
        'if "Saved plan is stale" in done.stderr:',
        "if False:",
        _INFRASTRUCTURE,
    ),
    Mutant(
        "a check for drift compares with nothing",
        "workflows/infrastructure_change.py",
        "    plans.remember(folder, variables_of(input))\n",
        "",
        _INFRASTRUCTURE,
    ),
    Mutant(
        "a test that ended its process is executed in that shard again",
        "workflows/run_tests.py",
        'if before == "started":',
        "if False:",
        _TESTS,
    ),
    Mutant(
        "a suite without tests succeeds",
        "workflows/suite/unittests.py",
        "    if not tests:\n",
        "    if False:\n",
        _TESTS,
    ),
    Mutant(
        "a test that failed and passed is not reported as flaky",
        "workflows/run_tests.py",
        "elif test in results:",
        "elif False:",
        _TESTS,
    ),
    Mutant(
        "training begins again after a crash",
        "workflows/model_training.py",
        'for epoch in range(saved["epochs"], input.epochs):',
        "for epoch in range(input.epochs):",
        _TRAINING,
    ),
    Mutant(
        "another model than the approved one is published",
        "workflows/training/digits.py",
        "if hashlib.sha256(content).hexdigest() != digest:",
        "if not content:",
        _TRAINING,
    ),
    Mutant(
        "a model that is worse than the live one is proposed",
        "workflows/model_training.py",
        'Rule("measure.above_live < 0", "refuse"',
        'Rule("measure.above_live < -1", "refuse"',
        _TRAINING,
    ),
]
