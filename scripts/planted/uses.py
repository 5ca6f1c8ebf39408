"""Bugs in the workflows that ship as uses."""

from scripts.planted.mutant import Mutant

_INFRASTRUCTURE = ("tests/workflows/test_infrastructure_change.py",)

MUTANTS = [
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
]
