"""Planted bugs in what a person in Slack is told of runs and workflows."""

from scripts.planted.mutant import Mutant

MUTANTS = [
    Mutant(
        "a result shows the credentials of an output",
        "bot/views/runs/result.py",
        "    each_line = [redacted(row) for row in",
        "    each_line = [row for row in",
        ("tests/bot/views/test_results.py",),
    ),
    Mutant(
        "an address with a credential is a link",
        "engine/kernel/run_results.py",
        "withheld=shown != url",
        "withheld=False",
        ("tests/engine/kernel/test_run_results.py",),
    ),
    Mutant(
        "a path of a result is not checked",
        "engine/compiler/results.py",
        '        checks.path(None, step, tuple(fields), "result")',
        "        pass",
        ("tests/engine/kernel/test_run_results.py",),
    ),
]
