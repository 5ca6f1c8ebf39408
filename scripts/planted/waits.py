"""Bugs in how runs wait."""

from scripts.planted.mutant import Mutant

TESTS = ("tests/engine/test_waits.py",)
MUTANTS = [
    Mutant(
        "a moment moves with the clock of the machine",
        "engine/store/writes/clock_jump.py",
        " AND kind <> 'until'",
        "",
        TESTS,
    ),
    Mutant(
        "a wait that a person skips keeps its row",
        "engine/kernel/control.py",
        "        waits.drop(transition, step)\n",
        "        pass\n",
        TESTS,
    ),
    Mutant(
        "a wait is enough for an approval to guard",
        "engine/compiler/guards.py",
        "if not isinstance(spec, WaitSpec) and _waits(",
        "if _waits(",
        TESTS,
    ),
]
