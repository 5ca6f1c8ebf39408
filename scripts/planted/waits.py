"""Bugs in how runs wait."""

from scripts.planted.mutant import Mutant

TESTS = ("tests/engine/runtime/timing/test_waits.py",)
SIGNALS = ("tests/engine/runtime/timing/test_signals.py",)
MUTANTS = [
    Mutant(
        "a moment moves with the clock of the machine",
        "engine/store/writes/clock_jump.py",
        " AND kind <> 'until'",
        "",
        TESTS,
    ),
    Mutant(
        "the last signal of a name counts",
        "engine/kernel/shapes/waits.py",
        "    if signal.name in state.signals or state.run.state in RUN_ENDED:",
        "    if state.run.state in RUN_ENDED:",
        SIGNALS,
    ),
    Mutant(
        "a signal that comes before its wait is lost",
        "engine/kernel/shapes/waits.py",
        "    if (signal := state.signals.get(node.signal)) is not None:",
        "    if (signal := None) is not None:",
        SIGNALS,
    ),
    Mutant(
        "anybody may send a signal",
        "engine/runtime/runs/signals.py",
        """        await self._authorization.may_cancel(actor, run, definition, "send signals to")\n""",
        "",
        SIGNALS,
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
        "engine/compiler/requests/guards.py",
        "if not isinstance(spec, WaitSpec) and _waits(",
        "if _waits(",
        TESTS,
    ),
]
