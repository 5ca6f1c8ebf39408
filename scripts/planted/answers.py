"""Planted bugs about what is checked again when an answer is recorded."""

from scripts.planted.mutant import Mutant

_TESTS = ("tests/engine/runtime/requests/test_asking.py",)
_DECISIONS = "engine/runtime/requests/decisions.py"
MUTANTS = [
    Mutant(
        "an answer counts whose deadline passes while it is recorded",
        _DECISIONS,
        "_ended(current, decision, transition.now)",
        "None",
        _TESTS,
    ),
    Mutant(
        "an answer is not checked again although another answer came meanwhile",
        _DECISIONS,
        "unchanged = current is request\n",
        "unchanged = current.id == request.id\n",
        _TESTS,
    ),
    Mutant(
        "an answer is checked twice although nothing changed",
        _DECISIONS,
        "unchanged = current is request\n",
        "unchanged = False\n",
        ("tests/engine/store/test_hot_path.py",),
    ),
]
