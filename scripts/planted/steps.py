"""Planted bugs about steps that harm others, and about what inputs may reach."""

from scripts.planted.mutant import Mutant

MUTANTS = [
    Mutant(
        "every step under way is blamed for a death",
        "engine/runtime/recovery.py",
        "alone=len(died) == 1",
        "alone=True",
        ("tests/engine/test_suspects.py",),
    ),
    Mutant(
        "a cancelled step leaves its processes",
        "engine/runtime/children.py",
        "        children.note(caller)\n",
        "        pass\n",
        ("tests/engine/test_children.py",),
    ),
    Mutant(
        "a fork keeps what is ours",
        "engine/runtime/forks.py",
        "os.dup2(nothing, descriptor, inheritable=False)",
        "pass",
        ("tests/engine/test_children.py",),
    ),
    Mutant(
        "a fork on the loop goes on as a second engine",
        "engine/runtime/forks.py",
        "            self._end_loop()\n",
        "            pass\n",
        ("tests/engine/test_children.py",),
    ),
    Mutant(
        "suspects are tried again together",
        "engine/runtime/suspects.py",
        "size = -(-len(first) // MAX_ROUNDS)",
        "size = len(first)",
        ("tests/engine/test_suspects.py",),
    ),
    Mutant(
        "other steps start beside a suspect that has to be alone",
        "engine/runtime/slots.py",
        "return 0 if self.closed else max(self._free, 0)",
        "return max(self._free, 0)",
        ("tests/engine/test_suspects.py",),
    ),
    Mutant(
        "an interval of a millisecond",
        "engine/durations.py",
        "    if found < at_least:\n",
        "    if found < 0:\n",
        ("tests/engine/test_mistakes.py",),
    ),
]
